"""Base table and columns for lists drawn with django-tables2 and ``ui/table.html``."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import django_tables2
from django.http import HttpRequest
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, RequestConfig, TemplateColumn

from bangfu.kernel import clock
from bangfu.kernel.errors import Text
from bangfu.ui.templatetags.ui import PAGE_SIZES, tag, yuan
from bangfu.ui.tones import Tone, tone_of

__all__ = [
    "ActionsColumn",
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


@dataclass(frozen=True, slots=True)
class Line:
    """A row ready to draw: its attributes, and for each cell the label, attributes and content."""

    attrs: str
    cells: list[tuple[str, str, Any]]


class Table(django_tables2.Table):
    """A list: rows on a desk, cards on a phone."""

    class Meta:
        template_name = "ui/table.html"

    def lines(self) -> Iterator[Line]:
        """Yield the rows of the page; what belongs to a column is worked out once, not in each cell.

        So the attributes of a cell may not depend on its row; those of a row may.
        """
        known = [
            (column.name, strip_tags(str(column.header)), column.attrs["td"].as_html())
            for column in self.columns
        ]
        for column in self.columns:
            column.render = _with_known_signature(column.render)
        for row in self.paginated_rows:
            cells = [(label, attrs, row.get_cell(name)) for name, label, attrs in known]
            yield Line(row.attrs.as_html(), cells)


def _with_known_signature(render: Callable[..., Any]) -> Callable[..., Any]:
    """Spare the library from taking the function apart in each cell."""

    def known(**given: Any) -> Any:
        return render(**given)

    vars(known)["__signature__"] = inspect.signature(render)
    return known


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


class ActionsColumn(TemplateColumn):
    """The links of a row, last in the table: ``ActionsColumn(template_name="…")`` or ``template_code``."""

    def __init__(self, **extra: Any) -> None:
        defaults = {
            "verbose_name": _("操作"),
            "orderable": False,
            "empty_values": (),
            "attrs": {"td": {"class": "acts"}},
        }
        super().__init__(**(defaults | extra))
