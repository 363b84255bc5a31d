"""Reading what a bank sent, before anything of it is believed: size, kind of file, encoding, fields."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from tenant_apps.payouts.bankfile.terms import LARGEST_BYTES, MOST_LINES, FileRefused

# Headings of the fields, as the layouts print them.
NUMBER, REF, CARD, SERIAL = "批次号", "业务编号", "账号", "银行流水号"
COUNT, TOTAL, PAID_COUNT, PAID_TOTAL = "总笔数", "总金额", "成功笔数", "成功金额"
ROW, AMOUNT, STATUS, REASON, KIND = "序号", "金额", "处理结果", "失败原因", "文件类型"

_OTHER_FILES = {
    b"PK\x03\x04": "Excel",
    b"\xd0\xcf\x11\xe0": "Excel",
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
}
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,10})\.[0-9]{2}")
_COUNT = re.compile(r"[0-9]{1,8}")
_REF = re.compile(r"[0-9A-Z]{6,32}")
_CARD = re.compile(r"[0-9]{12,32}")
_SERIAL = re.compile(r"[0-9A-Za-z-]{1,32}")
_FORMULAS = ("=", "+", "@", "-")


def text_lines(data: bytes, *, encoding: str) -> list[str]:
    """Return the lines of a return file, without their ends.

    Raises:
        FileRefused: B11, it is empty, too large, no text of this encoding, or was saved by another program.
    """
    _check_kind(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise FileRefused(
            _(
                "第 %(line)s 行：文字编码不是 %(encoding)s。请向银行重新下载原文件，不要另存为其他编码。"
            ),
            line=number,
            encoding=encoding.upper(),
        ) from error
    lines = text.removesuffix("\n").split("\n")
    if len(lines) > MOST_LINES:
        raise FileRefused(_("文件超过 %(most)s 行。请核对是否选错了文件。"), most=MOST_LINES)
    plain = [line.removesuffix("\r") for line in lines]
    for number, line in enumerate(plain, start=1):
        if not line:
            raise FileRefused(
                _("第 %(line)s 行是空行。请向银行重新下载原文件，不要在文件中增删内容。"),
                line=number,
            )
        if any(unicodedata.category(sign)[0] == "C" for sign in line):
            raise FileRefused(
                _("第 %(line)s 行含有不可见字符，文件可能在传送中损坏。请向银行重新下载。"),
                line=number,
            )
    return plain


def _check_kind(data: bytes) -> None:
    if not data.strip():
        raise FileRefused(_("文件是空的。请向银行重新下载回盘文件。"))
    if len(data) > LARGEST_BYTES:
        raise FileRefused(
            _("文件超过 %(most)s MB。请核对是否选错了文件。"), most=LARGEST_BYTES >> 20
        )
    for start, kind in _OTHER_FILES.items():
        if data.startswith(start):
            raise FileRefused(
                _("这是 %(what)s 文件，不是银行的回盘文本文件。请上传从银行下载的原文件。"),
                what=kind,
            )
    if data.startswith(_MARKS):
        raise FileRefused(
            _(
                "文件开头有字节顺序标记（BOM），像是被其他程序打开另存过，卡号可能已走样。请上传从银行下载的原文件。"
            )
        )
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise FileRefused(
            _("第 %(line)s 行含有空字符，文件可能在传送中损坏。请向银行重新下载。"), line=line
        )


def cells_of(line: str, *, number: int, count: int) -> list[str]:
    """Return the fields of a line of a comma-separated layout.

    Raises:
        FileRefused: B11, another number of fields, quotation marks, or a formula.
    """
    if '"' in line:
        raise FileRefused(
            _("第 %(line)s 行含有引号，像是被表格软件另存过。请上传从银行下载的原文件。"),
            line=number,
        )
    cells = line.split(",")
    if len(cells) != count:
        raise FileRefused(
            _("第 %(line)s 行应有 %(wanted)s 项，实有 %(found)s 项。请向银行重新下载原文件。"),
            line=number,
            wanted=count,
            found=len(cells),
        )
    for cell in cells:
        is_negative = _AMOUNT.fullmatch(cell.removeprefix("-")) is not None
        if cell.startswith(_FORMULAS) and not is_negative:
            raise FileRefused(
                _(
                    "第 %(line)s 行含有公式“%(cell)s”。回盘文件里不会有公式，请上传从银行下载的原文件。"
                ),
                line=number,
                cell=cell[:20],
            )
    return cells


def fen_of(text: str, *, line: int, field: str) -> int:
    """Return an amount of yuan with two decimals as fen.

    Raises:
        FileRefused: B11, it is no amount, or not above zero.
    """
    if text.startswith("-"):
        raise FileRefused(
            _("第 %(line)s 行“%(field)s”是负数。请联系银行核实后重新下载。"), line=line, field=field
        )
    if _AMOUNT.fullmatch(text) is None:
        raise FileRefused(
            _(
                "第 %(line)s 行“%(field)s”为“%(cell)s”，应是两位小数的金额，如 1200.00。请向银行重新下载原文件。"
            ),
            line=line,
            field=field,
            cell=text[:20],
        )
    return int(text.replace(".", ""))


def whole_fen_of(text: str, *, line: int, field: str) -> int:
    """Return an amount written in fen, all digits.

    Raises:
        FileRefused: B11, as ``fen_of``.
    """
    if not (text.isascii() and text.isdigit()):
        raise FileRefused(
            _("第 %(line)s 行“%(field)s”为“%(cell)s”，应全是数字。请向银行重新下载原文件。"),
            line=line,
            field=field,
            cell=text[:20],
        )
    return int(text)


def count_of(text: str, *, line: int, field: str) -> int:
    """Return a number of lines.

    Raises:
        FileRefused: B11, it is no number.
    """
    if _COUNT.fullmatch(text) is None:
        raise FileRefused(
            _("第 %(line)s 行“%(field)s”为“%(cell)s”，应是笔数。请向银行重新下载原文件。"),
            line=line,
            field=field,
            cell=text[:20],
        )
    return int(text)


def named(text: str, *, line: int, field: str) -> str:
    """Return one of our references, a card or a serial number of the bank.

    Raises:
        FileRefused: B11, it is none.
    """
    pattern = {CARD: _CARD, SERIAL: _SERIAL}.get(field, _REF)
    if pattern.fullmatch(text) is None:
        raise FileRefused(
            _(
                "第 %(line)s 行“%(field)s”不完整或格式不对。请向银行重新下载原文件，不要用表格软件另存。"
            ),
            line=line,
            field=field,
        )
    return text
