"""The layouts in which banks take instructions and answer them. One class a layout; all speak ``terms``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import sm3
from bangfu.kernel.errors import Text
from tenant_apps.payouts.bankfile import reading as read
from tenant_apps.payouts.bankfile.terms import (
    FileRefused,
    Instruction,
    Reply,
    ReplyRow,
    Status,
)


class Layout(Protocol):
    """How one bank wants its files."""

    @property
    def key(self) -> str:
        """What is kept with a batch."""

    @property
    def name(self) -> Text:
        """What people choose it by."""

    @property
    def suffix(self) -> str:
        """How the name of a file ends."""

    def write(self, instruction: Instruction) -> bytes:
        """Return the file of an instruction. The same instruction gives the same bytes."""
        ...

    def read(self, data: bytes) -> Reply:
        """Return what a reply says, if it is sound in itself.

        Raises:
            FileRefused: it is not; nothing of it may be used.
        """
        ...


class _Totals:
    """What the head or the end of a reply says it adds up to."""

    def __init__(self, *, line: int, count: int, total: int, paid: tuple[int, int] | None) -> None:
        self.line, self.count, self.total, self.paid = line, count, total, paid

    def check(self, rows: Sequence[ReplyRow]) -> None:
        """Return only if the lines add up to it.

        Raises:
            FileRefused: B11, they do not.
        """
        paid = [row.amount_fen for row in rows if row.status is Status.PAID]
        self._equal(read.COUNT, self.count, len(rows))
        self._equal(read.TOTAL, self.total, sum(row.amount_fen for row in rows), money=True)
        if self.paid is not None:
            self._equal(read.PAID_COUNT, self.paid[0], len(paid))
            self._equal(read.PAID_TOTAL, self.paid[1], sum(paid), money=True)

    def _equal(self, field: str, said: int, found: int, *, money: bool = False) -> None:
        if said != found:
            words = [f"{one / 100:.2f}" if money else str(one) for one in (said, found)]
            raise FileRefused(
                _(
                    "第 %(line)s 行“%(field)s”是 %(said)s，明细合计 %(found)s。文件不完整或被改动，请向银行重新下载。"
                ),
                line=self.line, field=field, said=words[0], found=words[1],
            )  # fmt: skip


class _Row:
    """The fields of one line of a reply, still as text."""

    def __init__(self, line: int, *, ref: str, card: str, fen: int, reason: str) -> None:
        self.line, self.fen, self.reason = line, fen, reason.strip()
        self.ref = read.named(ref, line=line, field=read.REF)
        self.card = read.named(card, line=line, field=read.CARD)

    def told(self, status: str, serial: str, words: Mapping[str, Status]) -> ReplyRow:
        """Return the row with its result.

        Raises:
            FileRefused: B11, no such result, no amount, or money moved without a serial number.
        """
        known = words.get(status)
        if known is None:
            raise FileRefused(
                _(
                    "第 %(line)s 行“%(field)s”为“%(cell)s”，不是约定的结果。请联系银行核实后重新下载。"
                ),
                line=self.line, field=read.STATUS, cell=status[:20],
            )  # fmt: skip
        if self.fen <= 0:
            raise FileRefused(
                _("第 %(line)s 行“%(field)s”是零。请联系银行核实后重新下载。"),
                line=self.line,
                field=read.AMOUNT,
            )
        if serial or known in {Status.PAID, Status.RETURNED}:
            read.named(serial, line=self.line, field=read.SERIAL)
        return ReplyRow(
            line=self.line, ref=self.ref, card=self.card, amount_fen=self.fen, status=known,
            reason=self.reason[:100], serial=serial,
        )  # fmt: skip


def _in_turn(text: str, wanted: int, *, line: int) -> None:
    if read.count_of(text, line=line, field=read.ROW) != wanted:
        raise FileRefused(
            _(
                "第 %(line)s 行“%(field)s”应为 %(wanted)s，实为 %(cell)s，中间缺行或重行。请向银行重新下载。"
            ),
            line=line, field=read.ROW, wanted=wanted, cell=text,
        )  # fmt: skip


def _expect(text: str, wanted: str | Sequence[str], *, line: int, field: str) -> None:
    if text not in ([wanted] if isinstance(wanted, str) else wanted):
        raise FileRefused(
            _(
                "第 %(line)s 行“%(field)s”为“%(cell)s”，不是本布局的回盘文件。请核对是否选错了文件或银行。"
            ),
            line=line, field=field, cell=text[:20],
        )  # fmt: skip


def _enough(lines: Sequence[str], least: int) -> None:
    if len(lines) < least:
        raise FileRefused(_("文件只有 %(count)s 行，不完整。请向银行重新下载。"), count=len(lines))


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _plain(text: str) -> str:
    return text.replace(",", "，").replace('"', "")


class GenericCsv:
    """The documented layout: UTF-8, one letter begins each line, SM3 over the details at the head."""

    key, name, suffix = "generic", _("通用格式（CSV，UTF-8）"), "csv"
    _WORDS: Mapping[str, Status] = MappingProxyType(
        {"S": Status.PAID, "F": Status.FAILED, "U": Status.UNKNOWN, "R": Status.RETURNED}
    )

    def write(self, instruction: Instruction) -> bytes:
        """Return the file of an instruction."""
        body = [
            f"D,{number},{one.ref},{_plain(one.name)},{one.card},{_yuan(one.amount_fen)},"
            f"{_plain(one.purpose)}"
            for number, one in enumerate(instruction.payments, start=1)
        ]
        sums = f"{len(body)},{_yuan(instruction.total_fen)}"
        head = (
            f"H,BANGFU-PAY-1,{instruction.number},{instruction.made_on:%Y%m%d},{sums},"
            f"{details_digest(body)}"
        )
        return "".join(f"{line}\r\n" for line in [head, *body, f"T,{sums}"]).encode()

    def read(self, data: bytes) -> Reply:
        """Return what a reply says."""
        lines = read.text_lines(data, encoding="utf-8")
        _enough(lines, 3)
        last = len(lines)
        head = read.cells_of(lines[0], number=1, count=8)
        _expect(head[0], "H", line=1, field="行标识")
        _expect(head[1], "BANGFU-RET-1", line=1, field="格式")
        _expect(head[3], ("A", "P"), line=1, field=read.KIND)
        if head[7] != details_digest(lines[1:-1]):
            raise FileRefused(
                _(
                    "第 1 行“%(field)s”与明细不符，文件在下载后被改动或不完整。请向银行重新下载，不要打开另存。"
                ),
                line=1, field="明细摘要",
            )  # fmt: skip
        rows = tuple(self._row(line, number) for number, line in enumerate(lines[1:-1], start=2))
        end = read.cells_of(lines[-1], number=last, count=5)
        _expect(end[0], "T", line=last, field="行标识")
        for number, count, total, paid in (
            (1, head[5], head[6], None),
            (last, end[1], end[2], (end[3], end[4])),
        ):
            _Totals(
                line=number,
                count=read.count_of(count, line=number, field=read.COUNT),
                total=read.fen_of(total, line=number, field=read.TOTAL),
                paid=None if paid is None else (
                    read.count_of(paid[0], line=number, field=read.PAID_COUNT),
                    read.fen_of(paid[1], line=number, field=read.PAID_TOTAL),
                ),
            ).check(rows)  # fmt: skip
        return Reply(
            number=read.named(head[2], line=1, field=read.NUMBER),
            is_whole=head[3] == "A",
            rows=rows,
        )

    def _row(self, line: str, number: int) -> ReplyRow:
        cells = read.cells_of(line, number=number, count=8)
        _expect(cells[0], "D", line=number, field="行标识")
        _in_turn(cells[1], number - 1, line=number)
        fen = read.fen_of(cells[4], line=number, field=read.AMOUNT)
        row = _Row(number, ref=cells[2], card=cells[3], fen=fen, reason=cells[6])
        return row.told(cells[5], cells[7], self._WORDS)


def details_digest(lines: Sequence[str]) -> str:
    """Return the SM3 digest of the detail lines, each ended by LF, in small hexadecimal letters."""
    return sm3("".join(f"{line}\n" for line in lines).encode()).hex()


class GbkCsv:
    """Comma-separated, GBK, headings in Chinese, totals in the first line."""

    key, name, suffix = "gbk-csv", _("代发表格（CSV，GBK）"), "csv"
    _HEAD = (read.NUMBER, read.KIND, read.COUNT, read.TOTAL, read.PAID_COUNT, read.PAID_TOTAL)
    _COLUMNS = (read.ROW, read.REF, read.CARD, read.AMOUNT, read.STATUS, read.REASON, read.SERIAL)
    _WORDS: Mapping[str, Status] = MappingProxyType(
        {
            "成功": Status.PAID,
            "失败": Status.FAILED,
            "处理中": Status.UNKNOWN,
            "退票": Status.RETURNED,
        }
    )

    def write(self, instruction: Instruction) -> bytes:
        """Return the file of an instruction."""
        sums = f"{len(instruction.payments)},{read.TOTAL},{_yuan(instruction.total_fen)}"
        lines = [
            f"{read.NUMBER},{instruction.number},{read.COUNT},{sums}",
            f"{read.ROW},{read.REF},{read.CARD},户名,{read.AMOUNT},用途",
            *(
                f"{number},{one.ref},{one.card},{_plain(one.name)},{_yuan(one.amount_fen)},"
                f"{_plain(one.purpose)}"
                for number, one in enumerate(instruction.payments, start=1)
            ),
        ]
        return "".join(f"{line}\r\n" for line in lines).encode("gb18030")

    def read(self, data: bytes) -> Reply:
        """Return what a reply says."""
        lines = read.text_lines(data, encoding="gb18030")
        _enough(lines, 3)
        head = read.cells_of(lines[0], number=1, count=12)
        for title, field in zip(head[::2], self._HEAD, strict=True):
            _expect(title, field, line=1, field=field)
        _expect(lines[1], ",".join(self._COLUMNS), line=2, field="标题行")
        number, kind, count, total, paid, paid_total = head[1::2]
        _expect(kind, ("全部", "补充"), line=1, field=read.KIND)
        rows = tuple(self._row(line, at) for at, line in enumerate(lines[2:], start=3))
        _Totals(
            line=1,
            count=read.count_of(count, line=1, field=read.COUNT),
            total=read.fen_of(total, line=1, field=read.TOTAL),
            paid=(
                read.count_of(paid, line=1, field=read.PAID_COUNT),
                read.fen_of(paid_total, line=1, field=read.PAID_TOTAL),
            ),
        ).check(rows)
        return Reply(
            number=read.named(number, line=1, field=read.NUMBER),
            is_whole=kind == "全部",
            rows=rows,
        )

    def _row(self, line: str, number: int) -> ReplyRow:
        cells = read.cells_of(line, number=number, count=7)
        _in_turn(cells[0], number - 2, line=number)
        fen = read.fen_of(cells[3], line=number, field=read.AMOUNT)
        row = _Row(number, ref=cells[1], card=cells[2], fen=fen, reason=cells[5])
        return row.told(cells[4], cells[6], self._WORDS)


class FixedWidth:
    """Fields of fixed width in GBK bytes, amounts in fen, a line of totals at the end."""

    key, name, suffix = "fixed", _("定长格式（TXT，GBK）"), "txt"
    _WORDS: Mapping[str, Status] = MappingProxyType(
        {"0": Status.PAID, "1": Status.FAILED, "2": Status.UNKNOWN, "3": Status.RETURNED}
    )
    _HEAD = (1, 20, 1, 8, 15)
    _ROW = (1, 8, 20, 32, 15, 1, 32, 60)
    _END = (1, 8, 15, 8, 15)

    def write(self, instruction: Instruction) -> bytes:
        """Return the file of an instruction."""
        count, total = f"{len(instruction.payments):08d}", f"{instruction.total_fen:015d}"
        lines = [
            b"H" + _wide(instruction.number, 20) + f"{instruction.made_on:%Y%m%d}".encode()
            + count.encode() + total.encode()
        ]  # fmt: skip
        lines += [
            b"D" + f"{number:08d}".encode() + _wide(one.ref, 20) + _wide(one.card, 32)
            + _wide(one.name, 60) + f"{one.amount_fen:015d}".encode() + _wide(one.purpose, 40)
            for number, one in enumerate(instruction.payments, start=1)
        ]  # fmt: skip
        lines.append(b"T" + count.encode() + total.encode())
        return b"".join(line + b"\r\n" for line in lines)

    def read(self, data: bytes) -> Reply:
        """Return what a reply says."""
        lines = read.text_lines(data, encoding="gb18030")
        _enough(lines, 3)
        last = len(lines)
        head, end = _cut(lines[0], self._HEAD, line=1), _cut(lines[-1], self._END, line=last)
        _expect(head[0], "H", line=1, field="行标识")
        _expect(head[2], ("A", "P"), line=1, field=read.KIND)
        _expect(end[0], "T", line=last, field="行标识")
        rows = tuple(self._row(line, number) for number, line in enumerate(lines[1:-1], start=2))
        _Totals(
            line=1,
            count=read.count_of(head[3], line=1, field=read.COUNT),
            total=read.whole_fen_of(head[4], line=1, field=read.TOTAL),
            paid=None,
        ).check(rows)
        _Totals(
            line=last,
            count=read.count_of(end[1], line=last, field=read.COUNT),
            total=read.whole_fen_of(end[2], line=last, field=read.TOTAL),
            paid=(
                read.count_of(end[3], line=last, field=read.PAID_COUNT),
                read.whole_fen_of(end[4], line=last, field=read.PAID_TOTAL),
            ),
        ).check(rows)
        return Reply(
            number=read.named(head[1], line=1, field=read.NUMBER),
            is_whole=head[2] == "A",
            rows=rows,
        )

    def _row(self, line: str, number: int) -> ReplyRow:
        cells = _cut(line, self._ROW, line=number)
        _expect(cells[0], "D", line=number, field="行标识")
        _in_turn(cells[1], number - 1, line=number)
        fen = read.whole_fen_of(cells[4], line=number, field=read.AMOUNT)
        row = _Row(number, ref=cells[2], card=cells[3], fen=fen, reason=cells[7])
        return row.told(cells[5], cells[6], self._WORDS)


def _wide(text: str, width: int) -> bytes:
    data = text.encode("gb18030")
    while len(data) > width:
        text = text[:-1]
        data = text.encode("gb18030")
    return data.ljust(width)


def _cut(text: str, widths: Sequence[int], *, line: int) -> list[str]:
    data = text.encode("gb18030")
    if len(data) != sum(widths):
        raise FileRefused(
            _("第 %(line)s 行应有 %(wanted)s 字节，实有 %(found)s 字节。请向银行重新下载原文件。"),
            line=line, wanted=sum(widths), found=len(data),
        )  # fmt: skip
    cells, start = [], 0
    for width in widths:
        cells.append(data[start : start + width])
        start += width
    try:
        return [cell.decode("gb18030").rstrip(" ") for cell in cells]
    except UnicodeDecodeError as error:
        raise FileRefused(
            _("第 %(line)s 行的项目没有对齐。请向银行重新下载原文件。"), line=line
        ) from error


_ALL: tuple[Layout, ...] = (GenericCsv(), GbkCsv(), FixedWidth())
LAYOUTS: Mapping[str, Layout] = MappingProxyType({layout.key: layout for layout in _ALL})


def layout_of(key: str) -> Layout:
    """Return the layout a batch was made in."""
    return LAYOUTS[key]
