"""A whole network reports a period in the background, branch by branch."""

from tasks import reports
from tenant_apps.reports.models import ReportState
from tests.tenant_apps.reports.conftest import FORM, QUARTER, household


def test_the_branches_of_a_network_report_and_the_last_lets_the_city_conclude(
    network, city, county, township, enterprise, other_county, outsider
):
    for number, station in enumerate((enterprise, township, outsider)):
        network.record(station, household(f"home {number}"))

    first = reports.report_branch(county.id, FORM.code, QUARTER.text)
    assert network.report(city).state == ReportState.DRAFT
    second = reports.report_branch(other_county.id, FORM.code, QUARTER.text)

    assert (first, second) == (3, 4)
    assert network.report(city).state == ReportState.LOCKED
    assert network.total(city) == 3
    states = [network.report(station).state for station in (county, township, enterprise)]
    assert states == [ReportState.LOCKED] * 3


def test_what_does_not_agree_is_left_to_people(network, county, township, enterprise):
    network.record(enterprise, household("one", file_kind="temporary"))
    sent = reports.report_branch(enterprise.id, FORM.code, QUARTER.text)
    assert sent == 0
    assert network.report(enterprise).state == ReportState.DRAFT
    assert network.report(township).state == ReportState.DRAFT


def test_a_run_that_is_begun_twice_sends_once(network, enterprise):
    both = "the enterprise and, with its only unit in, the township"
    assert reports.report_branch(enterprise.id, FORM.code, QUARTER.text) == 2, both
    assert reports.report_branch(enterprise.id, FORM.code, QUARTER.text) == 0
