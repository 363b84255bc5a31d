"""Doors to the opening of stations."""

from uuid import UUID

from celery import shared_task
from django.conf import settings

from bangfu.kernel import clock
from bangfu.kernel.tenancy.tasks import NetworkTask
from shared_apps.onboarding import doorbell
from shared_apps.onboarding.services import opening, pacing, writing
from tenants.provisioning import fill_pool

# How many stations one turn opens before it makes room for other work.
AT_ONCE = 10


@shared_task(name="onboarding.open", base=NetworkTask)
def open_one(application_id: str) -> None:
    """Open the station of an approved application."""
    opening.open_approved(UUID(application_id), now=clock.now(), site=settings.BANGFU_SITE)


@shared_task(name="onboarding.open_waiting", base=NetworkTask)
def open_waiting() -> int:
    """Open some of the stations that wait; while there are more, ring again."""
    opened = opening.open_waiting(now=clock.now(), limit=AT_ONCE, site=settings.BANGFU_SITE)
    if opened == AT_ONCE:
        doorbell.ring_for_waiting()
    return opened


@shared_task(name="onboarding.write", base=NetworkTask)
def write() -> int:
    """Send the letters that applicants are owed, each once; while there are more, ring again."""
    sent = writing.send_owed(site=settings.BANGFU_SITE)
    if sent:
        doorbell.ring_for_letters()
    return sent


@shared_task(name="onboarding.keep_time", base=NetworkTask)
def keep_time() -> int:
    """Warn of the days of applications and trials that come or have passed."""
    return pacing.keep_time(now=clock.now())


@shared_task(name="onboarding.fill_pool", base=NetworkTask)
def fill_pool_of_schemas() -> int:
    """Keep some blank schemas ready, so that the next station opens in milliseconds."""
    return fill_pool()
