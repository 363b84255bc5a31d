"""Request lists that go to an outside unit, and come back filled in."""

import io
from datetime import timedelta

import pytest
import xlsxwriter

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from tenant_apps.casework.models import Todo
from tenant_apps.households.models import FileState
from tenant_apps.imports.refusals import WorkbookRefused
from tenant_apps.imports.sheets import sheets_of
from tenant_apps.reviews import services
from tenant_apps.reviews.means import judged
from tenant_apps.reviews.means_sheets import (
    ANSWERED,
    ID_NO,
    LIST_SHEET,
    MEMBER_SHEET,
    NUMBER,
    finding_title,
    verdict_title,
)
from tenant_apps.reviews.models import MeansCheck, MeansKind, MeansState, ReviewState
from tenant_apps.reviews.services import NothingToSend
from tests.tenant_apps.reviews.conftest import CHECKED

pytestmark = pytest.mark.begins(CHECKED)
HEAD_ID = "130771197406150127"
AGREES = dict.fromkeys(MeansKind, ("无", "相符"))


class Desk:
    """The reviewer of the centre, with one household whose means are checked."""

    def __init__(self, way, home, centre):
        self.way, self.home, self.centre = way, home, centre
        self.file = way.checked(home, centre)

    def do(self, service, *args, role=Role.REVIEWER, **kwargs):
        with in_station(self.centre):
            return getattr(services, service)(
                *args, actor=self.way.person(self.centre, role), now=self.way.now, **kwargs
            )

    def send(self, **changes):
        return self.do("send_checks", **{"reason": "送民政局核对", **changes})

    def take_in(self, *rows):
        done = self.do("take_in_answers", filled(*rows), filename="反馈.xlsx")
        self.way.relay()
        return done

    @property
    def check(self):
        with in_station(self.centre):
            return MeansCheck.objects.get()

    def items(self):
        with in_station(self.centre):
            return {one.kind: one for one in MeansCheck.objects.get().items.all()}


@pytest.fixture
def desk(way, township, county):
    return Desk(way, township, county)


