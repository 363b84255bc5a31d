"""What people decide of a transfer: plan, check, approve, instruct, agree, recall, report, settle, cancel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import StationRef, current_station, in_network
from bangfu.kernel.text import kept
from bangfu.ui.templatetags.ui import yuan
from tenant_apps.funds.chart import AVAILABLE
from tenant_apps.funds.models import Fund, JournalKind
from tenant_apps.funds.rules import MOST_FEN, Leg
from tenant_apps.funds.services import check_promises, release_budget, reserve_budget
from tenant_apps.sources import rules
from tenant_apps.sources.errors import BackBeyondUnused, NoSuchPartner, SamePerson
from tenant_apps.sources.flow import IN_FLOW, OUT_FLOW, PLANS
from tenant_apps.sources.models import Direction, Side, Transfer, TransferState
from tenant_apps.sources.services.following import (
    day_to_post,
    end_of,
    follow,
    leave_traces,
    note_pair,
)
from tenant_apps.sources.services.saying import RECALLED, REPORTED, SETTLED, say
from tenants.models import Station
from tenants.selectors import USABLE

BUDGET = "transfer:"
_HOLDS_BUDGET = (TransferState.APPROVED, TransferState.INSTRUCTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meetings:
    """The two meetings that decide on money: the chair's office, then the leading party group (I-O08)."""

    chair_met_on: date
    chair_decided: str
    party_met_on: date
    party_decided: str


def partners_of(station: StationRef) -> list[Station]:
    """Return the stations money may go to from here: those right below, then the one right above."""
    with in_network():
        below = list(
            Station.objects.filter(parent_id=station.id, state__in=USABLE).order_by("code")
        )
        above = list(Station.objects.filter(pk=station.parent_id)) if station.parent_id else []
    return below + above


@transaction.atomic
def plan_transfer(
    *,
    to_code: str,
    fund_id: UUID,
    amount_fen: int,
    purpose: str,
    payee: str,
    year: int,
    actor: Actor,
    now: datetime,
) -> Transfer:
    """Plan money for a station right below, or a share for the one above; a second person checks it.

    Raises:
        NotPermitted: the actor may not.
        NotFound: there is no such fund in use.
        NoSuchPartner: the station is not right below or above.
        InvalidInput: S001 no amount · S002 no purpose · S003 no payee.
        PromisedAlready: the fund promised the money.
    """
    actor.require(PLANS)
    here = current_station()
    partner = next((one for one in partners_of(here) if one.code == to_code), None)
    if partner is None:
        raise NoSuchPartner
    problems = []
    if not 0 < amount_fen <= MOST_FEN:
        problems.append(Problem(code="S001", field="amount", message=_("请填写金额。")))
    if not purpose.strip():
        problems.append(Problem(code="S002", field="purpose", message=_("请填写用途。")))
    if not payee.strip():
        problems.append(Problem(code="S003", field="payee", message=_("请填写收款账户的户名。")))
    if problems:
        raise InvalidInput(problems)
    fund = Fund.objects.filter(pk=fund_id, closed_on=None).first()
    if fund is None:
        raise NotFound
    wanted = Leg(code=AVAILABLE, fund_id=fund.pk, amount_fen=-amount_fen)
    check_promises([wanted], [fund], kind=JournalKind.RESERVE, year=clock.local_day(now).year)
    key = uuid7()
    transfer = Transfer.objects.create(
        id=key,
        side=Side.OUT,
        direction=Direction.UP if partner.pk == here.parent_id else Direction.DOWN,
        state=TransferState.PLANNED,
        number=f"BK{key.hex[-12:].upper()}",
        partner_id=partner.pk,
        partner_code=partner.code,
        partner_name=partner.name,
        fund=fund,
        source=fund.source,
        programmes=fund.programmes,
        year=year,
        purpose=purpose.strip(),
        payee=payee.strip(),
        amount_fen=amount_fen,
        planned_by_id=actor.user_id,
        planned_by=actor.name,
        created_at=now,
        changed_at=now,
    )
    leave_traces(transfer, action="plan", before="", actor=actor, now=now, comment=purpose)
    return transfer


