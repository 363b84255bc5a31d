"""Papers of a batch: the real-name summary (实名制汇总表), and the slip on which one payee signs.

Source: domain I-O06 (payments by name, each signed for alone), I-O11 (archived), §3.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.kernel.crypto import mask_id_no
from bangfu.kernel.errors import Text
from bangfu.kernel.money import rmb_capitals
from bangfu.ui.templatetags.ui import grouped, yuan
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.printing.models import PaperKind
from tenant_apps.documents.papers.blocks import (
    Block,
    Sheet,
    facts,
    known,
    note,
    paragraphs,
    signatures,
    summed,
    together,
)
from tenant_apps.payouts.models import BEFORE_BANK, Batch, BatchState, Line

_AMOUNT_AT = 6
_SIGNED_MM = 6
_PERSON: list[tuple[Text, float, str]] = [
    ("序号", 0.5, "center"),
    ("姓名", 1.1, "center"),
    ("证件号码", 1.75, "center"),
    ("申请号", 1.35, "center"),
    ("帮扶项目", 1.1, "center"),
    ("收款卡号", 0.95, "center"),
    ("金额（元）", 1.15, "right"),
]
_SIGNED_BY_HAND: list[tuple[Text, float, str]] = [
    ("领款人签名", 1.9, "center"),
    ("领款日期", 1.15, "center"),
]
_ANSWERED: list[tuple[Text, float, str]] = [
    ("结果", 0.65, "center"),
    ("到账日期", 1.05, "center"),
    ("签收", 1.35, "center"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which lines of a batch a summary holds, counted from ``first``, and of how many."""

    lines: Sequence[Line]
    first: int
    of: int

    @property
    def is_last(self) -> bool:
        """Whether the list ends here."""
        return self.first + len(self.lines) - 1 >= self.of


def payout_roster(
    batch: Batch, part: Part, *, programmes: str, cycles: str, paid_fen: int, station_name: str
) -> Sheet:
    """Who gets what: before the bank answered with room to sign, afterwards with what became of each.

    ``paid_fen`` is what of the whole batch was paid. Numbers and cards are masked.
    """
    is_open = batch.state in {*BEFORE_BANK, BatchState.SENT}
    title = "帮扶资金发放花名册" if is_open else "帮扶资金发放实名制汇总表"
    last = part.first + len(part.lines) - 1
    some = f"　　第 {part.first}—{last} 笔，共 {part.of} 笔" if len(part.lines) < part.of else ""
    return Sheet(
        kind=PaperKind.PAYOUT_ROSTER,
        subject=("payout", batch.pk),
        about=batch.number,
        title=title,
        subtitle=f"{station_name}　　批次号 {batch.number}{some}",
        blocks=(
            facts(
                known("发放单位", station_name, span=2),
                known("批次名称", batch.title),
                known("帮扶项目", programmes, span=2),
                known("周期", cycles),
                known("资金来源", batch.fund.name, span=2),
                known("发放方式", batch.get_channel_display()),
                known("笔数", grouped(batch.count)),
                known("总额（元）", yuan(batch.total_fen)),
                known("编制日期", f"{batch.made_at:%Y-%m-%d}"),
            ),
            summed(
                _PERSON + (_SIGNED_BY_HAND if is_open else _ANSWERED),
                [_person(line) + (["", ""] if is_open else _answered(line)) for line in part.lines],
                amounts=[line.amount_fen for line in part.lines],
                at=_AMOUNT_AT,
                label="本页小计",
                unit="笔",
                height=_SIGNED_MM if is_open else 0,
            ),
            *([_end(batch, paid_fen, is_open=is_open)] if part.is_last else []),
        ),
        wide=True,
        marked=True,
    )


def payout_slip(line: Line, *, programme: str, cycle: str, station_name: str) -> Sheet:
    """What one payee signs on paper where nobody can sign on a screen."""
    return Sheet(
        kind=PaperKind.PAYOUT_SLIP,
        subject=("payout_line", line.pk),
        about=line.ref,
        title="帮扶款领款签收单",
        subtitle=f"{station_name}　　编号 {line.ref}",
        blocks=(
            facts(
                known("领款人", line.payee_name),
                known("证件号码", _number(line), span=2),
                known("帮扶项目", programme, span=2),
                known("周期", cycle),
                known("批次号", line.batch.number),
                known("申请号", line.application.number, span=2),
                known("金额（元）", yuan(line.amount_fen)),
                known("金额大写", f"人民币{rmb_capitals(line.amount_fen)}", span=2),
                known("发放方式", line.batch.get_channel_display()),
                known("收款卡号", _card(line)),
                known("到账日期", line.paid_on),
            ),
            paragraphs("本人已收到上列帮扶款，金额无误。"),
            signatures(("领款人签名（捺印）", ""), ("经办人签名", "")),
            note(
                "一人一单，本人签收，不得集体领签。由他人代签的，须附书面委托书，写明代签人、与领款人的关系和原因，由站长办理。"
            ),
        ),
    )


def _person(line: Line) -> list[object]:
    return [
        line.serial,
        line.payee_name,
        _number(line),
        line.application.number,
        CODE_LISTS["aid"].label(line.aid),
        _card(line),
        yuan(line.amount_fen),
    ]


def _answered(line: Line) -> list[object]:
    signed = "—"
    if line.receipt_kind:
        receipt = line.receipt or {}
        by = f"{receipt.get('signer', '')}（{receipt.get('relation', '')}）代签"
        who = by if line.is_proxy else line.get_receipt_kind_display()
        signed = f"{who} {line.receipt_on:%m-%d}" if line.receipt_on else who
    return [line.get_state_display(), line.paid_on or "—", signed]


def _end(batch: Batch, paid_fen: int, *, is_open: bool) -> Block:
    total = [
        known("批次号", batch.number),
        known("笔数", grouped(batch.count)),
        known("合计（元）", yuan(batch.total_fen)),
        known("合计大写", f"人民币{rmb_capitals(batch.total_fen)}", span=3),
    ]
    if not is_open and paid_fen != batch.total_fen:
        total += [
            known("其中成功（元）", yuan(paid_fen)),
            known("成功大写", f"人民币{rmb_capitals(paid_fen)}", span=2),
        ]
    return together(
        facts(*total),
        signatures(
            ("编制（经办）", batch.made_by),
            ("财务复核", batch.checked_by),
            ("经审确认", batch.audited_by),
            ("主席签批", batch.approved_by),
        ),
    )


def _number(line: Line) -> str:
    sealed = line.application.payee_id_no
    return mask_id_no(sealed.reveal()) if sealed else "—"


def _card(line: Line) -> str:
    return f"**** {line.card_tail}" if line.card_tail else "—"
