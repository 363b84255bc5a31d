"""What a station brought along on paper stands on the page of the household, and beside the caps of the same year."""

from datetime import date

import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.paperbooks.models import BookKind
from shared_apps.programmes.models import Programme
from tenant_apps.aid.earlier import warnings_of
from tenant_apps.aid.models import AidState, Application
from tenant_apps.households.past import past_aid
from tenant_apps.yearly.services import keep_book
from tests.tenant_apps.yearly.conftest import rows_sheet


@pytest.fixture
def brought(desk):
    """Take a book of rows in, about whom the test says."""

    def take(*rows):
        return keep_book(
            rows_sheet(*rows), filename="台账.csv", kind=BookKind.ROWS, source="2026 年两节台账",
            actor=desk.clerk, now=desk.now,
        )  # fmt: skip

    return take


def given(file, **more):
    return {
        "kind": "发放资金", "who": file.id_no.reveal(), "on": "2026-01-20", "amount": "1000",
        "aid": "living",
    } | more  # fmt: skip


def asked(desk, file, **more):
    return desk.approved(
        file, state=AidState.REVIEWING, submitted_on=desk.today, approved_by_id=None,
        programme_version_id=version("living"), **more,
    )  # fmt: skip


def version(key):
    return Programme.objects.filter(key=key).latest("version").pk


def test_the_page_of_a_household_tells_what_the_books_say_of_it(desk, brought) -> None:
    file, stranger = desk.household(), desk.household()
    brought(given(file), given(stranger, amount="7"))

    (line,) = past_aid(file, [])

    assert (line.on, str(line.kind), line.whom) == (date(2026, 1, 20), "发放资金", file.name)
    assert line.amount == "1,000.00 元"
    assert line.place == "《2026 年两节台账》第 2 行"


def test_a_number_that_is_not_exact_is_shown_as_the_paper_has_it(desk, brought) -> None:
    file = desk.household()
    brought(given(file, bound="约"))

    assert past_aid(file, [])[0].amount == "约 1,000.00 元"


def test_a_member_is_found_as_well_and_named(desk, brought) -> None:
    file = desk.household()
    member = file.members.get()
    brought(given(file, who=member.id_no.reveal()))

    assert [line.whom for line in past_aid(file, [member])] == [member.name]


def test_a_running_number_is_nobody_outside_its_book(desk, brought) -> None:
    file = desk.household()
    brought(given(file, who="1"))

    assert past_aid(file, []) == []


def test_a_book_that_was_taken_in_elsewhere_is_not_shown_here(desk, brought, other_county) -> None:
    file = desk.household()
    brought(given(file))

    with in_station(other_county):
        assert past_aid(file, []) == []


def test_the_judgement_warns_of_the_same_kind_in_the_same_year_and_refuses_nothing(
    desk, brought
) -> None:
    file = desk.household()
    file.tier = "1"
    brought(given(file), given(file, on="2025-12-20"), given(file, on="2026-02-01", aid="medical"))
    row = asked(desk, file)

    warnings = warnings_of(row)

    assert len(warnings) == 1
    assert "2026-01-20" in warnings[0]
    assert "第 2 行" in warnings[0]
    assert row.assessment.get("reasons", []) == []


def test_what_is_decided_is_warned_of_no_more(desk, brought) -> None:
    file = desk.household()
    brought(given(file))
    asked(desk, file)
    Application.objects.update(state=AidState.APPROVED, approved_by_id=desk.head.user_id)

    assert warnings_of(Application.objects.get()) == []


def test_both_pages_show_it(aid_desk, signed_in) -> None:
    with in_station(aid_desk.station):
        file = aid_desk.household()
        keep_book(
            rows_sheet(given(file)), filename="台账.csv", kind=BookKind.ROWS, source="老台账",
            actor=aid_desk.clerk, now=aid_desk.now,
        )  # fmt: skip
        row = asked(aid_desk, file)
    home = f"/s/{aid_desk.station.code}"

    page = signed_in(aid_desk.clerk).get(f"{home}/files/{file.pk}/").content.decode()
    judged = signed_in(aid_desk.clerk).get(f"{home}/aid/{row.pk}/").content.decode()

    assert "过去的救助" in page
    assert "《老台账》第 2 行" in page
    assert "《老台账》第 2 行" in judged
