"""The month with a partner: compared with its statement, posted by two people, paid when the bank says so."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, NotPermitted, Problem
from bangfu.kernel.text import kept
from bangfu.ui.templatetags.ui import yuan
from shared_apps.audit.services import record
from tenant_apps.benefits.errors import (
    MonthSettled,
    NothingToSettle,
    SettlementDecided,
    SettlementWaits,
    StatementDiffers,
)
from tenant_apps.benefits.links import page_link
from tenant_apps.benefits.models import Entry, EntryKind
from tenant_apps.benefits.rules import PROGRAMME_OF, Line, compared, month_of
from tenant_apps.benefits.selectors import (
    PARTNER,
    SETTLES,
    carried_into,
    get_partner,
    is_settled,
    month_with,
    receipts_of_month,
    waiting_settlements,
)
from tenant_apps.casework.models import Todo
from tenant_apps.casework.services import close_todos, open_todo
from tenant_apps.funds.chart import AID, BANK, OWED
from tenant_apps.funds.errors import SamePerson
from tenant_apps.funds.expectations import Booking, Expectation
from tenant_apps.funds.models import Fund, Journal, JournalKind
from tenant_apps.funds.rules import Leg, Somebody
from tenant_apps.funds.services import execute_budget, post_journal, reserve_budget

KIND = "purchase"
MOST_KEPT = 200


@transaction.atomic
def propose_settlement(
    partner_id: UUID,
    *,
    month: date,
    fund_id: UUID,
    statement: Sequence[Line],
    actor: Actor,
    now: datetime,
) -> Todo:
    """Compare a month with the partner's statement, and let it wait for a second person.

    What differs is kept with what waits; such a month cannot be confirmed, and is a break until it is cleared up.
    Months before it in which more was taken back than bought are settled with it: what is paid is the less for it.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: B109 the month is not over; B110 no fund in use.
        MonthSettled, SettlementWaits, NothingToSettle: as their names say.
    """
    actor.require(SETTLES)
    if actor.user_id is None:
        raise NotPermitted
    partner = get_partner(partner_id, actor=actor)
    month = month_of(month)
    _check_may_settle(partner_id, month, today=clock.local_day(now), name=partner.name)
    if not Fund.objects.filter(pk=fund_id, closed_on=None).exists():
        raise InvalidInput([Problem(code="B110", field="fund", message=_("请选择在用的资金。"))])
    if waiting_settlements(partner_id=partner_id).filter(kind=_kind(month)).exists():
        raise SettlementWaits(month=f"{month:%Y-%m}")
    sums = month_with(partner_id, month)
    carried_fen = sum(one.union_fen for one in carried_into(partner_id, month).values())
    if sums.union_fen + carried_fen <= 0:
        raise NothingToSettle(month=f"{month:%Y-%m}")
    unequal = compared(receipts_of_month(partner_id, month), statement)
    todo = open_todo(
        subject=(PARTNER, partner.pk),
        kind=_kind(month),
        capability="fund.check",
        not_for=[actor.user_id],
        title=gettext_noop("复核 %(partner)s %(month)s 结算，工会承担 %(amount)s 元"),
        params={
            "partner": partner.name,
            "month": f"{month:%Y-%m}",
            "amount": yuan(sums.union_fen + carried_fen),
            "amount_fen": sums.amount_fen,
            "union_fen": sums.union_fen,
            "partner_fen": sums.partner_fen,
            "carried_fen": carried_fen,
            "purchases": sums.purchases,
            "statement_fen": sum(line.amount_fen for line in statement),
            "statement_lines": len(statement),
            "differences": json.dumps([asdict(one) for one in unequal[:MOST_KEPT]]),
            "different": len(unequal),
            "fund": str(fund_id),
            "user": actor.user_id,
            "name": actor.name,
        },
        link=page_link("settlements"),
        now=now,
    )
    record(
        event="settlement.proposed",
        actor=actor,
        subject=(PARTNER, partner.pk),
        data={
            "month": f"{month:%Y-%m}",
            "union_fen": sums.union_fen + carried_fen,
            "different": len(unequal),
        },
        now=now,
    )
    return todo


@transaction.atomic
def confirm_settlement(todo_id: UUID, *, actor: Actor, now: datetime) -> Entry:
    """Agree with a month as the second person: post the union's share, owed to the partner from now on.

    Raises:
        NotPermitted: the actor may not.
        SamePerson: the actor proposed it.
        SettlementDecided: it was decided.
        StatementDiffers: the statement differs, or something was entered since.
        MonthSettled: the month was settled.
        PeriodNotOpen, BelowFloor, FundClosed, OutsidePurpose: as ``post_journal``.
    """
    actor.require("fund.check")
    todo = _locked(todo_id)
    said = todo.params
    maker = _Maker(int(said["user"]), str(said["name"]))
    if actor.user_id is None:
        raise NotPermitted
    if actor.user_id == maker.user_id:
        raise SamePerson
    if int(said["different"]):
        raise StatementDiffers(count=said["different"])
    partner = get_partner(todo.subject_id, actor=actor)
    month = date.fromisoformat(f"{said['month']}-01")
    # The audit chain lets one writer of the station through at a time: whatever is entered after this row sees the
    # settlement, whatever was entered before it is added up below.
    record(
        event="settlement.confirmed",
        actor=actor,
        subject=(PARTNER, partner.pk),
        data={"month": str(said["month"]), "union_fen": _to_pay_fen(said)},
        now=now,
    )
    _check_may_settle(partner.pk, month, today=clock.local_day(now), name=partner.name)
    sums = month_with(partner.pk, month)
    carried = carried_into(partner.pk, month)
    to_pay_fen = sums.union_fen + sum(one.union_fen for one in carried.values())
    is_as_said = (sums.amount_fen, sums.union_fen) == (said["amount_fen"], said["union_fen"])
    if not is_as_said or to_pay_fen != _to_pay_fen(said):
        raise StatementDiffers(count=1)
    fund_id = UUID(str(said["fund"]))
    journal = _post(
        f"{partner.pk}:{said['month']}",
        partner.kind,
        kept(gettext_lazy("爱心卡结算 %(partner)s %(month)s"))
        % {"partner": partner.name, "month": said["month"]},
        to_pay_fen,
        fund_id,
        maker=maker,
        actor=actor,
        now=now,
    )
    # One for each month, so that each stands by its own purchases; all of one voucher.
    for covers, came_to in {**carried, month: sums}.items():
        entry = Entry(
            kind=EntryKind.SETTLEMENT,
            amount_fen=came_to.amount_fen,
            union_fen=came_to.union_fen,
            partner_fen=came_to.partner_fen,
            quantity=came_to.purchases,
            entered_on=clock.local_day(now),
            entered_at=now,
            partner_id=partner.pk,
            partner_name=partner.name,
            partner_kind=partner.kind,
            covers=covers,
            fund_id=fund_id,
            voucher_id=journal.pk,
            by_id=maker.user_id,
            by_name=maker.name,
            second_id=actor.user_id,
            second_name=actor.name,
        )
        entry.save(force_insert=True)
    close_todos(subject=(PARTNER, partner.pk), kind=todo.kind, actor=actor, now=now)
    return entry


@transaction.atomic
def return_settlement(todo_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Do not agree with a month, with a reason; whoever proposed it takes it back without one.

    Raises:
        NotPermitted: the actor neither proposed it nor may check.
        InvalidInput: B102 a second person gives no reason.
        SettlementDecided: it was decided.
    """
    todo = _locked(todo_id)
    is_own_one = actor.user_id is not None and actor.user_id == int(todo.params["user"])
    if not is_own_one:
        actor.require("fund.check")
        if not reason.strip():
            raise InvalidInput(
                [Problem(code="B102", field="reason", message=_("请写明退回的原因。"))]
            )
    close_todos(subject=(PARTNER, todo.subject_id), kind=todo.kind, actor=actor, now=now)
    record(
        event="settlement.withdrawn" if is_own_one else "settlement.returned",
        actor=actor,
        subject=(PARTNER, todo.subject_id),
        data={"month": str(todo.params["month"]), "reason": reason.strip()},
        now=now,
    )


