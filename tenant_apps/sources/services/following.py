"""Write what follows at one end of a transfer: the row, the voucher, the message, the traces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from bangfu.ui.templatetags.ui import yuan
from shared_apps.audit.services import record
from shared_apps.policies.selectors import rule_in_force
from shared_apps.rollup.services import record_facts
from tenant_apps.casework.services import (
    close_todos,
    open_todo,
    record_event,
    start_clock,
    stop_clocks,
)
from tenant_apps.funds.models import Journal
from tenant_apps.funds.rules import Leg, Somebody
from tenant_apps.funds.selectors import is_open
from tenant_apps.funds.services import post_journal
from tenant_apps.sources.flow import APPROVES, CHECKS, PLANS
from tenant_apps.sources.indicators import facts_of_pair
from tenant_apps.sources.links import page_link
from tenant_apps.sources.models import Direction, Transfer, TransferState
from tenant_apps.sources.rules import End, Outcome
from tenant_apps.sources.selectors import TRANSFER
from tenant_apps.sources.services.saying import say

CONFIRM = "transfer_confirm"
"""The deadline by which money on its way is confirmed at the other end, as its rule is called."""
# What waits for whom, by the state of an end.
_WAITS: Mapping[str, tuple[str, str]] = {
    TransferState.PLANNED: (CHECKS, gettext_noop("复核拨款计划：%(partner)s，%(amount)s 元")),
    TransferState.CHECKED: (APPROVES, gettext_noop("批准拨款：%(partner)s，%(amount)s 元")),
    TransferState.APPROVED: (PLANS, gettext_noop("通知银行付款：%(partner)s，%(amount)s 元")),
    TransferState.ANNOUNCED: (PLANS, gettext_noop("等待到账：%(partner)s 拨款 %(amount)s 元")),
    TransferState.MISMATCH: (PLANS, gettext_noop("拨款差异待查：%(partner)s，%(amount)s 元")),
}
_TIMED = (TransferState.SENT, TransferState.ANNOUNCED)


def end_of(transfer: Transfer) -> End:
    """Return an end as the rules see it."""
    return End(
        state=transfer.state,
        direction=transfer.direction,
        amount_fen=transfer.amount_fen,
        payee=transfer.payee,
        source=transfer.source,
        moved_fen=transfer.moved_fen,
        confirmed_fen=transfer.confirmed_fen,
        back_fen=transfer.back_fen,
        given_fen=transfer.given_fen,
        heard_fen=transfer.heard_fen,
        difference=transfer.difference,
        undone=transfer.undone,
        heard_undone=transfer.heard_undone,
    )


def system() -> Actor:
    """Return the actor of what happens by a message."""
    return Actor.system("system", station=current_station())


def people_of(transfer: Transfer) -> tuple[Somebody, Actor]:
    """Return the two people on whose word a voucher is posted that a message causes.

    At the sender who planned and who approved; at the receiver the two who entered its own bank line.
    """
    return (
        Actor(user_id=transfer.planned_by_id, name=transfer.planned_by, via="system"),
        Actor(
            user_id=transfer.approved_by_id,
            name=transfer.approved_by,
            station=current_station(),
            via="system",
        ),
    )


def day_to_post(on: date, *, now: datetime) -> date:
    """Return the day of the event where its month is open here, otherwise the present day."""
    return on if is_open(on) else clock.local_day(now)


def follow(
    transfer: Transfer,
    outcome: Outcome,
    *,
    action: str,
    on: date,
    actor: Actor,
    now: datetime,
    maker: Somebody | None = None,
    serial: str = "",
    comment: str = "",
    says: Mapping[str, Any] | None = None,
) -> Journal | None:
    """Do what the rules say follows, in the caller's transaction, on a row the caller has locked.

    Returns the voucher, None where nothing is posted. Nothing at all happens where nothing follows.
    """
    before = transfer.state
    for name, value in asdict(outcome.end).items():
        setattr(transfer, name, value)
    journal = None
    if outcome.kind:
        journal = _post(
            transfer, outcome, on=on, maker=maker or actor, actor=actor, now=now, serial=serial
        )
    if outcome.says:
        say(transfer, outcome.says, {**outcome.body, **(says or {})}, on=on, now=now)
    transfer.changed_at = now
    transfer.save()
    leave_traces(transfer, action=action, before=before, comment=comment, actor=actor, now=now)
    return journal


def _post(
    transfer: Transfer,
    outcome: Outcome,
    *,
    on: date,
    maker: Somebody,
    actor: Actor,
    now: datetime,
    serial: str,
) -> Journal:
    return post_journal(
        kind=outcome.kind,
        ref=_fresh_ref(outcome.kind, transfer, serial),
        effective_on=on,
        memo=kept(gettext_lazy("%(direction)s：%(partner)s，%(purpose)s"))
        % {
            "direction": kept(Direction(transfer.direction).label),
            "partner": transfer.partner_name,
            "purpose": transfer.purpose,
        },
        legs=[
            Leg(code=code, fund_id=transfer.fund_id, amount_fen=fen) for code, fen in outcome.legs
        ],
        maker=maker,
        actor=actor,
        now=now,
    )


def _fresh_ref(kind: str, transfer: Transfer, serial: str) -> str:
    """Name a voucher of a transfer: money may come back more than once, everything else happens once.

    One that was taken back keeps its name; the next is counted on.
    """
    ref = f"{transfer.number}/{serial}" if serial else transfer.number
    undone = Journal.objects.filter(
        Q(ref=ref) | Q(ref__startswith=f"{ref}#"), kind=kind, reversed_by__isnull=False
    ).count()
    return f"{ref}#{undone}" if undone else ref


def note_pair(transfer: Transfer, fen: int, *, here: date, there: date, now: datetime) -> None:
    """Keep what both ends agree on; where they lie in one subtree, its numbers leave the pair out.

    The caller saves the transfer.
    """
    pair = {"fen": fen, "here": here.isoformat(), "there": there.isoformat()}
    transfer.pairs = [*transfer.pairs, pair]
    record_facts(facts_of_pair(transfer.direction, transfer.source, pair), now=now)


def leave_traces(
    transfer: Transfer, *, action: str, before: str, actor: Actor, now: datetime, comment: str = ""
) -> None:
    """Note a step in timeline and audit chain; let the next one wait for whoever takes it."""
    subject = (TRANSFER, transfer.pk)
    record_event(
        subject=subject,
        action=action,
        from_state=before,
        to_state=transfer.state,
        comment=comment,
        actor=actor,
        now=now,
    )
    record(
        event=f"transfer.{action}",
        actor=actor,
        subject=subject,
        data={
            "number": transfer.number,
            "partner": transfer.partner_code,
            "side": transfer.side,
            "state": transfer.state,
            "amount_fen": transfer.amount_fen,
            "moved_fen": transfer.moved_fen,
            "confirmed_fen": transfer.confirmed_fen,
            "back_fen": transfer.back_fen,
            "given_fen": transfer.given_fen,
        },
        now=now,
    )
    if transfer.state == before:
        return
    stop_clocks(subject=subject, now=now)
    close_todos(subject=subject, now=now, actor=actor)
    if transfer.state in _TIMED:
        rule = rule_in_force(f"clock.{CONFIRM}", station=current_station(), on=clock.local_day(now))
        start_clock(
            subject=subject,
            kind=CONFIRM,
            working_days=rule.value,
            rule=rule,
            capability=PLANS,
            reference=transfer.number,
            link=page_link("transfer", transfer.pk),
            now=now,
        )
    waits = _WAITS.get(transfer.state)
    if waits is not None:
        capability, title = waits
        open_todo(
            subject=subject,
            kind=f"transfer.{transfer.state}",
            capability=capability,
            not_for=_acted_before(transfer),
            title=title,
            params={"partner": transfer.partner_name, "amount": yuan(transfer.amount_fen)},
            link=page_link("transfer", transfer.pk),
            now=now,
        )


def _acted_before(transfer: Transfer) -> list[int | None]:
    """Who took a step that the person who takes the next one may not have taken."""
    if transfer.state == TransferState.PLANNED:
        return [transfer.planned_by_id]
    if transfer.state == TransferState.CHECKED:
        return [transfer.planned_by_id, transfer.checked_by_id]
    return []
