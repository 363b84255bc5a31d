"""What a station brought along about a person."""

from __future__ import annotations

from collections.abc import Iterable

from bangfu.kernel.tenancy import current_station
from shared_apps.paperbooks.models import PastRow


def past_of(numbers: Iterable[bytes]) -> list[PastRow]:
    """Return what the books of the station in force tell of these identity numbers, newest first, each with its book.

    ``numbers`` are keyed hashes. Running numbers of a paper stand for nobody outside their book. One query.
    """
    rows = PastRow.objects.filter(
        station_id=current_station().id, subject__in=list(numbers), is_identified=True
    )
    return list(rows.select_related("book").order_by("-on", "book_id", "number"))
