"""A correction goes up the tree with its reason; a sealed report is proved against files and facts."""

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.reconciliation.models import BreakKind
from shared_apps.reconciliation.services import reconcile_station
from shared_apps.rollup.models import Member
from shared_apps.rollup.services import correct_station, fold_facts, recount_station
from tenant_apps.households import services as files
from tenant_apps.households.models import HouseholdFile, HouseholdVersion
from tenant_apps.reports import services
from tenant_apps.reports.declarations import FORMS
from tenant_apps.reports.models import Received, ReceivedState, Report, ReportState, Version
from tenant_apps.reports.presenting import history_of
from tests.tenant_apps.households.households import complete
from tests.tenant_apps.households.test_file_facts import put_on_file
from tests.tenant_apps.reports.conftest import FORM, household

TOTAL = "closing.households_all"


def corrected(network, enterprise, township):
    network.at_report("ask_correction", enterprise, reason="漏报一户。")
    network.at_unit("agree_correction", township, enterprise)
    network.record(enterprise, household("forgotten"))
    network.at_report("redraw", enterprise)
    network.submit(enterprise)


def test_a_correction_in_an_enterprise_changes_the_number_of_the_city_and_says_why(
    locked, enterprise, township, county, city
):
    assert locked.total(city) == 4
    corrected(locked, enterprise, township)
    assert locked.total(city) == 4, "the old version is counted until the new one is accepted"
    locked.at_unit("accept", township, enterprise)

    assert [locked.total(station) for station in locked.branch] == [2, 3, 4, 5]
    assert [locked.report(station).state for station in locked.branch] == [ReportState.LOCKED] * 4
    report = locked.report(city)
    assert report.version.cause["cells"][TOTAL] == [4, 5]
    with in_station(city):
        why = history_of(FORM, Version.objects.filter(subject_id=report.pk).order_by("-number"))
    assert why[0].steps == (
        f"{county.name} 的报表由第 1 版改为第 2 版",
        f"{township.name} 的报表由第 1 版改为第 2 版",
        f"{enterprise.name} 的报表由第 1 版改为第 2 版",
    )
    assert why[1].version.superseded_at is not None
    assert why[1].version.picture["total"][TOTAL] == 4


def test_a_correction_needs_a_reason_and_the_parent(locked, enterprise, township):
    with pytest.raises(InvalidInput):
        locked.at_report("ask_correction", enterprise, reason=" ")
    with pytest.raises(IllegalMove):
        locked.at_report("redraw", enterprise)
    locked.at_report("ask_correction", enterprise, reason="漏报一户。")
    with pytest.raises(InvalidInput):
        locked.at_unit("decline_correction", township, enterprise, text="")
    locked.at_unit("decline_correction", township, enterprise, text="下期更正。")
    assert locked.report(enterprise).state == ReportState.LOCKED
    assert locked.unit(township, enterprise).state == ReceivedState.LOCKED


def test_the_city_opens_its_own_report_again_by_itself(locked, city):
    locked.at_report("ask_correction", city, reason="更正。")
    assert locked.report(city).state == ReportState.CORRECTING
    locked.submit(city)
    assert locked.report(city).version.number == 2


@pytest.fixture
def filed(network, enterprise):
    """One real file on file, reported for November."""
    from shared_apps.accounts.roles import Role
    from shared_apps.rollup.periods import Period

    clerk = network.person(enterprise, Role.CLERK)
    with in_station(enterprise):
        file = files.open_draft(complete(), actor=clerk, now=network.now).file
        put_on_file(file, clerk, network.now)
    fold_facts(now=network.now, wait=True)
    network.pass_time(days=12)
    network.month = Period.parse("2026-11")
    network.opened(enterprise, FORM, network.month)
    report = network.report(enterprise, FORM, network.month)
    with in_station(enterprise):
        services.submit(report.pk, actor=network.head(enterprise), now=network.now)
    network.file = file
    return network


def check(network, station):
    with in_station(station):
        report = Report.objects.select_related("version").get(period=network.month.text)
        return services.check_sealed(report)


def test_a_sealed_report_agrees_with_files_facts_and_seal(filed, enterprise):
    assert check(filed, enterprise) == []


