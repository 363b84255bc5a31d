"""Stations that bring books of the past along, and the people who take them in."""

from datetime import date

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.paperbooks.models import BookKind
from shared_apps.rollup.services import fold_facts
from tenant_apps.yearly import services
from tenant_apps.yearly.rules.columns import ROWS, TOTALS
from tenant_apps.yearly.selectors import Frame
from tenant_apps.yearly.telling import tell
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.yearly import printed

CODES = {
    "city": "1307",
    "county": "130705",
    "township": "130705001",
    "other_county": "130702",
    "outsider": "130702001",
}
SPRING_2005 = Frame(2004, date(2005, 3, 1))


def sheet(columns, *rows) -> bytes:
    """A CSV with the headings of a book and these rows."""
    lines = [",".join(column.heading for column in columns)]
    lines += [",".join(str(row.get(column.name, "")) for column in columns) for row in rows]
    return "\n".join(lines).encode()


def rows_sheet(*rows) -> bytes:
    return sheet(ROWS, *rows)


def totals_sheet(*rows) -> bytes:
    return sheet(TOTALS, *rows)


class Past:
    """Stations with their clerks: takes books in and back, and tells the year."""

    def __init__(self, cast):
        self.stations = {name: cast.station(code) for name, code in CODES.items()}
        self.clerks = {
            name: cast.person_at(station, Role.CLERK) for name, station in self.stations.items()
        }

    def keep(self, data, *, at="township", kind=BookKind.ROWS, source="台账", **said):
        with in_station(self.stations[at]):
            return services.keep_book(
                data, filename="台账.csv", kind=kind, source=source, actor=self.clerks[at],
                now=NOON, **said,
            )  # fmt: skip

    def undo(self, book, *, at="township", reason="录错了"):
        with in_station(self.stations[at]):
            return services.undo_book(book.pk, reason=reason, actor=self.clerks[at], now=NOON)

    def tell(self, at="township", frame=SPRING_2005):
        fold_facts(now=NOON)
        with in_station(self.stations[at]):
            return tell(self.stations[at], frame)

    def sentences(self, at="township", frame=SPRING_2005):
        return {told.key: told for told in self.tell(at, frame).sentences}


@scene
def past(cast):
    """Stations that have brought nothing along yet."""
    return Past(cast)


@scene
def told_later(cast):
    """What the other papers say, each at a station and in years of its own."""
    past = Past(cast)
    for (station, name), data in printed.ledgers("later_figures.csv").items():
        past.keep(data, at=station, source=name)
    for station, data in printed.totals("later_totals.csv").items():
        past.keep(data, at=station, kind=BookKind.TOTALS, source="工作报告")
    fold_facts(now=NOON)
    return past


@scene
def reported(cast):
    """Everything that the two printed reports say, and what a third copied, taken in by the import."""
    past = Past(cast)
    for (station, name), data in printed.ledgers().items():
        past.keep(data, at=station, source=name)
    for station, data in printed.totals().items():
        past.keep(data, at=station, kind=BookKind.TOTALS, source="工作报告")
    fold_facts(now=NOON)
    return past
