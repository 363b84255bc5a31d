"""Statements as CAMT.053 messages (ISO 20022 BankToCustomerStatement), of any version.

Source: ISO 20022 camt.053.001, message definition report "Bank-to-Customer Cash Management".
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from xml.etree import ElementTree as ET

from bangfu.kernel.clock import LOCAL
from bangfu.ui.templatetags.ui import yuan
from tenant_apps.banking.reading.faults import MOST_FAULTS, Fault, StatementRefused, refuse
from tenant_apps.banking.reading.rows import MOST_ROWS, declares_entities, decoded
from tenant_apps.banking.reading.statement import ReadLine, ReadStatement
from tenant_apps.banking.reading.values import NotRead, day_of, fen_of

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']""")
_GB = frozenset({"gbk", "gb2312", "gb18030"})
_OPENING = ("OPBD", "PRCD")
_ZONE = re.compile(r"(?:Z|[+-]\d{2}:\d{2})$")
_ZEROS = re.compile(r"(\.\d{2})0{1,3}$")


def read_camt(data: bytes) -> ReadStatement:
    """Read a CAMT.053 message with one statement; entries are taken one by one, whatever their number.

    Raises:
        StatementRefused: no such message, broken, hostile, several statements, or entries that cannot be read.
    """
    if declares_entities(data):
        raise refuse("hostile")
    statement = ReadStatement()
    faults: list[Fault] = []
    try:
        for kind, element in _parts(data):
            if kind == "entry":
                number = len(statement.lines) + len(faults) + 1
                if number > MOST_ROWS:
                    raise refuse("too-many-lines", limit=MOST_ROWS)
                _take_entry(statement, number, element, faults)
                if len(faults) >= MOST_FAULTS:
                    break
            else:
                _take_head(statement, element, faults)
    except ET.ParseError as error:
        raise refuse("damaged", row=error.position[0]) from None
    except (LookupError, ValueError):
        # An encoding that no bank of ours writes.
        raise refuse("encoding") from None
    if faults:
        raise StatementRefused(faults)
    if not statement.lines:
        raise refuse("no-lines")
    return statement


def _parts(data: bytes) -> Iterator[tuple[str, ET.Element]]:
    """Give each entry as soon as it is complete, and forget it; then the statement without them."""
    declared = _DECLARED.match(data)
    source: io.BytesIO | io.StringIO = io.BytesIO(data)
    if declared is not None and declared[1].decode().casefold() in _GB:
        source = io.StringIO(decoded(data).split("?>", 1)[1])
    statements = 0
    seen = ""
    stack: list[ET.Element] = []
    for event, element in ET.iterparse(source, events=("start", "end")):  # noqa: S314 - no document type comes here
        name = _name(element)
        if event == "start":
            stack.append(element)
            if len(stack) > 32:
                raise refuse("hostile")
            seen = seen or name
            continue
        stack.pop()
        if name == "Ntry" and stack and _name(stack[-1]) == "Stmt":
            yield "entry", element
            stack[-1].remove(element)
        elif name == "Stmt":
            statements += 1
            if statements > 1:
                raise refuse("several-statements")
            yield "head", element
    if not statements:
        raise refuse("not-a-statement")


def _take_head(statement: ReadStatement, stmt: ET.Element, faults: list[Fault]) -> None:
    account = _find(stmt, "Acct", "Id")
    if account is not None:
        statement.account = _said(account, "IBAN") or _said(account, "Othr", "Id")
    currencies = {_said(stmt, "Acct", "Ccy")} | {
        amount.get("Ccy", "")
        for balance in _all(stmt, "Bal")
        if (amount := _find(balance, "Amt")) is not None
    }
    if other := sorted(currencies - {"", "CNY"}):
        faults.append(Fault(code="currency", column="Ccy", values={"value": other[0][:10]}))
    try:
        for name, tag in (("first_on", "FrDtTm"), ("last_on", "ToDtTm")):
            text = _said(stmt, "FrToDt", tag) or _said(stmt, "FrToDt", tag.replace("Tm", ""))
            if text:
                setattr(statement, name, _day_in(text))
    except NotRead:
        faults.append(Fault(code="bad-date", column="FrToDt", values={"value": text[:40]}))
    kept: dict[str, int] = {}
    for balance in _all(stmt, "Bal"):
        code = _said(balance, "Tp", "CdOrPrtry", "Cd")
        try:
            fen = _signed(balance)
        except NotRead:
            faults.append(Fault(code="bad-amount", column=code or "Bal", values={"value": "Bal"}))
            continue
        if kept.setdefault(code, fen) != fen:
            values = {"label": code, "one": yuan(kept[code]), "other": yuan(fen)}
            faults.append(Fault(code="said-twice", column="Bal", values=values))
    statement.opening_fen = next((kept[code] for code in _OPENING if code in kept), None)
    statement.closing_fen = kept.get("CLBD")
    _take_totals(statement, stmt, faults)


