"""When which visit is owed, and how a helper did: pure, no row and no query. Source: domain §3.14."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

import holidays
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from bangfu.kernel.workdays import WorkCalendar, add_working_days, working_day_before

ONE_DAY = timedelta(days=1)

# Kinds of events after which somebody has to go, and the rule that says within how many working days.
# A long absence has none: its visit is before the departure.
EVENT_RULES: Mapping[str, str] = MappingProxyType(
    {
        "illness": "clock.visit_illness",
        "injury": "clock.visit_illness",
        "death": "clock.visit_death",
        "disaster": "clock.visit_disaster",
        "absence": "",
        "production": "clock.visit_production",
        "special": "clock.visit_hardship",
    }
)
FIRST_VISIT_RULE = "clock.visit_first"
FESTIVAL_RULE = "clock.visit_festival"

REGULAR, FESTIVAL, AD_HOC = "regular", "spring_festival", "ad_hoc"
# So long before the festival its round opens.
FESTIVAL_OPENS_BEFORE = timedelta(days=30)
# Somebody who leaves is visited on the day before at the latest.
ABSENCE_WITHIN_DAYS = 3
# Of these a telephone call is no substitute.
MUST_GO = frozenset({*EVENT_RULES, "first", FESTIVAL})
CHILD_UNDER = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One kind of campaign: for which groups, and from which to which day of a year."""

    label: Text
    groups: tuple[str, ...]
    opens: tuple[int, int]
    due: tuple[int, int]
    has_children: bool = False


_PARTY = (
    "party_member",
    "member_long_poor",
    "member_laid_off",
    "member_elder",
    "member_lonely",
    "member_bedridden",
    "member_hardship",
)
CAMPAIGNS: Mapping[str, Campaign] = MappingProxyType(
    {
        "two_festivals": Campaign(label=_("两节慰问"), groups=(), opens=(12, 20), due=(12, 31)),
        "women_day": Campaign(
            label=_("三八走访"), groups=("single_mother",), opens=(3, 1), due=(3, 8)
        ),
        "children_day": Campaign(
            label=_("六一走访"),
            groups=("disabled_child",),
            opens=(5, 20),
            due=(6, 1),
            has_children=True,
        ),
        "july_first": Campaign(label=_("七一走访"), groups=_PARTY, opens=(6, 15), due=(7, 1)),
        "campaign": Campaign(label=_("专项走访"), groups=(), opens=(1, 1), due=(12, 31)),
    }
)


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when something is to be done, both days included."""

    opens_on: date
    due_on: date


def quarter_of(day: date, calendar: WorkCalendar) -> Window:
    """Return the quarter of a day, up to its last working day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    after = date(day.year + 1, 1, 1) if first.month == 10 else date(day.year, first.month + 3, 1)
    return Window(first, working_day_before(after, 1, calendar))


def quarter_name(day: date) -> str:
    """Return the quarter of a day as people write it: 2026Q4."""
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


@lru_cache(maxsize=32)
def spring_festival(year: int) -> date:
    """Return the first day of Spring Festival in a year."""
    days = holidays.country_holidays("CN", years=year, language="zh_CN")
    return min(day for day, name in days.items() if "春节" in name and "除夕" not in name)


def festival_window(day: date, *, days_before: int, calendar: WorkCalendar) -> Window | None:
    """Return the window before Spring Festival that a day falls in; None on other days."""
    festival = spring_festival(day.year)
    window = Window(
        festival - FESTIVAL_OPENS_BEFORE, working_day_before(festival, days_before, calendar)
    )
    return window if window.opens_on <= day <= window.due_on else None


def campaign_window(kind: str, year: int) -> Window:
    """Return when a campaign of a year opens and ends, as it is proposed."""
    campaign = CAMPAIGNS[kind]
    return Window(date(year, *campaign.opens), date(year, *campaign.due))


def event_due_on(
    kind: str, *, event_on: date, today: date, working_days: int, calendar: WorkCalendar
) -> date:
    """Return by when somebody goes after an event; never before the next working day.

    For a long absence ``event_on`` is the day of departure when it lies ahead.
    """
    soonest = add_working_days(today, 1, calendar)
    if kind == "absence":
        before = working_day_before(event_on, 1, calendar)
        if before > today:
            return before
        return soonest
    return max(soonest, add_working_days(event_on, working_days, calendar))


def grade_in(enrolled_year: int | None, study_years: int | None, on: date) -> str:
    """Say in which year of study somebody is on a day; school years begin in September."""
    if enrolled_year is None:
        return ""
    year = on.year - enrolled_year + (1 if on.month >= 9 else 0)
    if year < 1:
        return str(_("未入学"))
    if study_years is not None and year > study_years:
        return str(_("已毕业"))
    return str(_("%(year)d 年级")) % {"year": year}


def percent(part: int, whole: int) -> int | None:
    """Return a share in whole percent, rounded down; None of nothing."""
    return part * 100 // whole if whole else None


def suggested_score(*, due: int, in_time: int, late: int) -> int | None:
    """Suggest a helper's score of 100 from what was owed: a late visit counts half; None of nothing."""
    return (in_time * 100 + late * 50) // due if due else None
