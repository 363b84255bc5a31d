"""Whether a reply fits what was sent: nothing of it is used unless all of it fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from tenant_apps.payouts.bankfile.reading import AMOUNT, CARD, NUMBER, REF, SERIAL, STATUS
from tenant_apps.payouts.bankfile.terms import FileRefused, Reply, ReplyRow, Status

# Where a line may stand when the bank says what became of it. What was paid can only come back; what failed or came
# back is final: it is paid again by a new line, never by an old one.
MOVES: Mapping[Status, frozenset[str]] = MappingProxyType(
    {
        Status.PAID: frozenset({"sent", "unknown"}),
        Status.FAILED: frozenset({"sent", "unknown"}),
        Status.UNKNOWN: frozenset({"sent"}),
        Status.RETURNED: frozenset({"paid"}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A line as it was sent: how to know its card, how many fen, where it stands.

    The card is empty where the household was deleted since: nothing is left here to compare the answer with.
    """

    card: bytes
    amount_fen: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a reply changes about one line."""

    ref: str
    status: Status
    reason: str
    serial: str


def judge(
    reply: Reply,
    *,
    number: str,
    sent: Mapping[str, Expected],
    known_card: Callable[[str], bytes],
) -> list[Change]:
    """Say what a sound reply changes about the lines of a batch. What it only repeats changes nothing.

    ``known_card`` gives of a card number what ``Expected.card`` holds.

    Raises:
        FileRefused: B11 it answers another batch · B6 a line or a serial number twice · B2 a line that was never
            sent · B5 another amount · B9 another card · B10 a result that contradicts the one before · B12 a whole
            reply that leaves lines out.
    """
    if reply.number != number:
        raise FileRefused(
            _("这是批次 %(other)s 的回盘文件，当前批次是 %(number)s。请到对应批次上传。"),
            line=1, field=NUMBER, other=reply.number, number=number,
        )  # fmt: skip
    lines: dict[str, int] = {}
    serials: dict[str, int] = {}
    changes = []
    for row in reply.rows:
        _check_once(row, row.ref, lines, field=REF)
        if row.serial:
            _check_once(row, row.serial, serials, field=SERIAL)
        expected = sent.get(row.ref)
        if expected is None:
            raise FileRefused(
                _(
                    "第 %(line)s 行业务编号 %(ref)s 不在本批次内，银行可能付了我们没有委托的款。请立即联系银行核实。"
                ),
                kind="B2", line=row.line, field=REF, ref=row.ref,
            )  # fmt: skip
        _check_same(row, expected, known_card)
        if row.status != expected.state:
            changes.append(
                Change(ref=row.ref, status=row.status, reason=row.reason, serial=row.serial)
            )
    left = sent.keys() - lines.keys()
    if reply.is_whole and left:
        raise FileRefused(
            _(
                "文件缺少本批次的 %(count)s 笔，如 %(ref)s。请向银行索取全部结果；如银行只给补充结果，请下载补充文件。"
            ),
            kind="B12", count=len(left), ref=min(left),
        )  # fmt: skip
    return changes


def _check_once(row: ReplyRow, name: str, seen: dict[str, int], *, field: str) -> None:
    first = seen.setdefault(name, row.line)
    if first != row.line:
        raise FileRefused(
            _(
                "第 %(line)s 行“%(field)s”%(name)s 与第 %(first)s 行重复，可能付了两次。请联系银行核实后重新下载。"
            ),
            kind="B6", line=row.line, field=field, name=name, first=first,
        )  # fmt: skip


def _check_same(row: ReplyRow, expected: Expected, known_card: Callable[[str], bytes]) -> None:
    if row.amount_fen != expected.amount_fen:
        raise FileRefused(
            _(
                "第 %(line)s 行“%(field)s”是 %(found)s 元，委托的是 %(wanted)s 元。请联系银行核实，不要修改文件。"
            ),
            kind="B5", line=row.line, field=AMOUNT,
            found=f"{row.amount_fen / 100:.2f}", wanted=f"{expected.amount_fen / 100:.2f}",
        )  # fmt: skip
    if expected.card and known_card(row.card) != expected.card:
        raise FileRefused(
            _(
                "第 %(line)s 行“%(field)s”（尾号 %(tail)s）不是委托的收款账号，款可能付给了别人。请立即联系银行核实。"
            ),
            kind="B9", line=row.line, field=CARD, tail=row.card[-4:],
        )  # fmt: skip
    if row.status != expected.state and expected.state not in MOVES[row.status]:
        raise FileRefused(
            _(
                "第 %(line)s 行“%(field)s”与以前的回盘结果矛盾。请向银行取得书面说明，查明前不要再付。"
            ),
            kind="B10", line=row.line, field=STATUS,
        )  # fmt: skip
