"""Questions about applications for aid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import Count, Max, Q, QuerySet, Sum

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.reading import in_pages
from bangfu.kernel.tenancy import current_station
from shared_apps.programmes.models import Campaign
from shared_apps.programmes.selectors import get_campaign
from shared_apps.rollup.indicators import Fact, Listed
from tenant_apps.aid.flow import APPROVES, ENTERS, REVIEWS, VIEWS
from tenant_apps.aid.indicators import facts_of_application
from tenant_apps.aid.links import page_link
from tenant_apps.aid.models import PAID_STATES, AidState, Application
from tenant_apps.casework.models import Event, Todo
from tenant_apps.funds.models import Fund

SUBJECT = "aid"
CAMPAIGN, UNIT = "campaign", "campaign_unit"
"""A campaign; and a campaign at one station below, in whose timeline stands how it was urged on."""
CHASE = "chase"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for among the applications; empty means any."""

    words: str = ""
    state: str = ""
    programme: str = ""
    aid: str = ""
    file_id: UUID | None = None


def applications(search: Search, *, actor: Actor) -> QuerySet[Application]:
    """Return the applications of the station in force that fit, newest first; lists in the making are left out.

    Raises:
        NotPermitted: the actor may not look at aid.
    """
    actor.require(VIEWS)
    rows = Application.objects.select_related("file").order_by("-pk")
    if search.file_id:
        rows = rows.filter(file_id=search.file_id)
    if search.words:
        words = search.words.strip()
        rows = rows.filter(Q(person_name__startswith=words) | Q(number__istartswith=words))
    if search.state:
        rows = rows.filter(state=search.state)
    else:
        rows = rows.exclude(state__in=(AidState.PROPOSED, AidState.LEFT_OUT))
    if search.programme:
        rows = rows.filter(programme=search.programme)
    if search.aid:
        rows = rows.filter(aid=search.aid)
    return rows


def list_of_campaign(campaign_id: UUID, *, actor: Actor, state: str = "") -> QuerySet[Application]:
    """Return the list of a campaign at the station in force, those on it first."""
    actor.require(VIEWS)
    rows = Application.objects.filter(campaign_id=campaign_id).select_related("file")
    return (rows.filter(state=state) if state else rows).order_by("state", "-pk")


def progress_of_campaign(campaign_id: UUID) -> list[StateCount]:
    """Return how many of a campaign stand where, and with how much, in the order of the flow. One query."""
    rows = (
        Application.objects.filter(campaign_id=campaign_id)
        .values("state")
        .annotate(n=Count("pk"), fen=Sum("amount_fen"))
    )
    found = {row["state"]: row for row in rows}
    return [
        StateCount(state.value, str(state.label), found[state]["n"], found[state]["fen"])
        for state in AidState
        if state in found
    ]


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many applications stand in a state, and with how much."""

    state: str
    label: str
    n: int
    fen: int


def funds_for(aid: str) -> list[Fund]:
    """Return the funds in use that may pay a kind of aid, by their code."""
    return [
        fund
        for fund in Fund.objects.filter(closed_on=None).order_by("code")
        if not fund.programmes or aid in fund.programmes
    ]


def count_waiting(actor: Actor) -> int:
    """Count what waits for one who may act on aid."""
    waits = {
        ENTERS: (AidState.SUBMITTED, AidState.ELIGIBILITY, AidState.RETURNED),
        REVIEWS: (AidState.REVIEWING, AidState.OBJECTION),
        APPROVES: (AidState.MEETING, AidState.PARTY_GROUP),
    }
    states = [state for may, those in waits.items() if actor.may(may) for state in those]
    return Application.objects.filter(state__in=states).count() if states else 0


def campaign_door(campaign_id: UUID, actor: Actor) -> Campaign:
    """Let casework show what belongs to a campaign."""
    actor.require(VIEWS)
    return get_campaign(campaign_id, station=current_station())


def facts_of_station() -> Iterable[Fact]:
    """Derive every fact of the station in force anew, from what was paid."""
    paid = Application.objects.filter(state__in=PAID_STATES).only("counted")
    for application in in_pages(paid):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Chased:
    """How often a station below was urged on about a campaign, and when last."""

    times: int
    last_at: datetime


def is_list_owing(counts: Mapping[str, tuple[int, int]], *, is_empty: bool = False) -> bool:
    """Whether a station, with all below it, has listed nobody yet or has people on its list who are not handed in.

    Where it reported that nobody there fits (``is_empty``), an empty list is in.
    """
    listed = sum(n for n, _fen in counts.values())
    return not (listed or is_empty) or bool(counts.get(AidState.PROPOSED, (0, 0))[0])


def unit_key(campaign_id: UUID, station_id: int) -> UUID:
    """Return under which key the timeline keeps what a station was told about a campaign."""
    return uuid5(campaign_id, str(station_id))


def chased_units(campaign_id: UUID, station_ids: Iterable[int]) -> dict[int, Chased]:
    """Return which of these stations were urged on about a campaign. One query."""
    keys = {unit_key(campaign_id, station_id): station_id for station_id in station_ids}
    rows = (
        Event.objects.filter(subject_kind=UNIT, subject_id__in=keys, action=CHASE)
        .order_by()
        .values("subject_id")
        .annotate(times=Count("pk"), last_at=Max("at"))
    )
    return {
        keys[row["subject_id"]]: Chased(times=row["times"], last_at=row["last_at"]) for row in rows
    }


def files_paid() -> QuerySet[Application, UUID | None]:
    """The keys of the files that were ever paid aid, none of them null."""
    return Application.objects.filter(state__in=PAID_STATES, file__isnull=False).values_list(
        "file_id", flat=True
    )
