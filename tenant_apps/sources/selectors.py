"""Questions about transfers and donations of the station in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.reading import in_pages
from shared_apps.rollup.indicators import Fact, Listed
from tenant_apps.funds.chart import AVAILABLE, BANK, IN_TRANSIT, INCOME
from tenant_apps.funds.models import Account, Fund, Period
from tenant_apps.funds.promises import promised_from
from tenant_apps.sources.indicators import facts_of_donation, facts_of_pair
from tenant_apps.sources.links import page_link
from tenant_apps.sources.models import (
    Donation,
    DonationKind,
    DonationState,
    Side,
    Transfer,
    TransferState,
)
from tenant_apps.sources.rules import DonorRule

VIEWS = "fund.view"
TRANSFER, DONATION = "fund_transfer", "donation"
RULE, PLANNED, SPLIT = "rule", "planned", "split"
"""What a fund may carry in its terms: the donor's rule, what is planned by year, what goes to the one above."""
PENDING = (
    TransferState.SENT,
    TransferState.ANNOUNCED,
    TransferState.MISMATCH,
)
GIVEN = (
    DonationState.RECEIVED,
    DonationState.RECEIPTED,
    DonationState.ALLOCATED,
    DonationState.USED,
    DonationState.FED_BACK,
    DonationState.TO_RETURN,
    DonationState.RETURNING,
)
"""In these a donation, or what is left of it, is here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSearch:
    """What a person looks for among transfers; empty means anything."""

    words: str = ""
    side: str = ""
    state: str = ""


def transfers(search: TransferSearch, *, actor: Actor) -> QuerySet[Transfer]:
    """The transfers that fit, newest first.

    Raises:
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    rows = Transfer.objects.select_related("fund")
    if search.side:
        rows = rows.filter(side=search.side)
    if search.state:
        rows = rows.filter(state=search.state)
    words = search.words.strip()
    if words:
        rows = rows.filter(
            Q(number__iexact=words) | Q(partner_name__icontains=words) | Q(purpose__icontains=words)
        )
    return rows.order_by("-id")


def get_transfer(transfer_id: UUID, *, actor: Actor) -> Transfer:
    """One end of a transfer.

    Raises:
        NotFound: there is none here.
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    found = Transfer.objects.select_related("fund").filter(pk=transfer_id).first()
    if found is None:
        raise NotFound
    return found


def transfer_door(transfer_id: UUID, actor: Actor) -> object:
    """Let casework serve a transfer to those who may see the ledger."""
    return get_transfer(transfer_id, actor=actor)


def transfers_here(keys: Iterable[UUID]) -> set[UUID]:
    """Return which of these transfers have an end here."""
    return set(Transfer.objects.filter(pk__in=list(keys)).values_list("pk", flat=True))


def count_pending() -> int:
    """How many transfers are on their way or differ."""
    return Transfer.objects.filter(state__in=PENDING).count()


# --- donations ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DonationSearch:
    """What a person looks for among donations; empty means anything."""

    words: str = ""
    kind: str = ""
    state: str = ""
    campaign: str = ""


def donations(search: DonationSearch, *, actor: Actor) -> QuerySet[Donation]:
    """The donations that fit, newest first.

    Raises:
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    rows = Donation.objects.select_related("fund")
    for name in ("kind", "state", "campaign"):
        if getattr(search, name):
            rows = rows.filter(**{name: getattr(search, name)})
    words = search.words.strip()
    if words:
        rows = rows.filter(
            Q(number__iexact=words) | Q(goods__icontains=words) | Q(wish__icontains=words)
        )
    return rows.order_by("-id")


def get_donation(donation_id: UUID, *, actor: Actor) -> Donation:
    """One donation.

    Raises:
        NotFound: there is none here.
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    found = Donation.objects.select_related("fund").filter(pk=donation_id).first()
    if found is None:
        raise NotFound
    return found


def donation_door(donation_id: UUID, actor: Actor) -> object:
    """Let casework serve a donation to those who may see the ledger."""
    return get_donation(donation_id, actor=actor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returnable:
    """What of a donation could go back to its donor, in fen: what is left of it, and what its fund has free."""

    kept_fen: int
    free_fen: int

    @property
    def fen(self) -> int:
        """The less of both."""
        return max(min(self.kept_fen, self.free_fen), 0)


def returnable(donation: Donation) -> Returnable:
    """Return what of a donation is neither spent nor held nor promised. Goods: what is left of their value.

    For money at most five queries.
    """
    kept, fund = donation.kept_fen, donation.fund
    if donation.kind != DonationKind.CASH or fund is None:
        return Returnable(kept_fen=kept, free_fen=kept)
    year = _last_year()
    account = Account.objects.filter(fund=fund, year=year, code=AVAILABLE).first()
    available = account.balance_fen if account else 0
    promised = promised_from(fund, year)
    return Returnable(
        kept_fen=kept, free_fen=min(available, available + promised.pledged_fen - promised.fen)
    )


# --- named funds, plans ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a named fund has for what it promised, in fen: on the bank, and promised to it."""

    balance_fen: int
    pledged_fen: int

    @property
    def total_fen(self) -> int:
        """Both together."""
        return self.balance_fen + self.pledged_fen


