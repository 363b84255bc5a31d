"""A station takes its ledgers and its totals on paper in, whole, and takes them back, whole."""

from datetime import date

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.identity import id_check_digit
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.paperbooks.models import Book, BookKind, PastRow, Total
from shared_apps.rollup.services import recount_station
from tenant_apps.households.models import HouseholdFile
from tenant_apps.yearly import services
from tenant_apps.yearly.errors import BookKeptAlready, HeadingsMissing
from tenant_apps.yearly.rules.declaring import number
from tenant_apps.yearly.selectors import Frame, count
from tenant_apps.yearly.telling import tell
from tests.conftest import NOON
from tests.tenant_apps.pairing.conftest import Town
from tests.tenant_apps.yearly.conftest import SPRING_2005, rows_sheet, totals_sheet

LEDGER = rows_sheet(
    {"kind": "发放资金", "who": "001", "on": "2004-05-06", "amount": "800.50", "aid": "大病救助"},
    {"kind": "发放资金", "who": "001", "on": "2004-07", "amount": 200, "aid": "助学"},
    {"kind": "电影票", "who": "002", "on": "2004-10-01", "quantity": 2},
)
ID_NO = "13077119800101001"
ID_NO += id_check_digit(ID_NO)


def numbers(past, *codes, at="township"):
    past.tell(at)
    with in_station(past.stations[at]):
        return [
            count(number(code), station=past.stations[at], frame=SPRING_2005).value
            for code in codes
        ]


def test_rows_of_a_ledger_count_as_if_they_had_been_done_here(past):
    kept = past.keep(LEDGER)
    assert (kept.book.rows, kept.problems) == (3, ())
    assert numbers(past, "AID-01", "AID-02", "AID-03", "MED-05", "CER-04") == [
        1, 2, 100_050, 80_050, 2,
    ]  # fmt: skip
    assert not recount_station(past.stations["township"])


def test_goods_of_the_past_count_as_aid_in_kind(past):
    past.keep(
        rows_sheet(
            {
                "kind": "发放实物", "who": "1", "on": "2005-01", "goods_kind": "取暖煤",
                "quantity": "1.05", "goods_value": 500,
            },
            {"kind": "发放实物", "who": "1", "on": "2005-02", "goods_kind": "衣物", "quantity": 2},
        )
    )  # fmt: skip
    assert numbers(past, "AID-01", "AID-02", "AID-04", "AID-09", "LOV-03") == [
        1, 2, 50_000, 1_050, 2,
    ]  # fmt: skip


def test_a_book_that_is_taken_back_leaves_no_number_behind(past):
    kept = past.keep(LEDGER)
    past.undo(kept.book)
    assert numbers(past, "AID-01", "AID-02", "AID-03", "MED-05", "CER-04") == [0] * 5
    assert not recount_station(past.stations["township"])
    with in_station(past.stations["township"]):
        assert not PastRow.objects.exists()
        assert Book.objects.get().reason == "录错了"
        assert list(AuditRow.objects.order_by("seq").values_list("event", flat=True))[-2:] == [
            "past.kept",
            "past.undone",
        ]
    with pytest.raises(IllegalMove):
        past.undo(kept.book)


def test_the_same_file_counts_once_and_again_after_it_was_taken_back(past):
    kept = past.keep(LEDGER)
    with pytest.raises(BookKeptAlready):
        past.keep(LEDGER)
    past.undo(kept.book)
    past.keep(LEDGER)
    assert numbers(past, "AID-02") == [2]


def test_taking_back_needs_a_reason(past):
    kept = past.keep(LEDGER)
    with pytest.raises(InvalidInput):
        past.undo(kept.book, reason=" ")


