"""The workbooks people get from us: the template to fill in, and their own rows with what is wrong.

Both have the layout that `reading.py` reads back. Text is always written as text, so nothing that a
person typed becomes a formula in somebody else's Excel. Source: domain.md §2.4.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from bangfu.kernel.workbooks import TEXTS_STAY_TEXTS
from shared_apps.catalogues.codes import CODE_LISTS, Code, CodeList
from tenant_apps.households.fields import Kind
from tenant_apps.imports.columns import (
    CODES_SHEET,
    ERROR_TITLE,
    EXAMPLE_SHEET,
    GUIDE_SHEET,
    HOUSEHOLDS,
    MEMBERS,
    Column,
    Form,
)
from tenant_apps.imports.payloads import Bundle
from tenant_apps.imports.reading import RawRow
from tenant_apps.imports.sheets import CellValue, Formula, Unreadable, shown_number

READY_ROWS = 2000
"""Rows of the template with text format and drop-downs."""
PREFILLED_ROWS = 200
STATIONS_SHEET = "站点编码"

_GUIDE = (
    "困难职工家庭档案批量导入模板",
    "1. 带 * 的列必填，其余按实际填写。金额单位为元，最多两位小数；日期写成 2026-11-21。",
    "2. “困难职工家庭”一户一行，户主即申请职工；其余成员填入“家庭成员”，用“户序号”关联，户主不重复填写。",
    "3. 证件号码、银行卡号、手机号和各类代码均为文本格式，不要以数字粘贴：18 位数字会丢失末几位。",
    "4. “共同生活人口”等于 1(户主)加“家庭成员”中“是否共同生活”为“是”的人数。",
    "5. 主要致困原因只选一项；次要原因最多三项，不与主要原因重复。",
    "6. 困难类别由系统按当期标准计算，这里填写的只是申请类别。",
    "7. 不要使用公式；可以调整列的顺序，但不要改列名、合并单元格。",
    "8. “填写样例(不导入)”中的人员、单位、证件与账号均为虚构，只供参照，不会被导入。",
)
_CODE_SHEET_ORDER = (
    "tier", "id_type", "sex", "ethnic", "political", "marital", "hukou", "emp_kind", "emp_state",
    "industry", "identity", "work_state", "model_title", "health", "disability",
    "disability_grade", "insurance", "education", "relation", "housing_kind", "cause", "need",
    "job_wish", "yes_no",
)  # fmt: skip
_EXAMPLE_HOUSEHOLD = {
    "household_no": "1", "tier_applied": "深度困难", "name": "柳试一", "id_type": "居民身份证",
    "id_no": "130771197406150127", "sex": "女", "birth": "1974-06-15", "ethnic": "汉族",
    "political": "群众", "marital": "离异", "hukou": "城镇(非农业)", "hukou_region": "130702",
    "mobile": "19900000001", "residence": "130702001", "address": "示例路1号",
    "employer": "(虚构)禾川纺织有限公司", "emp_kind": "国有企业", "emp_state": "半停产",
    "identity": "在职职工", "work_state": "在岗", "member": "是", "model_title": "非劳模",
    "health": "慢性病", "disease": "糖尿病", "insurance": "职工医保", "single_parent": "是",
    "zero_employment": "否", "dibao": "否", "persons": 2, "living_together": 2,
    "inc_wages_fen": 26400, "inc_transfer_fen": 0, "cost_illness_fen": 5200,
    "cost_school_fen": 7000, "housing_kind": "承租单位公房", "area": 38, "homes": 1, "car": "否",
    "private_school": "否", "shareholder": "否", "main_cause": "11 单亲收入低",
    "other_causes_1": "09 子女上学", "story": "独自抚养在读子女，所在企业半停产，收入难以维持家庭生活。",
    "needs_1": "生活救助", "needs_2": "子女助学", "bank": "示例银行",
    "card_no": "6999990000000010008", "card_name": "柳试一", "authorised_on": "2026-10-12",
    "applied_on": "2026-10-12",
}  # fmt: skip
_EXAMPLE_MEMBER = {
    "household_no": "1", "name": "柳试甲", "relation": "女儿", "id_no": "130771200809020241",
    "sex": "女", "health": "健康或良好", "insurance": "居民医保", "identity": "学生",
    "workplace": "示例高级中学", "stage": "普通高中", "enrolled_year": 2024, "study_years": 3,
    "tuition_fen": 7000, "income_fen": 0, "living_together": "是",
}  # fmt: skip


@dataclass(frozen=True)
class FaultyRow:
    """Rows to hand back, with their problems; a problem names the sheet row and column it is about."""

    bundle: Bundle
    problems: Sequence[Problem]


@dataclass(frozen=True)
class _Styles:
    required: Any
    optional: Any
    text: Any
    day: Any
    plain: Any
    wrong: Any
    wrong_text: Any
    wrong_day: Any
    reason: Any
    title: Any
    note: Any


def template_workbook(
    *, station_code: str, stations_below: Iterable[tuple[str, str]], is_prefilled: bool = True
) -> bytes:
    """The empty form of a station; `stations_below` are the codes and names to choose from.

    When `is_prefilled` the first rows carry the station's own code already.
    """
    target, book, styles = _book()
    guide = book.add_worksheet(GUIDE_SHEET)
    guide.set_column(0, 0, 110)
    for line, text in enumerate(_GUIDE):
        guide.write_string(line, 0, text, styles.title if line == 0 else styles.note)
    below = list(stations_below)
    lists = _write_code_sheet(book, styles)
    if below:
        lists["station_code"] = _write_stations(book, styles, [(station_code, ""), *below])
    for form in (HOUSEHOLDS, MEMBERS):
        sheet = book.add_worksheet(form.sheet)
        _write_headings(sheet, form.columns, styles)
        for at, column in enumerate(form.columns):
            _offer_codes(sheet, at, column, lists)
        if form is HOUSEHOLDS:
            sheet.activate()
            for row in range(1, PREFILLED_ROWS + 1 if is_prefilled else 1):
                sheet.write_string(row, 1, station_code, styles.text)
    _write_example(book, styles, station_code)
    book.close()
    return target.getvalue()


def error_workbook(rows: Iterable[FaultyRow]) -> bytes:
    """The faulty rows as they were typed, reasons in front, wrong cells red with a note each.

    It has the layout of the form, so the corrected file is uploaded as it is.
    """
    target, book, styles = _book()
    faulty = list(rows)
    sheets = {form.sheet: book.add_worksheet(form.sheet) for form in (HOUSEHOLDS, MEMBERS)}
    lists = _write_code_sheet(book, styles)
    for form in (HOUSEHOLDS, MEMBERS):
        sheet = sheets[form.sheet]
        sheet.write_string(0, 0, ERROR_TITLE, styles.reason)
        sheet.set_column(0, 0, 48)
        _write_headings(sheet, form.columns, styles, left=1)
        for at, column in enumerate(form.columns, 1):
            _offer_codes(sheet, at, column, lists)
        line = 1
        for one in faulty:
            own = [one.bundle.household] if form is HOUSEHOLDS else one.bundle.members
            for row in own:
                if row is not None:
                    _write_faulty(sheet, line, form, row, one.problems, styles)
                    line += 1
    book.close()
    return target.getvalue()


def problem_text(problem: Problem) -> str:
    """A problem in one line, its column named once; only the codes of the form (E101, V20) are shown to people."""
    code = problem.code if problem.code[1:].isdigit() else ""
    message = str(problem.message)
    names_it = not problem.column or f"“{problem.column}”" in message
    return f"{code} {message}".strip() if names_it else f"{code}【{problem.column}】{message}"


def _book() -> tuple[io.BytesIO, Any, _Styles]:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, TEXTS_STAY_TEXTS)
    heading = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}
    red = {"bg_color": "#FFC7CE", "border": 1, "border_color": "#9C0006"}
    styles = {
        "required": heading | {"bg_color": "#FCE4E4", "font_color": "#B42318"},
        "optional": heading | {"bg_color": "#EEF2F6"},
        "text": {"num_format": "@"},
        "day": {"num_format": "yyyy-mm-dd"},
        "plain": {},
        "wrong": red,
        "wrong_text": red | {"num_format": "@"},
        "wrong_day": red | {"num_format": "yyyy-mm-dd"},
        "reason": {"font_color": "#9C0006", "text_wrap": True, "valign": "top"},
        "title": {"bold": True, "font_size": 14},
        "note": {"text_wrap": True},
    }
    return target, book, _Styles(**{name: book.add_format(how) for name, how in styles.items()})


def _write_headings(
    sheet: Any, columns: Sequence[Column], styles: _Styles, *, left: int = 0
) -> None:
    sheet.set_row(0, 36)
    sheet.freeze_panes(1, left + 4)
    for at, column in enumerate(columns, left):
        style = styles.required if column.required else styles.optional
        sheet.write_string(0, at, column.heading, style)
        width = max(10, min(24, 2 * len(column.title) + 2))
        sheet.set_column(at, at, width, _column_style(column, styles))


def _column_style(column: Column, styles: _Styles) -> Any:
    if column.holds_digits:
        return styles.text
    return styles.day if column.spec and column.spec.kind is Kind.DATE else styles.plain


def _wording(code_list: CodeList, code: Code) -> str:
    """As on the national form: causes are printed with their number."""
    return f"{code.value} {code.label}" if code_list.name == "cause" else code.label


def _write_code_sheet(book: Any, styles: _Styles) -> dict[str, str]:
    """Write every list the form draws on; returns the range of each for the drop-downs."""
    sheet = book.add_worksheet(CODES_SHEET)
    ranges = {}
    for at, name in enumerate(_CODE_SHEET_ORDER):
        code_list = CODE_LISTS[name]
        labels = [_wording(code_list, code) for code in code_list if code.on_form]
        sheet.write_string(0, at, code_list.title, styles.optional)
        sheet.write_column(1, at, labels)
        sheet.set_column(at, at, 18)
        letter = xlsxwriter.utility.xl_col_to_name(at)
        ranges[name] = f"={CODES_SHEET}!${letter}$2:${letter}${len(labels) + 1}"
    sheet.freeze_panes(1, 0)
    return ranges


def _write_stations(book: Any, styles: _Styles, stations: Sequence[tuple[str, str]]) -> str:
    sheet = book.add_worksheet(STATIONS_SHEET)
    sheet.write_row(0, 0, [_("站点编码"), _("站点名称")], styles.optional)
    sheet.set_column(0, 0, 18, styles.text)
    sheet.set_column(1, 1, 48)
    for line, (code, name) in enumerate(stations, 1):
        sheet.write_string(line, 0, code, styles.text)
        sheet.write_string(line, 1, name or _("本站"))
    return f"={STATIONS_SHEET}!$A$2:$A${len(stations) + 1}"


def _offer_codes(sheet: Any, at: int, column: Column, lists: Mapping[str, str]) -> None:
    if column.spec is None:
        source = lists.get(column.name)
    elif column.spec.kind is Kind.YES_NO:
        source = lists["yes_no"]
    elif column.spec.kind in {Kind.CODE, Kind.CODES}:
        source = lists.get(column.spec.code_list.name)
    else:
        source = None
    if source:
        sheet.data_validation(
            1,
            at,
            READY_ROWS,
            at,
            {
                "validate": "list",
                "source": source,
                "error_title": _("不在代码表中"),
                "error_message": _("请从下拉列表中选择，可用的值见“代码表”。"),
            },
        )


def _write_example(book: Any, styles: _Styles, station_code: str) -> None:
    sheet = book.add_worksheet(EXAMPLE_SHEET)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 48, styles.text)
    line = 0
    example = _EXAMPLE_HOUSEHOLD | {"station_code": station_code}
    for form, values in ((HOUSEHOLDS, example), (MEMBERS, _EXAMPLE_MEMBER)):
        sheet.write_string(line, 0, _("“%s”一行的写法(虚构)") % form.sheet, styles.title)
        for column in form.columns:
            if column.name in values:
                line += 1
                style = styles.required if column.required else styles.optional
                sheet.write_string(line, 0, column.heading, style)
                sheet.write(line, 1, values[column.name])
        line += 2


def _write_faulty(
    sheet: Any, line: int, form: Form, row: RawRow, problems: Sequence[Problem], styles: _Styles
) -> None:
    is_household = form is HOUSEHOLDS
    own = [
        problem
        for problem in problems
        if problem.field.startswith("members.") != is_household and problem.row == row.number
    ]
    by_column: dict[str, list[str]] = defaultdict(list)
    for problem in own:
        by_column[problem.column].append(problem_text(problem))
    reasons = "\n".join(problem_text(problem) for problem in own)
    sheet.write_string(line, 0, reasons, styles.reason)
    for at, column in enumerate(form.columns, 1):
        notes = by_column.get(column.title)
        _write_cell(sheet, line, at, row.cells.get(column.name), column, styles, wrong=bool(notes))
        if notes:
            sheet.write_comment(line, at, "\n".join(notes), {"x_scale": 2})


def _write_cell(
    sheet: Any,
    line: int,
    at: int,
    cell: CellValue | None,
    column: Column,
    styles: _Styles,
    *,
    wrong: bool,
) -> None:
    style = styles.wrong if wrong else _column_style(column, styles)
    match cell:
        case None | Formula():
            if wrong:
                sheet.write_blank(line, at, None, style)
        case bool():
            sheet.write_boolean(line, at, cell, style)
        case Decimal() if wrong or not column.holds_digits:
            # Digits that Excel rounded stay a number, so that they are refused again until retyped.
            text_style = styles.wrong_text if column.holds_digits else style
            sheet.write_number(line, at, cell, text_style)
        case Decimal():
            sheet.write_string(line, at, shown_number(cell), styles.text)
        case date():
            sheet.write_datetime(line, at, cell, styles.wrong_day if wrong else styles.day)
        case Unreadable():
            sheet.write_string(line, at, cell.shown, style)
        case str():
            text_style = styles.wrong_text if wrong else style
            sheet.write_string(line, at, cell, text_style if column.holds_digits else style)
