"""Why a statement is not taken in: each reason with its place, the type of break it is, and the remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import DomainError, Problem, Text
from shared_apps.bankfiles.models import BreakType

MOST_FAULTS = 50

_WORDS: Mapping[str, Text] = {
    "empty": gettext_lazy("文件是空的。请从网银重新下载对账单。"),
    "too-large": gettext_lazy(
        "文件有 %(size)s MB，超过 %(limit)s MB。请按月份分段下载后分次上传。"
    ),
    "not-a-statement": gettext_lazy(
        "文件不是 CSV、Excel（.xlsx）或 CAMT.053（XML）对账单。请在网银选择这几种格式下载。"
    ),
    "encoding": gettext_lazy("文字编码无法识别。请用 UTF-8 或 GBK 编码重新下载。"),
    "damaged": gettext_lazy("文件不完整或已损坏。请从网银重新下载，不要用其他程序改存。"),
    "hostile": gettext_lazy("文件内部有实体声明、宏或异常压缩的内容，不予接收。请从网银直接下载。"),
    "no-header": gettext_lazy(
        "没有找到表头。前 %(depth)s 行中应有“交易日期”“流水号”“收入”“支出”等列名。"
    ),
    "missing-columns": gettext_lazy("缺少列：%(columns)s。请在网银下载时勾选这些列。"),
    "repeated-columns": gettext_lazy("列“%(title)s”出现了两次。请只保留一列。"),
    "no-lines": gettext_lazy("对账单没有明细行。当期无发生额的，不需要导入。"),
    "too-many-lines": gettext_lazy("明细超过 %(limit)s 行。请按月份分段下载，Excel 可改存为 CSV。"),
    "several-sheets": gettext_lazy(
        "工作簿的第 %(sheet)s 张表也是对账单。请每个账户、每个期间单独存为一个文件。"
    ),
    "shifted": gettext_lazy(
        "这一行比表头多出内容，列已错位（常见于金额中的千分位逗号没有加引号）。请从网银重新下载。"
    ),
    "shortened": gettext_lazy(
        "“%(value)s”是被 Excel 改成科学计数的长数字，末位已丢失。请直接上传网银下载的原文件，不要用 Excel 打开另存。"
    ),
    "said-twice": gettext_lazy(
        "“%(label)s”出现两个不同的值：%(one)s 和 %(other)s。请核对是否拼接了两份对账单，重新下载整份。"
    ),
    "account-hidden": gettext_lazy(
        "“%(value)s”不是完整的账号。请在网银选择显示完整账号后重新下载。"
    ),
    "beyond-measure": gettext_lazy("发生额合计超过可记账的上限。请核对金额列是否错位。"),
    "several-statements": gettext_lazy("一个文件里有多份对账单。请每个账户、每个期间单独上传。"),
    "bad-date": gettext_lazy("“%(value)s”不是日期。请改为 2026-11-20 这样的格式。"),
    "bad-amount": gettext_lazy("“%(value)s”不是金额。请填写到分的数字，如 1234.50。"),
    "negative": gettext_lazy("金额 %(value)s 为负。收入、支出分列的，请填正数。"),
    "no-amount": gettext_lazy("收入和支出都没有填写。每行应有一个发生额。"),
    "two-amounts": gettext_lazy("收入和支出同时填写。每行只能有一个发生额。"),
    "bad-direction": gettext_lazy("“%(value)s”不是收支方向。请填“收”或“支”（贷或借）。"),
    "no-serial": gettext_lazy("没有银行流水号。请下载带流水号的对账单。"),
    "formula": gettext_lazy("单元格“%(value)s”是公式。请从网银重新下载，不要在表中计算。"),
    "control-characters": gettext_lazy("含有不可见的控制字符。请从网银重新下载。"),
    "too-long": gettext_lazy("内容超过 %(limit)s 个字。请核对列是否错位。"),
    "not-booked": gettext_lazy("这笔尚未入账（状态 %(value)s）。请下载已入账的对账单。"),
    "currency": gettext_lazy(
        "币种是 %(value)s。只接收人民币账户的对账单，请选择人民币账户重新下载。"
    ),
    "no-account": gettext_lazy("没有本方账号。请下载带账号的对账单，或在表头上方填写“账号”。"),
    "no-balances": gettext_lazy(
        "没有期初、期末余额，也没有余额列，无法核对完整。请下载带余额的对账单。"
    ),
    "closing": gettext_lazy(
        "期初 %(opening)s 加本期发生 %(moved)s 等于 %(sum)s，与期末 %(closing)s 相差 %(left)s。"
        "对账单缺行或多行，请重新下载整份。"
    ),
    "running": gettext_lazy(
        "按上一行推算余额应为 %(sum)s，表中为 %(balance)s。这一行前后有缺行或改动，请重新下载整份。"
    ),
    "serial-twice": gettext_lazy(
        "流水号 %(serial)s 与第 %(other)s 行重复。请核对是否重复复制，重新下载整份。"
    ),
    "serial-known": gettext_lazy(
        "流水号 %(serial)s 在已导入的对账单“%(file)s”中出现过。请下载不重叠的期间。"
    ),
    "count": gettext_lazy("表头写明 %(said)s 笔，实有 %(found)s 笔。请重新下载整份。"),
    "total-credit": gettext_lazy("表头写明收入合计 %(said)s，明细合计 %(found)s。请重新下载整份。"),
    "total-debit": gettext_lazy("表头写明支出合计 %(said)s，明细合计 %(found)s。请重新下载整份。"),
    "chain": gettext_lazy(
        "期初余额 %(opening)s 与上一份对账单期末 %(previous)s（%(until)s）不衔接。"
        "请先导入中间的期间，或核对是否同一账户。"
    ),
    "overlap": gettext_lazy(
        "期间从 %(first)s 起，早于上一份对账单的末日 %(until)s。请按先后导入。"
    ),
    "outside": gettext_lazy(
        "日期 %(value)s 不在对账单期间 %(first)s 至 %(last)s 之内。请核对期间。"
    ),
    "future": gettext_lazy("日期 %(value)s 晚于今天。请核对日期格式（年-月-日）。"),
}
# Whatever else is wrong with a file is B11.
_CUT_OFF = frozenset({"chain", "overlap", "outside", "future"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a statement: its code, the row as Excel counts, the column, and the values to name."""

    code: str
    row: int | None = None
    column: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def break_type(self) -> BreakType:
        """Which type of break it is."""
        return BreakType.B15 if self.code in _CUT_OFF else BreakType.B11

    def kept(self) -> dict[str, Any]:
        """Return the fault as a statement keeps it."""
        return {
            "code": self.code,
            "row": self.row,
            "column": self.column,
            "values": dict(self.values),
        }


