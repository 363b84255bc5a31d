"""Each rule of the file refuses what it must, at the field where it stands, and nothing else."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bangfu.kernel.errors import Problem
from bangfu.kernel.identity import id_check_digit
from shared_apps.policies.rules import RULES
from tenant_apps.households.rules import (
    CheckContext,
    HouseholdDraft,
    Sighting,
    Stage,
    check_household,
    five_clears,
    missing_for_submission,
    papers_needed,
    payment_problems,
)
from tests.tenant_apps.households.households import PAPERS, complete, daughter, liu

TODAY = date(2026, 11, 21)
IMPORT = CheckContext(on=TODAY, stage=Stage.IMPORT)
RULE = RULES["papers.required"].starts_as
SUBMIT = CheckContext(on=TODAY, stage=Stage.SUBMIT)


def found(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.field) for problem in problems]


def check(draft: HouseholdDraft, ctx: CheckContext = IMPORT) -> list[tuple[str, str]]:
    return found(check_household(draft, ctx))


def test_the_first_household_of_the_form_has_no_problem() -> None:
    assert check(liu()) == []


def test_a_half_filled_draft_may_be_saved() -> None:
    assert check(HouseholdDraft(name="柳试一"), CheckContext(on=TODAY)) == []


def test_an_empty_row_names_every_starred_column() -> None:
    problems = check_household(HouseholdDraft(), IMPORT)
    assert ("required", "name") in found(problems)
    assert ("E602", "authorised_on") in found(problems)
    assert str(problems[0].message) == "请填写“申请日期”。"


def test_v01_a_wrong_check_digit_is_refused() -> None:
    assert check(liu(id_no="130771197406150120")) == [("E101", "id_no")]


def test_v02_a_birthday_that_contradicts_the_number_is_refused() -> None:
    assert check(liu(birth=date(1975, 6, 15))) == [("E102", "birth")]


def test_v02_a_sex_that_contradicts_the_number_is_refused() -> None:
    assert check(liu(sex="1")) == [("E103", "sex")]


def test_v03_a_head_who_has_a_file_is_refused() -> None:
    seen = {"130771197406150127": Sighting(role="head", where="本表第 1 户")}
    assert check(liu(), replace(IMPORT, sightings=seen)) == [("E201", "id_no")]


def test_v03_a_head_who_is_a_member_elsewhere_is_refused_and_the_card_is_not_compared() -> None:
    seen = {"130771197406150127": Sighting(role="member", where="本表第 2 户")}
    ctx = replace(IMPORT, sightings=seen)
    assert check(liu(card_name="孟试乙"), ctx) == [("E202", "id_no")]


def test_v03_a_number_that_contradicts_itself_is_not_looked_up() -> None:
    seen = {"130771197406150127": Sighting(role="head", where="本表第 1 户")}
    assert check(liu(sex="1"), replace(IMPORT, sightings=seen)) == [("E103", "sex")]


def test_v03_two_members_with_one_number_are_refused() -> None:
    draft = liu(members=[daughter(), daughter()], persons=3, living_together=3)
    assert check(draft) == [("E201", "members.1.id_no")]


def test_v03_a_member_who_heads_another_file_is_refused() -> None:
    seen = {"130771200809020241": Sighting(role="head", where="示例站点")}
    assert check(liu(), replace(IMPORT, sightings=seen)) == [("E202", "members.0.id_no")]


def test_v03_a_member_of_two_households_is_only_warned_of() -> None:
    seen = {"130771200809020241": Sighting(role="member", where="示例站点")}
    problems = check_household(liu(), replace(IMPORT, sightings=seen))
    assert [problem.severity for problem in problems] == ["warning"]


def test_v04_the_head_is_not_a_member() -> None:
    same = daughter(id_no="130771197406150127", identity="other")
    assert check(liu(members=[same])) == [("V04", "members.0.id_no")]


def test_v05_more_people_living_together_than_the_household_has_is_refused() -> None:
    assert check(liu(living_together=5, members=[])) == [("E301", "living_together")]


def test_v05_the_head_count_must_fit_the_members_given() -> None:
    apart = daughter(living_together=False)
    assert check(liu(members=[apart])) == [("E301", "living_together")]


def test_v05_missing_members_matter_only_at_submission() -> None:
    assert check(liu(members=[])) == []
    assert ("E301", "living_together") in check(complete(members=[]), SUBMIT)


def test_v06_a_month_that_does_not_fit_the_year_is_warned_of() -> None:
    problems = check_household(complete(own_income_fen=100000), IMPORT)
    assert [(one.code, one.severity) for one in problems] == [("V06", "warning")]


def test_v06_wages_declared_as_nothing_are_compared_like_any_others() -> None:
    problems = check_household(complete(own_income_fen=100000, inc_wages_fen=0), IMPORT)
    assert [(one.code, one.severity) for one in problems] == [("V06", "warning")]


def test_v07_a_cost_without_its_paper_holds_the_submission() -> None:
    problems = missing_for_submission(
        complete(), papers=PAPERS - {"tuition"}, rule=RULE, ctx=SUBMIT
    )
    assert found(problems) == [("V07", "papers.tuition")]


def test_v08_the_main_cause_is_not_repeated() -> None:
    assert check(liu(other_causes=("11", "10"))) == [("E303", "other_causes")]


def test_v09_a_head_is_at_least_sixteen() -> None:
    seventeen = "13077120120615012"
    draft = liu(id_no=seventeen + id_check_digit(seventeen), birth=None)
    assert check(draft) == [("V09", "id_no")]


@pytest.mark.parametrize("field", ["workplace", "stage", "enrolled_year"])
def test_v10_a_student_needs_school_stage_and_year_at_submission(field: str) -> None:
    bare = daughter(**{field: None if field == "enrolled_year" else ""})
    assert check(complete(members=[bare]), SUBMIT) == [("V10", f"members.0.{field}")]


def test_v11_a_disability_needs_kind_and_grade() -> None:
    assert check(liu(health="60")) == [("V11", "disability")]
    assert check(liu(disability="4")) == [("V11", "disability_grade")]
    assert check(liu(health="60", disability="4", disability_grade="2")) == []


def test_v12_dibao_needs_its_number() -> None:
    assert check(liu(dibao=True)) == [("V12", "dibao_no")]


def test_v13_a_migrants_contract_lasts_a_year() -> None:
    short = liu(identity="migrant", contract_on=date(2026, 8, 1), contract_months=6)
    assert check(short) == [("E304", "contract_months")]
    assert check(replace(short, contract_months=12)) == []
    assert check(replace(short, contract_on=date(2025, 10, 12))) == []


def test_v13_a_migrant_is_a_union_member() -> None:
    draft = liu(identity="migrant", contract_months=12, member=False)
    assert check(draft) == [("E304", "member")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"homes": 2}, "E401"),
        ({"car": True}, "E402"),
        ({"car": True, "car_use": "上下班代步"}, "E402"),
        ({"private_school": True}, "E403"),
        ({"shareholder": True}, "E404"),
        ({"refuses_check": True}, "E405"),
        ({"hides_income": True}, "E406"),
        ({"refuses_work": True}, "E407"),
    ],
)
def test_v14_an_exclusion_is_named(change: dict[str, Any], code: str) -> None:
    assert check(liu(**change)) == [(code, next(iter(change)))]


def test_v14_a_car_for_the_disabled_does_not_exclude() -> None:
    assert check(liu(car=True, car_use="残疾人代步车")) == []


def test_v14_where_exclusions_bar_the_deep_tier_only_they_warn() -> None:
    problems = check_household(liu(homes=2), replace(IMPORT, exclusions_bar="deep"))
    assert [problem.severity for problem in problems] == ["warning"]


def test_v15_the_card_belongs_to_the_head_or_an_approved_proxy() -> None:
    assert check(liu(card_name="柳试二")) == [("E501", "card_name")]
    assert check(liu(card_name="柳试二", card_proxy="监护人,已批准")) == []


def test_a_card_that_fails_luhn_is_only_warned_of() -> None:
    problems = check_household(liu(card_no="6999990000000010009"), IMPORT)
    assert [(one.code, one.severity) for one in problems] == [("E502", "warning")]


def test_v16_no_money_before_the_file_is_on_file_and_its_notice_over() -> None:
    early = payment_problems(
        file_state="approval", notice_ended_on=None, objection_open=False, on=TODAY
    )
    ready = payment_problems(
        file_state="on_file",
        notice_ended_on=date(2026, 11, 20),
        objection_open=False,
        on=TODAY,
    )
    assert found(early) == [("V16", "state"), ("V16", "notice")]
    assert ready == []


def test_v17_a_contract_is_signed_before_the_application() -> None:
    assert check(liu(contract_on=date(2026, 10, 13))) == [("V17", "contract_on")]
    assert check(liu(contract_on=date(2026, 10, 12))) == []


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("work_start", {"work_start": date(2026, 10, 13)}),
        ("applied_on", {"applied_on": date(1970, 1, 1)}),
        ("consent_on", {"consent_on": date(2099, 1, 1)}),
        ("authorised_on", {"authorised_on": date(2099, 1, 1)}),
        (
            "contract_ended_on",
            {"contract_on": date(2020, 1, 2), "contract_ended_on": date(2020, 1, 1)},
        ),
    ],
)
def test_dates_out_of_their_order_are_refused(field, given) -> None:
    assert field in [name for _code, name in check(liu(**given))]


def test_a_signature_of_long_before_the_application_is_doubted_not_refused() -> None:
    old = {"consent_on": date(2025, 10, 12), "authorised_on": date(2025, 10, 12)}
    problems = check_household(liu(applied_on=date(2026, 10, 12), **old), IMPORT)
    assert [(one.field, one.severity) for one in problems] == [
        ("consent_on", "warning"),
        ("authorised_on", "warning"),
    ]
    young = {"consent_on": date(2025, 10, 13), "authorised_on": date(2025, 10, 13)}
    assert check(liu(applied_on=date(2026, 10, 12), **young)) == []


def test_v18_a_region_that_does_not_exist_is_refused() -> None:
    ctx = replace(IMPORT, region_exists=lambda code: code != "130799")
    assert check(liu(hukou_region="130799"), ctx) == [("V18", "hukou_region")]


def test_v19_an_employers_code_has_its_check_character() -> None:
    assert check(liu(uscc="91130700123456789A")) == [("V19", "uscc")]


def test_v20_a_mobile_number_has_eleven_digits() -> None:
    assert check(liu(mobile="1990000000")) == [("V20", "mobile")]


def test_a_code_that_is_not_in_its_list_is_refused() -> None:
    assert check(liu(insurance="some")) == [("E302", "insurance")]


def test_a_row_of_a_station_out_of_reach_is_told_only_that() -> None:
    ctx = replace(IMPORT, station_refusal="站点不在管辖范围")
    assert check(HouseholdDraft(), ctx) == [("E601", "station_code")]


def test_a_row_without_an_authorisation_is_refused() -> None:
    assert check(liu(authorised_on=None)) == [("E602", "authorised_on")]


def test_fields_found_unreadable_are_not_called_missing() -> None:
    ctx = replace(IMPORT, faulty=frozenset({"id_no", "insurance"}))
    assert check(liu(id_no="", insurance=""), ctx) == []


def test_a_complete_file_may_be_submitted() -> None:
    assert missing_for_submission(complete(), papers=PAPERS, rule=RULE, ctx=SUBMIT) == []


def test_the_imported_household_is_told_what_it_still_lacks() -> None:
    problems = found(missing_for_submission(liu(), papers=PAPERS, rule=RULE, ctx=SUBMIT))
    assert ("too-short", "story") in problems
    assert ("required", "mood") in problems
    assert ("required", "consent_on") in problems


def test_the_five_clears_are_measured_one_by_one() -> None:
    meter = five_clears(complete(mood="", skills=""))
    assert meter.full == 3
    assert meter.percent == 60
    assert [group.name for group in meter.groups if not group.is_full] == ["mood", "skills"]


def test_a_worker_without_an_employer_needs_no_industry() -> None:
    draft = complete(emp_kind="none", employer="", industry="")
    assert missing_for_submission(draft, papers=PAPERS, rule=RULE, ctx=SUBMIT) == []


def test_papers_follow_the_cause() -> None:
    kinds = {need.kind for need in papers_needed(complete(dibao=True, dibao_no="D1"), RULE)}
    assert kinds == PAPERS | {"dibao_card"}
