"""Take back what two people said of a line, as long as its month is open and nothing went on from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.bankfiles.models import BreakType, Line, LineState, StatementState
from tenant_apps.banking.errors import LineMoved, StaysPosted
from tenant_apps.banking.selectors import get_line, voucher_of
from tenant_apps.banking.services.posting import Hand
from tenant_apps.banking.services.steps import ask
from tenant_apps.banking.wishes import Act, act_of
from tenant_apps.funds.errors import PeriodNotOpen
from tenant_apps.funds.expectations import Undoing, waiting
from tenant_apps.funds.models import Journal
from tenant_apps.funds.selectors import is_open
from tenant_apps.funds.services import reverse_journal


@transaction.atomic
def propose_undoing(line_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Line:
    """Ask that what was posted of a line be taken back; a second person has to agree.

    Lines that were posted together are taken back together.

    Raises:
        NotPermitted, NotFound: as their names say.
        LineMoved: the line is not settled.
        StaysPosted: no app could take it back.
        DomainError: the app that waited refuses and says why: another station acted on it, or the money went on.
        PeriodNotOpen: the month of the voucher is closed.
        InvalidInput: K108 no reason.
    """
    actor.require("fund.post")
    line = get_line(line_id, actor=actor)
    lines = _together(line)
    if line.state != LineState.MATCHED or line.is_void or not lines:
        raise LineMoved
    if not can_undo(line):
        raise StaysPosted
    journal = _journal_of(line)
    _check_month(journal)
    app = waiting().get(line.kind)
    if act_of(line) != Act.JOURNAL and isinstance(app, Undoing):
        app.check_undo(line.ref, journal)
    if not reason.strip():
        raise InvalidInput([Problem(code="K108", field="reason", message=_("请写明撤销的原因。"))])
    for one in lines:
        one.wish = {
            "act": Act.UNDO.value,
            "memo": reason.strip()[:200],
            "was": one.wish,
            "maker": [one.maker_id, one.maker_name],
            "checker": [one.checker_id, one.checker_name],
        }
        one.state = LineState.PROPOSED
        one.maker_id, one.maker_name = actor.user_id, actor.name
        one.checker_id, one.checker_name = None, ""
        one.save()
        ask(one, actor=actor, now=now)
    return lines[0]


def can_undo(line: Line) -> bool:
    """Tell whether what was posted of a line could be taken back here, as far as its app allows that at all."""
    if line.state != LineState.MATCHED:
        return False
    if act_of(line) == Act.JOURNAL:
        return bool(line.wish.get("journal"))
    return act_of(line) in {"", Act.MATCH} and isinstance(waiting().get(line.kind), Undoing)


def lines_to_undo(line: Line) -> list[Line]:
    """Return the lines that wait, with this one, to be taken back; locked."""
    return [one for one in _together(line) if act_of(one) == Act.UNDO]


def undo(lines: Sequence[Line], maker: Hand, *, actor: Actor, now: datetime) -> Journal:
    """Take back what was posted of lines that were posted together; return the voucher that was taken back.

    Raises:
        PeriodNotOpen: the month of the voucher is closed.
        DomainError: the app, or the ledger, refuses; nothing is posted.
    """
    first = lines[0]
    reason = first.wish["memo"]
    for line in lines:
        line.wish = line.wish["was"]
    journal = _journal_of(first)
    _check_month(journal)
    if act_of(first) == Act.JOURNAL:
        reverse_journal(
            journal.pk,
            effective_on=journal.effective_on,
            reason=_("撤销入账：%(reason)s") % {"reason": reason},
            maker=maker,
            actor=actor,
            now=now,
        )
    else:
        app = waiting().get(first.kind)
        if not isinstance(app, Undoing):
            raise StaysPosted
        app.undo(first.ref, journal, reason=reason, maker=maker, actor=actor, now=now)
    for line in lines:
        _open_again(line, journal, maker, actor=actor)
    return journal


def keep_posted(line: Line) -> None:
    """Leave a line as it was before somebody asked to take it back. The caller saves."""
    asked = line.wish
    line.state, line.wish = LineState.MATCHED, asked["was"]
    line.maker_id, line.maker_name = asked["maker"]
    line.checker_id, line.checker_name = asked["checker"]


def _open_again(line: Line, journal: Journal, maker: Hand, *, actor: Actor) -> None:
    kept = line.wish.get("type", "")
    line.break_type = kept or (BreakType.B1 if line.amount_fen > 0 else BreakType.B2)
    line.wish, line.rule, line.kind, line.ref, line.part = {}, "", "", "", ""
    line.settled_at = None
    if line.journal_id == journal.pk:
        line.state, line.journal_id = LineState.BREAK, None
        line.maker_id, line.maker_name = None, ""
        line.checker_id, line.checker_name = None, ""
    else:
        # What held it before it was claimed holds it again.
        line.state = LineState.HELD
        line.maker_id, line.maker_name = maker.user_id, maker.name
        line.checker_id, line.checker_name = actor.user_id, actor.name
    line.save()


def _journal_of(line: Line) -> Journal:
    entered = line.wish.get("journal") if act_of(line) == Act.JOURNAL else None
    return Journal.objects.get(pk=entered) if entered else voucher_of(line)


def _check_month(journal: Journal) -> None:
    if not is_open(journal.effective_on):
        raise PeriodNotOpen(month=f"{journal.effective_on:%Y-%m}")


def _together(line: Line) -> list[Line]:
    rows = Line.objects.select_for_update(of=("self",)).select_related("statement")
    return list(
        rows.filter(
            station_id=current_station().id,
            journal_id=line.journal_id,
            is_void=False,
            statement__state=StatementState.DONE,
        ).order_by("pk")
    )