class Settlements:
    """What partners are owed and the bank has not paid yet, as the books expect it at the bank."""

    def expected(self, *, on: date) -> Iterable[Expectation]:
        """Return every settled month that no bank line has paid, oldest first."""
        paid = set(
            Journal.objects.filter(
                kind=JournalKind.BANK_OUT, ref__startswith=f"{KIND}:"
            ).values_list("ref", flat=True)
        )
        owed = _owed_by_voucher()
        settled = _paid_for().filter(entered_on__lte=on)
        for entry in settled.order_by("id"):
            if f"{KIND}:{entry.pk}" not in paid and entry.fund_id is not None:
                yield Expectation(
                    kind=KIND,
                    ref=bank_ref(entry),
                    amount_fen=owed[entry.voucher_id],
                    incoming=False,
                    fund_id=entry.fund_id,
                    counterparty=entry.partner_name,
                    due_on=entry.entered_on,
                )

    def settle(
        self,
        ref: str,
        bookings: tuple[Booking, ...],
        *,
        maker: Somebody,
        actor: Actor,
        now: datetime,
    ) -> Journal:
        """Post that the bank paid a partner what it was owed.

        Raises:
            NotFound: no month was settled under that reference.
            InvalidInput: B111 it is another amount.
        """
        entry = next(
            (one for one in _paid_for() if bank_ref(one) == ref.upper()),
            None,
        )
        if entry is None or entry.fund_id is None:
            raise NotFound
        owed_fen = _owed_by_voucher()[entry.voucher_id]
        if sum(one.amount_fen for one in bookings) != owed_fen:
            message = _("付款金额与结算金额不符。")
            raise InvalidInput([Problem(code="B111", field="amount", message=message)])
        return post_journal(
            kind=JournalKind.BANK_OUT,
            ref=f"{KIND}:{entry.pk}",
            effective_on=max(one.booked_on for one in bookings),
            memo=kept(gettext_lazy("付爱心卡结算款 %(partner)s")) % {"partner": entry.partner_name},
            legs=[
                Leg(code=OWED, fund_id=entry.fund_id, amount_fen=owed_fen),
                Leg(code=BANK, fund_id=entry.fund_id, amount_fen=-owed_fen),
            ],
            maker=maker,
            actor=actor,
            now=now,
        )


