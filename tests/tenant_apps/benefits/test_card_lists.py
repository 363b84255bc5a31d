"""Cards and certificates that were issued on paper, taken in as a list: all, or row by row what is wrong."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from bangfu.kernel.errors import InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_station
from tenant_apps.benefits import services
from tenant_apps.benefits.card_sheet import COLUMNS, card_template
from tenant_apps.benefits.errors import CardHeadingsMissing, NoCardRows
from tenant_apps.benefits.models import Card
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("at_noon")

HEADINGS = ",".join(column.heading for column in COLUMNS)


def listed(*rows, headings=HEADINGS):
    return "\n".join([headings, *rows]).encode()


def row(file, kind="优待证", number="Y-001", issued="2026-03-01", valid="2027-02-28", goods=""):
    return f"{kind},{file.file_no},{number},{issued},{valid},{goods}"


@pytest.fixture
def take(window):
    def take_in(*rows, **said):
        with in_station(window.station):
            return services.take_in_cards(
                listed(*rows, **{name: said.pop(name) for name in ("headings",) if name in said}),
                filename="名单.csv", actor=said.pop("by", window.reviewer), now=NOON, **said,
            )  # fmt: skip

    return take_in


def wrong(take, *rows):
    with pytest.raises(InvalidInput) as refused:
        take(*rows)
    return [(one.row, one.column, one.code) for one in refused.value.problems]


def cards_of(window):
    with in_station(window.station):
        return list(Card.objects.filter(number__startswith="Y-").order_by("number"))


def test_a_list_is_taken_in_and_stands_from_today(window, take) -> None:
    take(row(window.wang), row(window.li, number="Y-002", valid=""))

    first, second = cards_of(window)
    assert (first.kind, first.state, first.issued_on, first.valid_to) == (
        "preferential", "active", date(2026, 3, 1), date(2027, 2, 28),
    )  # fmt: skip
    assert second.valid_to == date(2027, 2, 28)
    assert first.standing_days == [NOON.date()]
    assert window.number("CER-01", dimension="card_kind", key="preferential") == 2


def test_a_household_is_found_by_its_identity_number_as_well(window, take) -> None:
    with in_station(window.station):
        number = window.wang.id_no.reveal()

    take(f"优待证,{number},Y-001,2026-03-01,,")

    assert cards_of(window)[0].file_id == window.wang.pk


def test_everything_that_is_wrong_is_listed_by_row_and_column_and_nothing_is_kept(
    window, take
) -> None:
    found = wrong(
        take,
        row(window.wang),
        "工会证,BF-0000,Y-003,2026-13-01,,",
        f"优待证,{window.li.file_no},,2027-03-01,,",
    )

    assert found == [
        (3, "证卡种类", "B302"), (3, "发证日期", "B303"), (4, "证卡编号", "B301"), (4, "发证日期", "B303"),
    ]  # fmt: skip
    assert cards_of(window) == []


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        (lambda w: "优待证,BF-0000,Y-002,2026-03-01,,", (3, "档案编号或身份证号", "B305")),
        (lambda w: row(w.li), (3, "证卡编号", "B306")),
        (lambda w: row(w.wang, number="Y-002"), (3, "证卡种类", "B307")),
        (
            lambda w: row(w.li, number="Y-002", issued="2025-01-01", valid=""),
            (3, "有效期至", "B308"),
        ),
    ],
)
def test_what_does_not_fit_the_register_is_refused(window, take, second, problem) -> None:
    assert wrong(take, row(window.wang), second(window)) == [problem]


def test_a_number_of_the_register_or_one_that_was_replaced_is_taken(window, take) -> None:
    assert wrong(take, row(window.li, kind="购物卡", number="G-001")) == [(2, "证卡编号", "B306")]


def test_wrong_rows_may_be_left_out(window, take) -> None:
    taken = take(row(window.wang), row(window.li, kind="工会证"), leave_out_bad=True)

    assert (len(taken.cards), [one.row for one in taken.problems]) == (1, [3])


def test_a_list_without_its_columns_or_without_rows_is_no_list(window, take) -> None:
    with pytest.raises(CardHeadingsMissing):
        take(headings="姓名,电话")
    with pytest.raises(NoCardRows):
        take()


def test_only_who_issues_cards_takes_a_list_in(window, take) -> None:
    with pytest.raises(NotPermitted):
        take(row(window.wang), by=window.clerk)


def test_the_template_is_read_again(window, take) -> None:
    book = load_workbook(io.BytesIO(card_template()))
    sheet = book.worksheets[0]
    for at, value in enumerate(row(window.wang).split(","), start=1):
        sheet.cell(row=2, column=at, value=value)
    target = io.BytesIO()
    book.save(target)

    with in_station(window.station):
        services.take_in_cards(
            target.getvalue(), filename="名单.xlsx", actor=window.reviewer, now=NOON
        )

    assert [card.number for card in cards_of(window)] == ["Y-001"]


def test_the_page_and_the_endpoint_take_it_in(window, signed_in) -> None:
    browser, home = signed_in(window.reviewer), f"/s/{window.station.code}"
    refused = browser.post(
        f"{home}/benefits/cards/list/",
        {"file": SimpleUploadedFile("名单.csv", listed(row(window.wang, kind="工会证")))},
    )
    assert (refused.status_code, "问题与办法" in refused.content.decode()) == (422, True)
    assert browser.get(f"{home}/benefits/cards/list/template/").status_code == 200

    done = browser.post(
        f"{home}/api/v1/benefits/cards/list/",
        {"file": SimpleUploadedFile("名单.csv", listed(row(window.wang)))},
        headers={"Idempotency-Key": "cards-1"},
    )

    assert (done.status_code, done.json()) == (201, {"cards": 1, "left_out": 0})
