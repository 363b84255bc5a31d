"""Questions about partners, cards and entries."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.reading import in_pages
from bangfu.kernel.tenancy import current_station
from shared_apps.partners.models import Agreement, AgreementState, Partner
from shared_apps.rollup.indicators import Fact
from tenant_apps.benefits.indicators import facts_of_card, facts_of_entry, facts_of_partner
from tenant_apps.benefits.models import Card, CardState, Entry, EntryKind
from tenant_apps.benefits.rules import after
from tenant_apps.casework.models import Todo
from tenant_apps.households.models import HouseholdFile

VIEWS = "benefit.view"
CARD, PARTNER = "benefit_card", "benefit_partner"
SETTLES = "benefit.settle"
CHECK_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSearch:
    """What the register of cards is narrowed by; empty means any."""

    words: str = ""
    kind: str = ""
    state: str = ""
    tab: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a month with a partner came to, in fen: the whole and its two shares, over so many purchases."""

    amount_fen: int
    union_fen: int
    partner_fen: int
    purchases: int


def partners(*, actor: Actor, kind: str = "", is_active: bool | None = None) -> QuerySet[Partner]:
    """The partners of this station and of those above it, by kind and name."""
    actor.require(VIEWS)
    found = Partner.objects.select_related("station").order_by("kind", "name", "id")
    if kind:
        found = found.filter(kind=kind)
    if is_active is not None:
        found = found.filter(closed_on__isnull=is_active)
    return found


def get_partner(partner_id: UUID, *, actor: Actor) -> Partner:
    """Return one partner of this station, or of one above it.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    found = partners(actor=actor).filter(pk=partner_id).first()
    if found is None:
        raise NotFound
    return found


def partner_door(partner_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the partner. Raises: as ``get_partner``."""
    return get_partner(partner_id, actor=actor)


def is_own(partner: Partner) -> bool:
    """Whether the partner is this station's own, not one of a station above."""
    return partner.station_id == current_station().id


def agreements(*, actor: Actor, partner_id: UUID | None = None) -> QuerySet[Agreement]:
    """The agreements of this station, and those that come down to it, the latest first."""
    actor.require(VIEWS)
    found = Agreement.objects.select_related("partner", "station").order_by("-valid_from", "-id")
    return found.filter(partner_id=partner_id) if partner_id else found


def get_agreement(agreement_id: UUID, *, actor: Actor) -> Agreement:
    """Return one agreement.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    found = agreements(actor=actor).filter(pk=agreement_id).first()
    if found is None:
        raise NotFound
    return found


def agreement_in_force(partner_id: UUID, *, on: date) -> Agreement | None:
    """Return what was agreed with a partner for a day: this station's own agreement before one from above."""
    found = [
        one
        for one in Agreement.objects.filter(partner_id=partner_id).exclude(
            state=AgreementState.DRAFT
        )
        if one.covers(on)
    ]
    here = current_station().id
    return min(
        found, key=lambda one: (one.station_id != here, -one.valid_from.toordinal()), default=None
    )


def cards(search: CardSearch, *, actor: Actor, on: date) -> QuerySet[Card]:
    """The cards and certificates that fit, the newest first."""
    actor.require(VIEWS)
    found = Card.objects.order_by("-id")
    if words := search.words.strip():
        found = found.filter(Q(number=words) | Q(file_no=words) | Q(holder_name__startswith=words))
    wanted = {"kind": search.kind, "state": search.state}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if search.tab == "due":
        found = found.filter(
            state__in=[CardState.ACTIVE, CardState.SUSPENDED], valid_to__lte=on + CHECK_BEFORE
        )
    return found


def get_card(card_id: UUID, *, actor: Actor) -> Card:
    """Return one card.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require(VIEWS)
    found = Card.objects.filter(pk=card_id).first()
    if found is None:
        raise NotFound
    return found


def card_door(card_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the card. Raises: as ``get_card``."""
    return get_card(card_id, actor=actor)


def card_numbered(number: str, *, actor: Actor) -> Card | None:
    """Return the card with a balance that carries a number, the one in use first; None where there is none."""
    actor.require(VIEWS)
    found = Card.objects.filter(number=number.strip()).exclude(number="")
    return min(found, key=lambda one: (one.state != CardState.ACTIVE, one.kind), default=None)


def entries(
    *,
    actor: Actor,
    card_id: UUID | None = None,
    partner_id: UUID | None = None,
    kinds: tuple[str, ...] = (),
) -> QuerySet[Entry]:
    """What was done with cards and given to households, newest first."""
    actor.require(VIEWS)
    found = Entry.objects.select_related("card", "reversed_by", "reverses").order_by("-id")
    if card_id:
        found = found.filter(card_id=card_id)
    if partner_id:
        found = found.filter(partner_id=partner_id)
    return found.filter(kind__in=kinds) if kinds else found


