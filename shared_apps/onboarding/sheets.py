"""Read a list of stations from CSV or Excel, or from lines that were typed."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from bangfu.kernel.errors import InvalidInput, Problem
from shared_apps.onboarding.services.many import AT_MOST, Line

LARGEST_BYTES = 2 * 1024 * 1024
LARGEST_UNPACKED_BYTES = 40 * 1024 * 1024

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
    level = said.get("level", "")[:1]
    return Line(
        row=row,
        level=int(level) if level.isdigit() else None,
        **{name: value for name, value in said.items() if name != "level"},
    )


def _rows_of_csv(content: bytes) -> Iterator[Sequence[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        yield from csv.reader(io.StringIO(text))
        return
    raise _refused(_("无法识别文件编码，请另存为 UTF-8 的 CSV 或 Excel 文件。"))


def _rows_of_workbook(content: bytes) -> Iterator[Sequence[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > LARGEST_UNPACKED_BYTES:
            raise _refused(_("文件展开后过大。"))
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        for row in sheet.to_python(nrows=AT_MOST + 2):
            yield [_text(cell) for cell in row]
    except (zipfile.BadZipFile, CalamineError) as error:
        raise _refused(_("文件已损坏，或不是 Excel 文件。")) from error


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _lines(rows: Iterable[Sequence[str]]) -> list[Line]:
    numbered = iter(enumerate(rows, start=1))
    _first, heading = next(numbered, (1, ()))
    columns = {
        at: HEADINGS[cell.strip()] for at, cell in enumerate(heading) if cell.strip() in HEADINGS
    }
    if "name" not in columns.values():
        raise _refused(_("第 1 行应为表头，至少要有“站点名称”一列。"))
    lines = []
    for row, cells in numbered:
        said = {name: cells[at].strip() for at, name in columns.items() if at < len(cells)}
        if any(said.values()):
            lines.append(_line(row, said))
        if len(lines) > AT_MOST:
            raise _refused(_("行数过多，请分批导入。"))
    return lines


def _refused(message: str) -> InvalidInput:
    return InvalidInput([Problem(code="unreadable-file", field="file", message=message)])
