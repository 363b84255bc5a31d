"""Donations from the promise to the feedback."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import blind_index
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted, Problem
from bangfu.kernel.ids import uuid7
from bangfu.kernel.text import kept
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.rollup.services import record_facts
from tenant_apps.casework.services import stop_clocks
from tenant_apps.funds.chart import AVAILABLE, BANK, DONATED, SOURCE
from tenant_apps.funds.models import Fund, Journal, JournalKind
from tenant_apps.funds.rules import MOST_FEN, Leg, Somebody
from tenant_apps.funds.services import lock_open_years, post_journal
from tenant_apps.sources.errors import ActedOn
from tenant_apps.sources.flow import DONATION_FLOW, DONATIONS
from tenant_apps.sources.indicators import facts_of_donation
from tenant_apps.sources.models import Donation, DonationKind, DonationState
from tenant_apps.sources.selectors import DONATION
from tenant_apps.sources.services.donation_steps import (
    await_receipt,
    locked_by_number,
    locked_donation,
    save_step,
    trace_step,
)
from tenant_apps.sources.services.reversing import reverse_pair

_SAID_IN_WORDS = ("allocate", "use", "feed_back", "cancel")


@transaction.atomic
def pledge_donation(
    *,
    kind: str,
    donor: str,
    amount_fen: int,
    actor: Actor,
    now: datetime,
    fund_id: UUID | None = None,
    campaign: str = "",
    goods: str = "",
    wish: str = "",
    is_anonymous: bool = False,
) -> Donation:
    """Enter what somebody promises. Money waits for its line at the own bank; goods for their arrival.

    Raises:
        NotPermitted: the actor may not.
        InvalidInput: S101 no donor · S102 no value · S103 money without a fund of donations in use · S104 goods
            without a description · S105 no such campaign.
    """
    actor.require(DONATIONS)
    if actor.user_id is None:
        raise NotPermitted
    donor, goods = " ".join(donor.split()), goods.strip()
    fund = Fund.objects.filter(pk=fund_id, closed_on=None).first() if fund_id else None
    problems = []
    if not donor:
        problems.append(
            Problem(
                code="S101", field="donor", message=_("请填写捐赠人；对外可以匿名，财务必须知道。")
            )
        )
    if not 0 < amount_fen <= MOST_FEN:
        problems.append(Problem(code="S102", field="amount", message=_("请填写金额或估价。")))
    if kind == DonationKind.CASH and (fund is None or fund.source != "donation"):
        problems.append(
            Problem(code="S103", field="fund", message=_("请选择来源为社会捐助的资金。"))
        )
    if kind == DonationKind.GOODS and not goods:
        problems.append(
            Problem(code="S104", field="goods", message=_("请填写物资名称、数量和单位。"))
        )
    if campaign and campaign not in CODE_LISTS["donation_campaign"]:
        problems.append(Problem(code="S105", field="campaign", message=_("没有这项募捐活动。")))
    if problems:
        raise InvalidInput(problems)
    key = uuid7()
    donation = Donation.objects.create(
        id=key,
        number=f"JZ{key.hex[-12:].upper()}",
        kind=kind,
        donor=donor,
        donor_hash=blind_index(donor, purpose="donor"),
        is_anonymous=is_anonymous,
        campaign=campaign,
        fund=fund,
        amount_fen=amount_fen,
        goods=goods,
        wish=wish.strip(),
        pledged_on=clock.local_day(now),
        made_by_id=actor.user_id,
        made_by=actor.name,
        created_at=now,
        changed_at=now,
    )
    trace_step(donation, "pledge", before="", actor=actor, now=now, comment=donation.wish)
    return donation


@transaction.atomic
def receive_money(
    number: str, *, amount_fen: int, on: date, maker: Somebody, actor: Actor, now: datetime
) -> Journal:
    """Enter a donation of money that the own bank booked, and its budget.

    Raises:
        NotFound: there is no such donation.
        IllegalMove: it is not pledged any more, or another amount came.
        Otherwise as ``post_journal``.
    """
    donation = locked_by_number(number)
    if donation.kind != DonationKind.CASH or donation.amount_fen != amount_fen:
        raise IllegalMove
    told = Journal.objects.filter(
        Q(ref=number) | Q(ref__startswith=f"{number}#"), kind=JournalKind.DONATION
    )
    known = told.filter(reversed_by__isnull=True).first()
    if known is not None:
        return known
    # One that was taken back keeps its name, the next is counted on.
    undone = told.count()
    if donation.state != DonationState.PLEDGED or donation.fund_id is None:
        raise IllegalMove
    journal = post_journal(
        kind=JournalKind.DONATION,
        ref=f"{number}#{undone}" if undone else number,
        effective_on=on,
        memo=kept(gettext_lazy("收到捐款 %(number)s")) % {"number": number},
        legs=[
            Leg(code=code, fund_id=donation.fund_id, amount_fen=fen)
            for code, fen in (
                (BANK, amount_fen), (DONATED, -amount_fen),
                (AVAILABLE, amount_fen), (SOURCE, -amount_fen),
            )
        ],
        maker=maker,
        actor=actor,
        now=now,
    )  # fmt: skip
    _received(donation, on, actor=actor, now=now)
    return journal


def check_takes_back(number: str, journal: Journal) -> None:
    """Return only if it may be taken back that a donation came under a voucher.

    Raises:
        NotFound, ActedOn: as ``take_back_money``.
    """
    donation = Donation.objects.filter(number=number).first()
    if donation is None:
        raise NotFound
    _check_untouched(donation, journal)


def _check_untouched(donation: Donation, journal: Journal) -> None:
    is_its_own = journal.ref.partition("#")[0] == donation.number
    if donation.state != DonationState.RECEIVED or donation.returns or not is_its_own:
        raise ActedOn(
            why=_("这笔捐赠现在是“%(state)s”，已在此基础上继续办理。")
            % {"state": donation.get_state_display()}
        )


@transaction.atomic
def take_back_money(
    number: str, journal: Journal, *, reason: str, maker: Somebody, actor: Actor, now: datetime
) -> None:
    """Take back that a donation came: the line of the bank was another's. It is pledged as before.

    Raises:
        NotFound: there is no such donation.
        ActedOn: a receipt was given, or more, or it is not the voucher under which it came.
        Otherwise as ``reverse_journal``.
    """
    donation = locked_by_number(number)
    _check_untouched(donation, journal)
    reverse_pair(journal, reason=reason, maker=maker, actor=actor, now=now)
    facts = facts_of_donation(donation)
    record_facts([fact.reversed() for fact in facts], now=now)
    donation.state, donation.received_on = DonationState.PLEDGED, None
    stop_clocks(subject=(DONATION, donation.pk), now=now)
    save_step(
        donation, "taken_back", before=DonationState.RECEIVED, actor=actor, now=now, comment=reason
    )


@transaction.atomic
def receive_goods(donation_id: UUID, *, actor: Actor, now: datetime) -> Donation:
    """Enter that donated goods arrived; the store takes them over by the number of the donation.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
    """
    donation = locked_donation(donation_id)
    DONATION_FLOW.advance("receive_goods", state=donation.state, actor=actor)
    if donation.kind != DonationKind.GOODS:
        raise IllegalMove
    _received(donation, clock.local_day(now), actor=actor, now=now)
    return donation


@transaction.atomic
def give_receipt(donation_id: UUID, *, actor: Actor, now: datetime) -> Donation:
    """Give a receipt its number: they count without a gap within the year.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
    """
    donation = locked_donation(donation_id)
    before = donation.state
    donation.state = DONATION_FLOW.advance("receipt", state=before, actor=actor)
    year = clock.local_day(now).year
    # The lock of the books is the one in whose order receipts are numbered.
    lock_open_years()
    donation.receipt_year, donation.receipt_number = year, _last_receipt(year) + 1
    donation.receipt_by = actor.name
    stop_clocks(subject=(DONATION, donation.pk), now=now)
    return save_step(donation, "receipt", before=before, actor=actor, now=now)


@transaction.atomic
def move_donation(
    donation_id: UUID, action: str, *, words: str, actor: Actor, now: datetime
) -> Donation:
    """Say what a donation is meant for (``allocate``), its use, what its donor was told, or why it fell through.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        InvalidInput: S106 no words.
    """
    if action not in _SAID_IN_WORDS:
        raise IllegalMove
    donation = locked_donation(donation_id)
    before = donation.state
    donation.state = DONATION_FLOW.advance(action, state=before, actor=actor)
    words = words.strip()
    if not words:
        raise InvalidInput([Problem(code="S106", field="words", message=_("请填写说明。"))])
    if action == "allocate":
        donation.use = words
    elif action == "feed_back":
        donation.feedback = words
    return save_step(donation, action, before=before, actor=actor, now=now, comment=words)


def _last_receipt(year: int) -> int:
    """The last number of a year, also where that receipt was cancelled since."""
    last = Donation.objects.filter(receipt_year=year).aggregate(last=Max("receipt_number"))["last"]
    void = Donation.objects.exclude(void_receipts=[]).values_list("void_receipts", flat=True)
    numbers = [int(one["number"]) for some in void for one in some if one["year"] == year]
    return max([int(last or 0), *numbers])


def _received(donation: Donation, on: date, *, actor: Actor, now: datetime) -> None:
    before = donation.state
    donation.state, donation.received_on = DonationState.RECEIVED, on
    record_facts(facts_of_donation(donation), now=now)
    save_step(donation, "received", before=before, actor=actor, now=now)
    await_receipt(donation, now=now)
