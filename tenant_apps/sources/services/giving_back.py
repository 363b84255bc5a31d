"""A donation goes back to its donor: asked for by one person, agreed by another, proved by the own bank's debit.

Only what is neither spent nor held nor promised goes back: on agreement the budget is held for it, which the ledger
refuses where the fund has promised it. Goods went back when both people say so. Receipts are cancelled with it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted, Problem
from bangfu.kernel.text import kept
from bangfu.ui.templatetags.ui import yuan
from shared_apps.rollup.services import record_facts
from tenant_apps.casework.services import open_todo, stop_clocks
from tenant_apps.funds.chart import BANK, DONATED, RESERVED, SOURCE
from tenant_apps.funds.models import Journal, JournalKind
from tenant_apps.funds.rules import Leg, Somebody
from tenant_apps.funds.services import (
    lock_open_years,
    post_journal,
    release_budget,
    reserve_budget,
)
from tenant_apps.sources.errors import ActedOn, NotReturnable, SamePerson
from tenant_apps.sources.flow import DONATION_FLOW, RETURNS
from tenant_apps.sources.indicators import facts_of_return
from tenant_apps.sources.links import page_link
from tenant_apps.sources.models import Donation, DonationKind, DonationState
from tenant_apps.sources.selectors import DONATION, returnable
from tenant_apps.sources.services.donation_steps import (
    await_receipt,
    locked_by_number,
    locked_donation,
    save_step,
)
from tenant_apps.sources.services.following import day_to_post
from tenant_apps.sources.services.reversing import reverse_pair

WAITS = "donation.return"


@transaction.atomic
def ask_return(
    donation_id: UUID, *, amount_fen: int, reason: str, actor: Actor, now: datetime
) -> Donation:
    """Ask that a donation, or a part of it, be given back; a second person has to agree. Nothing is held yet.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        InvalidInput: S107 no amount, or no reason.
        NotReturnable: so much is not left of it, or not free.
    """
    donation = locked_donation(donation_id)
    before = donation.state
    donation.state = DONATION_FLOW.advance("ask_return", state=before, actor=actor)
    if actor.user_id is None:
        raise NotPermitted
    reason = reason.strip()
    problems = []
    if amount_fen <= 0:
        problems.append(Problem(code="S107", field="amount", message=_("请填写退还的金额或估价。")))
    if not reason:
        problems.append(Problem(code="S107", field="words", message=_("请写明退还的原因。")))
    if problems:
        raise InvalidInput(problems)
    _check_returnable(donation, amount_fen)
    donation.going_back = {
        "fen": amount_fen,
        "why": reason[:200],
        "was": before,
        "by_id": actor.user_id,
        "by": actor.name,
    }
    save_step(
        donation, "ask_return", before=before, actor=actor, now=now, comment=reason,
        amount_fen=amount_fen,
    )  # fmt: skip
    open_todo(
        subject=(DONATION, donation.pk),
        kind=WAITS,
        capability=RETURNS,
        not_for=[actor.user_id],
        title=gettext_noop("复核退还捐赠：%(number)s，%(amount)s 元"),
        params={"number": donation.number, "amount": yuan(amount_fen)},
        link=page_link("donation", donation.pk),
        now=now,
    )
    return donation


@transaction.atomic
def agree_return(donation_id: UUID, *, actor: Actor, now: datetime) -> Donation:
    """Agree, as the second person. Budget is held for money, which waits for the bank; goods have gone back with it.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        SamePerson: the actor asked for it.
        NotReturnable: it was spent, held or promised meanwhile.
        Otherwise as ``post_journal``.
    """
    donation = locked_donation(donation_id)
    before = donation.state
    donation.state = DONATION_FLOW.advance("agree_return", state=before, actor=actor)
    asked = donation.going_back
    if actor.user_id is None:
        raise NotPermitted
    if actor.user_id == asked["by_id"]:
        raise SamePerson
    on, fen = clock.local_day(now), int(asked["fen"])
    # Nothing of the fund is promised between this look and the budget being held.
    lock_open_years()
    _check_returnable(donation, fen)
    donation.going_back = asked | {
        "agreed_id": actor.user_id, "agreed": actor.name, "on": on.isoformat(),
    }  # fmt: skip
    if donation.kind == DonationKind.GOODS:
        return _gone(donation, on=on, before=before, actor=actor, now=now)
    donation.going_back["held"] = held = _fresh_hold(donation)
    reserve_budget(
        ref=held,
        fund_id=_fund_of(donation),
        amount_fen=fen,
        on=day_to_post(on, now=now),
        memo=kept(gettext_lazy("退还捐赠 %(number)s")) % {"number": donation.number},
        maker=_asker(asked),
        actor=actor,
        now=now,
    )
    return save_step(donation, "agree_return", before=before, actor=actor, now=now, amount_fen=fen)


@transaction.atomic
def stop_return(donation_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Donation:
    """Keep a donation that was to go back, as long as the bank has not paid; budget that was held is free again.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        InvalidInput: S106 no reason.
    """
    donation = locked_donation(donation_id)
    before = donation.state
    DONATION_FLOW.advance("stop_return", state=before, actor=actor)
    if not reason.strip():
        raise InvalidInput([Problem(code="S106", field="words", message=_("请填写说明。"))])
    asked = donation.going_back
    if before == DonationState.RETURNING:
        first = _asker(asked)
        release_budget(
            ref=asked["held"],
            fund_id=_fund_of(donation),
            amount_fen=int(asked["fen"]),
            on=day_to_post(clock.local_day(now), now=now),
            memo=kept(gettext_lazy("不再退还捐赠 %(number)s")) % {"number": donation.number},
            # Two people are on the voucher: whoever stops it, and one of those who agreed on it.
            maker=first if first.user_id != actor.user_id else _agreer(asked),
            actor=actor,
            now=now,
        )
    donation.state, donation.going_back = asked["was"], {}
    return save_step(
        donation, "stop_return", before=before, actor=actor, now=now, comment=reason.strip(),
        amount_fen=int(asked["fen"]),
    )  # fmt: skip


@transaction.atomic
def pay_return(
    number: str,
    *,
    amount_fen: int,
    serial: str,
    on: date,
    maker: Somebody,
    actor: Actor,
    now: datetime,
) -> Journal:
    """Post what the own bank paid back to a donor; the same line again is the same voucher.

    Raises:
        NotFound: there is no such donation.
        IllegalMove: nothing of it is to go back, or the bank paid another amount.
        Otherwise as ``post_journal``.
    """
    donation = locked_by_number(number)
    ref = f"{number}/{serial}"[:76]
    told = Journal.objects.filter(
        Q(ref=ref) | Q(ref__startswith=f"{ref}#"), kind=JournalKind.DONATION_BACK
    )
    known = told.filter(reversed_by__isnull=True).first()
    if known is not None:
        return known
    before = donation.state
    if before != DonationState.RETURNING or donation.going_back["fen"] != amount_fen:
        raise IllegalMove
    # One that was taken back keeps its name, the next is counted on.
    undone = told.count()
    fund_id = _fund_of(donation)
    journal = post_journal(
        kind=JournalKind.DONATION_BACK,
        ref=f"{ref}#{undone}" if undone else ref,
        effective_on=on,
        memo=kept(gettext_lazy("退还捐款 %(number)s：%(why)s"))
        % {"number": number, "why": donation.going_back["why"][:120]},
        legs=[
            Leg(code=code, fund_id=fund_id, amount_fen=fen)
            for code, fen in (
                (DONATED, amount_fen), (BANK, -amount_fen),
                (SOURCE, amount_fen), (RESERVED, -amount_fen),
            )
        ],
        maker=maker,
        actor=actor,
        now=now,
    )  # fmt: skip
    _gone(donation, on=on, before=before, actor=actor, now=now, journal=journal)
    return journal


def check_unpay(number: str, journal: Journal) -> None:
    """Return only if it may be taken back that the bank paid a donation back under a voucher.

    Raises:
        NotFound: there is no such donation.
        ActedOn: it went on since, or another return came after it.
    """
    donation = Donation.objects.filter(number=number).first()
    if donation is None:
        raise NotFound
    _check_last(donation, journal)


@transaction.atomic
def unpay_return(
    number: str, journal: Journal, *, reason: str, maker: Somebody, actor: Actor, now: datetime
) -> None:
    """Take back that the bank paid a donation back: the line was another's. It waits for the bank again.

    A receipt that was cancelled stays cancelled; its donor was told.

    Raises:
        NotFound, ActedOn: as ``check_unpay``.
        Otherwise as ``reverse_journal``.
    """
    donation = locked_by_number(number)
    _check_last(donation, journal)
    reverse_pair(journal, reason=reason, maker=maker, actor=actor, now=now)
    _here_again(donation, DonationState.RETURNING, reason=reason, actor=actor, now=now)


@transaction.atomic
def undo_return(donation_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Donation:
    """Take back that goods went back to their donor: they are here. What money went back is undone with its line.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        SamePerson: the actor asked for the return.
        InvalidInput: S106 no reason.
    """
    donation = locked_donation(donation_id)
    DONATION_FLOW.advance("undo_return", state=donation.state, actor=actor)
    if donation.kind != DonationKind.GOODS or not donation.returns:
        raise IllegalMove
    if actor.user_id == donation.returns[-1]["by_id"]:
        raise SamePerson
    if not reason.strip():
        raise InvalidInput([Problem(code="S106", field="words", message=_("请填写说明。"))])
    return _here_again(
        donation, DonationState.RECEIVED, reason=reason.strip(), actor=actor, now=now
    )


def _gone(
    donation: Donation,
    *,
    on: date,
    before: str,
    actor: Actor,
    now: datetime,
    journal: Journal | None = None,
) -> Donation:
    """Enter that it went back: facts, the receipt that counts no more, and whether anything is left."""
    one: dict[str, Any] = donation.going_back | {"on": on.isoformat()}
    if journal is not None:
        one["journal"] = str(journal.pk)
    if donation.receipt_number:
        one["receipt"] = donation.receipt_text
        donation.void_receipts = [
            *donation.void_receipts,
            {
                "year": donation.receipt_year,
                "number": donation.receipt_number,
                "text": donation.receipt_text,
                "on": on.isoformat(),
            },
        ]
        donation.receipt_year = donation.receipt_number = None
        donation.receipt_by = ""
    donation.returns = [*donation.returns, one]
    donation.returned_fen += int(one["fen"])
    donation.going_back = {}
    is_all = donation.kept_fen == 0
    donation.state = DonationState.RETURNED if is_all else DonationState.RECEIVED
    record_facts(facts_of_return(donation, one, is_all=is_all), now=now)
    said = [one["why"]]
    if "receipt" in one:
        said.append(_("收据 %(number)s 作废") % {"number": one["receipt"]})
    stop_clocks(subject=(DONATION, donation.pk), now=now)
    save_step(
        donation, "returned", before=before, actor=actor, now=now, comment="；".join(said),
        amount_fen=int(one["fen"]),
    )  # fmt: skip
    if not is_all:
        await_receipt(donation, now=now)
    return donation


def _here_again(
    donation: Donation, state: str, *, reason: str, actor: Actor, now: datetime
) -> Donation:
    before, was_all = donation.state, donation.kept_fen == 0
    *others, one = donation.returns
    facts = facts_of_return(donation, one, is_all=was_all)
    record_facts([fact.reversed() for fact in facts], now=now)
    donation.returns = others
    donation.returned_fen -= int(one["fen"])
    donation.state = state
    stop_clocks(subject=(DONATION, donation.pk), now=now)
    if state == DonationState.RETURNING:
        kept = ("fen", "why", "was", "by_id", "by", "agreed_id", "agreed", "held", "on")
        donation.going_back = {name: one[name] for name in kept}
        if "receipt" in one:
            # What it stood on was cancelled: should it stay after all, a receipt is due again.
            donation.going_back["was"] = DonationState.RECEIVED
    save_step(
        donation, "unreturned", before=before, actor=actor, now=now, comment=reason,
        amount_fen=int(one["fen"]),
    )  # fmt: skip
    if state == DonationState.RECEIVED:
        await_receipt(donation, now=now)
    return donation


def _check_last(donation: Donation, journal: Journal) -> None:
    is_last = bool(donation.returns) and donation.returns[-1].get("journal") == str(journal.pk)
    if not is_last or donation.state not in {DonationState.RETURNED, DonationState.RECEIVED}:
        raise ActedOn(
            why=_("这笔捐赠现在是“%(state)s”，已在此基础上继续办理。")
            % {"state": donation.get_state_display()}
        )


def _check_returnable(donation: Donation, fen: int) -> None:
    could = returnable(donation)
    if fen > could.fen:
        raise NotReturnable(
            asked=yuan(fen), kept=yuan(could.kept_fen), free=yuan(max(could.free_fen, 0))
        )


def _fresh_hold(donation: Donation) -> str:
    """Name the budget held for a return: each that is agreed on has its own."""
    ref = f"donation:{donation.pk}"
    before = Journal.objects.filter(
        Q(ref=ref) | Q(ref__startswith=f"{ref}#"), kind=JournalKind.RESERVE
    ).count()
    return f"{ref}#{before}" if before else ref


def _fund_of(donation: Donation) -> UUID:
    if donation.fund_id is None:
        # The database asks a fund of money.
        raise IllegalMove
    return donation.fund_id


def _asker(asked: dict[str, Any]) -> Somebody:
    return Actor(user_id=asked["by_id"], name=asked["by"])


def _agreer(asked: dict[str, Any]) -> Somebody:
    return Actor(user_id=asked["agreed_id"], name=asked["agreed"])
