"""The pages of a list: by number with a choice of size, or by cursor."""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.template import Context
from django.utils.safestring import SafeString

from bangfu.ui.drawing import draw

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

PAGE_SIZES = (20, 50, 100)


class LatePaginator(_Paginator):
    """Pages of a long list of wide rows: the keys of a page are found first, then only its rows are read.

    The database steps over, or sorts, all rows before a page. With their keys alone it does so in an index that
    holds what the list is narrowed by, instead of reading each row it will not show. One statement, as before.
    """

    object_list: QuerySet[Any]

    def page(self, number: int | str) -> Page[Any]:
        """Return a page. Raises: as any paginator."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = self.object_list.values("pk")[first : first + self.per_page]
        return Page(self.object_list.filter(pk__in=keys), number, self)


def pager(context: Context, page: Page[Any], param: str = "page") -> SafeString:
    """Show how many rows there are, the pages, and the choice of page size; filters stay."""
    window = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return draw(
        context,
        "ui/components/pager.html",
        page=page,
        param=param,
        links=[
            {
                "number": number,
                "url": _query(context, **{param: number}) if isinstance(number, int) else "",
            }
            for number in window
        ],
        previous=_query(context, **{param: page.previous_page_number()})
        if page.has_previous()
        else "",
        next=_query(context, **{param: page.next_page_number()}) if page.has_next() else "",
        sizes=_sizes(context, page.paginator.per_page, param),
    )


def cursor_pager(
    context: Context,
    next: str | None = None,  # noqa: A002
    previous: str | None = None,
    count: int | None = None,
) -> SafeString:
    """Show previous and next of a list paged by cursor; ``count`` where it is known."""
    return draw(
        context,
        "ui/components/cursor_pager.html",
        next=_query(context, cursor=next) if next else "",
        previous=_query(context, cursor=previous) if previous else "",
        count=count,
    )


def _query(context: Context, **changes: object) -> str:
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"


def _sizes(context: Context, current: int, param: str) -> list[dict[str, Any]]:
    return [
        {
            "size": size,
            "url": _query(context, per_page=size, **{param: 1}),
            "current": size == current,
        }
        for size in PAGE_SIZES
    ]