WRONG = [
    ({"kind": "发钱", "who": "1", "on": "2004-05", "amount": 1}, "类别"),
    ({"kind": "发放资金", "who": "", "on": "2004-05", "amount": 1}, "对象编号"),
    ({"kind": "发放资金", "who": "130771198001010011", "on": "2004-05", "amount": 1}, "对象编号"),
    ({"kind": "发放资金", "who": "王大海", "on": "2004-05", "amount": 1}, "对象编号"),
    ({"kind": "发放资金", "who": "13903130000", "on": "2004-05", "amount": 1}, "对象编号"),
    ({"kind": "发放资金", "who": "130771800101001", "on": "2004-05", "amount": 1}, "对象编号"),
    ({"kind": "发放资金", "who": "1", "on": "2004-13", "amount": 1}, "日期"),
    ({"kind": "发放资金", "who": "1", "on": "2099-01", "amount": 1}, "日期"),
    ({"kind": "发放资金", "who": "1", "on": "2004-05"}, "金额（元）"),
    ({"kind": "发放资金", "who": "1", "on": "2004-05", "amount": "一百"}, "金额（元）"),
    ({"kind": "发放资金", "who": "1", "on": "2004-05", "amount": "1.005"}, "金额（元）"),
    ({"kind": "发放资金", "who": "1", "on": "2004-05", "amount": "-5"}, "金额（元）"),
    ({"kind": "发放资金", "who": "1", "on": "2004-05", "amount": "=1+1"}, "金额（元）"),
    ({"kind": "发放资金", "who": "1", "on": "2004-05", "amount": 1, "aid": "发财"}, "救助项目"),
    ({"kind": "发放资金", "who": "1", "on": "2004-05", "amount": 1, "bound": "大概"}, "数字性质"),
    ({"kind": "发放实物", "who": "1", "on": "2004-05", "quantity": 1}, "物资类别"),
    ({"kind": "电影票", "who": "1", "on": "2004-05", "quantity": "1.5"}, "数量"),
    ({"kind": "电影票", "who": "1", "on": "2004-05"}, "数量"),
]


@pytest.mark.parametrize(("row", "column"), WRONG, ids=[str(at) for at in range(len(WRONG))])
def test_a_wrong_row_is_named_by_row_and_column_and_nothing_is_kept(past, row, column):
    good = {"kind": "发放资金", "who": "9", "on": "2004-05", "amount": 1}
    with pytest.raises(InvalidInput) as refused:
        past.keep(rows_sheet(good, row))
    assert [(one.row, one.column) for one in refused.value.problems] == [(3, column)]
    with in_station(past.stations["township"]):
        assert not Book.objects.exists()


def test_wrong_rows_may_be_left_out_and_are_counted(past):
    good = {"kind": "发放资金", "who": "9", "on": "2004-05", "amount": 1}
    kept = past.keep(rows_sheet(good, WRONG[0][0]), leave_out_bad=True)
    assert (kept.book.rows, kept.book.left_out, len(kept.problems)) == (1, 1, 1)


def test_a_sheet_without_the_headings_is_refused(past):
    with pytest.raises(HeadingsMissing):
        past.keep("姓名,金额\n王某,100".encode())


def test_a_person_with_an_identity_number_is_one_in_all_stations(past):
    row = {"kind": "发放资金", "who": ID_NO, "on": "2004-05", "amount": 100}
    past.keep(rows_sheet(row))
    past.keep(rows_sheet(row), at="county")
    past.tell("county")
    with in_station(past.stations["county"]):
        asked = number("AID-01", scope="subtree")
        assert count(asked, station=past.stations["county"], frame=SPRING_2005).value == 1
        assert not PastRow.objects.exclude(who="").exists()


def test_a_household_is_known_by_its_file_number_and_by_its_identity_number(past, person_at):
    file = Town(past.stations["township"], person_at).file()
    with in_station(past.stations["township"]):
        id_no = HouseholdFile.objects.get(pk=file.pk).id_no.reveal()
    rows = [
        {"kind": "发放资金", "who": who, "on": "2004-05", "amount": 100}
        for who in (file.file_no, id_no, "7")
    ]
    kept = past.keep(rows_sheet(*rows))
    assert numbers(past, "AID-01", "AID-02") == [2, 3]
    with in_station(past.stations["township"]):
        shown = list(kept.book.past_rows.order_by("number").values_list("who", flat=True))
    assert shown == [file.file_no, "", "7"]


def test_running_numbers_of_two_ledgers_are_two_persons(past):
    past.keep(rows_sheet({"kind": "发放资金", "who": "1", "on": "2004-05", "amount": 100}))
    past.keep(rows_sheet({"kind": "发放资金", "who": "1", "on": "2004-06", "amount": 100}))
    assert numbers(past, "AID-01") == [2]


