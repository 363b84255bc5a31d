"""A whole network reports a period in the background, branch by branch."""

from datetime import timedelta

from bangfu.kernel.tenancy import in_station
from shared_apps.exchange import relay
from tasks import reports
from tenant_apps.reports.models import Received, ReceivedState, ReportState
from tenant_apps.reports.services import auto
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


def test_a_parent_waits_for_all_below_though_another_worker_brings_the_first_report(
    network, city, county, township, enterprise, other_county, outsider, monkeypatch
):
    def submit_while_others_deliver(*args, **kwargs):
        sent = send(*args, **kwargs)
        relay.deliver_all()
        return sent

    send = auto.submit
    monkeypatch.setattr(auto, "submit", submit_while_others_deliver)

    reports.report_branch(county.id, FORM.code, QUARTER.text)

    assert network.report(city).state == ReportState.DRAFT
    with in_station(city):
        states = dict(Received.objects.values_list("code", "state"))
    assert states == {
        county.code: ReceivedState.ACCEPTED,
        other_county.code: ReceivedState.AWAITED,
    }


def test_a_station_that_is_late_keeps_those_above_it_waiting(
    network, city, county, township, enterprise, other_county, outsider
):
    late = auto.Late(station=outsider, since=network.now - timedelta(days=40))
    for branch in (county, other_county):
        auto.report_period(FORM, QUARTER, root=branch, late=late, now=network.now)
        auto.report_above(FORM, QUARTER, branch=branch, now=network.now)

    assert network.report(county).state == ReportState.ACCEPTED
    for station in (outsider, other_county, city):
        report = network.report(station)
        assert report.state == ReportState.DRAFT
        assert report.due_on < network.now.date()
    assert network.report(enterprise).is_on_time
