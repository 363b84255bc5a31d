"""What payouts and the bank say of an application: into a batch, out of it, paid, not paid, sent back.

These belong to the transaction of the caller, who has asked for the capability; each is told once and may be told
again. Budget is held from the approval on and stays held while a payment fails: payouts execute it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from bangfu.kernel.actors import Actor
from tenant_apps.aid.errors import NotPayable, PayeeDoubtful
from tenant_apps.aid.flow import ENTERS, VIEWS
from tenant_apps.aid.models import AidState, Application, PayeeState
from tenant_apps.aid.services.counting import count_paid, uncount
from tenant_apps.aid.services.stepping import (
    advance,
    locked_application,
    locked_applications,
    open_aid_todo,
    start_aid_clock,
    subject_of,
    tell_step,
)
from tenant_apps.casework.services import close_todos, stop_clock

FEED_BACK = "aid.feed_back"
PAYEE = "aid.payee"


@transaction.atomic
def batch_applications(
    application_ids: Sequence[UUID], *, batch: str, actor: Actor, now: datetime
) -> list[Application]:
    """Put approved applications into a batch, all or none; return them in the order of their keys.

    ``batch`` names the batch for people and for the audit: its number. One that is in this batch already stays.

    Raises:
        NotFound: one is not of this station.
        NotPayable: one is not approved, or is in another batch.
        PayeeDoubtful: the account of one has to be corrected first.
    """
    rows = locked_applications(application_ids)
    for row in rows:
        if row.state == AidState.BATCHED and row.batch == batch:
            continue
        if row.state != AidState.APPROVED:
            raise NotPayable(number=row.number, state=AidState(row.state).label)
        if row.payee_state != PayeeState.SOUND:
            raise PayeeDoubtful(number=row.number)
        before = advance(row, "batch", actor=actor)
        row.batch, row.line, row.changed_at = batch, "", now
        row.save(update_fields=["state", "batch", "line", "changed_at"])
        tell_step(row, "batch", before=before, actor=actor, now=now, data={"batch": batch})
    return rows


@transaction.atomic
def unbatch_application(
    application_id: UUID, reason: str, *, actor: Actor, now: datetime
) -> Application:
    """Take an application out of a batch that was not sent, or will not be: it waits for the next.

    One that is in no batch stays as it is.

    Raises:
        NotFound: it is not of this station.
        IllegalMove: it was paid.
    """
    row = locked_application(application_id)
    if row.state == AidState.APPROVED and not row.batch:
        return row
    before = advance(row, "unbatch", actor=actor)
    batch, row.batch, row.line, row.changed_at = row.batch, "", "", now
    row.save(update_fields=["state", "batch", "line", "changed_at"])
    tell_step(
        row, "unbatch", before=before, comment=reason, actor=actor, now=now, data={"batch": batch}
    )
    return row


@transaction.atomic
def note_paid(
    application_id: UUID, *, line: str, on: date, actor: Actor, now: datetime
) -> Application:
    """Note that the bank paid, by which line and on which day: from now on the household counts as aided.

    Told again of the same line it changes nothing. Writes the facts of every number this aid counts in.

    Raises:
        NotFound: it is not of this station.
        IllegalMove: it is in no batch, or was paid by another line.
    """
    row = locked_application(application_id)
    if row.line == line and row.paid_on == on and row.state in _PAID:
        return row
    before = advance(row, "pay", actor=actor)
    row.line, row.paid_on, row.changed_at = line, on, now
    count_paid(row, now=now)
    row.save(update_fields=["state", "line", "paid_on", "counted", "changed_at"])
    stop_clock(subject=subject_of(row), kind="aid_pay", now=now)
    start_aid_clock(row, "aid_feedback", capability=ENTERS, now=now)
    open_aid_todo(
        row,
        FEED_BACK,
        capability=ENTERS,
        title=gettext_noop("回访帮扶效果 %(number)s（%(name)s）"),
        now=now,
    )
    tell_step(
        row,
        "pay",
        before=before,
        actor=actor,
        now=now,
        data={"line": line, "on": on.isoformat(), "batch": row.batch},
    )
    return row


@transaction.atomic
def note_not_paid(application_id: UUID, reason: str, *, actor: Actor, now: datetime) -> Application:
    """Note that the bank refused the payment, and why: the account is corrected before the next attempt.

    Raises:
        NotFound: it is not of this station.
        IllegalMove: it is in no batch.
    """
    row = locked_application(application_id)
    before = advance(row, "fail", actor=actor)
    return _waits_for_account(row, "fail", reason, before=before, actor=actor, now=now)


@transaction.atomic
def note_returned(application_id: UUID, reason: str, *, actor: Actor, now: datetime) -> Application:
    """Note that money which had been paid came back, and why: the household does not count as aided any more.

    Takes back every fact of the payment, in the months it counted in.

    Raises:
        NotFound: it is not of this station.
        IllegalMove: it was not paid.
    """
    row = locked_application(application_id)
    before = advance(row, "take_back", actor=actor)
    uncount(row, now=now)
    stop_clock(subject=subject_of(row), kind="aid_feedback", now=now)
    close_todos(subject=subject_of(row), kind=FEED_BACK, actor=actor, now=now)
    return _waits_for_account(row, "take_back", reason, before=before, actor=actor, now=now)


_PAID = (AidState.PAID, AidState.FED_BACK, AidState.CLOSED)


def _waits_for_account(
    row: Application, action: str, reason: str, *, before: str, actor: Actor, now: datetime
) -> Application:
    batch, line = row.batch, row.line
    row.batch = row.line = ""
    row.paid_on = row.counted = row.fed_back_on = row.nat_entry_on = None
    row.payee_state = PayeeState.DOUBTFUL
    row.reason = reason.strip()[:300]
    row.changed_at = now
    row.save()
    start_aid_clock(row, "aid_pay", capability=VIEWS, now=now)
    open_aid_todo(
        row,
        PAYEE,
        capability=ENTERS,
        title=gettext_noop("更正收款账户 %(number)s（%(name)s）"),
        now=now,
    )
    tell_step(
        row,
        action,
        before=before,
        comment=reason,
        actor=actor,
        now=now,
        data={"batch": batch, "line": line},
    )
    return row
