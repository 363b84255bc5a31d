"""Questions about helpers, pairings, what is owed and what was done."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from shared_apps.rollup.indicators import Fact
from tenant_apps.households.models import COUNTED_STATES as ON_FILE
from tenant_apps.households.models import HouseholdFile
from tenant_apps.pairing.indicators import facts_of_contact, facts_of_duty, facts_of_pairings
from tenant_apps.pairing.models import (
    COUNTED_STATES,
    DONE_DUTIES,
    OPEN_DUTIES,
    Contact,
    Duty,
    DutyState,
    Helper,
    Pairing,
    PairingState,
    Round,
    RoundState,
    VisitWay,
)
from tenant_apps.pairing.rules import percent

VIEWS = "pairing.view"
_HELPERS_IN_ORDER = ("-is_active", "-is_default", "name", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many households on file somebody looks after, and what is owed this quarter."""

    on_file: int
    paired: int
    owed: int
    in_time: int
    overdue: int

    @property
    def unpaired(self) -> int:
        """How many households nobody looks after."""
        return self.on_file - self.paired

    @property
    def percent(self) -> int | None:
        """The share that has a helper; 100 only where all have one."""
        return percent(self.paired, self.on_file)

    @property
    def percent_in_time(self) -> int | None:
        """The share of what was owed that was done in time."""
        return percent(self.in_time, self.owed)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutySearch:
    """What the list of visits is narrowed by; empty means any."""

    tab: str = "open"
    kind: str = ""
    helper_id: UUID | None = None
    round_id: UUID | None = None
    file_id: UUID | None = None
    user_id: int | None = None


def files_on_file() -> QuerySet[HouseholdFile]:
    """The households on file, newest first."""
    return HouseholdFile.objects.filter(state__in=ON_FILE).order_by("-id")


def files_without_helper() -> QuerySet[HouseholdFile]:
    """The households on file that nobody looks after, the longest on file first."""
    return (
        files_on_file()
        .filter(~Exists(_standing()))
        .order_by(F("on_file_on").asc(nulls_first=True), "id")
    )


def coverage(*, on: date) -> Coverage:
    """Count households with and without a helper, and how what was due by a day of the quarter was kept."""
    first = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    after = date(on.year + 1, 1, 1) if first.month == 10 else date(on.year, first.month + 3, 1)
    # Two counts: asked for in one, whether a household has a helper is looked up for each of them.
    files = files_on_file().count()
    paired = files_on_file().filter(Exists(_standing())).count()
    owed = Duty.objects.exclude(state=DutyState.CANCELLED).aggregate(
        owed=Count(
            "id",
            filter=Q(due_on__gte=first, due_on__lt=after)
            & (Q(state__in=DONE_DUTIES) | Q(due_on__lt=on)),
        ),
        in_time=Count(
            "id",
            filter=Q(due_on__gte=first, due_on__lt=after)
            & Q(state__in=DONE_DUTIES, done_on__lte=F("due_on")),
        ),
        overdue=Count("id", filter=Q(state__in=OPEN_DUTIES, due_on__lt=on)),
    )
    return Coverage(on_file=files, paired=paired, **owed)


def active_helpers(actor: Actor) -> QuerySet[Helper]:
    """The helpers that can be chosen, in the order of their list; nothing is counted for a choice of names."""
    actor.require(VIEWS)
    return Helper.objects.filter(is_active=True).order_by(*_HELPERS_IN_ORDER)


def helpers_of(actor: Actor) -> QuerySet[Helper]:
    """The helpers with how many households they look after and how they kept what they owe."""
    actor.require(VIEWS)
    kept = Duty.objects.filter(state__in=DONE_DUTIES)
    return Helper.objects.annotate(
        load=_number(Pairing.objects.filter(state__in=COUNTED_STATES)),
        owed=_number(Duty.objects.filter(state__in=(*DONE_DUTIES, DutyState.MISSED))),
        in_time=_number(kept.filter(done_on__lte=F("due_on"))),
        late=_number(kept.filter(done_on__gt=F("due_on"))),
        last_contact=_last_contact(helper_id=OuterRef("pk")),
    ).order_by(*_HELPERS_IN_ORDER)


