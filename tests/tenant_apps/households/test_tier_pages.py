"""The sheet that explains a tier, and the work list of files whose tier waits."""

from uuid import uuid4

import pytest

from bangfu.kernel.tenancy import in_station
from tenant_apps.households.models import HouseholdFile, RetierItem, RetierState
from tests.conftest import FOR_A_PART
from tests.support.databases import NOON
from tests.tenant_apps.households.test_tier_changes import file_on_file

FILES = "/s/130705001/files"


@pytest.fixture
def waiting(township) -> HouseholdFile:
    """One file at 850 yuan that waits to be computed with a line of 900."""
    with in_station(township):
        file = file_on_file(township, 85_000)
        RetierItem.objects.create(
            file=file,
            change_id=uuid4(),
            tier_before="2",
            tier_after="1",
            net_month_fen=85_000,
            created_at=NOON,
        )
    return file


def test_the_sheet_tells_sum_comparison_and_the_document_of_each_rule(
    signed_in, clerk, waiting
) -> None:
    page = signed_in(clerk).get(f"{FILES}/{waiting.pk}/explanation/").content.decode()
    assert "每人每月 850.00 元" in page
    assert "高于 800.00 元、低于 1,600.00 元" in page
    assert "演示标准" in page
    assert "相对困难" in page


def test_a_file_without_figures_says_what_is_missing(signed_in, clerk, township) -> None:
    with in_station(township):
        file = HouseholdFile.objects.create(
            name="柳试一", opened_level=3, created_at=NOON, changed_at=NOON
        )
    page = signed_in(clerk).get(f"{FILES}/{file.pk}/explanation/").content.decode()
    assert "还没有测算" in page


def test_the_api_explains_the_same(signed_in, clerk, waiting) -> None:
    answer = signed_in(clerk).get(f"/s/130705001/api/v1/files/{waiting.pk}/explanation/").json()
    assert answer["conclusion"] == "相对困难"
    assert [step["name"] for step in answer["steps"]][-1] == "conclusion"
    assert {source["document"] for source in answer["sources"]} >= {"演示标准"}
    assert answer["computation"]["inputs"]["inc_wages_fen"] == 12 * 85_000


def test_the_work_list_names_the_file_and_both_tiers(signed_in, reviewer, waiting) -> None:
    page = signed_in(reviewer).get(f"{FILES}/retiering/").content.decode()
    assert waiting.file_no in page
    assert "相对困难" in page
    assert "深度困难" in page


def test_an_empty_work_list_says_when_it_fills(signed_in, reviewer) -> None:
    page = signed_in(reviewer).get(f"{FILES}/retiering/").content.decode()
    assert "没有待重算的档案" in page


def test_ticked_files_are_confirmed_at_once(signed_in, reviewer, waiting, township) -> None:
    with in_station(township):
        item = RetierItem.objects.get()
    page = signed_in(reviewer).post(
        f"{FILES}/retiering/confirm/", {"ids": [str(item.pk)]}, follow=True
    )
    # The line itself did not change here, so the file keeps its tier and leaves the list.
    assert "0 户变更了困难类别" in page.content.decode()
    with in_station(township):
        assert RetierItem.objects.get().state == RetierState.SETTLED


def test_all_files_of_the_list_are_left_to_a_worker_with_a_bar(
    signed_in, reviewer, waiting, township
) -> None:
    client = signed_in(reviewer)
    page = client.post(f"{FILES}/retiering/confirm/", {"every": "1"}, follow=True)
    assert "正在确认 1 户" in page.content.decode()
    bar = client.get(f"{FILES}/retiering/progress/", headers=FOR_A_PART).content.decode()
    assert "还有 1 户" in bar
    with in_station(township):
        assert RetierItem.objects.get().state == RetierState.ASKED


def test_nothing_ticked_is_said_not_ignored(signed_in, reviewer, waiting) -> None:
    page = signed_in(reviewer).post(f"{FILES}/retiering/confirm/", follow=True)
    assert "所选档案都已处理" in page.content.decode()


def test_the_api_lists_and_confirms(signed_in, reviewer, waiting) -> None:
    client = signed_in(reviewer)
    (row,) = client.get("/s/130705001/api/v1/files/retiering/").json()["results"]
    assert (row["tier_before"], row["tier_after"]) == ("2", "1")
    answer = client.post(
        "/s/130705001/api/v1/files/retiering/confirm/", {"ids": [row["id"]]}, "application/json"
    )
    assert answer.json() == {"changed": 0, "at_work": 0}


def test_a_clerk_looks_at_the_list_and_confirms_nothing(signed_in, clerk, waiting) -> None:
    client = signed_in(clerk)
    assert client.get(f"{FILES}/retiering/").status_code == 200
    assert client.post(f"{FILES}/retiering/confirm/", {"every": "1"}).status_code == 403