def _take_totals(statement: ReadStatement, stmt: ET.Element, faults: list[Fault]) -> None:
    counts = []
    for tag, name in (("TtlCdtNtries", "said_credit_fen"), ("TtlDbtNtries", "said_debit_fen")):
        total = _find(stmt, "TxsSummry", tag)
        if total is None:
            continue
        amount, count = _said(total, "Sum"), _said(total, "NbOfNtries")
        try:
            if amount:
                setattr(statement, name, fen_of(amount))
        except NotRead:
            faults.append(Fault(code="bad-amount", column=tag, values={"value": amount[:40]}))
        if count.isdigit():
            counts.append(int(count))
    whole = _said(stmt, "TxsSummry", "TtlNtries", "NbOfNtries")
    if whole.isdigit():
        statement.said_count = int(whole)
    elif len(counts) == 2:
        statement.said_count = sum(counts)


def _take_entry(
    statement: ReadStatement, number: int, entry: ET.Element, faults: list[Fault]
) -> None:
    before = len(faults)

    def wrong(code: str, column: str, **values: str | int) -> None:
        faults.append(Fault(code=code, row=number, column=column, values=values))

    state = _said(entry, "Sts", "Cd") or _said(entry, "Sts")
    if state not in {"", "BOOK"}:
        wrong("not-booked", "Sts", value=state[:20])
    serial = _said(entry, "AcctSvcrRef") or _said(entry, "NtryRef")
    if not serial:
        wrong("no-serial", "AcctSvcrRef")
    elif len(serial) > 64:
        wrong("too-long", "AcctSvcrRef", limit=64)
    amount = _find(entry, "Amt")
    if amount is not None and amount.get("Ccy", "CNY") != "CNY":
        wrong("currency", "Amt", value=amount.get("Ccy", "")[:10])
    fen = 0
    try:
        fen = _signed(entry)
    except NotRead:
        wrong("bad-amount", "Amt", value=(_said(entry, "Amt") or "—")[:40])
    day = _said(entry, "BookgDt", "Dt") or _said(entry, "BookgDt", "DtTm")
    try:
        booked_on = _day_in(day)
    except NotRead:
        wrong("bad-date", "BookgDt", value=day[:40])
    if not fen and len(faults) == before:
        wrong("no-amount", "Amt")
    if len(faults) > before:
        return
    details = _only_details(entry)
    other = "Dbtr" if fen > 0 else "Cdtr"
    statement.lines.append(
        ReadLine(
            number=number,
            serial=serial,
            booked_on=booked_on,
            amount_fen=fen,
            counterparty=(
                _said(details, "RltdPties", other, "Nm")
                or _said(details, "RltdPties", other, "Pty", "Nm")
            )[:120],
            other_account=(
                _said(details, "RltdPties", f"{other}Acct", "Id", "Othr", "Id")
                or _said(details, "RltdPties", f"{other}Acct", "Id", "IBAN")
            )[:40],
            text=(_said(details, "RmtInf", "Ustrd") or _said(entry, "AddtlNtryInf"))[:200],
            reference=(_reference(details) or _said(entry, "NtryDtls", "Btch", "PmtInfId"))[:80],
        )
    )


def _only_details(entry: ET.Element) -> ET.Element | None:
    """The details of an entry of one transaction; of several, no one's name is that of the whole."""
    details = [one for group in _all(entry, "NtryDtls") for one in _all(group, "TxDtls")]
    return details[0] if len(details) == 1 else None


def _day_in(text: str) -> date:
    """Read a day as XML writes it: one may name its zone, an instant of another zone lies on a day of ours."""
    if "T" in text:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            raise NotRead from None
        return instant.astimezone(LOCAL).date() if instant.tzinfo else instant.date()
    return day_of(_ZONE.sub("", text))


def _reference(details: ET.Element | None) -> str:
    said = _said(details, "Refs", "EndToEndId")
    return said if said not in {"", "NOTPROVIDED"} else _said(details, "Refs", "InstrId")


def _signed(element: ET.Element) -> int:
    # Five decimals are allowed there; those of a part of a fen are not.
    fen = fen_of(_ZEROS.sub(r"\1", _said(element, "Amt")))
    if fen < 0:
        raise NotRead
    direction = _said(element, "CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise NotRead
    return fen if direction == "CRDT" else -fen


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: ET.Element, name: str) -> list[ET.Element]:
    return [child for child in element if _name(child) == name]


def _find(element: ET.Element | None, *path: str) -> ET.Element | None:
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if _name(child) == name), None)
    return element


def _said(element: ET.Element | None, *path: str) -> str:
    found = _find(element, *path)
    text = (found.text or "") if found is not None else ""
    return "".join(letter for letter in text.strip() if letter.isprintable())