def test_a_file_that_was_altered_after_sealing_is_named_by_station_and_cell(filed, enterprise):
    with in_station(enterprise):
        version = HouseholdVersion.objects.get(file_id=filed.file.pk, counted__isnull=False)
        counted = version.counted | {"tier": "3"}
        HouseholdVersion.objects.filter(pk=version.pk).update(counted=counted)

    found = check(filed, enterprise)

    assert {one.station_code for one in found} == {enterprise.code}
    assert {(one.cell, one.against, one.sealed, one.found) for one in found} >= {
        ("tier_3.households_all", "files", 0, 1)
    }
    reconcile_station(enterprise, now=filed.now, kinds=[BreakKind.SEALED_REPORT])
    with in_network():
        from shared_apps.reconciliation.models import Break

        places = [row.detail["place"] for row in Break.objects.filter(kind="sealed_report")]
    assert any("意外致困" in place and "2026-11" in place for place in places)


def test_a_file_that_was_exchanged_for_another_is_found_though_the_number_is_the_same(
    filed, enterprise
):
    with in_station(enterprise):
        version = HouseholdVersion.objects.get(file_id=filed.file.pk, counted__isnull=False)
        counted = version.counted | {"subject": "00" * 16}
        HouseholdVersion.objects.filter(pk=version.pk).update(counted=counted)
    found = {one.cell: one for one in check(filed, enterprise)}
    assert found[TOTAL].same_value


def test_a_fact_that_was_altered_after_sealing_is_named(filed, enterprise):
    with in_network():
        Member.objects.filter(station_id=enterprise.id, indicator="FIL-01").update(n=2)
    found = {(one.cell, one.against): one for one in check(filed, enterprise)}
    assert (found[TOTAL, "facts"].sealed, found[TOTAL, "facts"].found) == (1, 2)


def test_a_kept_picture_that_was_altered_no_longer_fits_its_seal(filed, enterprise):
    with in_station(enterprise):
        version = Version.objects.get()
        picture = version.picture | {"total": version.picture["total"] | {TOTAL: 9}}
        Version.objects.filter(pk=version.pk).update(picture=picture)
    assert "seal" in {one.against for one in check(filed, enterprise)}


def test_what_stands_behind_a_cell_are_files_of_the_own_station(filed, enterprise):
    from tenant_apps.reports.selectors import files_behind_cell

    with in_station(enterprise):
        report = Report.objects.get(period=filed.month.text)
        listed = files_behind_cell(report, TOTAL)
        assert [one.number for one in listed] == [HouseholdFile.objects.get().file_no or "未编号"]


def test_other_forms_are_declarations_alone(network, township):
    from datetime import datetime

    from bangfu.kernel import clock
    from shared_apps.rollup.periods import Period
    from shared_apps.rollup.services import count_network

    network.now = datetime(2027, 1, 2, 9, 0, tzinfo=clock.LOCAL)
    count_network(on=network.now.date().replace(year=2026, month=12, day=31))
    form, year = FORMS["network"], Period.parse("2026")
    network.opened(township, form, year)
    report = network.report(township, form, year)
    assert report.drawn["stations.number"][0] == 1
    assert report.drawn["stations_3.number"][0] == 1

    def act(name, **kwargs):
        with in_station(township):
            getattr(services, name)(
                report.pk, actor=network.head(township), now=network.now, **kwargs
            )

    with in_station(township):
        Received.objects.all().delete()
    with pytest.raises(InvalidInput, match="校验未通过") as refusal:
        act("submit")
    assert [problem.code for problem in refusal.value.problems] == ["missing:floor_area.number"]
    with pytest.raises(InvalidInput):
        act("enter", numbers={"floor_area.number": "500"}, sources={})
    act("enter", numbers={"floor_area.number": "500"}, sources={"floor_area.number": "资产台账"})
    act("submit")
    assert network.report(township, form, year).version.picture["total"]["floor_area.number"] == 500