@transaction.atomic
def check_transfer(transfer_id: UUID, *, actor: Actor, now: datetime) -> Transfer:
    """Check a plan that another person made.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        SamePerson: the actor planned it.
    """
    transfer = _locked(transfer_id, Side.OUT)
    before = transfer.state
    transfer.state = OUT_FLOW.advance("check", state=before, actor=actor)
    if actor.user_id == transfer.planned_by_id:
        raise SamePerson
    transfer.checked_by_id, transfer.checked_by = actor.user_id, actor.name
    return _moved(transfer, "check", before=before, actor=actor, now=now)


@transaction.atomic
def approve_transfer(
    transfer_id: UUID, meetings: Meetings, *, actor: Actor, now: datetime
) -> Transfer:
    """Approve a checked plan after the two meetings; its money is held in the budget from now on.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        SamePerson: the actor planned or checked it.
        InvalidInput: S004 a meeting lacks its decision, or the party group met before the chair or lies ahead.
        BelowFloor: the fund has not that much budget.
        PromisedAlready: the fund promised it.
    """
    transfer = _locked(transfer_id, Side.OUT)
    before = transfer.state
    transfer.state = OUT_FLOW.advance("approve", state=before, actor=actor)
    if actor.user_id in {transfer.planned_by_id, transfer.checked_by_id}:
        raise SamePerson
    on = clock.local_day(now)
    in_order = meetings.chair_met_on <= meetings.party_met_on <= on
    if not in_order or not meetings.chair_decided.strip() or not meetings.party_decided.strip():
        raise InvalidInput(
            [
                Problem(
                    code="S004",
                    field="party_met_on",
                    message=_(
                        "请填写主席办公会和党组会的日期与决定；党组会不早于主席办公会，也不晚于今天。"
                    ),
                )
            ]
        )
    transfer.chair_met_on = meetings.chair_met_on
    transfer.chair_decided = meetings.chair_decided.strip()
    transfer.party_met_on = meetings.party_met_on
    transfer.party_decided = meetings.party_decided.strip()
    transfer.approved_by_id, transfer.approved_by = actor.user_id, actor.name
    reserve_budget(
        ref=f"{BUDGET}{transfer.number}",
        fund_id=transfer.fund_id,
        amount_fen=transfer.amount_fen,
        on=on,
        memo=_budget_memo(transfer),
        maker=_planner(transfer),
        actor=actor,
        now=now,
    )
    return _moved(transfer, "approve", before=before, actor=actor, now=now)


@transaction.atomic
def instruct_transfer(transfer_id: UUID, *, actor: Actor, now: datetime) -> Transfer:
    """Note that the bank was instructed under our reference; from now on its debit is expected.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
    """
    transfer = _locked(transfer_id, Side.OUT)
    before = transfer.state
    transfer.state = OUT_FLOW.advance("instruct", state=before, actor=actor)
    return _moved(transfer, "instruct", before=before, actor=actor, now=now)


