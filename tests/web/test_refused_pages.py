"""What somebody sees whose act is refused, and who opens the address of an act as a page."""

import pytest

from bangfu.kernel.tenancy import in_station
from tenant_apps.households import services
from tenant_apps.households.models import FileState, HouseholdFile
from tests.conftest import FOR_A_PART, NOON
from tests.tenant_apps.households.households import complete

FILES = "/s/130705001/files/"


@pytest.fixture
def file(clerk, township):
    with in_station(township):
        return services.open_draft(complete(), actor=clerk, now=NOON).file


@pytest.fixture
def moved(file, township):
    """The file after somebody else has handed it in."""
    with in_station(township):
        HouseholdFile.objects.filter(pk=file.pk).update(state=FileState.SUBMITTED)
    return file


def test_what_was_written_in_vain_is_shown_for_copying(signed_in, clerk, moved):
    page = f"{FILES}{moved.pk}/"
    answer = signed_in(clerk).post(
        f"{page}delete/",
        {"reason": "已入户核实，丈夫在外务工。", "password": "口令 不显示", "kind": "draft"},
    )
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "已入户核实，丈夫在外务工。" in shown
    assert "口令 不显示" not in shown
    assert "draft" not in shown


def test_the_way_back_never_leads_to_another_site(signed_in, clerk, moved):
    answer = signed_in(clerk).post(
        f"{FILES}{moved.pk}/delete/", headers={"referer": "https://elsewhere.example/files/"}
    )
    assert answer.status_code == 409
    assert "elsewhere.example" not in answer.content.decode()


def test_the_way_back_leads_to_the_page_of_the_button(signed_in, clerk, moved):
    answer = signed_in(clerk).post(
        f"{FILES}{moved.pk}/delete/", headers={"referer": f"http://testserver{FILES}?state=draft"}
    )
    assert f'href="{FILES}?state=draft"' in answer.content.decode()


def test_a_part_of_a_page_is_refused_in_words_its_script_reads(signed_in, clerk, moved):
    answer = signed_in(clerk).post(
        f"{FILES}{moved.pk}/members/0/remove/", {"version": "1"}, headers=FOR_A_PART
    )
    assert answer.status_code == 409
    assert "不能修改" in answer.json()["detail"]


def test_the_address_of_an_act_opened_as_a_page_says_that_nothing_was_done(signed_in, clerk, file):
    answer = signed_in(clerk).get(f"{FILES}{file.pk}/submit/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "什么都没有办理" in answer.content.decode()


def test_whoever_signs_in_again_after_pressing_a_button_returns_to_its_page(client, file):
    page = f"{FILES}{file.pk}/"
    answer = client.post(f"{page}submit/", headers={"referer": f"http://testserver{page}"})
    assert answer["Location"] == f"/accounts/login/?next={page}"


@pytest.mark.parametrize("page", ["", "messages/", "audit/", "rollup/", "breaks/"])
def test_whoever_is_not_signed_in_is_asked_to_at_the_pages_of_the_network(client, db, page):
    answer = client.get(f"/network/{page}")
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"/accounts/login/?next=/network/{page}")