def test_a_household_on_file_at_two_stations_is_a_range_below_the_sum(branch, enterprise, township):
    branch.record(enterprise, household("twice"))
    branch.record(township, household("twice"))
    branch.at_report("redraw", enterprise)
    branch.submit(enterprise)
    branch.at_unit("accept", township, enterprise)
    branch.at_report("redraw", township)
    branch.submit(township)
    from tenant_apps.reports.numbers import range_of

    picture = branch.report(township).version.picture
    assert (picture["total"][TOTAL], picture["overlap"][TOTAL]) == (4, 1)
    assert (range_of(picture, TOTAL).least, range_of(picture, TOTAL).most) == (3, 3)


def paper(network, station, name="未入网企业", **numbers):
    report = network.report(station)
    cells = {"closing.households_all": "5", "closing.persons_all": "9"} | numbers
    with in_station(station):
        return services.enter_paper(
            report.pk, name=name, numbers=cells, actor=network.head(station), now=network.now
        )


ONE_KIND = {
    "opened.households_all": "5",
    "closing.households_urban": "5",
    "closing.persons_urban": "9",
    "tier_1.households_all": "5",
    "tier_1.households_urban": "5",
    "tier_1.persons_all": "9",
    "tier_1.persons_urban": "9",
    "cause_06.households_all": "5",
    "cause_06.households_urban": "5",
    "cause_06.persons_all": "9",
    "cause_06.persons_urban": "9",
    "level_4.households_all": "5",
    "level_4.households_urban": "5",
    "level_4.persons_all": "9",
    "level_4.persons_urban": "9",
}


def test_a_paper_report_stands_in_the_sum_as_a_range_up_to_the_city(
    branch, enterprise, township, county
):
    from tenant_apps.reports.numbers import range_of

    paper(branch, township, **ONE_KIND)
    branch.submit(enterprise)
    branch.at_unit("accept", township, enterprise)
    branch.submit(township)
    branch.at_unit("accept", county, township)
    branch.submit(county)
    picture = branch.report(county).version.picture
    assert picture["total"][TOTAL] == 8
    assert (range_of(picture, TOTAL).least, range_of(picture, TOTAL).most) == (5, 8)


@pytest.mark.parametrize(
    ("name", "numbers", "code"),
    [
        ("", {}, "E930"),
        ("某企业", {"closing.households_all": "x"}, "E931"),
        ("某企业", {"closing.households_all": "0", "closing.persons_all": "0"}, "E932"),
        ("某企业", {}, "movement"),
    ],
)
def test_a_paper_report_that_does_not_add_up_is_refused(branch, township, name, numbers, code):
    with pytest.raises(InvalidInput) as refusal:
        paper(branch, township, name, **numbers)
    assert code in {problem.code for problem in refusal.value.problems}


def test_a_paper_report_can_be_replaced_and_removed(branch, township):
    first = paper(branch, township, **ONE_KIND)
    again = paper(branch, township, **ONE_KIND)
    assert (first.pk, again.latest.number) == (again.pk, 2)
    with in_station(township):
        services.remove_paper(again.pk, actor=branch.head(township), now=branch.now)
        assert not Received.objects.filter(is_paper=True).exists()


def test_a_vanished_message_is_sent_again_from_the_senders_records(branch, enterprise, township):
    from shared_apps.exchange import relay
    from shared_apps.exchange.models import Message
    from tenant_apps.reports.messages import reports_without_effect
    from tenant_apps.reports.services.resending import send_again

    report = branch.report(enterprise)
    with in_station(enterprise):
        services.submit(report.pk, actor=branch.head(enterprise), now=branch.now)
    with in_network():
        Message.objects.filter(kind="report.submitted").delete()
    with in_station(enterprise):
        assert send_again(FORM.code, "2026Q3", recipient=township.id, now=branch.now)
    with in_network():
        sent = list(Message.objects.filter(kind="report.submitted"))
    with in_station(township):
        assert reports_without_effect(sent) == {sent[0].pk}
    relay.deliver_all()
    with in_station(township):
        assert reports_without_effect(sent) == set()


def test_facts_that_were_healed_leave_no_difference(filed, enterprise):
    with in_network():
        Member.objects.filter(station_id=enterprise.id, indicator="FIL-01").update(n=2)
    correct_station(enterprise, recount_station(enterprise))
    assert check(filed, enterprise) == []
