"""Read a list of stations from CSV or Excel, or from lines that were typed."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from bangfu.kernel.errors import InvalidInput, Problem
from shared_apps.importing.packages import read_package
from shared_apps.onboarding.services.many import AT_MOST, Line

LARGEST_BYTES = 2 * 1024 * 1024
HEADER_DEPTH = 10
"""A title or a note may stand above the headings, down to this row."""

# Heading in the sheet → field of a line. Both the data file's headings and Chinese ones are read.
HEADINGS = {
    "station_code": "code",
    "站点编码": "code",
    "name": "name",
    "站点名称": "name",
    "单位名称": "name",
    "level": "level",
    "层级": "level",
    "parent_code": "parent_code",
    "上级编码": "parent_code",
    "region_code": "region_code",
    "行政区划代码": "region_code",
    "union_uscc": "union_uscc",
    "工会信用代码": "union_uscc",
    "contact_name": "contact_name",
    "联系人": "contact_name",
    "contact_phone": "contact_phone",
    "手机": "contact_phone",
    "contact_email": "contact_email",
    "电子邮箱": "contact_email",
}
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What is a name made of signs, not words: width, blanks and case do not matter.
_SIGNS = ("code", "parent_code", "region_code", "union_uscc", "contact_phone")
_LEVEL = re.compile("[1-4]")
_SEPARATORS = ",\t;"


def lines_of_upload(upload: "UploadedFile[Any]") -> list[Line]:
    """Return the lines of an uploaded CSV or Excel file.

    Raises:
        InvalidInput: the file is too big, is neither kind, or has no heading for the name.
    """
    if (upload.size or 0) > LARGEST_BYTES:
        raise _refused(_("文件超过 2 MB。"))
    content = upload.read()
    if content.startswith(b"PK"):
        return _lines(_rows_of_workbook(content))
    if content.startswith(_OLD_EXCEL):
        raise _refused(_("旧版 Excel 文件(.xls)或设有密码的文件不能读取，请另存为 .xlsx 后上传。"))
    return _lines(_rows_of_csv(content))


def lines_of_text(text: str) -> list[Line]:
    """Return the lines that were typed: 名称, 联系人, 手机, 邮箱, 区划代码, parted by comma, tab or ，."""
    order = ("name", "contact_name", "contact_phone", "contact_email", "region_code")
    lines = []
    for row, typed in enumerate(text.splitlines(), start=1):
        if typed.strip():
            parts = [
                part.strip() for part in typed.replace("，", ",").replace("\t", ",").split(",")
            ]
            said = dict(zip(order, parts, strict=False))
            lines.append(_line(row, said))
    return lines


def _line(row: int, said: Mapping[str, str]) -> Line:
    level = _LEVEL.search(_narrow(said.get("level", "")))
    return Line(
        row=row,
        level=int(level[0]) if level else None,
        **{
            name: _narrow(value) if name in _SIGNS else value
            for name, value in said.items()
            if name != "level"
        },
    )


def _narrow(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _rows_of_csv(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    text = _decoded(content)
    head = text[:4096]
    separator = max(_SEPARATORS, key=head.count)
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=None), delimiter=separator), 1)
    except csv.Error:
        raise _refused(_("文件已损坏，或不是 CSV 文件。")) from None


def _decoded(content: bytes) -> str:
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(_("无法识别文件编码，请另存为 UTF-8 的 CSV 或 Excel 文件。"))


def _rows_of_workbook(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    answer = read_package(content)
    if "refused" in answer:
        raise _refused(
            _("文件已损坏、设有密码、含有宏，或不是 Excel 文件，请另存为 .xlsx 后上传。")
        )
    sheets = answer["sheets"]
    for number, cells in sheets[0]["rows"] if sheets else ():
        last = max(int(column) for column in cells)
        yield number, [_text(number, cells.get(str(at), "")) for at in range(1, last + 1)]


def _text(row: int, cell: str | list[Any]) -> str:
    if isinstance(cell, str):
        return cell
    kind, *value = cell
    if kind == "formula":
        raise _refused(_("第 %(row)d 行有公式。请复制后“选择性粘贴—数值”，再上传。") % {"row": row})
    return str(value[0])


def _lines(rows: Iterable[tuple[int, Sequence[str]]]) -> list[Line]:
    columns: dict[int, str] = {}
    lines: list[Line] = []
    for row, cells in rows:
        if not columns:
            columns = _columns(cells)
            if not columns and row >= HEADER_DEPTH:
                break
            continue
        said = {name: cells[at].strip() for at, name in columns.items() if at < len(cells)}
        if any(said.values()):
            lines.append(_line(row, said))
        if len(lines) > AT_MOST:
            raise _refused(_("行数过多，请分批导入。"))
    if not columns:
        raise _refused(_("前 10 行中应有表头，至少要有“站点名称”一列。"))
    return lines


def _columns(cells: Sequence[str]) -> dict[int, str]:
    """Return the fields of the columns, where the row is one of headings."""
    keys = ["".join(cell.split()).rstrip("*").casefold() for cell in cells]
    columns = {at: HEADINGS[key] for at, key in enumerate(keys) if key in HEADINGS}
    return columns if "name" in columns.values() else {}


def _refused(message: str) -> InvalidInput:
    return InvalidInput([Problem(code="unreadable-file", field="file", message=message)])
