"""Work on single lines by hand: one person says what a line is, a second agrees, only then is it posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotPermitted, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.ui.templatetags.ui import yuan
from shared_apps.audit.services import record
from shared_apps.bankfiles.models import BreakType, Line, LineState, StatementState
from shared_apps.reconciliation.models import BreakKind
from shared_apps.reconciliation.services import reconcile_station
from tenant_apps.banking.errors import LineMoved, NotExpected, SameHands
from tenant_apps.banking.links import page_link
from tenant_apps.banking.matching import match
from tenant_apps.banking.selectors import (
    SUBJECT,
    expectations,
    get_line,
    known_besides,
    open_lines,
    seen,
    working_days,
)
from tenant_apps.banking.services.claiming import claim_less
from tenant_apps.banking.services.posting import Hand, settle
from tenant_apps.banking.services.uploading import take_verdict
from tenant_apps.casework.services import close_todos, open_todo, record_event
from tenant_apps.funds.chart import (
    BANK,
    CHART,
    IN_TRANSIT,
    INCOME,
    PAYOUTS,
    RETURNED,
    UNIDENTIFIED,
)
from tenant_apps.funds.models import Book, Fund, Journal, JournalKind
from tenant_apps.funds.rules import Leg
from tenant_apps.funds.selectors import is_open
from tenant_apps.funds.services import post_journal, reverse_journal

HAND = "hand"
MATCH, JOURNAL = "match", "journal"
WAITS = "banking.check"
_LEFT_OPEN = (LineState.BREAK, LineState.HELD)
# What transfers and payouts have on its way moves by their own expectations alone.
_BY_APPS = frozenset({BANK, UNIDENTIFIED, IN_TRANSIT, PAYOUTS, RETURNED})
# Against what a line that nothing expects may be closed, by its direction.
CLOSE_CREDIT = INCOME
CLOSE_DEBIT = tuple(
    code for code, account in CHART.items() if account.book == Book.CASH and code not in _BY_APPS
)


@transaction.atomic
def propose_match(
    line_ids: Sequence[UUID], *, kind: str, ref: str, part: str = "", actor: Actor, now: datetime
) -> list[Line]:
    """Say that lines are one expectation, or parts of it; a second person has to agree.

    Raises:
        NotPermitted, NotFound: as their names say.
        LineMoved: a line is settled, or waits for somebody.
        NotExpected: nothing of that kind and reference is expected, or it goes the other way or is less.
    """
    actor.require("fund.post")
    lines = _locked(line_ids, actor)
    one = next(
        (one for one in expectations(on=now.date()) if (one.kind, one.ref) == (kind, ref)), None
    )
    total = sum(abs(line.amount_fen) for line in lines)
    if (
        one is None
        or total > one.amount_fen
        or any((line.amount_fen > 0) != one.incoming for line in lines)
        or (part and part not in {known.ref for known in one.parts})
    ):
        raise NotExpected(ref=ref)
    for line in lines:
        line.kind, line.ref, line.part = kind, ref, part
        _propose(line, {"act": MATCH}, actor=actor, now=now)
    return lines


@transaction.atomic
def propose_closing(
    line_id: UUID, *, account: str, fund_id: UUID, memo: str, actor: Actor, now: datetime
) -> Line:
    """Say how a line that nothing expects is entered in the books; a second person has to agree.

    Money that is held is claimed (收款认领), anything else is entered as a correction (对账调整).

    Raises:
        NotPermitted, NotFound: as their names say.
        LineMoved: the line is settled, or waits for somebody.
        InvalidInput: K102 an account this cannot be closed against, K101 no such fund, K103 no reason.
    """
    actor.require("fund.post")
    (line,) = _locked([line_id], actor)
    problems = []
    allowed = CLOSE_CREDIT if line.amount_fen > 0 else CLOSE_DEBIT
    if account not in allowed:
        problems.append(Problem(code="K102", field="account", message=_("请选择对应科目。")))
    if not Fund.objects.filter(pk=fund_id, closed_on=None).exists():
        problems.append(Problem(code="K101", field="fund_id", message=_("请选择在用的资金。")))
    if not memo.strip():
        problems.append(Problem(code="K103", field="memo", message=_("请写明入账的依据。")))
    if problems:
        raise InvalidInput(problems)
    wish = {"act": JOURNAL, "account": account, "fund": str(fund_id), "memo": memo.strip()[:200]}
    return _propose(line, wish, actor=actor, now=now)


@transaction.atomic
def confirm_line(line_id: UUID, *, actor: Actor, now: datetime) -> Journal:
    """Agree to what another person, or a later pass, said of a line, and post it.

    Lines that were paired with the same expectation together are posted together.

    Raises:
        NotPermitted, NotFound: as their names say.
        SameHands: the actor said so.
        LineMoved: nothing waits for a check.
        DomainError: the app that waits, or the ledger, refuses; nothing is posted.
    """
    actor.require("fund.check")
    line = get_line(line_id, actor=actor)
    lines = list(
        Line.objects.select_for_update()
        .filter(station_id=current_station().id, state=LineState.PROPOSED, is_void=False)
        .filter(statement__state=StatementState.DONE)
        .filter(pk=line.pk)
    )
    if not lines:
        raise LineMoved
    line = lines[0]
    if line.wish.get("act") != JOURNAL:
        lines = list(
            Line.objects.select_for_update(of=("self",))
            .filter(
                station_id=current_station().id, state=LineState.PROPOSED, is_void=False,
                kind=line.kind, ref=line.ref, statement__state=StatementState.DONE,
            )
            .order_by("pk")
        )  # fmt: skip
    if any(one.maker_id == actor.user_id for one in lines):
        raise SameHands
    maker = Hand(line.maker_id, line.maker_name)
    if line.wish.get("act") == JOURNAL:
        journal = _enter(line, maker, actor=actor, now=now)
    else:
        journal = claim_less(lines, maker, actor=actor, now=now) or _settle(
            lines, maker, actor=actor, now=now
        )
    for one in lines:
        _decided(one, "checked", actor=actor, now=now)
    reconcile_station(current_station(), now=now, kinds=[BreakKind.BANK])
    return journal


@transaction.atomic
def return_line(line_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Line:
    """Do not agree: the line is open again. Its maker takes it back without a reason.

    Raises:
        NotPermitted: the actor neither said so nor may check.
        NotFound, LineMoved: as their names say.
        InvalidInput: K104 a second person gives no reason.
    """
    line = get_line(line_id, actor=actor)
    line = Line.objects.select_for_update(of=("self",)).select_related("statement").get(pk=line.pk)
    if line.state != LineState.PROPOSED or line.statement.state != StatementState.DONE:
        raise LineMoved
    is_own = line.maker_id == actor.user_id
    if not is_own and not actor.may("fund.check"):
        raise NotPermitted
    if not is_own and not reason.strip():
        raise InvalidInput([Problem(code="K104", field="reason", message=_("请写明退回的原因。"))])
    line.state = LineState.HELD if line.journal_id else LineState.BREAK
    line.wish, line.rule, line.kind, line.ref, line.part = {}, "", "", "", ""
    if line.state == LineState.BREAK:
        line.maker_id, line.maker_name = None, ""
    else:
        line.maker_id, line.maker_name = line.statement.maker_id, line.statement.maker_name
        line.checker_id = line.statement.checker_id
        line.checker_name = line.statement.checker_name
    line.save()
    _decided(line, "withdrawn" if is_own else "returned", actor=actor, now=now, comment=reason)
    return line


@transaction.atomic
def reveal_account(line_id: UUID, *, reason: str, actor: Actor, now: datetime) -> str:
    """Return the whole number of the account on the other side; that it was looked at is noted with the reason.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: K105 no reason.
    """
    actor.require("fund.post")
    line = get_line(line_id, actor=actor)
    if not reason.strip():
        raise InvalidInput(
            [Problem(code="K105", field="reason", message=_("请填写查看明文的原因。"))]
        )
    record(
        event="bank.account_revealed",
        actor=actor,
        subject=(SUBJECT, line.pk),
        data={"reason": reason.strip()[:200]},
        now=now,
    )
    return line.other_account.reveal() if line.other_account else ""


@transaction.atomic
def look_again(*, now: datetime) -> int:
    """Run the passes over the lines that are open, for what is expected by now; return the pairs found.

    A pair waits for a second person like one that was made by hand.
    """
    rows = list(
        open_lines()
        .filter(state__in=_LEFT_OPEN, statement__state=StatementState.DONE)
        .exclude(break_type__in=[BreakType.B5, BreakType.B6, BreakType.B9])
        .select_for_update(of=("self",))
    )
    found = 0
    for statement in {row.statement for row in rows}:
        own = [row for row in rows if row.statement_id == statement.pk]
        shown = seen(own, statement)
        expected = expectations(on=now.date())
        verdicts = match(shown, expected, known_besides(shown, expected), working_days())
        for row, verdict in zip(own, verdicts, strict=True):
            if verdict.break_type is not None:
                continue
            kept = row.break_type
            take_verdict(row, verdict, statement)
            row.break_type = kept
            row.checker_id, row.checker_name = None, ""
            row.save()
            _ask(row, actor=Actor.system("banking", station=current_station()), now=now)
            found += 1
    return found


def _propose(line: Line, wish: dict[str, Any], *, actor: Actor, now: datetime) -> Line:
    if actor.user_id is None:
        raise NotPermitted
    line.state = LineState.PROPOSED
    line.rule = HAND
    line.wish = wish
    line.maker_id, line.maker_name = actor.user_id, actor.name
    line.checker_id, line.checker_name = None, ""
    line.save()
    _ask(line, actor=actor, now=now)
    return line


def _ask(line: Line, *, actor: Actor, now: datetime) -> None:
    subject = (SUBJECT, line.pk)
    open_todo(
        subject=subject,
        kind=WAITS,
        capability="fund.check",
        title=gettext_noop("复核银行流水：%(name)s，%(amount)s 元"),
        params={"name": line.counterparty or line.serial, "amount": yuan(line.amount_fen)},
        link=page_link("line", line.pk),
        now=now,
    )
    record_event(
        subject=subject, action="proposed", comment=line.ref or line.wish.get("memo", ""),
        actor=actor, now=now,
    )  # fmt: skip
    record(
        event="bank.line_proposed",
        actor=actor,
        subject=subject,
        data={"kind": line.kind, "ref": line.ref, "amount_fen": line.amount_fen} | line.wish,
        now=now,
    )


def _decided(line: Line, action: str, *, actor: Actor, now: datetime, comment: str = "") -> None:
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


def _locked(line_ids: Sequence[UUID], actor: Actor) -> list[Line]:
    for line_id in line_ids:
        get_line(line_id, actor=actor)
    lines = list(
        Line.objects.select_for_update(of=("self",))
        .select_related("statement")
        .filter(pk__in=line_ids)
        .order_by("pk")
    )
    if not lines or any(
        line.state not in _LEFT_OPEN or line.is_void or line.statement.state != StatementState.DONE
        for line in lines
    ):
        raise LineMoved
    return lines


def _settle(lines: Sequence[Line], maker: Hand, *, actor: Actor, now: datetime) -> Journal:
    for line in lines:
        _let_go(line, maker, actor=actor, now=now)
    return settle(lines, maker=maker, actor=actor, now=now)


def _let_go(line: Line, maker: Hand, *, actor: Actor, now: datetime) -> None:
    """Take back the journal that held money nobody had claimed, now that it is known whose it is."""
    if line.journal_id is None:
        return
    journal = Journal.objects.get(pk=line.journal_id)
    reverse_journal(
        journal.pk,
        effective_on=_day(journal.effective_on, now),
        reason=_("收款已认领：%(ref)s") % {"ref": line.ref},
        maker=maker,
        actor=actor,
        now=now,
    )


def _enter(line: Line, maker: Hand, *, actor: Actor, now: datetime) -> Journal:
    fund_id, account, fen = UUID(line.wish["fund"]), line.wish["account"], line.amount_fen
    held = Journal.objects.filter(pk=line.journal_id).first() if line.journal_id else None
    if held is None:
        kind = JournalKind.CORRECTION
        legs = [
            Leg(code=BANK, fund_id=fund_id, amount_fen=fen),
            Leg(code=account, fund_id=fund_id, amount_fen=-fen),
        ]
    else:
        kind = JournalKind.CLAIM
        holder = line.statement.fund_id
        legs = [
            Leg(code=UNIDENTIFIED, fund_id=holder, amount_fen=fen),
            Leg(code=account, fund_id=fund_id, amount_fen=-fen),
        ]
        if holder != fund_id:
            legs += [
                Leg(code=BANK, fund_id=holder, amount_fen=-fen),
                Leg(code=BANK, fund_id=fund_id, amount_fen=fen),
            ]
    journal = post_journal(
        kind=kind,
        ref=f"bank:{line.pk}",
        effective_on=_day(line.booked_on, now),
        memo=line.wish["memo"],
        legs=legs,
        maker=maker,
        actor=actor,
        now=now,
    )
    line.state = LineState.MATCHED
    line.break_type = ""
    line.journal_id = line.journal_id or journal.pk
    line.checker_id, line.checker_name, line.settled_at = actor.user_id, actor.name, now
    line.save()
    return journal


def _day(on: date, now: datetime) -> date:
    return on if is_open(on) else now.date()
