from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from bangfu.kernel.errors import Problem
from tenant_apps.imports.columns import EXAMPLE_SHEET, HOUSEHOLDS, MEMBERS
from tenant_apps.imports.payloads import Bundle
from tenant_apps.imports.reading import RawRow, read_workbook
from tenant_apps.imports.refusals import WorkbookRefused
from tenant_apps.imports.sheets import Formula, Unreadable
from tenant_apps.imports.writing import FaultyRow, error_workbook, problem_text, template_workbook
from tests.tenant_apps.imports.workbooks import WORKER, form_bytes


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def template() -> bytes:
    return template_workbook(station_code="130705001", stations_below=[])


def test_the_template_has_the_columns_of_the_national_form_in_their_order() -> None:
    ours, form = opened(template()), opened(form_bytes())
    for sheet in (HOUSEHOLDS.sheet, MEMBERS.sheet):
        assert [c.value for c in ours[sheet][1]] == [c.value for c in form[sheet][1]]


def test_the_template_offers_every_drop_down_of_the_national_form() -> None:
    ours, form = opened(template()), opened(form_bytes())

    def offered(book: openpyxl.Workbook, sheet: str) -> set[str]:
        found = set()
        for rule in book[sheet].data_validations.dataValidation:
            found |= {str(part).split(":")[0].rstrip("0123456789") for part in rule.sqref.ranges}
        return found

    assert offered(form, HOUSEHOLDS.sheet) <= offered(ours, HOUSEHOLDS.sheet)
    assert offered(form, MEMBERS.sheet) <= offered(ours, MEMBERS.sheet)


def test_an_untouched_template_imports_nothing_not_even_its_example() -> None:
    with pytest.raises(WorkbookRefused) as caught:
        read_workbook(template(), "template.xlsx")
    assert caught.value.reason == "no_rows"
    assert EXAMPLE_SHEET in opened(template()).sheetnames


def test_the_station_is_filled_in_and_its_digits_are_text() -> None:
    sheet = opened(template())[HOUSEHOLDS.sheet]
    assert sheet["B2"].value == "130705001"
    assert sheet["B2"].number_format == "@"
    assert sheet.column_dimensions["F"].width > 10


def test_a_parent_chooses_among_the_stations_below_it() -> None:
    book = opened(
        template_workbook(
            station_code="1307",
            stations_below=[("130705", "宣化区"), ("130702", "桥东区")],
            is_prefilled=False,
        )
    )
    assert [row[0].value for row in book["站点编码"].iter_rows(min_row=2)] == [
        "1307", "130705", "130702",
    ]  # fmt: skip
    assert book[HOUSEHOLDS.sheet]["B2"].value is None


def faulty(**cells: object) -> FaultyRow:
    typed = {name: Decimal(v) if isinstance(v, int) else v for name, v in WORKER.items()}
    row = RawRow(7, {**typed, **cells})  # type: ignore[dict-item]
    member = RawRow(9, {"household_no": "1", "name": "=cmd|' /C calc'!A0", "relation": "闺蜜"})
    return FaultyRow(
        Bundle(row, (member,)),
        [
            Problem(code="E101", message="校验码不对", field="id_no", row=7, column="证件号码"),
            Problem(
                code="E302",
                message="不在代码表",
                field="members.0.relation",
                row=9,
                column="与户主关系",
            ),
        ],
    )


def test_the_error_workbook_shows_the_reason_in_front_and_the_wrong_cell_in_red() -> None:
    sheet = opened(error_workbook([faulty()]))[HOUSEHOLDS.sheet]

    assert sheet["A1"].value == "错误原因"
    assert sheet["A2"].value == "E101【证件号码】校验码不对"
    wrong = sheet.cell(2, 7)
    assert wrong.value == WORKER["id_no"]
    assert wrong.fill.start_color.rgb == "FFFFC7CE"
    assert "校验码不对" in wrong.comment.text
    assert sheet.cell(2, 5).fill.start_color.rgb != "FFFFC7CE"


def test_a_wrong_member_is_marked_on_the_sheet_of_members() -> None:
    sheet = opened(error_workbook([faulty()]))[MEMBERS.sheet]
    assert sheet["A2"].value == "E302【与户主关系】不在代码表"
    assert sheet.cell(2, 4).fill.start_color.rgb == "FFFFC7CE"


def test_no_text_of_a_row_becomes_a_formula() -> None:
    sheet = opened(error_workbook([faulty(note="=1+1", address="@SUM(1)")]))[HOUSEHOLDS.sheet]
    types = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in types


def test_the_corrected_error_workbook_can_be_uploaded_again() -> None:
    book = read_workbook(error_workbook([faulty()]), "errors.xlsx")
    assert book.notes == ()
    assert book.households[0].cells["id_no"] == WORKER["id_no"]
    assert book.households[0].cells["persons"] == Decimal(2)
    assert book.members[0].cells["relation"] == "闺蜜"


def test_digits_that_excel_rounded_stay_refused_until_they_are_typed_again() -> None:
    rounded = Decimal(130771197406150000)
    book = read_workbook(error_workbook([faulty(id_no=rounded)]), "errors.xlsx")
    assert book.households[0].cells["id_no"] == rounded


def test_a_formula_comes_back_empty_and_red() -> None:
    row = FaultyRow(
        Bundle(RawRow(7, {"name": "柳试一", "inc_wages_fen": Formula()})),
        [
            Problem(
                code="formula",
                message="公式",
                field="inc_wages_fen",
                row=7,
                column="工资性收入(元/年)",
            )
        ],
    )
    sheet = opened(error_workbook([row]))[HOUSEHOLDS.sheet]
    assert sheet.cell(2, 46).value is None
    assert sheet.cell(2, 46).fill.start_color.rgb == "FFFFC7CE"


def test_a_bundle_survives_being_kept_as_text() -> None:
    bundle = faulty(birth=Unreadable("08:00"), name=Formula()).bundle
    assert Bundle.from_text(bundle.to_text()) == bundle


def test_a_message_that_names_its_column_does_not_name_it_twice():
    said = Problem(code="E001", message="请填写“申请日期”。", field="applied_on", column="申请日期")
    other = Problem(code="E001", message="日期不存在。", field="applied_on", column="申请日期")

    assert problem_text(said) == "E001 请填写“申请日期”。"
    assert problem_text(other) == "E001【申请日期】日期不存在。"
