"""Let a statement be posted by a second person: pairs settle what waited, money of unknown origin is held."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, NotPermitted
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.accounts.roles import capabilities_of
from shared_apps.audit.services import record
from shared_apps.bankfiles.models import BreakType, Line, LineState, Statement, StatementState
from shared_apps.reconciliation.models import BreakKind
from shared_apps.reconciliation.services import reconcile_station
from tenant_apps.banking.errors import NotExpected, SameHands, StatementMoved
from tenant_apps.banking.links import page_link
from tenant_apps.banking.selectors import STATEMENT, get_statement
from tenant_apps.casework.services import close_todos, open_todo
from tenant_apps.funds.chart import UNIDENTIFIED
from tenant_apps.funds.errors import PeriodNotOpen
from tenant_apps.funds.expectations import Booking, waiting
from tenant_apps.funds.models import Journal
from tenant_apps.funds.services import receive_bank_line

WAITS = "banking.statement_check"
_POSTED_AT_ONCE = 50
# What is held until somebody claims it; every other break stays outside of the books until people decide.
HELD_TYPES = (BreakType.B1, BreakType.B13)
_LONG_NUMBER = re.compile(r"\d{15,}[Xx]?")


class Hand:
    """A person as a record names them, to make vouchers."""

    def __init__(self, user_id: int | None, name: str) -> None:
        self.user_id = user_id
        self.name = name


def ask_for_check(statement: Statement, *, now: datetime) -> None:
    """Let a statement that was read wait for a person other than the one who brought it."""
    open_todo(
        subject=(STATEMENT, statement.pk),
        kind=WAITS,
        capability="fund.check",
        not_for=[statement.maker_id],
        title=gettext_noop("复核银行对账单：%(file)s，%(lines)s 笔"),
        params={"file": statement.filename[:80], "lines": statement.lines_total},
        link=page_link("statement", statement.pk),
        now=now,
    )


@transaction.atomic
def confirm_statement(statement_id: UUID, *, actor: Actor, now: datetime) -> Statement:
    """Check what another person brought, and let it be posted; ``post`` does it then.

    A statement that is being posted, or was, is given back as it is.

    Raises:
        NotPermitted, NotFound: as their names say.
        SameHands: the actor brought it.
        StatementMoved: it was refused or withdrawn, or is still read.
    """
    actor.require("fund.check")
    statement = _locked(statement_id, actor)
    if statement.state in {StatementState.POSTING, StatementState.DONE}:
        return statement
    if statement.maker_id == actor.user_id:
        raise SameHands
    if statement.state != StatementState.WAITING:
        raise StatementMoved
    statement.state = StatementState.POSTING
    statement.checker_id, statement.checker_name = actor.user_id, actor.name
    statement.checker_roles = sorted(actor.roles)
    statement.checked_at = now
    statement.save(
        update_fields=["state", "checker_id", "checker_name", "checker_roles", "checked_at"]
    )
    record(
        event="bank.statement_checked",
        actor=actor,
        subject=(STATEMENT, statement.pk),
        data={"maker": statement.maker_id, "lines": statement.lines_total},
        now=now,
    )
    close_todos(subject=(STATEMENT, statement.pk), actor=actor, now=now)
    return statement


@transaction.atomic
def withdraw_statement(
    statement_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Statement:
    """Take a statement back before anything of it is posted; its lines count no more.

    Raises:
        NotPermitted, NotFound: as their names say.
        StatementMoved: it was posted, refused, or withdrawn.
    """
    actor.require("fund.post")
    statement = _locked(statement_id, actor)
    if statement.state != StatementState.WAITING:
        raise StatementMoved
    statement.state = StatementState.WITHDRAWN
    statement.note = reason.strip()[:200]
    statement.done_at = now
    statement.save(update_fields=["state", "note", "done_at"])
    statement.lines.update(is_void=True)
    record(
        event="bank.statement_withdrawn",
        actor=actor,
        subject=(STATEMENT, statement.pk),
        data={"reason": statement.note},
        now=now,
    )
    close_todos(subject=(STATEMENT, statement.pk), actor=actor, now=now)
    return statement


def post(statement_id: UUID, *, now: datetime) -> None:
    """Post a statement that was checked, pair after pair, and compare bank and books anew.

    Safe to be killed and begun anew: each pair is settled in one transaction with its lines, and a line that was
    posted is not looked at again. A pair that its app refuses becomes a break.
    """
    statement = Statement.objects.filter(
        pk=statement_id, station_id=current_station().id, state=StatementState.POSTING
    ).first()
    if statement is None:
        return
    actor = _checker(statement)
    groups = _groups(statement)
    while some := list(islice(groups, _POSTED_AT_ONCE)):
        with transaction.atomic():
            for lines in some:
                _settle_or_break(lines, statement, actor, now=now)
            Statement.objects.filter(pk=statement.pk).update(
                lines_done=statement.lines.exclude(
                    state__in=[LineState.NEW, LineState.PROPOSED]
                ).count()
            )
    held = statement.lines.filter(
        state=LineState.BREAK, break_type__in=HELD_TYPES, amount_fen__gt=0
    ).order_by("number")
    while some_lines := list(held[:_POSTED_AT_ONCE]):
        with transaction.atomic():
            for line in some_lines:
                _hold(line, statement, actor, now=now)
    Statement.objects.filter(pk=statement.pk).update(
        state=StatementState.DONE, lines_done=statement.lines_total, done_at=now
    )
    reconcile_station(current_station(), now=now, kinds=[BreakKind.BANK])


def settle(lines: Sequence[Line], *, maker: Hand, actor: Actor, now: datetime) -> Journal:
    """Have the app that waits post what the bank booked, and note it on the lines.

    The lines carry the same kind and reference.

    Raises:
        DomainError: it is not expected any more, or not so much; nothing is posted.
    """
    first = lines[0]
    app = waiting().get(first.kind)
    if app is None:
        raise NotExpected(ref=first.ref)
    journal = app.settle(first.ref, tuple(map(_booking, lines)), maker=maker, actor=actor, now=now)
    Line.objects.filter(pk__in=[line.pk for line in lines]).update(
        state=LineState.MATCHED,
        break_type="",
        journal_id=journal.pk,
        kind=first.kind,
        ref=first.ref,
        maker_id=maker.user_id,
        maker_name=maker.name,
        checker_id=actor.user_id,
        checker_name=actor.name,
        settled_at=now,
    )
    return journal


def _groups(statement: Statement) -> Iterator[list[Line]]:
    def pair(line: Line) -> tuple[str, str]:
        return line.kind, line.ref

    rows = statement.lines.filter(state=LineState.PROPOSED).order_by("kind", "ref", "number")
    for _pair, lines in groupby(rows.defer("other_account"), key=pair):
        yield list(lines)


def _settle_or_break(
    lines: Sequence[Line], statement: Statement, actor: Actor, *, now: datetime
) -> None:
    maker = Hand(statement.maker_id, statement.maker_name)
    try:
        with transaction.atomic():
            settle(lines, maker=maker, actor=actor, now=now)
    except DomainError as refusal:
        closed = isinstance(refusal, PeriodNotOpen)
        Line.objects.filter(pk__in=[line.pk for line in lines]).update(
            state=LineState.BREAK,
            break_type=BreakType.B15 if closed else BreakType.B10,
            note=str(refusal)[:200],
            maker_id=None,
            maker_name="",
        )


def _hold(line: Line, statement: Statement, actor: Actor, *, now: datetime) -> None:
    maker = Hand(statement.maker_id, statement.maker_name)
    name = _LONG_NUMBER.sub("…", line.counterparty or line.text or line.other_tail)
    try:
        with transaction.atomic():
            journal = receive_bank_line(
                serial=f"bank:{line.pk}",
                fund_id=statement.fund_id,
                amount_fen=line.amount_fen,
                received_on=line.booked_on,
                account=UNIDENTIFIED,
                memo=kept(gettext_lazy("待认领收款：%(name)s")) % {"name": name},
                maker=maker,
                actor=actor,
                now=now,
            )
    except DomainError as refusal:
        closed = isinstance(refusal, PeriodNotOpen)
        line.break_type = BreakType.B15 if closed else BreakType.B10
        line.note = str(refusal)[:200]
        line.save(update_fields=["break_type", "note"])
        return
    line.state = LineState.HELD
    line.journal_id = journal.pk
    line.maker_id, line.maker_name = maker.user_id, maker.name
    line.checker_id, line.checker_name = actor.user_id, actor.name
    line.save(
        update_fields=[
            "state", "journal_id", "maker_id", "maker_name", "checker_id", "checker_name",
        ]
    )  # fmt: skip


def _booking(line: Line) -> Booking:
    return Booking(
        serial=line.serial,
        booked_on=line.booked_on,
        amount_fen=abs(line.amount_fen),
        counterparty=line.counterparty,
        # Apps find the part that was meant by its reference, wherever the bank printed it.
        text=f"{line.reference} {line.text}".strip(),
    )


def _checker(statement: Statement) -> Actor:
    if statement.checker_id is None:
        raise NotPermitted
    return Actor(
        user_id=statement.checker_id,
        name=statement.checker_name,
        station=current_station(),
        roles=frozenset(statement.checker_roles),
        capabilities=capabilities_of(statement.checker_roles),
    )


def _locked(statement_id: UUID, actor: Actor) -> Statement:
    get_statement(statement_id, actor=actor)
    return Statement.objects.select_for_update().defer("upload").get(pk=statement_id)