@transaction.atomic
def cancel_transfer(transfer_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Transfer:
    """Give a transfer up before the bank paid; what was held in the budget is free again.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        InvalidInput: S005 no reason.
    """
    transfer = _locked(transfer_id, Side.OUT)
    before = transfer.state
    transfer.state = OUT_FLOW.advance("cancel", state=before, actor=actor)
    if not reason.strip():
        raise InvalidInput([Problem(code="S005", field="reason", message=_("请写明原因。"))])
    if before in _HOLDS_BUDGET:
        release_budget(
            ref=f"{BUDGET}{transfer.number}",
            fund_id=transfer.fund_id,
            amount_fen=transfer.amount_fen,
            on=clock.local_day(now),
            memo=_budget_memo(transfer),
            maker=_another(transfer, actor),
            actor=actor,
            now=now,
        )
    return _moved(transfer, "cancel", before=before, actor=actor, now=now, comment=reason)


@transaction.atomic
def agree_on_received(transfer_id: UUID, *, actor: Actor, now: datetime) -> Transfer:
    """Agree on what the other station received; what is missing stays in transit until the bank gives it back.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        SamePerson: the actor planned it.
    """
    transfer = _locked(transfer_id, Side.OUT)
    OUT_FLOW.advance("agree", state=transfer.state, actor=actor)
    if actor.user_id == transfer.planned_by_id:
        raise SamePerson
    outcome = rules.agreed(end_of(transfer))
    fen = outcome.end.confirmed_fen - transfer.confirmed_fen
    on = day_to_post(clock.local_day(now), now=now)
    transfer.confirmed_on = on
    note_pair(transfer, fen, here=on, there=on, now=now)
    follow(
        transfer, outcome, action="agreed", on=on, maker=_planner(transfer), actor=actor, now=now,
        comment=kept(gettext_lazy("确认实收 %(amount)s 元")) % {"amount": yuan(fen)},
    )  # fmt: skip
    return transfer


@transaction.atomic
def recall_transfer(
    transfer_id: UUID, *, amount_fen: int, reason: str, actor: Actor, now: datetime
) -> Transfer:
    """Ask the other station to pay unused money back.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        SamePerson: the actor planned it.
        BackBeyondUnused: it is more than was confirmed.
    """
    transfer = _locked(transfer_id, Side.OUT)
    OUT_FLOW.advance("recall", state=transfer.state, actor=actor)
    if actor.user_id == transfer.planned_by_id:
        raise SamePerson
    if not 0 < amount_fen <= transfer.confirmed_fen:
        raise BackBeyondUnused(confirmed=yuan(transfer.confirmed_fen))
    transfer.wanted_back_fen = amount_fen
    body = {"fen": amount_fen, "reason": reason.strip()}
    say(transfer, RECALLED, body, on=clock.local_day(now), now=now)
    return _moved(
        transfer, "recall", before=transfer.state, actor=actor, now=now,
        comment=kept(gettext_lazy("%(amount)s 元，%(reason)s")) % {"amount": yuan(amount_fen), "reason": reason},
    )  # fmt: skip


@transaction.atomic
def report_use(
    transfer_id: UUID, *, used_fen: int, report: str, actor: Actor, now: datetime
) -> Transfer:
    """Report to the sender what was used of the money (决算).

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        InvalidInput: S006 more than was received, or no words.
    """
    transfer = _locked(transfer_id, Side.IN)
    before = transfer.state
    transfer.state = IN_FLOW.advance("report", state=before, actor=actor)
    if not 0 <= used_fen <= transfer.confirmed_fen or not report.strip():
        raise InvalidInput(
            [
                Problem(
                    code="S006",
                    field="used",
                    message=_("请填写使用金额（不超过实收）和使用说明。"),
                )
            ]
        )
    transfer.used_fen, transfer.report = used_fen, report.strip()
    body = {"used_fen": used_fen, "report": transfer.report}
    say(transfer, REPORTED, body, on=clock.local_day(now), now=now)
    return _moved(transfer, "report", before=before, actor=actor, now=now, comment=report)


@transaction.atomic
def settle_transfer(transfer_id: UUID, *, actor: Actor, now: datetime) -> Transfer:
    """Settle a transfer whose use was reported; what is left is carried by the other station.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
    """
    transfer = _locked(transfer_id, Side.OUT)
    before = transfer.state
    transfer.state = OUT_FLOW.advance("settle", state=before, actor=actor)
    say(transfer, SETTLED, {}, on=clock.local_day(now), now=now)
    return _moved(transfer, "settle", before=before, actor=actor, now=now)


def _locked(transfer_id: UUID, side: Side) -> Transfer:
    transfer = Transfer.objects.select_for_update().filter(pk=transfer_id, side=side).first()
    if transfer is None:
        raise NotFound
    return transfer


def _moved(
    transfer: Transfer,
    action: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    comment: str = "",
) -> Transfer:
    transfer.changed_at = now
    transfer.save()
    leave_traces(transfer, action=action, before=before, actor=actor, now=now, comment=comment)
    return transfer


def _planner(transfer: Transfer) -> Actor:
    return Actor(user_id=transfer.planned_by_id, name=transfer.planned_by)


def _another(transfer: Transfer, actor: Actor) -> Actor:
    """The person besides the actor on whose word the budget was held."""
    if actor.user_id != transfer.planned_by_id:
        return _planner(transfer)
    return Actor(user_id=transfer.approved_by_id, name=transfer.approved_by)


def _budget_memo(transfer: Transfer) -> str:
    return _("拨付 %(partner)s：%(purpose)s") % {
        "partner": transfer.partner_name,
        "purpose": transfer.purpose,
    }
