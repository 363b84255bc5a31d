"""A report as pages, print, workbook and API lay it out: lines of cells, headings over columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from tenant_apps.reports.declarations import Cell, Form
from tenant_apps.reports.models import Version
from tenant_apps.reports.numbers import Picture, Range, range_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One cell as it is shown. A cell the form does not have is empty: no ``key``."""

    label: str
    key: str = ""
    value: int | None = None
    own: int | None = None
    count: int = 0
    is_drawn: bool = True
    why: str = ""
    span: Range | None = None
    comment: str = ""
    is_named: bool = False
    before: int | None = None

    @property
    def is_changed(self) -> bool:
        """Whether it differs from the version it is compared with."""
        return self.before is not None and self.before != self.value

    @property
    def has_list(self) -> bool:
        """Whether files of the own station stand behind it."""
        return self.is_drawn and self.count > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a report; a heading has no cells."""

    code: str
    title: str
    indent: int
    cells: tuple[Shown, ...]

    @property
    def is_heading(self) -> bool:
        """Whether it only heads the lines below it."""
        return not self.cells


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over neighbouring columns."""

    title: str
    columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One version of a report in its history: what it is, why there is it, which cells it changed."""

    version: Version
    title: str
    steps: tuple[str, ...]
    changed: tuple[tuple[str, int, int], ...]


def groups_of(form: Form) -> list[Group]:
    """The headings over the columns; empty where no column has one."""
    if not any(column.group for column in form.columns):
        return []
    return [
        Group(title, len(list(columns)))
        for title, columns in groupby(form.columns, key=lambda column: str(column.group))
    ]


def lines_of(
    form: Form,
    picture: Picture,
    *,
    comments: Iterable[Mapping[str, str]] = (),
    named: Iterable[str] = (),
    before: Mapping[str, int] | None = None,
) -> list[Line]:
    """Lay a picture out; ``named`` are cells that a finding names, ``before`` an earlier version's total."""
    said = {comment["cell"]: comment["text"] for comment in comments}
    marked = set(named)
    lines = []
    for row in form.rows:
        cells = tuple(
            _shown(
                form.cells.get(f"{row.code}.{column.code}"),
                label=f"{column.group}·{column.title}" if column.group else str(column.title),
                picture=picture,
                said=said,
                marked=marked,
                before=before,
            )
            for column in form.columns
        )
        lines.append(
            Line(
                code=row.code,
                title=str(row.title),
                indent=row.indent,
                cells=cells if row.draws else (),
            )
        )
    return lines


def history_of(form: Form, versions: Iterable[Version]) -> list[Why]:
    """Word why there is each version, newest first, down to the act that began it."""
    return [
        Why(
            version=version,
            title=_title_of(version.cause),
            steps=tuple(_steps_of(version.cause)),
            changed=tuple(
                (form.cells[key].title if key in form.cells else key, old, new)
                for key, (old, new) in version.cause.get("cells", {}).items()
            ),
        )
        for version in versions
    ]


def _shown(
    cell: Cell | None,
    *,
    label: str,
    picture: Picture,
    said: Mapping[str, str],
    marked: set[str],
    before: Mapping[str, int] | None,
) -> Shown:
    if cell is None:
        return Shown(label=label)
    own = picture.get("own", {}).get(cell.key)
    entered = picture.get("entered", {}).get(cell.key)
    span = range_of(picture, cell.key)
    value = picture["total"].get(cell.key)
    return Shown(
        label=label,
        key=cell.key,
        value=value,
        own=own[0] if own else (entered["v"] if entered else None),
        count=own[1] if own else 0,
        is_drawn=cell.is_drawn,
        why=entered["why"] if entered else "",
        span=None if value is None or span.is_exact else span,
        comment=said.get(cell.key, ""),
        is_named=cell.key in marked,
        before=before.get(cell.key, 0) if before is not None else None,
    )


def _title_of(cause: Mapping[str, Any]) -> str:
    titles = {
        "submitted": _("上报"),
        "resubmitted": _("退回后重新上报"),
        "corrected": _("更正后上报"),
        "recomputed": _("下级更正，重新汇总"),
        "paper": _("纸质报表录入"),
    }
    return titles.get(str(cause.get("why")), "")


def _steps_of(cause: Mapping[str, Any]) -> Iterable[str]:
    while cause:
        if cause.get("why") == "recomputed":
            yield _("%(unit)s 的报表由第 %(old)s 版改为第 %(new)s 版") % {
                "unit": cause["unit_name"],
                "old": cause["from"],
                "new": cause["to"],
            }
        elif cause.get("text"):
            yield str(cause["text"])
        cause = cause.get("because") or {}