def get_helper(helper_id: UUID, *, actor: Actor) -> Helper:
    """Return one helper with their load.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    helper = helpers_of(actor).filter(pk=helper_id).first()
    if helper is None:
        raise NotFound
    return helper


def pairings_of(
    actor: Actor,
    *,
    state: str = "",
    helper_id: UUID | None = None,
    file_id: UUID | None = None,
    form: str = "",
) -> QuerySet[Pairing]:
    """The pairings that fit, newest first, with file and helper."""
    actor.require(VIEWS)
    pairings = (
        Pairing.objects.select_related("file", "helper")
        # Looked up for each pairing that is shown, not gathered for all of them at once.
        .annotate(last_contact=_last_contact(file_id=OuterRef("file_id")))
        .order_by("-id")
    )
    wanted = {"state": state, "helper_id": helper_id, "file_id": file_id, "form": form}
    return pairings.filter(**{name: value for name, value in wanted.items() if value})


def get_pairing(pairing_id: UUID, *, actor: Actor) -> Pairing:
    """Return one pairing with its file and helper.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    pairing = pairings_of(actor).filter(pk=pairing_id).first()
    if pairing is None:
        raise NotFound
    return pairing


def pairing_door(pairing_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the pairing. Raises: as ``get_pairing``."""
    return get_pairing(pairing_id, actor=actor)


def duties_matching(search: DutySearch, *, actor: Actor, on: date) -> QuerySet[Duty]:
    """The visits that fit a search: what is owed by the day it is due, what was done newest first."""
    actor.require(VIEWS)
    duties = Duty.objects.select_related("file", "helper", "round")
    open_ones = Q(state__in=OPEN_DUTIES)
    tabs = {
        "open": open_ones & Q(opens_on__lte=on),
        "overdue": open_ones & Q(due_on__lt=on),
        "coming": open_ones & Q(opens_on__gt=on),
        "done": Q(state__in=DONE_DUTIES),
    }
    if search.tab in tabs:
        duties = duties.filter(tabs[search.tab])
    wanted = {
        "kind": search.kind,
        "helper_id": search.helper_id,
        "round_id": search.round_id,
        "file_id": search.file_id,
        "helper__user_id": search.user_id,
    }
    duties = duties.filter(**{name: value for name, value in wanted.items() if value})
    newest_first = search.tab == "done"
    return duties.order_by("-done_on", "-id") if newest_first else duties.order_by("due_on", "id")


def get_duty(duty_id: UUID, *, actor: Actor) -> Duty:
    """Return one visit that is owed.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require(VIEWS)
    duty = Duty.objects.select_related("file", "helper", "round").filter(pk=duty_id).first()
    if duty is None:
        raise NotFound
    return duty


def duty_door(duty_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the duty. Raises: as ``get_duty``."""
    return get_duty(duty_id, actor=actor)


def contacts_of(
    actor: Actor, *, file_id: UUID | None = None, helper_id: UUID | None = None
) -> QuerySet[Contact]:
    """The contacts that were recorded, newest first; withdrawn ones too."""
    actor.require(VIEWS)
    contacts = Contact.objects.select_related("file", "helper").order_by("-visited_on", "-id")
    if file_id:
        contacts = contacts.filter(file_id=file_id)
    return contacts.filter(helper_id=helper_id) if helper_id else contacts


def get_contact(contact_id: UUID, *, actor: Actor) -> Contact:
    """Return one contact.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    contact = contacts_of(actor).filter(pk=contact_id).first()
    if contact is None:
        raise NotFound
    return contact


def contact_door(contact_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the contact and its pictures. Raises: as ``get_contact``."""
    return get_contact(contact_id, actor=actor)


def rounds_of(actor: Actor) -> QuerySet[Round]:
    """The rounds, open ones and the newest first, with how far they are."""
    actor.require(VIEWS)
    asked = ~Q(duties__state=DutyState.CANCELLED)
    return Round.objects.annotate(
        asked=Count("duties", filter=asked),
        done=Count("duties", filter=Q(duties__state__in=DONE_DUTIES)),
        in_time=Count(
            "duties",
            filter=Q(duties__state__in=DONE_DUTIES, duties__done_on__lte=F("duties__due_on")),
        ),
    ).order_by("-state", "-due_on", "-id")


def done_of(round_: Round) -> int | None:
    """Return the share of a round that is done, of one that ``rounds_of`` gave."""
    return percent(getattr(round_, "done", 0), getattr(round_, "asked", 0))


def get_round(round_id: UUID, *, actor: Actor) -> Round:
    """Return one round with how far it is.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    found = rounds_of(actor).filter(pk=round_id).first()
    if found is None:
        raise NotFound
    return found


def round_door(round_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the round. Raises: as ``get_round``."""
    return get_round(round_id, actor=actor)


def open_rounds_over(*, on: date) -> QuerySet[Round]:
    """The open rounds whose last day has passed."""
    return Round.objects.filter(state=RoundState.OPEN, due_on__lt=on).order_by("due_on", "id")


def default_helper() -> Helper | None:
    """The helper who looks after whoever has nobody else (I-P13)."""
    return Helper.objects.filter(is_default=True).first()


def standing_pairings(file_ids: Collection[UUID]) -> QuerySet[Pairing]:
    """The pairings that stand for these files, the oldest first."""
    return (
        Pairing.objects.filter(file_id__in=file_ids, state__in=COUNTED_STATES)
        .select_related("helper")
        .order_by("started_on", "id")
    )


def open_pairings_of(file_id: UUID) -> QuerySet[Pairing]:
    """The pairings of a file that have not ended."""
    return Pairing.objects.filter(file_id=file_id).exclude(state=PairingState.ENDED).order_by("id")


def pairing_facts(file_ids: Collection[UUID]) -> list[Fact]:
    """What the pairings of these files count as now. One query."""
    return facts_of_pairings(Pairing.objects.filter(file_id__in=file_ids).order_by("id"))


def facts_of_station() -> Iterable[Fact]:
    """Every fact of this app, derived anew from its rows."""
    yield from facts_of_pairings(Pairing.objects.order_by("file_id", "id"))
    # Not by iterator(): its cursor on the server costs three round trips, at each of a thousand stations.
    visits = Contact.objects.filter(way=VisitWay.VISIT, withdrawn_at__isnull=True)
    for contact in visits.only("way", "withdrawn_at", "visited_on", "kind", "subject"):
        yield from facts_of_contact(contact)
    duties = Duty.objects.exclude(state=DutyState.CANCELLED)
    for duty in duties.only("state", "due_on", "done_on", "kind", "subject"):
        yield from facts_of_duty(duty)


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = (
        rows.filter(helper_id=OuterRef("pk"))
        .order_by()
        .values("helper_id")
        .annotate(number=Count("id"))
        .values("number")
    )
    return Coalesce(Subquery(counted), 0)


def _last_contact(**of: OuterRef) -> Subquery:
    """The day of the last contact of one helper, or with one household."""
    # The latest of theirs, not the first of theirs among all by day: the index of their own finds those few.
    contacts = Contact.objects.filter(**of, withdrawn_at__isnull=True).order_by()
    return Subquery(contacts.values(*of).annotate(last=Max("visited_on")).values("last"))


def _standing() -> QuerySet[Pairing]:
    return Pairing.objects.filter(file_id=OuterRef("pk"), state__in=COUNTED_STATES)