def names_of(file_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of the heads of these files, as the files say today. One query."""
    return dict(HouseholdFile.objects.filter(pk__in=file_ids).values_list("pk", "name"))


def get_entry(entry_id: UUID, *, actor: Actor) -> Entry:
    """Return one entry.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    found = entries(actor=actor).filter(pk=entry_id).first()
    if found is None:
        raise NotFound
    return found


def _bought_with(partner_id: UUID) -> QuerySet[Entry]:
    """Purchases with a partner, and what was taken back of them."""
    return Entry.objects.filter(
        Q(kind=EntryKind.PURCHASE) | Q(kind=EntryKind.REVERSAL, reverses__kind=EntryKind.PURCHASE),
        partner_id=partner_id,
    )


def _of_month(partner_id: UUID, month: date) -> QuerySet[Entry]:
    return _bought_with(partner_id).filter(entered_on__gte=month, entered_on__lt=after(month))


_SUMS = {
    "whole": Sum("amount_fen", default=0),
    "union": Sum("union_fen", default=0),
    "partner": Sum("partner_fen", default=0),
    "bought": Count("pk", filter=Q(kind=EntryKind.PURCHASE)),
}


def _summed(sums: Mapping[str, Any]) -> Month:
    return Month(
        amount_fen=int(sums["whole"]),
        union_fen=int(sums["union"]),
        partner_fen=int(sums["partner"]),
        purchases=sums["bought"],
    )


def month_with(partner_id: UUID, month: date) -> Month:
    """Add up a month with a partner; what was taken back in it counts as less. One query."""
    return _summed(_of_month(partner_id, month).aggregate(**_SUMS))


def carried_into(partner_id: UUID, month: date) -> Mapping[date, Month]:
    """Return the months before one that were not settled and in which more was taken back than bought, oldest first.

    Nothing is paid for such a month: what the partner owes of it is taken off what it gets next.
    """
    settled = Entry.objects.filter(kind=EntryKind.SETTLEMENT, partner_id=partner_id)
    sums = (
        _bought_with(partner_id)
        .filter(entered_on__lt=month)
        .annotate(of=TruncMonth("entered_on"))
        .exclude(of__in=settled.values("covers"))
        .values("of")
        .annotate(**_SUMS)
        .order_by("of")
    )
    months = {one["of"]: _summed(one) for one in sums}
    return {month: came_to for month, came_to in months.items() if came_to.union_fen < 0}


def receipts_of_month(partner_id: UUID, month: date) -> Mapping[str, int]:
    """Return the slips of a month with what they came to in fen; those that came to nothing are left out."""
    sums: dict[str, int] = {}
    for entry in _of_month(partner_id, month).select_related("reverses"):
        first = entry.reverses or entry
        name = first.receipt or str(first.pk)
        sums[name] = sums.get(name, 0) + entry.amount_fen
    return {name: fen for name, fen in sums.items() if fen}


def is_settled(partner_id: UUID, month: date) -> bool:
    """Whether a month was settled with a partner."""
    return Entry.objects.filter(
        kind=EntryKind.SETTLEMENT, partner_id=partner_id, covers=month
    ).exists()


def settlements(*, actor: Actor) -> QuerySet[Entry]:
    """The months that were settled, the latest first."""
    return entries(actor=actor, kinds=(EntryKind.SETTLEMENT,)).order_by("-covers", "-id")


def waiting_settlements(*, partner_id: UUID | None = None) -> QuerySet[Todo]:
    """The months that wait for their second person, oldest first."""
    found = Todo.objects.filter(
        subject_kind=PARTNER, kind__startswith=SETTLES, closed_at__isnull=True
    )
    return (found.filter(subject_id=partner_id) if partner_id else found).order_by("id")


def count_waiting_settlements(actor: Actor) -> int:
    """How many months that others proposed wait for the actor to check them."""
    return waiting_settlements().exclude(not_for__contains=[actor.user_id]).count()


def differences_said(todo: Todo) -> list[dict[str, Any]]:
    """Return on which slips the statement of a month that waits differs from the entries."""
    found: list[dict[str, Any]] = json.loads(str(todo.params["differences"]))
    return found


def facts_of_benefits() -> Iterator[Fact]:
    """Derive every fact of cards, entries and partners of this station anew."""
    for card in in_pages(Card.objects.all()):
        yield from facts_of_card(card)
    of_entries = Entry.objects.select_related("reverses")
    for entry in in_pages(of_entries):
        yield from facts_of_entry(entry, reversed_entry=entry.reverses)
    for partner in Partner.objects.filter(station_id=current_station().id):
        yield from facts_of_partner(partner)


def cards_other_than_entries() -> QuerySet[Card]:
    """The cards whose balance is not the sum of their entries: none, unless somebody got past the database."""
    return (
        Card.objects.annotate(summed=Sum("entries__effect_fen", default=0))
        .exclude(balance_fen=F("summed"))
        .order_by("id")
    )
