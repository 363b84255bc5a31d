"""What payouts and the bank say of many applications at once: a batch is one act, not ten thousand.

The same rows as ``paying`` writes one by one: timelines, audit chain, facts, deadlines, to-dos. These belong to the
transaction of the caller, who has asked for the capability; post journals before, as the audit chain is locked last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove
from bangfu.kernel.picking import PickedJson, PickedText
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import Deed, record_all
from shared_apps.policies.selectors import rule_in_force
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.services import record_facts
from tenant_apps.aid.errors import NotPayable, PayeeDoubtful
from tenant_apps.aid.flow import AID_FLOW, ENTERS, VIEWS
from tenant_apps.aid.indicators import counted_of, facts_of_application
from tenant_apps.aid.links import page_link
from tenant_apps.aid.models import PAID_STATES, AidState, Application, PayeeState
from tenant_apps.aid.selectors import SUBJECT
from tenant_apps.aid.services.paying import FEED_BACK, PAYEE
from tenant_apps.aid.services.stepping import locked_applications, subject_of
from tenant_apps.casework.services import Act, record_acts
from tenant_apps.casework.services.crowds import (
    Waiter,
    end_clocks,
    end_todos,
    open_todos,
    start_clocks,
)

AT_ONCE = 1000
Progress = Callable[[int], None]


def nobody_looks(_done: int) -> None:
    """Tell nobody how far it is."""


@transaction.atomic
def batch_many(
    application_ids: Sequence[UUID], *, batch: str, actor: Actor, now: datetime
) -> list[Application]:
    """Put approved applications into a batch, all or none; return them in the order of their keys.

    Raises:
        NotFound, NotPayable, PayeeDoubtful: as ``batch_applications``.
    """
    rows = locked_applications(application_ids)
    check_payable(rows)
    _move(rows, "batch", actor=actor, now=now, batch=batch, line="")
    _tell(rows, "batch", before=AidState.APPROVED, actor=actor, now=now, data={"batch": batch})
    return rows


def check_payable(rows: Iterable[Application]) -> None:
    """Return only if each of these applications may be put into a batch as it stands.

    Raises:
        NotPayable, PayeeDoubtful: as ``batch_applications``; both name the application.
    """
    for row in rows:
        if row.state != AidState.APPROVED:
            raise NotPayable(number=row.number, state=AidState(row.state).label)
        if row.payee_state != PayeeState.SOUND:
            raise PayeeDoubtful(number=row.number)


@transaction.atomic
def unbatch_many(
    application_ids: Sequence[UUID], reason: str, *, actor: Actor, now: datetime
) -> None:
    """Take applications out of a batch that will not be paid: they wait for the next.

    Raises:
        NotFound, IllegalMove: as ``unbatch_application``.
    """
    rows = locked_applications(application_ids)
    _all_in(rows, AidState.BATCHED)
    told = {row.pk: {"batch": row.batch} for row in rows}
    _move(rows, "unbatch", actor=actor, now=now, batch="", line="")
    _tell(rows, "unbatch", before=AidState.BATCHED, comment=reason, actor=actor, now=now, each=told)


@transaction.atomic
def note_paid_many(
    lines: Mapping[UUID, str],
    *,
    on: date,
    actor: Actor,
    now: datetime,
    progress: Progress = nobody_looks,
) -> None:
    """Note that the bank paid applications, each by the line named beside it; write the facts of all.

    What was noted of the same line before changes nothing.

    Raises:
        NotFound, IllegalMove: as ``note_paid``.
    """
    locked = locked_applications(lines)
    rows = [row for row in locked if not _noted(row, lines[row.pk])]
    _all_in(rows, AidState.BATCHED)
    target = AID_FLOW.steps["pay"].target
    for at, some in _in_turn(rows):
        facts: list[Fact] = []
        for row in some:
            row.state, row.line, row.paid_on, row.changed_at = target, lines[row.pk], on, now
            row.counted = counted_of(row)
            facts += facts_of_application(row)
        Application.objects.filter(pk__in=[row.pk for row in some]).update(
            state=target,
            paid_on=on,
            changed_at=now,
            line=PickedText({str(row.pk): row.line for row in some}, "pk"),
            counted=PickedJson({str(row.pk): row.counted for row in some}, "pk"),
        )
        record_facts(facts, now=now)
        progress(at)
    end_clocks([row.pk for row in rows], subject_kind=SUBJECT, kind="aid_pay", now=now)
    _wait(
        rows, clock_kind="aid_feedback", clock_for=ENTERS, todo=FEED_BACK,
        title=gettext_noop("回访帮扶效果 %(number)s（%(name)s）"), now=now,
    )  # fmt: skip
    told = {row.pk: {"line": row.line, "on": on.isoformat(), "batch": row.batch} for row in rows}
    _tell(rows, "pay", before=AidState.BATCHED, actor=actor, now=now, each=told)


@transaction.atomic
def note_not_paid_many(reasons: Mapping[UUID, str], *, actor: Actor, now: datetime) -> None:
    """Note that the bank refused payments, each for its reason: the accounts are corrected first.

    Raises:
        NotFound, IllegalMove: as ``note_not_paid``.
    """
    rows = locked_applications(reasons)
    _all_in(rows, AidState.BATCHED)
    _wait_for_account(rows, "fail", reasons, actor=actor, now=now)


@transaction.atomic
def note_returned_many(reasons: Mapping[UUID, str], *, actor: Actor, now: datetime) -> None:
    """Note that money which had been paid came back: take every fact of it back.

    Raises:
        NotFound, IllegalMove: as ``note_returned``.
    """
    rows = locked_applications(reasons)
    _all_in(rows, *PAID_STATES)
    facts = [fact for row in rows for fact in facts_of_application(row)]
    record_facts([fact.reversed() for fact in facts], now=now)
    end_clocks([row.pk for row in rows], subject_kind=SUBJECT, kind="aid_feedback", now=now)
    end_todos([subject_of(row) for row in rows], kind=FEED_BACK, actor=actor, now=now)
    _wait_for_account(rows, "take_back", reasons, actor=actor, now=now)


def _noted(row: Application, line: str) -> bool:
    return row.state in PAID_STATES and row.line == line


def _all_in(rows: Iterable[Application], *states: str) -> None:
    if any(row.state not in states for row in rows):
        raise IllegalMove


def _in_turn(rows: Sequence[Application]) -> Iterable[tuple[int, Sequence[Application]]]:
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        yield start + len(some), some


def _move(
    rows: Sequence[Application], action: str, *, actor: Actor, now: datetime, **values: Any
) -> None:
    for row in rows:
        row.state = AID_FLOW.advance(action, state=row.state, actor=actor)
        row.changed_at = now
        for name, value in values.items():
            setattr(row, name, value)
    if rows:
        Application.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=rows[0].state, changed_at=now, **values
        )


def _wait_for_account(
    rows: Sequence[Application],
    action: str,
    reasons: Mapping[UUID, str],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    before = {row.pk: (row.state, {"batch": row.batch, "line": row.line}) for row in rows}
    for row in rows:
        row.reason = reasons[row.pk].strip()[:300]
    _move(
        rows, action, actor=actor, now=now, batch="", line="", paid_on=None, counted=None,
        fed_back_on=None, nat_entry_on=None, payee_state=PayeeState.DOUBTFUL,
    )  # fmt: skip
    Application.objects.filter(pk__in=[row.pk for row in rows]).update(
        reason=PickedText({str(row.pk): row.reason for row in rows}, "pk")
    )
    _wait(
        rows, clock_kind="aid_pay", clock_for=VIEWS, todo=PAYEE,
        title=gettext_noop("更正收款账户 %(number)s（%(name)s）"), now=now,
    )  # fmt: skip
    record_acts(
        (
            Act(
                subject=subject_of(row), action=action, from_state=before[row.pk][0],
                to_state=row.state, comment=reasons[row.pk],
            )
            for row in rows
        ),
        actor=actor,
        now=now,
    )  # fmt: skip
    record_all(
        [_deed(row, action, before[row.pk][0], before[row.pk][1]) for row in rows],
        actor=actor,
        now=now,
    )


def _wait(
    rows: Sequence[Application],
    *,
    clock_kind: str,
    clock_for: str,
    todo: str,
    title: str,
    now: datetime,
) -> None:
    waiters = [
        Waiter(
            id=row.pk,
            reference=row.number,
            link=page_link("application", row.pk),
            params={"number": row.number, "name": row.person_name},
        )
        for row in rows
    ]
    rule = rule_in_force(f"clock.{clock_kind}", station=current_station(), on=clock.local_day(now))
    due_on = start_clocks(
        waiters, subject_kind=SUBJECT, kind=clock_kind, rule=rule, capability=clock_for, now=now
    )
    open_todos(
        waiters, subject_kind=SUBJECT, kind=todo, capability=ENTERS, title=title, due_on=due_on,
        now=now,
    )  # fmt: skip


def _tell(
    rows: Sequence[Application],
    action: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    comment: str = "",
    data: Mapping[str, Any] | None = None,
    each: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> None:
    record_acts(
        (
            Act(
                subject=subject_of(row), action=action, from_state=before, to_state=row.state,
                comment=comment,
            )
            for row in rows
        ),
        actor=actor,
        now=now,
    )  # fmt: skip
    more = each or {}
    record_all(
        [_deed(row, action, before, more.get(row.pk, data or {})) for row in rows],
        actor=actor,
        now=now,
    )


def _deed(row: Application, action: str, before: str, data: Mapping[str, Any]) -> Deed:
    told = {
        "from": before,
        "to": row.state,
        "programme": row.programme,
        "amount_fen": row.amount_fen,
    }
    return Deed(f"aid.{action}", subject_of(row), told | dict(data))
