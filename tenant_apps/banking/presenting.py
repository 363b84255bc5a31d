"""How statements and lines are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import Text
from bangfu.ui.tones import Tone
from shared_apps.bankfiles.models import (
    CRITICAL,
    BreakType,
    Line,
    LineState,
    Statement,
    StatementState,
)
from tenant_apps.banking.wishes import Act, act_of, is_going_back, is_part
from tenant_apps.funds.expectations import Expectation
from tenant_apps.funds.rules import worded_account

STATEMENT_TONES: Mapping[str, Tone] = {
    StatementState.READING: "info",
    StatementState.WAITING: "wait",
    StatementState.POSTING: "info",
    StatementState.DONE: "ok",
    StatementState.REFUSED: "bad",
    StatementState.WITHDRAWN: "mute",
}
_LINE_TONES: Mapping[str, Tone] = {
    LineState.NEW: "mute",
    LineState.PROPOSED: "wait",
    LineState.MATCHED: "ok",
    LineState.HELD: "wait",
    LineState.BREAK: "bad",
}
_HIDDEN = "************"
_ACTS: Mapping[str, Text] = {
    "proposed": gettext_lazy("提出办理意见"),
    "checked": gettext_lazy("复核同意"),
    "returned": gettext_lazy("退回"),
    "withdrawn": gettext_lazy("撤回"),
    "undone": gettext_lazy("撤销入账"),
    "parted": gettext_lazy("多收部分另列"),
    "kept": gettext_lazy("取消退回"),
}
_RULES: Mapping[str, Text] = {
    "P1": gettext_lazy("参考号、金额、方向一致"),
    "P2": gettext_lazy("与批次总额一致"),
    "P3": gettext_lazy("户名、金额一致，日期相近"),
    "P4": gettext_lazy("批次或拨款中的一笔"),
    "hand": gettext_lazy("人工"),
}
_KINDS: Mapping[str, Text] = {
    "transfer": gettext_lazy("拨款"),
    "transfer_back": gettext_lazy("拨款退回"),
    "payout": gettext_lazy("发放批次"),
    "payout_back": gettext_lazy("发放退回"),
    "donation": gettext_lazy("捐赠"),
    "donation_return": gettext_lazy("捐赠退还"),
    "purchase": gettext_lazy("爱心卡结算"),
    "voucher": gettext_lazy("手工凭证"),
    "refund": gettext_lazy("退回待认领收款"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """A statement of the list."""

    statement: Statement
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line as a list shows it; of the two amounts, in fen, one is zero."""

    line: Line
    tone: Tone
    credit: int
    debit: int
    pair: str
    rule: Text
    type: str
    is_critical: bool
    age_days: int
    other_account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What a line may be paired with.

    ``came`` fen are held as parts of it. ``differs_by`` is how many fen the line is more (above zero) or less than
    what is still to come, where such a pair needs a reason.
    """

    kind: str
    kind_name: Text
    ref: str
    part: str
    amount: int
    name: str
    due_on: date
    is_same_amount: bool
    came: int = 0
    differs_by: int = 0

    @property
    def differs_fen(self) -> int:
        """By how much it differs, whichever way."""
        return abs(self.differs_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """A receipt on 2101: where it stands, in words."""

    row: LineRow
    stands: Text
    tone: Tone


def statement_rows(statements: Iterable[Statement]) -> list[StatementRow]:
    """Show statements."""
    return [StatementRow(statement=one, tone=STATEMENT_TONES[one.state]) for one in statements]


def line_rows(lines: Iterable[Line], *, today: date) -> list[LineRow]:
    """Show lines."""
    return [line_row(line, today=today) for line in lines]


def line_row(line: Line, *, today: date) -> LineRow:
    """Show one line."""
    pair = f"{kind_name(line.kind)} {line.part or line.ref}".strip() if line.ref else ""
    return LineRow(
        line=line,
        tone=_LINE_TONES[line.state],
        credit=max(line.amount_fen, 0),
        debit=max(-line.amount_fen, 0),
        pair=pair,
        rule=_RULES.get(line.rule, ""),
        type=f"{line.break_type} {BreakType(line.break_type).label}" if line.break_type else "",
        is_critical=line.break_type in CRITICAL,
        age_days=max(0, (today - line.booked_on).days),
        other_account=f"{_HIDDEN}{line.other_tail}" if line.other_tail else "",
    )


def kind_name(kind: str) -> Text:
    """Name who waits for money."""
    return _KINDS.get(kind, kind)


def receipt_rows(lines: Iterable[Line], *, today: date) -> list[ReceiptRow]:
    """Show receipts on 2101."""
    return [_receipt_row(line, today=today) for line in lines]


def _receipt_row(line: Line, *, today: date) -> ReceiptRow:
    row = line_row(line, today=today)
    if line.state == LineState.PROPOSED:
        return ReceiptRow(row=row, stands=line.get_state_display(), tone="wait")
    if is_going_back(line):
        return ReceiptRow(row=row, stands=_("待银行退回"), tone="info")
    if is_part(line):
        return ReceiptRow(row=row, stands=_("部分到账，余款未到"), tone="info")
    return ReceiptRow(row=row, stands=_("待认领"), tone="bad")


def worded_wish(line: Line) -> Text:
    """Say what is asked for a line, or was done about it, beyond its pair; empty where there is nothing to say."""
    wish, act = line.wish, act_of(line)
    if act == Act.JOURNAL:
        budget = _("，同时增加可用预算") if wish.get("budget") else ""
        return f"{worded_account(wish['account'])}{budget}"
    if act == Act.BACK:
        return _("退回给 %(payee)s") % {"payee": wish["payee"]}
    if act == Act.UNDO:
        return _("撤销已入账的配对或入账")
    if act == Act.PART:
        return _("部分到账，挂 2101，余款到账后一并核销")
    return ""


def candidates_of(
    line: Line, found: Iterable[Expectation], *, came: Mapping[tuple[str, str], int], most: int
) -> list[Candidate]:
    """Show what a line may be paired with, each part of the same amount by itself.

    ``came`` is what is held already as parts of an expectation, in fen by its kind and reference.
    """
    fen = abs(line.amount_fen)
    shown: list[Candidate] = []
    for one in found:
        already = came.get((one.kind, one.ref), 0)
        whole = Candidate(
            kind=one.kind, kind_name=kind_name(one.kind), ref=one.ref, part="",
            amount=one.amount_fen, name=one.counterparty, due_on=one.due_on,
            is_same_amount=one.amount_fen - already == fen, came=already,
            # Of what leaves, and of what comes in many parts, the app that waits says what fits.
            differs_by=fen + already - one.amount_fen if one.incoming and not one.parts else 0,
        )  # fmt: skip
        parts = [
            Candidate(
                kind=one.kind, kind_name=kind_name(one.kind), ref=one.ref, part=part.ref,
                amount=part.amount_fen, name=part.counterparty, due_on=one.due_on,
                is_same_amount=True,
            )
            for part in one.parts
            if part.amount_fen == fen
        ]  # fmt: skip
        shown += parts[:most] or [whole]
        if len(shown) >= most:
            break
    return shown[:most]


def percent_of(statement: Statement) -> int | None:
    """How far the background work on a statement is; None before its lines are counted."""
    if not statement.lines_total:
        return None
    return min(100, 100 * statement.lines_done // statement.lines_total)


def tabs_of(counts: Mapping[str, int], show: str) -> list[dict[str, object]]:
    """The tabs of a statement with their counts."""
    whole = {"key": "", "label": _("全部"), "count": sum(counts.values()), "current": not show}
    return [
        whole,
        *(
            {
                "key": state.value,
                "label": state.label,
                "count": counts[state],
                "current": show == state,
            }
            for state in LineState
            if counts.get(state)
        ),
    ]


def act_label(action: str) -> Text:
    """Name an act on a line."""
    return _ACTS[action]