def filled(*rows):
    """A list that came back; a row is (number, ID number, {kind: (found, agrees)}, day)."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("核对名单")
        titles = [NUMBER, ID_NO]
        for kind in MeansKind:
            titles += [finding_title(kind), verdict_title(kind)]
        titles.append(ANSWERED)
        sheet.write_row(1, 0, titles)
        for at, (number, id_no, answers, *day) in enumerate(rows, 2):
            cells = [number, id_no]
            for kind in MeansKind:
                cells += answers.get(kind, ("", ""))
            for column, value in enumerate([*cells, *day]):
                if value != "":
                    sheet.write(at, column, value)
    return buffer.getvalue()


def test_a_list_goes_out_once_and_may_be_drawn_again(desk, way):
    batch = desk.send()
    content = desk.do("batch_workbook", batch.pk, reason="核对单位需要重发")

    assert batch.number == "HDP20261120-01"
    assert batch.due_on.isoformat() == "2026-12-04"
    sheets = sheets_of(content, "x.xlsx")
    row = sheets[LIST_SHEET].rows[3]
    assert [row[column] for column in range(1, 6)] == [
        desk.check.number,
        "柳试一",
        HEAD_ID,
        "2",
        "2026-10-12",
    ]
    assert sheets[MEMBER_SHEET].rows[3][4] == "130771200809020241"
    assert "2级reviewer" in sheets[LIST_SHEET].rows[1][1]
    with pytest.raises(NothingToSend):
        desk.send()
    with in_station(desk.centre):
        events = list(
            AuditRow.objects.filter(event__startswith="means.").values_list("event", flat=True)
        )
    assert sorted(events) == ["means.list_drawn", "means.sent"]


def test_names_in_the_clear_ask_for_every_right_and_a_reason(desk):
    for role in (Role.CLERK, Role.HEAD, Role.FINANCE):
        with pytest.raises(NotPermitted):
            desk.send(role=role)
    for reason in ("", "核对"):
        with pytest.raises(InvalidInput):
            desk.send(reason=reason)


def test_two_lists_of_one_day_have_two_numbers(desk, way, county):
    first = desk.send()
    desk.do("recall_check", way.review_at(county, desk.file).pk, reason="重新发起")
    desk.do("request_check", way.review_at(county, desk.file).pk)

    assert (first.number, desk.send().number) == ("HDP20261120-01", "HDP20261120-02")


def test_a_list_that_agrees_lets_the_file_go_on(desk, way):
    desk.send()
    way.pass_days(3)

    intake = desk.take_in((desk.check.number, HEAD_ID, AGREES, "2026-11-22"))

    assert intake.counts["answered"] == 1
    assert desk.check.state == MeansState.ANSWERED
    assert desk.check.answered_on.isoformat() == "2026-11-22"
    way.review("conclude_check", desk.centre, desk.file)
    assert way.state(desk.home, desk.file) == FileState.MEANS_CHECK
    assert desk.check.fits


def test_conflicts_stand_side_by_side_and_are_settled_with_a_reason(desk, way):
    desk.send()
    answers = {**AGREES, MeansKind.HOMES: ("3", ""), MeansKind.CARS: ("冀G00000 轿车", "")}
    desk.take_in((desk.check.number, HEAD_ID, answers))
    assert desk.check.state == MeansState.CONFLICT

    shown = {
        one.item.kind: (one.declared, one.found) for one in desk.do("look_at_items", desk.check)
    }
    assert shown["homes"] == ("1", "3")
    assert shown["cars"] == ("否", "冀G00000 轿车")
    for kind in ("homes", "cars"):
        with pytest.raises(InvalidInput):
            desk.do(
                "settle_item", desk.check.pk, desk.items()[kind].pk, verdict="explained", reason=""
            )
        desk.do(
            "settle_item",
            desk.check.pk,
            desk.items()[kind].pk,
            verdict="explained",
            reason="登记有误，已由单位证明",
        )

    assert desk.check.state == MeansState.ANSWERED
    with pytest.raises(IllegalMove):
        desk.do(
            "settle_item", desk.check.pk, desk.items()["wages"].pk, verdict="explained", reason="x"
        )
    way.review("conclude_check", desk.centre, desk.file)
    assert way.review_at(desk.centre, desk.file).state == ReviewState.MEANS_CHECK


def test_a_wrong_row_is_named_and_stops_no_other(desk):
    desk.send()
    number = desk.check.number

    intake = desk.take_in(
        ("HD-unknown", HEAD_ID, AGREES),
        (number, "130771197406150000", AGREES),
        (number, HEAD_ID, AGREES),
        (number, HEAD_ID, AGREES),
        ("", "", {MeansKind.WAGES: ("1200", "")}),
    )

    told = [
        (one.row, one.outcome, [problem.code for problem in one.problems]) for one in intake.rows
    ]
    assert told == [
        (3, "refused", ["V332"]),
        (4, "refused", ["V335"]),
        (5, "answered", []),
        (6, "refused", ["V333"]),
        (7, "refused", ["V331"]),
    ]


def test_an_id_number_that_excel_rounded_is_refused_in_words(desk):
    desk.send()

    intake = desk.take_in((desk.check.number, 130771197406150127, AGREES))

    assert [problem.code for problem in intake.rows[0].problems] == ["V334"]
    assert desk.check.state == MeansState.SENT


def test_what_cannot_be_compared_asks_for_a_choice_and_names_the_column(desk):
    desk.send()
    answers = {**AGREES, MeansKind.DEPOSITS: ("52000", ""), MeansKind.DIBAO: ("是", "也许")}

    intake = desk.take_in((desk.check.number, HEAD_ID, answers))

    assert [(one.code, one.column) for one in intake.rows[0].problems] == [
        ("V337", "存款是否相符"),
        ("V337", "低保是否相符"),
    ]
    assert not any(item.result for item in desk.items().values())


@pytest.mark.fault
def test_a_list_may_come_back_in_parts_and_again(desk):
    desk.send()
    part = {MeansKind.WAGES: ("1500", ""), MeansKind.HOMES: ("1", "")}

    outcomes = [
        desk.take_in((desk.check.number, HEAD_ID, answers)).rows[0].outcome
        for answers in (part, part, AGREES, AGREES)
    ]

    assert outcomes == ["partial", "unchanged", "answered", "unchanged"]


def test_a_check_that_is_over_takes_no_answer(desk, way):
    desk.send()
    desk.take_in((desk.check.number, HEAD_ID, AGREES))
    way.review("conclude_check", desk.centre, desk.file)

    intake = desk.take_in((desk.check.number, HEAD_ID, {MeansKind.HOMES: ("3", "不符")}))

    assert intake.rows[0].outcome == "refused"
    assert "已办结" in intake.rows[0].problems[0].message


def test_another_workbook_is_no_list(desk):
    with pytest.raises(InvalidInput):
        desk.do("take_in_answers", b"a,b\n1,2\n", filename="x.csv")
    with pytest.raises(WorkbookRefused):
        desk.do("take_in_answers", b"%PDF-1.4", filename="x.xlsx")


def test_late_answers_are_still_taken_and_the_request_was_overdue(desk, way):
    desk.send()
    way.pass_days(20)
    with in_station(desk.centre):
        assert services.note_overdue_checks(now=way.now) == 1
        assert services.note_overdue_checks(now=way.now) == 0
    assert desk.check.state == MeansState.OVERDUE

    desk.take_in((desk.check.number, HEAD_ID, AGREES))

    assert desk.check.state == MeansState.ANSWERED


def test_a_recalled_check_may_be_asked_anew(desk, way):
    desk.send()
    review = way.review_at(desk.centre, desk.file)

    desk.do("recall_check", review.pk, reason="授权书有误")
    way.relay()
    assert way.state(desk.home, desk.file) == FileState.CENTRE_REVIEW
    desk.do("request_check", review.pk)

    with in_station(desk.centre):
        states = MeansCheck.objects.order_by("number").values_list("state", flat=True)
        assert list(states) == [MeansState.CANCELLED, MeansState.PREPARED]
        assert Todo.objects.get(closed_at=None).kind == "review.checking"


def test_an_answer_is_not_dated_before_the_request_or_ahead(desk, way):
    desk.send()

    for day in (way.today - timedelta(days=1), way.today + timedelta(days=1)):
        with pytest.raises(InvalidInput):
            desk.do("record_answer", desk.check.pk, {}, answered_on=day)


@pytest.mark.parametrize(
    ("kind", "declared", "found", "result"),
    [
        ("wages", "2200.00", "2,100", "fits"),
        ("wages", "2200.00", "2200.01元", "conflict"),
        ("wages", "2200.00", "无", "fits"),
        ("wages", "2200.00", "很多", None),
        ("homes", "1", "1套", "fits"),
        ("homes", "1", "无", "conflict"),
        ("homes", "未填报", "1", "conflict"),
        ("cars", "否", "无", "fits"),
        ("cars", "否", "冀G00000", "conflict"),
        ("cars", "是", "冀G00000", "fits"),
        ("business", "未填报", "无", "fits"),
        ("dibao", "是", "否", "conflict"),
        ("deposits", "未填报", "无", "nothing"),
        ("deposits", "未填报", "5000", None),
        ("social_insurance", "职工医保", "正常参保", None),
    ],
)
def test_what_was_found_is_compared_with_what_was_declared(kind, declared, found, result):
    assert judged(kind, declared=declared, found=found) == result