def fault_kept(kept: Mapping[str, Any]) -> Fault:
    """Read a fault that a statement keeps."""
    return Fault(code=kept["code"], row=kept["row"], column=kept["column"], values=kept["values"])


def worded(fault: Fault) -> str:
    """Say a fault with its place and its remedy, in the reader's language."""
    sentence = str(_WORDS[fault.code]) % fault.values
    if fault.row is None:
        return sentence
    if fault.column:
        return _("第 %(row)s 行“%(column)s”：%(sentence)s") % {
            "row": fault.row,
            "column": fault.column,
            "sentence": sentence,
        }
    return _("第 %(row)s 行：%(sentence)s") % {"row": fault.row, "sentence": sentence}


class StatementRefused(DomainError):
    """A statement is not whole, or not one at all: no line of it is taken in."""

    code = "statement-refused"
    http_status = 422
    message = gettext_lazy("对账单整份退回，没有导入任何一行。")

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults[:MOST_FAULTS])
        super().__init__()

    @property
    def break_type(self) -> BreakType:
        """The type of break the file is: cut off when nothing else is wrong with it."""
        types = {fault.break_type for fault in self.faults}
        return BreakType.B15 if types == {BreakType.B15} else BreakType.B11

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, as forms and the API show it."""
        return tuple(
            Problem(
                code=fault.code,
                field="file",
                row=fault.row,
                column=fault.column,
                message=worded(fault),
            )
            for fault in self.faults
        )


def refuse(
    code: str, *, row: int | None = None, column: str = "", **values: str | int
) -> StatementRefused:
    """Return the refusal of a whole file for one reason."""
    return StatementRefused([Fault(code=code, row=row, column=column, values=values)])
