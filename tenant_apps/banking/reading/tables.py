"""Statements as tables: the head above, the columns by their names, one row a booking."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _

from bangfu.ui.templatetags.ui import yuan
from tenant_apps.banking.reading.faults import MOST_FAULTS, Fault, StatementRefused, refuse
from tenant_apps.banking.reading.rows import HEADER_DEPTH, Row
from tenant_apps.banking.reading.statement import ReadLine, ReadStatement
from tenant_apps.banking.reading.values import (
    NotRead,
    day_of,
    fen_of,
    has_control_characters,
    is_shortened,
    plain,
)

_CURRENCIES = frozenset({"人民币", "cny", "rmb", "156", "01", "人民币元", "元"})

# What a column may be called, in the words of the banks.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "day": ("记账日期", "交易日期", "入账日期", "日期", "交易时间", "交易日", "记账日", "date"),
    "serial": (
        "流水号", "交易流水号", "银行流水号", "核心流水号", "主机流水号", "账户明细编号",
        "账户明细编号-交易流水号", "业务流水号", "serial",
    ),
    "credit": ("收入", "收入金额", "贷方发生额", "贷方金额", "转入金额", "存入金额", "贷方", "credit"),
    "debit": ("支出", "支出金额", "借方发生额", "借方金额", "转出金额", "支取金额", "借方", "debit"),
    "amount": ("金额", "交易金额", "发生额", "amount"),
    "direction": ("借贷标志", "收支", "收支方向", "借贷方向", "借贷", "收付标志", "direction"),
    "balance": ("余额", "账户余额", "交易后余额", "本次余额", "balance"),
    "counterparty": ("对方户名", "对方名称", "对方账户名称", "对方单位", "交易对手名称", "counterparty"),
    "other_account": ("对方账号", "对方账户", "对方卡号", "交易对手账号", "otheraccount"),
    "reference": ("企业流水号", "我方参考号", "参考号", "业务参考号", "客户附言", "凭证号", "reference"),
    "currency": ("币种", "币别", "currency"),
    "account": ("账号", "本方账号", "账户账号", "account"),
}  # fmt: skip
_TEXTS = ("摘要", "用途", "附言", "备注", "交易类型", "个性化信息", "text")
_SAID: Mapping[str, tuple[str, ...]] = {
    "account": ("账号", "本方账号", "查询账号", "账户账号", "卡号"),
    "first": ("起始日期", "开始日期", "查询起始日期"),
    "last": ("终止日期", "结束日期", "截止日期", "查询截止日期"),
    "opening": ("期初余额", "上期余额", "承前余额"),
    "closing": ("期末余额", "本期余额", "结存余额"),
    "count": ("总笔数", "明细笔数", "笔数"),
    "credit": ("贷方合计", "收入合计", "贷方总额", "总收入"),
    "debit": ("借方合计", "支出合计", "借方总额", "总支出"),
    "currency": ("币种", "币别"),
}
_BY_TITLE = {plain(title): name for name, titles in _COLUMNS.items() for title in titles}
_TEXT_TITLES = frozenset(plain(title) for title in _TEXTS)
_BY_LABEL = {plain(title): name for name, titles in _SAID.items() for title in titles}
_INCOMING = frozenset({"贷", "c", "crdt", "收", "收入", "转入", "credit", "贷方"})
_OUTGOING = frozenset({"借", "d", "dbit", "支", "付", "支出", "转出", "debit", "借方"})
_NUMBERS = frozenset({"amount", "credit", "debit", "balance"})
_ACCOUNT = re.compile(r"[0-9A-Za-z]{4,40}", re.ASCII)
# What Excel shortens.
_LONG_NUMBERS = frozenset({"serial", "account", "other_account", "reference"})
_LENGTHS = {"serial": 64, "counterparty": 120, "other_account": 40, "reference": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    texts: tuple[int, ...]
    width: int

    def cell(self, cells: Sequence[str], name: str) -> str:
        at = self.columns.get(name)
        return cells[at] if at is not None and at < len(cells) else ""


class _Wrong(Protocol):
    def __call__(self, code: str, name: str = "", **values: str | int) -> None: ...


def read_table(rows: Iterable[Row]) -> ReadStatement:
    """Read a statement from the rows of a CSV or a sheet.

    Raises:
        StatementRefused: no header, missing columns, or rows that cannot be read; every one is named.
    """
    statement = ReadStatement()
    faults: list[Fault] = []
    table: _Table | None = None
    for number, cells in rows:
        if table is None:
            table = _table_in(cells)
            if table is None:
                if number > HEADER_DEPTH:
                    raise refuse("no-header", depth=HEADER_DEPTH)
                _take_said(statement, number, cells, faults)
            continue
        if not _is_booking(table, cells):
            _take_said(statement, number, cells, faults)
            continue
        line = _line_in(table, statement, number, cells, faults)
        if line is not None:
            statement.lines.append(line)
        if len(faults) >= MOST_FAULTS:
            break
    if table is None:
        raise refuse("no-header", depth=HEADER_DEPTH)
    if faults:
        raise StatementRefused(faults)
    if not statement.lines:
        raise refuse("no-lines")
    return statement


def _table_in(cells: Sequence[str]) -> _Table | None:
    columns: dict[str, int] = {}
    titles: dict[str, str] = {}
    texts = []
    repeated = ""
    for at, cell in enumerate(cells):
        key = plain(cell).replace("(元)", "").replace("(cny)", "")
        if key in _TEXT_TITLES:
            texts.append(at)
            titles[f"text{at}"] = cell
        name = _BY_TITLE.get(key)
        if name is None:
            continue
        if name in columns:
            # Banks print two days and two numbers side by side: the first is the one of the booking.
            repeated = repeated or (cell if cell in titles.values() else "")
            continue
        columns[name] = at
        titles[name] = cell
    amounts = {"credit", "debit"} <= columns.keys() or "amount" in columns
    if "day" not in columns or len(columns) < 3:
        return None
    if repeated:
        raise refuse("repeated-columns", title=repeated)
    missing = [] if "serial" in columns else ["流水号"]
    missing += [] if amounts else ["收入、支出（或金额）"]
    if missing:
        raise refuse("missing-columns", columns="、".join(missing))
    width = max(at for at, cell in enumerate(cells) if cell) + 1
    return _Table(columns=columns, titles=titles, texts=tuple(texts), width=width)


def is_header(cells: Sequence[str]) -> bool:
    """Tell whether a row names the columns of a statement, even if not all that are needed."""
    try:
        return _table_in(cells) is not None
    except StatementRefused:
        return True


def _is_booking(table: _Table, cells: Sequence[str]) -> bool:
    # Totals stand below the rows, with a word where the day should be, or nothing there and no serial.
    first = plain(table.cell(cells, "day"))
    if not first:
        return bool(table.cell(cells, "serial")) and any(
            table.cell(cells, name) for name in ("credit", "debit", "amount")
        )
    return not first.startswith(("合计", "总计", "小计", "本页", "期末", "期初", "总笔数"))


def _take_said(
    statement: ReadStatement, number: int, cells: Sequence[str], faults: list[Fault]
) -> None:
    """Take what the head or the foot of the table says: a label, and the value beside it or behind a colon."""
    parts: list[str] = []
    for cell in cells:
        label, colon, value = cell.replace("：", ":").partition(":")
        parts += [label, value] if colon and plain(label) in _BY_LABEL else [cell]
    for at, part in enumerate(parts[:-1]):
        name = _BY_LABEL.get(plain(part))
        value = parts[at + 1].strip()
        if name is None or not value:
            continue
        fault = _set_said(statement, name, part, value)
        if fault is not None:
            faults.append(replace(fault, row=number, column=part))


# What the head says, and where the statement keeps it.
_KEPT: Mapping[str, str] = {
    "first": "first_on",
    "last": "last_on",
    "opening": "opening_fen",
    "closing": "closing_fen",
    "count": "said_count",
    "credit": "said_credit_fen",
    "debit": "said_debit_fen",
}


def _set_said(statement: ReadStatement, name: str, label: str, value: str) -> Fault | None:
    """Keep what the head or the foot says; what it says a second time is the same, or a fault."""
    if name == "currency":
        is_ours = plain(value) in _CURRENCIES
        return None if is_ours else Fault(code="currency", values={"value": value[:20]})
    if name == "account":
        return _set_account(statement, label, value)
    said: date | int
    read = _READ_AS.get(name, fen_of)
    try:
        said = read(value)
    except NotRead:
        code = "bad-date" if read is day_of else "bad-amount"
        return Fault(code=code, values={"value": value[:40]})
    kept = getattr(statement, _KEPT[name])
    if kept is not None and kept != said:
        return _said_twice(label, *(_shown(name, one) for one in (kept, said)))
    setattr(statement, _KEPT[name], said)
    return None


def _set_account(statement: ReadStatement, label: str, value: str) -> Fault | None:
    account = _digits(value)
    if is_shortened(value):
        return Fault(code="shortened", values={"value": value[:40]})
    if not _ACCOUNT.fullmatch(account):
        return Fault(code="account-hidden", values={"value": value[:40]})
    if statement.account and statement.account != account:
        # Of an account its ends are shown and no more.
        return _said_twice(
            label, *(f"{one[:4]}…{one[-4:]}" for one in (statement.account, account))
        )
    statement.account = account
    return None


def _said_twice(label: str, one: str, other: str) -> Fault:
    return Fault(code="said-twice", values={"label": label[:20], "one": one, "other": other})


def _count_of(value: str) -> int:
    if not (value.isascii() and value.isdigit()) or len(value) > 9:
        raise NotRead
    return int(value)


_READ_AS: Mapping[str, Callable[[str], date | int]] = {
    "first": day_of,
    "last": day_of,
    "count": _count_of,
}


def _shown(name: str, value: date | int) -> str:
    return yuan(value) if isinstance(value, int) and name != "count" else str(value)


def _line_in(
    table: _Table,
    statement: ReadStatement,
    number: int,
    cells: Sequence[str],
    faults: list[Fault],
) -> ReadLine | None:
    """Read one row, or name what is wrong with it."""
    before = len(faults)

    def wrong(code: str, name: str = "", **values: str | int) -> None:
        column = table.titles.get(name, "")
        faults.append(Fault(code=code, row=number, column=column, values=values))

    said = {name: table.cell(cells, name) for name in table.columns}
    _check_cells(table, said, cells, wrong)
    if len(faults) > before:
        return None
    amount = _amount_in(said, wrong)
    balance = None
    if said.get("balance"):
        try:
            balance = fen_of(said["balance"])
        except NotRead:
            wrong("bad-amount", "balance", value=said["balance"][:40])
    try:
        day = day_of(said["day"])
    except NotRead:
        wrong("bad-date", "day", value=said["day"][:40] or _("空白"))
    if not said["serial"]:
        wrong("no-serial", "serial")
    if said.get("currency") and plain(said["currency"]) not in _CURRENCIES:
        wrong("currency", "currency", value=said["currency"][:20])
    own = _digits(said.get("account", ""))
    if own and statement.account and own != statement.account:
        wrong("several-statements", "account")
    statement.account = statement.account or own
    if len(faults) > before or amount is None:
        return None
    texts = [cells[at] for at in table.texts if at < len(cells) and cells[at]]
    return ReadLine(
        number=number,
        serial=said["serial"],
        booked_on=day,
        amount_fen=amount,
        counterparty=said.get("counterparty", ""),
        other_account=_digits(said.get("other_account", "")),
        text=_visible(" ".join(dict.fromkeys(texts)))[:200],
        reference=said.get("reference", ""),
        balance_fen=balance,
    )


def _check_cells(
    table: _Table, said: Mapping[str, str], cells: Sequence[str], wrong: _Wrong
) -> None:
    """Name what no cell of a statement may hold, whatever its column."""
    for name, value in said.items():
        if value.startswith("=") or (value[:1] in {"+", "@"} and name not in _NUMBERS):
            wrong("formula", name, value=value[:40])
        elif has_control_characters(value):
            wrong("control-characters", name)
        elif len(value) > _LENGTHS.get(name, 200):
            wrong("too-long", name, limit=_LENGTHS.get(name, 200))
        elif name in _LONG_NUMBERS and is_shortened(value):
            wrong("shortened", name, value=value[:40])
    for at in table.texts:
        if at < len(cells) and cells[at].startswith("="):
            wrong("formula", f"text{at}", value=cells[at][:40])
    if any(cells[table.width :]):
        wrong("shifted")


def _amount_in(said: Mapping[str, str], wrong: _Wrong) -> int | None:
    if "credit" in said and "debit" in said:
        return _two_columns(said, wrong)
    text = said["amount"]
    try:
        fen = fen_of(text)
    except NotRead:
        wrong("bad-amount", "amount", value=text[:40])
        return None
    direction = plain(said["direction"]) if "direction" in said else ""
    if not fen:
        wrong("no-amount", "amount")
    elif "direction" in said and direction not in _INCOMING | _OUTGOING:
        wrong("bad-direction", "direction", value=said["direction"][:20])
    elif "direction" in said and fen < 0:
        wrong("negative", "amount", value=text[:40])
    else:
        return -fen if direction in _OUTGOING else fen
    return None


def _two_columns(said: Mapping[str, str], wrong: _Wrong) -> int | None:
    fens = {}
    for name in ("credit", "debit"):
        text = said[name]
        if text in {"", "-", "--"}:
            fens[name] = 0
            continue
        try:
            fens[name] = fen_of(text)
        except NotRead:
            wrong("bad-amount", name, value=text[:40])
            return None
        if fens[name] < 0:
            wrong("negative", name, value=text[:40])
            return None
    if fens["credit"] and fens["debit"]:
        wrong("two-amounts", "credit")
        return None
    if not fens["credit"] and not fens["debit"]:
        wrong("no-amount", "credit")
        return None
    return fens["credit"] - fens["debit"]


def _digits(text: str) -> str:
    return "".join(text.split()).replace("-", "")[:40]


def _visible(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
