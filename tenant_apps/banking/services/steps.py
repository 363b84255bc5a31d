"""What every step of work by hand shares: locking, asking a second person, and the traces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotPermitted
from bangfu.kernel.text import kept
from bangfu.ui.templatetags.ui import yuan
from shared_apps.audit.services import record
from shared_apps.bankfiles.models import Line, LineState, StatementState
from tenant_apps.banking.errors import LineMoved
from tenant_apps.banking.links import page_link
from tenant_apps.banking.selectors import SUBJECT, get_line
from tenant_apps.banking.services.posting import Hand
from tenant_apps.banking.wishes import is_going_back
from tenant_apps.casework.services import close_todos, open_todo, record_event
from tenant_apps.funds.chart import UNIDENTIFIED
from tenant_apps.funds.models import Journal, JournalKind
from tenant_apps.funds.selectors import is_open
from tenant_apps.funds.services import receive_bank_line, reverse_journal

HAND = "hand"
WAITS = "banking.check"
LEFT_OPEN = (LineState.BREAK, LineState.HELD)


def locked(line_ids: Sequence[UUID], actor: Actor) -> list[Line]:
    """Lock lines that are open, in the order of their keys.

    Raises:
        NotFound, NotPermitted: as their names say.
        LineMoved: one is settled, waits for somebody, or is being sent back.
    """
    for line_id in line_ids:
        get_line(line_id, actor=actor)
    lines = list(
        Line.objects.select_for_update(of=("self",))
        .select_related("statement")
        .filter(pk__in=line_ids)
        .order_by("pk")
    )
    if not lines or any(
        line.state not in LEFT_OPEN
        or line.is_void
        or line.statement.state != StatementState.DONE
        or is_going_back(line)
        for line in lines
    ):
        raise LineMoved
    return lines


def propose(line: Line, wish: dict[str, Any], *, actor: Actor, now: datetime) -> Line:
    """Let what a person wants done about a line wait for a second person."""
    if actor.user_id is None:
        raise NotPermitted
    line.state = LineState.PROPOSED
    line.rule = HAND
    line.wish = wish
    line.maker_id, line.maker_name = actor.user_id, actor.name
    line.checker_id, line.checker_name = None, ""
    line.save()
    ask(line, actor=actor, now=now)
    return line


def ask(line: Line, *, actor: Actor, now: datetime) -> None:
    """Open the to-do of the second person, and note what was said."""
    subject = (SUBJECT, line.pk)
    open_todo(
        subject=subject,
        kind=WAITS,
        capability="fund.check",
        not_for=[line.maker_id],
        title=gettext_noop("复核银行流水：%(name)s，%(amount)s 元"),
        params={"name": line.counterparty or line.serial, "amount": yuan(line.amount_fen)},
        link=page_link("line", line.pk),
        now=now,
    )
    comment = "，".join(filter(None, [line.ref, line.wish.get("memo", "")]))
    record_event(subject=subject, action="proposed", comment=comment, actor=actor, now=now)
    record(
        event="bank.line_proposed",
        actor=actor,
        subject=subject,
        data={"kind": line.kind, "ref": line.ref, "amount_fen": line.amount_fen} | line.wish,
        now=now,
    )


def decided(line: Line, action: str, *, actor: Actor, now: datetime, comment: str = "") -> None:
    """Note what was decided, and close the to-do that waited for it."""
    subject = (SUBJECT, line.pk)
    record_event(subject=subject, action=action, comment=comment, actor=actor, now=now)
    close_todos(subject=subject, now=now, actor=actor)
    record(
        event=f"bank.line_{action}",
        actor=actor,
        subject=subject,
        data={"maker": line.maker_id, "ref": line.ref, "amount_fen": line.amount_fen},
        now=now,
    )


def hold(
    line: Line, maker: Hand, *, fund_id: UUID, name: str, actor: Actor, now: datetime
) -> Journal:
    """Hold a receipt on 2101; the voucher proves the line. One that is held stays under its own voucher."""
    if line.journal_id is not None:
        return Journal.objects.get(pk=line.journal_id)
    return receive_bank_line(
        serial=fresh_ref(JournalKind.BANK_IN, line),
        fund_id=fund_id,
        amount_fen=line.amount_fen,
        received_on=day_for(line.booked_on, now),
        account=UNIDENTIFIED,
        memo=kept(gettext_lazy("待认领收款：%(name)s")) % {"name": name},
        maker=maker,
        actor=actor,
        now=now,
    )


def let_go(line: Line, maker: Hand, *, actor: Actor, now: datetime) -> None:
    """Take back the journal that held money nobody had claimed, now that it is known whose it is."""
    if line.journal_id is None:
        return
    journal = Journal.objects.get(pk=line.journal_id)
    reverse_journal(
        journal.pk,
        effective_on=day_for(journal.effective_on, now),
        reason=_("收款已认领：%(ref)s") % {"ref": line.ref},
        maker=maker,
        actor=actor,
        now=now,
    )


def fresh_ref(kind: str, line: Line) -> str:
    """Name a journal of a line; one that was taken back keeps its name, the next is counted on."""
    ref = f"bank:{line.pk}"
    undone = Journal.objects.filter(
        kind=kind, ref__startswith=ref, reversed_by__isnull=False
    ).count()
    return f"{ref}#{undone}" if undone else ref


def day_for(on: date, now: datetime) -> date:
    """Return the day of the bank where its month is open, otherwise the present day."""
    return on if is_open(on) else now.date()
