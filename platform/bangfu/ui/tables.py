"""Base table and columns for lists drawn with django-tables2 and ``ui/table.html``."""

import inspect
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import django_tables2
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page
from django.db.models import Model
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, RequestConfig, TemplateColumn

from bangfu.kernel import clock
from bangfu.kernel.errors import Text
from bangfu.ui.paging import PAGE_SIZES
from bangfu.ui.templatetags.ui import tag, yuan
from bangfu.ui.tones import Tone, tone_of

__all__ = [
    "ActionsColumn",
    "ActsColumn",
    "AmountColumn",
    "Column",
    "NumberColumn",
    "SelectColumn",
    "StatusColumn",
    "Table",
    "TemplateColumn",
    "TimeColumn",
    "paged",
]

RIGHT = {"th": {"class": "n"}, "td": {"class": "n"}, "tf": {"class": "n"}}


class Table(django_tables2.Table):
    """A list: rows on a desk, cards on a phone."""

    class Meta:
        template_name = "ui/table.html"

    def show_page(self, page: Page[Any]) -> None:
        """Show the pages of a list beside the rows this table was made of, which are those of ``page``."""
        self.paginator = page.paginator
        self.page = Page(self.rows, page.number, page.paginator)

    def lines(self) -> Iterator[SafeString]:
        """Draw the rows of the page; what belongs to a column is worked out once, not in each cell.

        So the attributes of a cell may not depend on its row; those of a row may. Drawn here and not
        by a template, which took half the time of a long list.
        """
        drawers = [_Drawer(column, table=self) for column in self.columns]
        for row in self.paginated_rows:
            cells = "".join(drawer.cell_of(row) for drawer in drawers)
            yield format_html("<tr {}>{}</tr>", SafeString(row.attrs.as_html()), SafeString(cells))


class _Drawer:
    """Draws the cells of one column, with everything but the value known beforehand.

    The library takes the accessor, the choices and the arguments of ``render`` apart in each cell; for
    a plain column of a model that is done once here. Any other cell is the library's.
    """

    def __init__(self, column: Any, *, table: Table) -> None:
        self.column = column
        self.opening = format_html(
            '<td data-label="{}" {}>',
            strip_tags(str(column.header)),
            SafeString(column.attrs["td"].as_html()),
        )
        parameters = inspect.signature(column.render).parameters
        known = {"column": column.column, "bound_column": column, "table": table}
        takes_any = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
        self.fixed = {name: it for name, it in known.items() if takes_any or name in parameters}
        self.varying = [
            name for name in ("value", "record", "bound_row") if takes_any or name in parameters
        ]
        self.is_plain = column.link is None and column.accessor.isidentifier()
        self.labels: dict[Any, str] | None = None

    def cell_of(self, row: Any) -> str:
        """Return the cell of a row."""
        plain = self.is_plain and isinstance(row.record, Model)
        shown = self._shown_of(row) if plain else row.get_cell(self.column.name)
        return f"{self.opening}{_shown(shown)}</td>"

    def _shown_of(self, row: Any) -> Any:
        if self.labels is None:
            self.labels = _labels_of(row.record, self.column.accessor)
        value = getattr(row.record, self.column.accessor, None)
        if callable(value):
            return row.get_cell(self.column.name)
        value = self.labels.get(value, value) if self.labels else value
        if value in self.column.column.empty_values:
            return self.column.default
        given = {"value": value, "record": row.record, "bound_row": row}
        return self.column.render(**self.fixed, **{name: given[name] for name in self.varying})


def _labels_of(record: Model, name: str) -> dict[Any, str]:
    try:
        field = record._meta.get_field(name)
    except FieldDoesNotExist:
        return {}
    return {value: str(label) for value, label in getattr(field, "flatchoices", None) or ()}


def _shown(cell: Any) -> str:
    """Return a cell as a template shows a variable: local, then escaped."""
    return conditional_escape(cell if isinstance(cell, str) else localize(template_localtime(cell)))


def paged(table: Table, request: HttpRequest, *, per_page: int = PAGE_SIZES[0]) -> Table:
    """Sort and page a table as the address says; a page that does not exist is the nearest that does."""
    asked = request.GET.get("per_page", "")
    size = int(asked) if asked.isdecimal() and int(asked) in PAGE_SIZES else per_page
    RequestConfig(request, paginate={"per_page": size, "silent": True}).configure(table)
    return table


class SelectColumn(Column):
    """A tick box per row named ``ids``, and one in the heading for all rows of the page."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(
            **({"accessor": "pk", "orderable": False, "attrs": {"td": {"class": "select"}}} | extra)
        )

    @property
    def header(self) -> SafeString:
        return format_html('<input type="checkbox" data-all aria-label="{}">', _("选择本页全部"))

    def render(self, value: object) -> SafeString:
        return format_html(
            '<input type="checkbox" name="ids" value="{}" aria-label="{}">', value, _("选择此行")
        )


class AmountColumn(Column):
    """Integer fen shown as yuan with separators and two decimals, to the right."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(**({"attrs": RIGHT} | extra))

    def render(self, value: int) -> str:
        return yuan(value)


class NumberColumn(Column):
    """A count, to the right."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(**({"attrs": RIGHT} | extra))

    def render(self, value: int) -> str:
        return f"{value:,}"


class TimeColumn(Column):
    """An instant to the minute, as the clock on the wall shows it."""

    def render(self, value: datetime) -> str:
        return f"{value.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"


class StatusColumn(Column):
    """A state by its label, in the colour it has everywhere.

    The label is the row's ``get_…_display`` where it has one; ``tones`` overrides colours.
    """

    def __init__(self, *, tones: Mapping[str, Tone] | None = None, **extra: Any) -> None:
        self.tones = tones or {}
        super().__init__(**extra)

    def render(self, value: Text, record: Any, bound_column: Any) -> SafeString:
        state = bound_column.accessor.resolve(record, quiet=True)
        return tag(value, self.tones.get(str(state)) or tone_of(str(state)))


_ACTS = {
    "verbose_name": _("操作"),
    "orderable": False,
    "empty_values": (),
    "attrs": {"td": {"class": "acts"}},
}


class ActsColumn(Column):
    """The links of a row, last in the table; the table's ``render_…`` gives them."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(**(_ACTS | extra))


class ActionsColumn(TemplateColumn):
    """The links of a row, last in the table: ``ActionsColumn(template_name="…")`` or ``template_code``.

    In a list of many rows ``ActsColumn`` is several times as fast.
    """

    def __init__(self, **extra: Any) -> None:
        super().__init__(**(_ACTS | extra))
