"""Questions about divisions and about working days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import sm3
from bangfu.kernel.errors import NotFound
from bangfu.kernel.workdays import WorkCalendar
from shared_apps.regions.models import CalendarOverride, Region, RegionLevel

# The years whose working days are asked for and overruled; a year outside them is a slip of the pen.
YEARS = range(2000, 2100)
_COUNTY_DIGITS = 6
_VERSION_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualDay:
    """A day on which people do not work as its weekday says; ``notice`` is what overruled it, if anything did."""

    day: date
    is_working_day: bool
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """A year as deadlines are counted by it; provisional while its days of make-up work are unknown."""

    year: int
    is_provisional: bool
    days: list[UnusualDay]


class NoSuchRegion(NotFound):
    """No division had this code on that day."""

    code = "no-such-region"
    message = _("没有这个行政区划，请从列表中选择。")


def region_exists(code: str, *, on: date | None = None) -> bool:
    """Tell whether a division has this code on a day, or ever had it when no day is given."""
    return _regions_with(code, on=on).exists()


def known_regions(codes: Iterable[str], *, on: date) -> set[str]:
    """Return those of the codes that a division has on a day. One query."""
    found = Region.objects.filter(_valid(on), code__in=set(codes))
    return set(found.values_list("code", flat=True))


def get_region(code: str, *, on: date) -> Region:
    """Return the division that has this code on a day.

    Raises:
        NoSuchRegion: none has it then.
    """
    region = _regions_with(code, on=on).first()
    if region is None:
        raise NoSuchRegion
    return region


def regions_inside(parent_code: str, *, on: date) -> QuerySet[Region]:
    """Return the divisions directly inside one, by code; the provinces for an empty code."""
    return Region.objects.filter(_valid(on), parent_code=parent_code).order_by("code")


def regions_inside_any(parent_codes: Iterable[str], *, on: date) -> QuerySet[Region]:
    """Return the divisions directly inside any of several, by code."""
    return Region.objects.filter(_valid(on), parent_code__in=list(parent_codes)).order_by("code")


def provinces(*, on: date) -> QuerySet[Region]:
    """Return the provinces, by code."""
    return regions_inside("", on=on)


def region_label(code: str, *, on: date) -> str:
    """Return the full name of a division, from its province down: 河北省张家口市桥东区.

    A grouping that is no government (市辖区 of a municipality) is left out, and a name that says the one above it
    already (张家口市塞北管理区) says it once. One query.
    """
    return region_labels([code], on=on).get(code, "")


def region_labels(codes: Iterable[str], *, on: date) -> dict[str, str]:
    """Return the full names of many divisions by code; unknown ones are absent. One query."""
    wanted = set(codes)
    chains = {code: _ancestor_codes(code) for code in wanted}
    everything = {link for chain in chains.values() for link in chain}
    found = {
        region.code: region for region in Region.objects.filter(_valid(on), code__in=everything)
    }
    return {
        code: _joined(
            found[link].name for link in chain if link in found and found[link].kind != "grouping"
        )
        for code, chain in chains.items()
        if code in found
    }


def _joined(names: Iterable[str]) -> str:
    label = last = ""
    for name in names:
        label = label.removesuffix(last if name.startswith(last) else "") + name
        last = name
    return label


def calendar_in_force() -> WorkCalendar:
    """Return the calendar that deadlines are counted by, its version a digest of its overrides.

    One query; a network overrules a few dozen days a year at most.
    """
    overrides = dict(CalendarOverride.objects.order_by("day").values_list("day", "is_working_day"))
    said = ",".join(f"{day}{'+' if works else '-'}" for day, works in overrides.items())
    version = sm3(said.encode()).hex()[:_VERSION_DIGITS] if overrides else ""
    return WorkCalendar(overrides=overrides, version=version)


def overrides_of_year(year: int) -> QuerySet[CalendarOverride]:
    """Return the overruled days of a year, by day."""
    return CalendarOverride.objects.filter(day__year=year).order_by("day")


def calendar_of_year(year: int) -> CalendarYear:
    """Return the days of a year that are not what their weekday says. Two queries."""
    calendar = calendar_in_force()
    notices = {row.day: row.source for row in overrides_of_year(year)}
    return CalendarYear(
        year=year,
        is_provisional=calendar.is_provisional(year),
        days=[
            UnusualDay(day=day, is_working_day=works, notice=notices.get(day, ""))
            for day, works in calendar.unusual_days(year)
        ],
    )


def _regions_with(code: str, *, on: date | None) -> QuerySet[Region]:
    regions = Region.objects.filter(code=code)
    return regions if on is None else regions.filter(_valid(on))


def _valid(on: date) -> Q:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def _ancestor_codes(code: str) -> list[str]:
    county = code[:_COUNTY_DIGITS]
    chain = [f"{county[:2]}0000", f"{county[:4]}00", county, code]
    return list(dict.fromkeys(chain[: RegionLevel.TOWNSHIP + 1]))