def test_a_number_that_is_not_exact_is_printed_with_its_word(past):
    past.keep(
        rows_sheet(
            {
                "kind": "发放资金", "who": "1", "on": "2004-08", "amount": 50_000, "aid": "助学",
                "campaign": "其他活动", "bound": "余",
            }
        )
    )  # fmt: skip
    told = past.sentences()["donors-and-students"]
    assert told.text == "社会各界结对资助学生1余名，资金50,000余元。"


def test_totals_on_paper_stand_in_sentences_until_they_are_taken_back(past):
    kept = past.keep(
        totals_sheet(
            {
                "indicator": "LAW-01",
                "first": "2003-08",
                "last": "2005-03",
                "value": 8,
                "bound": "约",
            }
        ),
        kind=BookKind.TOTALS,
    )
    told = past.sentences()["legal-aid"]
    assert told.text == "办理法律援助案件约8起。"
    assert told.is_on_paper
    past.undo(kept.book)
    assert "legal-aid" not in past.sentences()
    with in_station(past.stations["township"]):
        assert not Total.objects.exists()


def test_what_is_left_in_the_store_keeps_the_word_of_what_came(past):
    totals = [("LOV-02", 20_000, "余"), ("LOV-03", 14_821, "")]
    past.keep(
        totals_sheet(
            *(
                {
                    "indicator": code, "first": "2004-01", "last": "2005-03", "value": value,
                    "bound": bound,
                }
                for code, value, bound in totals
            )
        ),
        kind=BookKind.TOTALS,
    )  # fmt: skip
    told = past.sentences()["goods"]
    assert told.text == "接收捐赠物资20,000余件，发放14,821件，库存至少5,179件。"


def test_what_units_on_paper_report_is_added_and_shown_as_not_counted_once(past):
    past.keep(
        rows_sheet(
            *(
                {
                    "kind": "发放资金", "who": who, "on": "2005-01", "amount": 100,
                    "aid": "送温暖", "campaign": "两节送温暖",
                }
                for who in range(3)
            )
        )
    )  # fmt: skip
    past.keep(
        totals_sheet(
            {
                "indicator": "AID-06", "first": "2005-01", "last": "2005-02", "value": 5,
                "role": "另有单位", "unit_name": "宣化区总工会",
            }
        ),
        kind=BookKind.TOTALS,
    )  # fmt: skip
    told = past.sentences("county")["two-festivals"]
    assert "救助慰问困难职工8户" in told.text
    assert "应在 5 至 8 之间" in told.notes[0]


def test_rows_that_are_not_what_the_paper_says_are_pointed_out(past):
    past.keep(rows_sheet({"kind": "发证", "who": "1", "on": "2004-05", "card_kind": "优待证"}))
    past.keep(rows_sheet({"kind": "优待减免", "who": "1", "on": "2004-05"}))
    dims = ["水电费补助", "学杂费减免", "工商管理费减免", "住房房租补贴"]
    past.keep(
        totals_sheet(
            {
                "indicator": "CER-01", "first": "2004-05", "last": "2005-03", "value": 2,
                "dims": "证卡种类=优待证",
            },
            *(
                {
                    "indicator": "CER-02", "first": "2004-01", "last": "2005-03", "value": 9,
                    "dims": f"减免项目={relief}",
                }
                for relief in dims
            ),
        ),
        kind=BookKind.TOTALS,
    )  # fmt: skip
    (warned,) = past.sentences()["certificates"].warnings
    assert (warned.code, "纸面数 2" in warned.message) == ("paper-and-rows", True)


def test_only_who_may_import_takes_books_in(past, person_at):
    township = past.stations["township"]
    with in_station(township), pytest.raises(NotPermitted):
        services.keep_book(
            LEDGER, filename="a.csv", kind=BookKind.ROWS, source="x", now=NOON,
            actor=person_at(township, Role.FINANCE),
        )  # fmt: skip


def test_a_station_sees_its_own_books_and_its_own_subtree_only(past):
    kept = past.keep(LEDGER)
    with pytest.raises(NotFound):
        past.undo(kept.book, at="outsider")
    with in_station(past.stations["outsider"]):
        assert not PastRow.objects.exists()
        with pytest.raises(NotFound):
            tell(past.stations["township"], Frame(2004, date(2005, 3, 1)))