def means_of(fund: Fund) -> Means:
    """Return what a fund has and what was pledged to it. Three small queries."""
    year = _last_year()
    account = Account.objects.filter(fund=fund, year=year, code=BANK).first()
    pledged = Donation.objects.filter(
        fund=fund, kind=DonationKind.CASH, state=DonationState.PLEDGED
    ).aggregate(total=Sum("amount_fen", default=0))["total"]
    return Means(balance_fen=account.balance_fen if account else 0, pledged_fen=pledged)


def rule_of(fund: Fund) -> DonorRule | None:
    """Return what the donor of a fund laid down, if anything."""
    said = fund.terms.get(RULE)
    return DonorRule(**said) if said else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """Planned against received money of one fund in one year, in fen."""

    fund: Fund
    planned_fen: int
    received_fen: int

    @property
    def rate(self) -> str:
        """How much of the plan has come, in per cent."""
        return f"{self.received_fen * 1000 // self.planned_fen / 10:.1f}"


def plan_lines(year: int) -> list[PlanLine]:
    """Return every fund that has a plan for a year, with what has come. Two queries."""
    planned = {
        fund: int(fund.terms[PLANNED][str(year)])
        for fund in Fund.objects.order_by("code")
        if str(year) in fund.terms.get(PLANNED, {})
    }
    received = dict(
        Account.objects.filter(year=year, fund__in=planned, code__in=INCOME)
        .values_list("fund_id")
        .annotate(total=Sum("balance_fen"))
    )
    return [
        PlanLine(fund=fund, planned_fen=fen, received_fen=-received.get(fund.pk, 0))
        for fund, fen in planned.items()
    ]


# --- facts ----------------------------------------------------------------------------------------


def facts_of_sources() -> Iterable[Fact]:
    """Derive every fact of transfers and donations of this station anew from its rows."""
    pairs = Transfer.objects.filter(side=Side.OUT).exclude(pairs=[])
    for direction, source, kept in pairs.values_list("direction", "source", "pairs"):
        for pair in kept:
            yield from facts_of_pair(direction, source, pair)
    came = Donation.objects.filter(state__in=(*GIVEN, DonationState.RETURNED))
    for donation in in_pages(came):
        yield from facts_of_donation(donation)


def donations_behind(subjects: Iterable[bytes]) -> list[Listed]:
    """Return the donations of the donors whom keyed hashes stand for, by number."""
    rows = Donation.objects.filter(donor_hash__in=list(subjects), state__in=GIVEN)
    return [
        Listed(
            number=row.number,
            title=row.get_kind_display(),
            url=page_link("donation", row.pk),
        )
        for row in rows
    ]


def planned_stock(*, on: date) -> Iterable[Fact]:
    """Count what is planned for the year of a day, by source."""
    return [
        Fact(
            indicator="FUN-06.D",
            period=on.replace(day=1),
            dims={"fund_source": line.fund.source},
            value=line.planned_fen,
        )
        for line in plan_lines(on.year)
    ]


def received_stock(*, on: date) -> Iterable[Fact]:
    """Count what has come of the plan for the year of a day, by source."""
    return [
        Fact(
            indicator="FUN-06.N",
            period=on.replace(day=1),
            dims={"fund_source": line.fund.source},
            value=line.received_fen,
        )
        for line in plan_lines(on.year)
    ]


def students_stock(*, on: date) -> Iterable[Fact]:
    """Count the students that named funds support."""
    return [
        Fact(indicator="EDU-05", period=on.replace(day=1), n=rule.students)
        for fund in Fund.objects.filter(closed_on=None).order_by("code")
        if (rule := rule_of(fund)) is not None
    ]


# --- the books ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitDifference:
    """One fund whose 1101 is not what its unmatched transfers add up to, in fen."""

    fund_id: UUID
    booked_fen: int
    open_fen: int


def transit_differences() -> list[TransitDifference]:
    """Return where money in transit by the books is not the sum of the unmatched transfers. Three queries."""
    year = _last_year()
    booked = dict(
        Account.objects.filter(year=year, code=IN_TRANSIT).values_list("fund_id", "balance_fen")
    )
    open_ = dict(
        Transfer.objects.filter(side=Side.OUT)
        .values_list("fund_id")
        .annotate(total=Sum(F("moved_fen") - F("back_fen") - F("given_fen") - F("confirmed_fen")))
    )
    return [
        TransitDifference(
            fund_id=fund_id, booked_fen=booked.get(fund_id, 0), open_fen=open_.get(fund_id, 0)
        )
        for fund_id in sorted({*booked, *open_})
        if booked.get(fund_id, 0) != open_.get(fund_id, 0)
    ]


def _last_year() -> int:
    return (
        Period.objects.filter(month=0).order_by("-year").values_list("year", flat=True).first() or 0
    )


def donations_moved_on(refs: Iterable[str], *, since: DonationState) -> dict[str, str]:
    """Return which donations, by their numbers in small letters, are not in a state any more, and in which they are."""
    known = Donation.objects.filter(number__in=[ref.upper() for ref in refs]).exclude(state=since)
    return {donation.number.lower(): donation.get_state_display() for donation in known}
