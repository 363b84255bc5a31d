"""Questions about applications for aid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from shared_apps.rollup.indicators import Fact, Listed
from tenant_apps.aid.flow import VIEWS
from tenant_apps.aid.indicators import facts_of_application
from tenant_apps.aid.links import page_link
from tenant_apps.aid.models import PAID_STATES, Application
from tenant_apps.casework.models import Todo

SUBJECT = "aid"


def get_application(application_id: UUID, *, actor: Actor) -> Application:
    """Return one application of the station in force, with its file and fund.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require(VIEWS)
    row = Application.objects.select_related("file", "fund").filter(pk=application_id).first()
    if row is None:
        raise NotFound
    return row


def application_door(application_id: UUID, actor: Actor) -> Application:
    """Let casework show what belongs to an application."""
    return get_application(application_id, actor=actor)


def get_request(application_id: UUID, *, actor: Actor) -> Todo:
    """Return the last request of a station below about an application above its limit, and what it says.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require(VIEWS)
    todo = (
        Todo.objects.filter(subject_kind="aid_request", subject_id=application_id)
        .order_by("-pk")
        .first()
    )
    if todo is None:
        raise NotFound
    return todo


def request_door(application_id: UUID, actor: Actor) -> Todo:
    """Let casework show what belongs to a request from below."""
    return get_request(application_id, actor=actor)


def facts_of_station() -> Iterable[Fact]:
    """Derive every fact of the station in force anew, from what was paid."""
    paid = Application.objects.filter(state__in=PAID_STATES).only("counted").order_by("pk")
    for application in paid.iterator(chunk_size=500):
        yield from facts_of_application(application)


def records_of_hashes(subjects: Sequence[bytes]) -> list[Listed]:
    """The applications behind keyed hashes that no file stands for: students, and persons outside the files."""
    hashes = list(subjects)
    students = Application.objects.filter(state__in=PAID_STATES, member__in=hashes)
    outside = Application.objects.filter(
        state__in=PAID_STATES, file__isnull=True, household__in=hashes
    )
    return [
        Listed(
            number=row.number,
            title=row.get_state_display(),
            url=page_link("application", row.pk),
        )
        for row in (students | outside).only("number", "state").order_by("-pk")
    ]
