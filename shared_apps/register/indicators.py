"""The indicator of cases of duplicates: each counts once, at the station that decides it."""

from django.utils.translation import gettext_lazy as _

from shared_apps.rollup.indicators import Indicator

INDICATORS = [
    Indicator(
        code="DUP-01",
        name=_("待认定的疑似重复建档"),
        english="Open cases of duplicate files",
        unit="件",
        cls="S",
        counted="shared_apps.register.selectors.open_cases_of_station",
    ),
]
