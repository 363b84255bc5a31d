"""Work on single lines by hand: one person says what a line is, a second agrees, only then is it posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotPermitted, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.bankfiles.models import BreakType, Line, LineState, StatementState
from shared_apps.reconciliation.models import BreakKind
from shared_apps.reconciliation.services import reconcile_station
from tenant_apps.banking.errors import LineMoved, NotExpected, SameHands
from tenant_apps.banking.matching import match
from tenant_apps.banking.selectors import (
    SUBJECT,
    expectation_of,
    expectations,
    get_line,
    known_besides,
    open_lines,
    parts_held,
    seen,
    working_days,
)
from tenant_apps.banking.services.differing import settle_pair
from tenant_apps.banking.services.entering import enter
from tenant_apps.banking.services.posting import Hand
from tenant_apps.banking.services.refunding import let_go_back
from tenant_apps.banking.services.steps import LEFT_OPEN, ask, decided, locked, propose
from tenant_apps.banking.services.undoing import keep_posted, lines_to_undo, undo
from tenant_apps.banking.services.uploading import take_verdict
from tenant_apps.banking.wishes import Act, act_of, is_going_back, is_part
from tenant_apps.funds.models import Journal
from tenant_apps.households.services.revealing import checked_reason


@transaction.atomic
def propose_match(
    line_ids: Sequence[UUID],
    *,
    kind: str,
    ref: str,
    part: str = "",
    memo: str = "",
    actor: Actor,
    now: datetime,
) -> list[Line]:
    """Say that lines are one expectation, or parts of it; a second person has to agree.

    Money that came may be more or less than was expected, for a reason: what is too much is held on 2101, what is
    missing stays open.

    Raises:
        NotPermitted, NotFound: as their names say.
        LineMoved: a line is settled, or waits for somebody.
        NotExpected: nothing of that kind and reference is expected, or it goes the other way, or more was paid.
        InvalidInput: K109 another amount and no reason.
    """
    actor.require("fund.post")
    lines = locked(line_ids, actor)
    one = expectation_of(kind, ref, on=now.date())
    total = sum(abs(line.amount_fen) for line in lines)
    if (
        one is None
        or (total > one.amount_fen and not one.incoming)
        or any((line.amount_fen > 0) != one.incoming for line in lines)
        or (part and part not in {known.ref for known in one.parts})
    ):
        raise NotExpected(ref=ref)
    came = total + sum(line.amount_fen for line in parts_held(one) if line not in lines)
    if one.incoming and not one.parts and came != one.amount_fen and not memo.strip():
        raise InvalidInput(
            [Problem(code="K109", field="memo", message=_("金额与待收不同，请写明原因。"))]
        )
    for line in lines:
        line.kind, line.ref, line.part = kind, ref, part
        wish = {"act": Act.MATCH.value, "memo": memo.strip()[:200]}
        propose(line, wish, actor=actor, now=now)
    return lines


@transaction.atomic
def confirm_line(line_id: UUID, *, actor: Actor, now: datetime) -> Journal:
    """Agree to what another person, or a later pass, said of a line, and post it.

    Lines that were paired with the same expectation together are posted together, or taken back together. What is
    to go back is posted when the bank has paid: until then the voucher that holds it is answered.

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
    act = act_of(line)
    if act == Act.UNDO:
        lines = lines_to_undo(line)
    elif act not in {Act.JOURNAL, Act.BACK}:
        lines = list(
            Line.objects.select_for_update(of=("self",))
            .select_related("statement")
            .defer("statement__upload")
            .filter(
                station_id=current_station().id, state=LineState.PROPOSED, is_void=False,
                kind=line.kind, ref=line.ref, statement__state=StatementState.DONE,
            )
            .order_by("pk")
        )  # fmt: skip
        lines = [one for one in lines if act_of(one) != Act.UNDO]
    if any(one.maker_id == actor.user_id for one in lines):
        raise SameHands
    maker = Hand(line.maker_id, line.maker_name)
    if act == Act.JOURNAL:
        journal = enter(line, maker, actor=actor, now=now)
    elif act == Act.BACK:
        journal = let_go_back(line, actor=actor, now=now)
    elif act == Act.UNDO:
        journal = undo(lines, maker, actor=actor, now=now)
    else:
        journal = settle_pair(lines, maker, actor=actor, now=now)
    for one in lines:
        decided(one, "undone" if act == Act.UNDO else "checked", actor=actor, now=now)
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
    if act_of(line) == Act.UNDO:
        return _keep_all(line, is_own=is_own, actor=actor, now=now, comment=reason)
    line.state = LineState.HELD if line.journal_id else LineState.BREAK
    line.wish, line.rule, line.kind, line.ref, line.part = {}, "", "", "", ""
    if line.state == LineState.BREAK:
        line.maker_id, line.maker_name = None, ""
    else:
        line.maker_id, line.maker_name = line.statement.maker_id, line.statement.maker_name
        line.checker_id = line.statement.checker_id
        line.checker_name = line.statement.checker_name
    line.save()
    decided(line, "withdrawn" if is_own else "returned", actor=actor, now=now, comment=reason)
    return line


@transaction.atomic
def reveal_account(line_id: UUID, *, reason: str, actor: Actor, now: datetime) -> str:
    """Return the whole number of the account on the other side; that it was looked at is noted with the reason.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: no reason of four characters, or one with a number in it.
    """
    actor.require("fund.post")
    line = get_line(line_id, actor=actor)
    reason = checked_reason(reason)
    record(
        event="bank.account_revealed",
        actor=actor,
        subject=(SUBJECT, line.pk),
        data={"reason": reason},
        now=now,
    )
    return line.other_account.reveal() if line.other_account else ""


@transaction.atomic
def look_again(*, now: datetime) -> int:
    """Run the passes over the lines that are open, for what is expected by now; return the pairs found.

    A pair waits for a second person like one that was made by hand.
    """
    found_open = list(
        open_lines()
        .filter(state__in=LEFT_OPEN, statement__state=StatementState.DONE)
        .exclude(break_type__in=[BreakType.B5, BreakType.B6, BreakType.B9])
        .select_for_update(of=("self",))
    )
    rows = [row for row in found_open if not is_going_back(row) and not is_part(row)]
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
            ask(row, actor=Actor.system("banking", station=current_station()), now=now)
            found += 1
    return found


def _keep_all(line: Line, *, is_own: bool, actor: Actor, now: datetime, comment: str) -> Line:
    for one in lines_to_undo(line):
        keep_posted(one)
        one.save()
        decided(one, "withdrawn" if is_own else "returned", actor=actor, now=now, comment=comment)
    line.refresh_from_db()
    return line
