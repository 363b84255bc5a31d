"""Doors to what goes out to people."""

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy.tasks import NetworkTask
from shared_apps.notifications.services import send_pending_emails


@shared_task(name="notifications.send", base=NetworkTask)
def send() -> int:
    """Send the e-mails that wait, each once."""
    return send_pending_emails(now=clock.now())
