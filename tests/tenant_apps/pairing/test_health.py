"""The health record is kept apart: few may look, each time with a reason and a trace."""

from datetime import date

import pytest

from bangfu.kernel.errors import InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.selectors import rows_of_subject
from tenant_apps.pairing.models import HealthCheck
from tenant_apps.pairing.services import HealthDetails
from tests.tenant_apps.pairing.conftest import Town

FINDINGS = "血压 160/100，建议复查。"


def a_check(**said):
    return HealthDetails(
        **{
            "person": "head",
            "checked_on": date(2026, 11, 18),
            "hospital": "市第一医院",
            "findings": FINDINGS,
            **said,
        }
    )


@pytest.fixture
def file(town):
    file = town.file()
    town.do("add_health_check", file.pk, a_check())
    return file


def test_a_look_says_who_looked_at_whose_record_and_why(town, file):
    found = town.do("look_at_health", file.pk, reason="安排爱心医院复查")
    with in_station(town.station):
        row = rows_of_subject("file", file.pk).filter(event="health.viewed").get()
    assert [one.findings.reveal() for one in found] == [FINDINGS]
    assert (row.actor_name, row.data["reason"]) == ("李审核", "安排爱心医院复查")


def test_nothing_of_an_illness_is_in_the_audit_log(town, file):
    with in_station(town.station):
        said = " ".join(str(row.data) for row in rows_of_subject("file", file.pk))
    assert "血压" not in said


@pytest.mark.parametrize("reason", ["", " 看看 ", "长" * 201])
def test_a_look_without_a_proper_reason_is_refused(town, file, reason):
    with pytest.raises(InvalidInput):
        town.do("look_at_health", file.pk, reason=reason)


@pytest.mark.parametrize("role", [Role.CLERK, Role.HEAD, Role.FINANCE])
def test_who_may_see_the_file_does_not_see_its_health_record(town, file, person_at, role):
    with pytest.raises(NotPermitted):
        town.do(
            "look_at_health",
            file.pk,
            reason="安排爱心医院复查",
            actor=person_at(town.station, role),
        )


def test_the_record_of_another_station_is_absent(town, file, outsider, person_at):
    with pytest.raises(NotFound):
        Town(outsider, person_at).do("look_at_health", file.pk, reason="安排爱心医院复查")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"findings": " "}, "P101"),
        ({"checked_on": date(2026, 12, 1)}, "P131"),
        ({"next_check_on": date(2026, 11, 18)}, "P132"),
        ({"person": "7"}, "P133"),
    ],
)
def test_what_is_wrong_with_an_entry_is_named(town, file, said, code):
    with pytest.raises(InvalidInput) as refusal:
        town.do("add_health_check", file.pk, a_check(**said))
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_an_entry_made_by_mistake_is_shown_no_more(town, file):
    with in_station(town.station):
        check = HealthCheck.objects.get()
    town.do("withdraw_health_check", check.pk, reason="登记错户")
    assert town.do("look_at_health", file.pk, reason="安排爱心医院复查") == []


def test_the_page_asks_for_a_reason_before_it_shows_anything(town, file, signed_in):
    page = signed_in(town.reviewer)
    address = f"/s/{town.station.code}/pairing/health/{file.pk}/"
    before = page.get(address).content.decode()
    after = page.post(address, {"reason": "安排爱心医院复查"})
    assert (FINDINGS in before, FINDINGS in after.content.decode()) == (False, True)
    assert "no-store" in after.headers["Cache-Control"]