def bank_ref(entry: Entry) -> str:
    """Return the reference that the bank prints with the payment of a settled month."""
    return f"JS{entry.pk.hex[-12:]}".upper()


def _paid_for() -> QuerySet[Entry]:
    """The settled months that the bank pays: one that was only carried into a later one is paid with that."""
    return Entry.objects.filter(kind=EntryKind.SETTLEMENT, union_fen__gt=0)


def _owed_by_voucher() -> dict[UUID | None, int]:
    """What each voucher of settled months owes, what was carried into it taken off. One query."""
    settled = Entry.objects.filter(kind=EntryKind.SETTLEMENT).order_by()
    sums = settled.values_list("voucher_id").annotate(fen=Sum("union_fen"))
    return {voucher: int(fen) for voucher, fen in sums}


def _to_pay_fen(said: Mapping[str, str | int]) -> int:
    # One that waited before months were carried says nothing of them.
    return int(said["union_fen"]) + int(said.get("carried_fen", 0))


class _Maker:
    """Who proposed a month, as the ledger names people."""

    def __init__(self, user_id: int, name: str) -> None:
        self._user_id, self._name = user_id, name

    @property
    def user_id(self) -> int:
        """The key of the user."""
        return self._user_id

    @property
    def name(self) -> str:
        """The name at that time."""
        return self._name


def _post(
    key: str,
    partner_kind: str,
    memo: str,
    union_fen: int,
    fund_id: UUID,
    *,
    maker: Somebody,
    actor: Actor,
    now: datetime,
) -> Journal:
    ref, on = f"{KIND}:{key}", clock.local_day(now)
    held = {
        "ref": ref, "fund_id": fund_id, "amount_fen": union_fen, "on": on, "memo": memo,
        "maker": maker, "actor": actor, "now": now,
    }  # fmt: skip
    reserve_budget(**held)  # type: ignore[arg-type]
    programme = PROGRAMME_OF.get(partner_kind, "other")
    journal = post_journal(
        kind=JournalKind.PURCHASE,
        ref=ref,
        effective_on=on,
        memo=memo,
        legs=[
            Leg(code=f"{AID}.{programme}", fund_id=fund_id, amount_fen=union_fen),
            Leg(code=OWED, fund_id=fund_id, amount_fen=-union_fen),
        ],
        maker=maker,
        actor=actor,
        now=now,
    )
    execute_budget(**held)  # type: ignore[arg-type]
    return journal


def _check_may_settle(partner_id: UUID, month: date, *, today: date, name: str) -> None:
    if month >= month_of(today):
        message = _("当月尚未结束，请在月末之后结算。")
        raise InvalidInput([Problem(code="B109", field="month", message=message)])
    if is_settled(partner_id, month):
        raise MonthSettled(month=f"{month:%Y-%m}", partner=name)


def _kind(month: date) -> str:
    return f"{SETTLES}:{month:%Y-%m}"


def _locked(todo_id: UUID) -> Todo:
    todo = waiting_settlements().select_for_update().filter(pk=todo_id).first()
    if todo is None:
        raise SettlementDecided
    return todo
