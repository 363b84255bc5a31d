"""The indicators of reporting itself: in time, and returned. Source: domain reference §4.1, GOV-01."""

from django.utils.translation import gettext_lazy as _

from shared_apps.rollup.indicators import Indicator, Source

INDICATORS = [
    Indicator(
        code="GOV-01",
        name=_("报表按期报送率"),
        english="Reports in time",
        unit="%",
        cls="R",
        numerator=("GOV-01.N",),
        denominator=("GOV-01.D",),
    ),
    Indicator(
        code="GOV-01.N",
        name=_("按期报送的报表数"),
        english="Reports sent in time",
        unit="个",
        cls="A",
        listed=False,
        named=False,
    ),
    Indicator(
        code="GOV-01.D",
        name=_("应报送的报表数"),
        english="Reports due",
        unit="个",
        cls="A",
        listed=False,
        named=False,
    ),
    Indicator(
        code="GOV-01.B",
        name=_("报表退回率"),
        english="Reports returned",
        unit="%",
        cls="R",
        numerator=("GOV-01.R",),
        denominator=("GOV-01.S",),
    ),
    Indicator(
        code="GOV-01.R",
        name=_("被退回的报表数"),
        english="Reports sent back",
        unit="个",
        cls="A",
        listed=False,
        named=False,
    ),
    Indicator(
        code="GOV-01.S",
        name=_("上报的报表数"),
        english="Reports sent",
        unit="个",
        cls="A",
        listed=False,
        named=False,
    ),
]

SOURCE = Source(
    recount="tenant_apps.reports.selectors.facts_of_reports",
    begins_in=("reports.Report",),
)
