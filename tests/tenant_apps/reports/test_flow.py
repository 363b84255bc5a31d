"""The way of a report: drawn, sent, returned, accepted, locked, corrected."""

from tenant_apps.reports.models import ReceivedState, ReportState


def test_a_branch_reports_up_to_the_city_and_everything_below_is_locked(
    locked, enterprise, township, county, city
):
    states = [locked.report(station).state for station in locked.branch]
    assert states == [ReportState.LOCKED] * 4
    assert [locked.total(station) for station in locked.branch] == [1, 2, 3, 4]
    assert locked.unit(city, county).state == ReceivedState.LOCKED
