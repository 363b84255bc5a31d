"""From the bytes somebody uploaded to the rows of the form, or one sentence why not.

Nothing here knows the database or the meaning of a value: a row is a number as Excel shows it and its
cells under the names of the fields they fill.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tenant_apps.imports.columns import (
    BROKEN_SHEET,
    CODES_SHEET,
    ERROR_TITLE,
    EXAMPLE_SHEET,
    EXPECTED_TITLE,
    GUIDE_SHEET,
    HOUSEHOLDS,
    MEMBERS,
    Column,
    Form,
    heading_key,
)
from tenant_apps.imports.refusals import WorkbookRefused
from tenant_apps.imports.sheets import CellValue, Sheet, digits_of, sheets_of

HEADER_DEPTH = 10
"""A title, a note or a blank line may stand above the headings, down to this row."""

_IGNORED_TITLES = {heading_key(ERROR_TITLE), heading_key(EXPECTED_TITLE)}
_ENOUGH_TITLES = 5
# The other sheets of the form name its columns too.
_NOT_THE_FORM = {BROKEN_SHEET, CODES_SHEET, EXAMPLE_SHEET, GUIDE_SHEET}


@dataclass(frozen=True)
class RawRow:
    """One row as it was typed: `number` as Excel shows it, cells by the field they fill."""

    number: int
    cells: Mapping[str, CellValue]

    @property
    def household_no(self) -> str:
        """The number that ties members to their household, whether typed as text or as number."""
        return digits_of(self.cells.get("household_no"))

    @property
    def station_code(self) -> str:
        """The code of the station the row is for, as typed."""
        return digits_of(self.cells.get("station_code"))


@dataclass(frozen=True)
class Workbook:
    """What was read: the rows to check, and the rows that only stand beside them.

    `columns` are the headings found, in the order of the sheet. `notes` tell the uploader what was
    passed over. When a sheet was asked for by name, the form's own two sheets become `context`:
    their people count as already known, and are not checked themselves.
    """

    sheet: str
    columns: tuple[str, ...]
    households: list[RawRow]
    members: list[RawRow]
    context_households: list[RawRow] = field(default_factory=list)
    context_members: list[RawRow] = field(default_factory=list)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Table:
    columns: tuple[str, ...]
    rows: list[RawRow]
    notes: tuple[str, ...]


def read_workbook(data: bytes, filename: str, *, sheet: str = "") -> Workbook:
    """Read the form from an upload; `sheet` names another sheet of the same columns to check.

    Raises:
        WorkbookRefused: the file is not what it says, is hostile, or does not hold the form.
    """
    sheets = sheets_of(data, filename)
    members = _find(sheets, MEMBERS)
    member_table = _table(members, MEMBERS) if members else _Table((), [], ())
    if sheet:
        return _selected(sheets, sheet, member_table)
    main = _find(sheets, HOUSEHOLDS)
    if main is None:
        raise WorkbookRefused("no_header", depth=HEADER_DEPTH)
    table = _table(main, HOUSEHOLDS)
    if not table.rows:
        raise WorkbookRefused("no_rows", sheet=main.name)
    return Workbook(
        sheet=main.name,
        columns=table.columns,
        households=table.rows,
        members=member_table.rows,
        notes=table.notes + member_table.notes,
    )


def _selected(sheets: Mapping[str, Sheet], name: str, members: _Table) -> Workbook:
    chosen = sheets.get(name)
    if chosen is None:
        raise WorkbookRefused("no_sheet", sheet=name, sheets="、".join(sheets))
    table = _table(chosen, HOUSEHOLDS)
    if not table.rows:
        raise WorkbookRefused("no_rows", sheet=name)
    main = sheets.get(HOUSEHOLDS.sheet)
    beside = _table(main, HOUSEHOLDS).rows if main and main is not chosen else []
    return Workbook(
        sheet=name,
        columns=table.columns,
        households=table.rows,
        members=[],
        context_households=beside,
        context_members=members.rows,
        notes=table.notes,
    )


def _find(sheets: Mapping[str, Sheet], form: Form) -> Sheet | None:
    """The sheet of that name, or else the one whose headings are most like those of the form."""
    if form.sheet in sheets:
        return sheets[form.sheet]
    alike = [s for s in sheets.values() if s.name not in _NOT_THE_FORM and _form_of(s) is form]
    return max(alike, key=lambda one: _known(one, form, _header_row(one, form)), default=None)


def _form_of(sheet: Sheet) -> Form | None:
    """The form whose headings the sheet shows; the two share some, so the better match counts."""
    forms = [form for form in (HOUSEHOLDS, MEMBERS) if _header_row(sheet, form) is not None]
    return max(forms, key=lambda form: _known(sheet, form, _header_row(sheet, form)), default=None)


def _header_row(sheet: Sheet, form: Form) -> int | None:
    near = [number for number in sorted(sheet.rows) if number <= HEADER_DEPTH]
    best = max(near, key=lambda number: _known(sheet, form, number), default=None)
    return best if _known(sheet, form, best) >= _ENOUGH_TITLES else None


def _known(sheet: Sheet, form: Form, row: int | None) -> int:
    return sum(key in form.by_title for key in _headings(sheet, row).values()) if row else 0


def _headings(sheet: Sheet, number: int) -> dict[int, str]:
    return {
        column: heading_key(cell)
        for column, cell in sheet.rows.get(number, {}).items()
        if isinstance(cell, str) and cell.strip()
    }


def _table(sheet: Sheet, form: Form) -> _Table:
    header = _header_row(sheet, form)
    if header is None:
        raise WorkbookRefused("no_header", depth=HEADER_DEPTH)
    first = 1 + _end_of_header(sheet, header)
    headings = _headings(sheet, header)
    columns = {at: form.by_title[key] for at, key in headings.items() if key in form.by_title}
    _check_columns(sheet, form, list(columns.values()))
    unknown = {
        at: str(sheet.rows[header][at]).strip()
        for at, key in headings.items()
        if key not in form.by_title and key not in _IGNORED_TITLES
    }
    rows = [
        RawRow(number, {columns[at].name: cell for at, cell in cells.items() if at in columns})
        for number, cells in sheet.rows.items()
        if number >= first
    ]
    return _Table(
        columns=tuple(columns[at].title for at in sorted(columns)),
        rows=[row for row in rows if _says_something(row)],
        notes=(
            *_unknown_note(sheet, form, columns.values(), unknown.values()),
            *_shape_notes(sheet, first),
        ),
    )


def _says_something(row: RawRow) -> bool:
    """Whether anything was filled in: the station code is printed into empty rows of the template."""
    return any(
        not isinstance(cell, str) or cell.strip()
        for name, cell in row.cells.items()
        if name != "station_code"
    )


def _end_of_header(sheet: Sheet, header: int) -> int:
    """The last row of the heading, which may be merged downwards but not across columns."""
    last = header
    for top, left, bottom, right in sheet.merged:
        if top <= header <= bottom:
            if right > left:
                corners = f"{_letters(left)}{top}:{_letters(right)}{bottom}"
                raise WorkbookRefused("merged_header", sheet=sheet.name, range=corners)
            last = max(last, bottom)
    return last


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _check_columns(sheet: Sheet, form: Form, found: Sequence[Column]) -> None:
    titles = [column.title for column in found]
    repeated = sorted({title for title in titles if titles.count(title) > 1})
    if repeated:
        raise WorkbookRefused("repeated_columns", sheet=sheet.name, columns="、".join(repeated))
    missing = [c.title for c in form.columns if c.required and c.title not in titles]
    if missing:
        raise WorkbookRefused("missing_columns", sheet=sheet.name, columns="、".join(missing))


def _shape_notes(sheet: Sheet, first: int) -> Iterable[str]:
    """Tell what of the shape of a sheet its reader may not expect; `first` is its first row of data."""
    hidden = [row for row in sheet.hidden if row >= first]
    if hidden:
        yield _("工作表“%(sheet)s”有 %(count)d 行被隐藏或筛选掉，这些行同样已读取。") % {
            "sheet": sheet.name,
            "count": len(hidden),
        }
    merged = [area for area in sheet.merged if area[2] >= first]
    if merged:
        top, left, bottom, right = merged[0]
        yield _(
            "工作表“%(sheet)s”的数据行中有 %(count)d 处合并单元格(如 %(range)s)，只有左上角的一格有内容，"
            "请取消合并后逐行填写。"
        ) % {
            "sheet": sheet.name,
            "count": len(merged),
            "range": f"{_letters(left)}{top}:{_letters(right)}{bottom}",
        }


def _unknown_note(
    sheet: Sheet, form: Form, found: Iterable[Column], unknown: Iterable[str]
) -> Iterable[str]:
    read = {column.title for column in found}
    free = [column.title for column in form.columns if column.title not in read]
    for title in unknown:
        near = difflib.get_close_matches(title.rstrip("*"), free, n=1)
        if near:
            yield _("工作表“%(sheet)s”中不认识的列“%(title)s”没有读取，是否应为“%(near)s”？") % {
                "sheet": sheet.name,
                "title": title,
                "near": near[0],
            }
        else:
            yield _("工作表“%(sheet)s”中不认识的列“%(title)s”没有读取。") % {
                "sheet": sheet.name,
                "title": title,
            }
