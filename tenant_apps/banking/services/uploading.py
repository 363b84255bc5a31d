"""Take a statement in: read it, prove that it is whole, find a verdict for each line. Nothing is posted."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import PurePosixPath
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import blind_index
from bangfu.kernel.errors import InvalidInput, NotPermitted, Problem
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.bankfiles.models import COUNTED, Line, LineState, Statement, StatementState
from tenant_apps.banking.matching import Verdict, match
from tenant_apps.banking.reading import (
    ReadLine,
    StatementRefused,
    Whole,
    check_follows,
    check_whole,
    read_statement,
)
from tenant_apps.banking.selectors import (
    STATEMENT,
    before,
    expectations,
    known_besides,
    of_station,
    seen,
    serials_known,
    working_days,
)
from tenant_apps.banking.services.posting import ask_for_check
from tenant_apps.funds.models import Fund

READ_AT_ONCE_BYTES = 256 << 10
_WRITTEN_AT_ONCE = 2_000
_TAIL = 4


@transaction.atomic
def upload_statement(
    data: bytes,
    *,
    filename: str,
    fund_id: UUID,
    only_this_fund: bool,
    actor: Actor,
    now: datetime,
) -> Statement:
    """Take in the file of a bank; the same file again is the same statement.

    A small one is read at once, a large one stays ``reading`` until ``read_in`` has done it. One that is not
    whole is kept as ``refused`` with everything that is wrong, and none of its lines. ``fund_id`` is the fund
    under which money of unknown origin is held; with ``only_this_fund`` the account serves no other.

    Raises:
        NotPermitted: the actor may not make vouchers.
        InvalidInput: K101 no such fund in use.
    """
    actor.require("fund.post")
    if actor.user_id is None:
        raise NotPermitted
    if not Fund.objects.filter(pk=fund_id, closed_on=None).exists():
        raise InvalidInput([Problem(code="K101", field="fund_id", message=_("请选择在用的资金。"))])
    digest = hashlib.sha256(data).hexdigest()
    known = of_station().filter(digest=digest, state__in=COUNTED).first()
    if known is not None:
        return known
    statement = Statement.objects.create(
        station_id=current_station().id,
        filename=PurePosixPath(filename.replace("\\", "/")).name[:200],
        digest=digest,
        upload=base64.b85encode(zlib.compress(data, 1)).decode(),
        fund_id=fund_id,
        only_this_fund=only_this_fund,
        maker_id=actor.user_id,
        maker_name=actor.name,
        created_at=now,
    )
    record(
        event="bank.statement_uploaded",
        actor=actor,
        subject=(STATEMENT, statement.pk),
        data={"digest": digest, "bytes": len(data)},
        now=now,
    )
    if len(data) <= READ_AT_ONCE_BYTES:
        read_in(statement.pk, now=now)
        statement.refresh_from_db()
    return statement


def read_in(statement_id: UUID, *, now: datetime) -> None:
    """Read the kept upload of a statement into lines, each with its verdict; safe to be killed and begun anew.

    Lines are written some thousand at a time, so that a page shows how far it is. A statement that is not whole
    is refused before the first of them.
    """
    statement = Statement.objects.filter(
        pk=statement_id, station_id=current_station().id, state=StatementState.READING
    ).first()
    if statement is None or statement.upload is None:
        return
    data = zlib.decompress(base64.b85decode(statement.upload.reveal()))
    try:
        read = read_statement(data)
        whole = check_whole(read, today=now.date())
        _begin(statement, whole, read.lines)
    except StatementRefused as refusal:
        _refuse(statement, refusal, now=now)
        return
    rows = _rows(statement, read.lines)
    there = set(statement.lines.values_list("number", flat=True))
    done = len(there)
    left = (row for row in rows if row.number not in there)
    while some := list(islice(left, _WRITTEN_AT_ONCE)):
        with transaction.atomic():
            Line.objects.bulk_create(some)
            done += len(some)
            Statement.objects.filter(pk=statement.pk).update(lines_done=done)
    with transaction.atomic():
        is_read = Statement.objects.filter(pk=statement.pk, state=StatementState.READING).update(
            state=StatementState.WAITING, upload=None, lines_done=0
        )
        if is_read:
            ask_for_check(statement, now=now)


@transaction.atomic
def _begin(statement: Statement, whole: Whole, lines: Sequence[ReadLine]) -> None:
    """Note what the head says, once it follows the statement before; statements of a station wait for each other."""
    list(of_station().select_for_update().values_list("pk", flat=True).order_by("pk"))
    account_hash = blind_index(whole.account, purpose="bank_account").hex()
    check_follows(
        whole,
        lines,
        before=before(account_hash, but=statement.pk),
        known=serials_known(account_hash, (line.serial for line in lines), but=statement.pk),
    )
    statement.account = whole.account
    statement.account_hash = account_hash
    statement.account_tail = whole.account[-_TAIL:]
    statement.first_on, statement.last_on = whole.first_on, whole.last_on
    statement.opening_fen, statement.closing_fen = whole.opening_fen, whole.closing_fen
    statement.credit_fen = sum(max(line.amount_fen, 0) for line in lines)
    statement.debit_fen = sum(max(-line.amount_fen, 0) for line in lines)
    statement.lines_total = len(lines)
    statement.save(
        update_fields=[
            "account", "account_hash", "account_tail", "first_on", "last_on", "opening_fen",
            "closing_fen", "credit_fen", "debit_fen", "lines_total",
        ]
    )  # fmt: skip


@transaction.atomic
def _refuse(statement: Statement, refusal: StatementRefused, *, now: datetime) -> None:
    Statement.objects.filter(pk=statement.pk).update(
        state=StatementState.REFUSED,
        problems=[fault.kept() for fault in refusal.faults],
        note=refusal.break_type,
        upload=None,
        done_at=now,
    )


def _rows(statement: Statement, lines: Sequence[ReadLine]) -> Iterator[Line]:
    made = [_row(statement, number, line) for number, line in enumerate(lines, start=1)]
    shown = seen(made, statement)
    expected = expectations(on=max(line.booked_on for line in lines))
    verdicts = match(shown, expected, known_besides(shown, expected), working_days())
    for row, verdict in zip(made, verdicts, strict=True):
        take_verdict(row, verdict, statement)
        yield row


def _row(statement: Statement, number: int, line: ReadLine) -> Line:
    return Line(
        id=uuid7(),
        statement=statement,
        station_id=statement.station_id,
        account_hash=statement.account_hash,
        number=number,
        serial=line.serial,
        booked_on=line.booked_on,
        amount_fen=line.amount_fen,
        counterparty=line.counterparty,
        other_account=line.other_account,
        other_tail=line.other_account[-_TAIL:],
        text=line.text,
        reference=line.reference,
    )


def take_verdict(row: Line, verdict: Verdict, statement: Statement) -> None:
    """Write on a line what the passes found."""
    row.break_type = verdict.break_type or ""
    row.note = verdict.note
    row.kind, row.ref, row.part, row.rule = verdict.kind, verdict.ref, verdict.part, verdict.rule
    row.state = LineState.PROPOSED if verdict.break_type is None else LineState.BREAK
    row.maker_id = statement.maker_id if row.state == LineState.PROPOSED else None
    row.maker_name = statement.maker_name if row.state == LineState.PROPOSED else ""
