from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from bangfu.kernel.errors import Problem
from tenant_apps.households.rules.context import CheckContext, Sighting, Stage
from tenant_apps.imports.columns import BROKEN_SHEET
from tenant_apps.imports.judging import problems_of, read_bundle
from tenant_apps.imports.payloads import Bundle
from tenant_apps.imports.reading import RawRow, read_workbook
from tests.tenant_apps.imports.workbooks import form_bytes

STATED = (
    "E101", "E102", "E103", "E104", "E201", "E202", "E301", "E302", "E303", "E304", "E401", "E402",
    "E403", "E501", "E502", "E601", "E602",
)  # fmt: skip
CTX = CheckContext(
    on=date(2026, 11, 21),
    stage=Stage.IMPORT,
    sightings={
        "130771197406150127": Sighting(role="head", where="本表第 1 户"),
        "130772197004180282": Sighting(role="member", where="本表第 2 户"),
    },
)


def judged(household: RawRow, *members: RawRow, ctx: CheckContext = CTX) -> list[Problem]:
    return problems_of(read_bundle(household, members), Bundle(household, members), ctx)


@pytest.mark.parametrize(("position", "code"), list(enumerate(STATED)))
def test_each_broken_row_of_the_form_gets_exactly_its_stated_code(position: int, code: str) -> None:
    row = read_workbook(form_bytes(), "form.xlsx", sheet=BROKEN_SHEET).households[position]
    outside = "站点不在本站管辖范围内" if row.station_code == "340102001" else ""

    problems = judged(row, ctx=dataclasses.replace(CTX, station_refusal=outside))

    assert [problem.code for problem in problems] == [code]
    assert problems[0].row == position + 2
    assert problems[0].column
    assert problems[0].severity == ("warning" if code == "E502" else "error")


@pytest.mark.parametrize("position", [0, 1, 2])
def test_the_three_households_of_the_form_have_no_errors(position: int) -> None:
    book = read_workbook(form_bytes(), "form.xlsx")
    household = book.households[position]
    members = [row for row in book.members if row.household_no == household.household_no]

    problems = judged(household, *members, ctx=dataclasses.replace(CTX, sightings={}))

    assert [problem for problem in problems if problem.severity == "error"] == []


def test_a_problem_of_a_member_stands_in_the_row_and_column_of_the_member() -> None:
    book = read_workbook(form_bytes(), "form.xlsx")
    member = dataclasses.replace(
        book.members[0], cells={**book.members[0].cells, "relation": "闺蜜", "sex": "男"}
    )

    problems = judged(book.households[0], member, ctx=dataclasses.replace(CTX, sightings={}))

    assert {(p.code, p.row, p.column, p.field) for p in problems if p.severity == "error"} == {
        ("E302", 2, "与户主关系", "members.0.relation"),
        ("E103", 2, "性别", "members.0.sex"),
    }
