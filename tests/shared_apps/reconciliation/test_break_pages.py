from datetime import timedelta

import pytest
from django.db.models import F

from bangfu.kernel.tenancy import in_network
from shared_apps.accounts.models import User
from shared_apps.reconciliation.models import Break, BreakState, Run, RunState
from shared_apps.rollup.services import fold_facts
from tests.conftest import NOON
from tests.shared_apps.rollup.on_file import put_on_file
from tests.shared_apps.rollup.test_recount import spoil

BREAKS = "/s/130705001/breaks/"
API = "/s/130705001/api/v1/"


@pytest.fixture
def spoilt(township):
    put_on_file(township)
    fold_facts(now=NOON)
    spoil(township)


@pytest.fixture
def found(spoilt, signed_in, administrator):
    """The break, and the client of the administrator who found it by asking for a comparison."""
    client = signed_in(administrator)
    client.post(f"{BREAKS}reconcile/")
    with in_network():
        return client, Break.objects.get()


def state_of(case):
    with in_network():
        return Break.objects.get(pk=case.pk).state


def test_a_quiet_station_has_an_empty_list_that_says_why(signed_in, administrator):
    assert "没有差异" in signed_in(administrator).get(BREAKS).text


def test_asking_for_a_comparison_shows_what_it_found(found):
    client, case = found
    page = client.get(BREAKS).text

    assert "FIL-01 在档困难职工户数 · 2026年11月" in page
    assert "统计与档案不符" in page
    assert f"/s/130705001/breaks/{case.pk}/" in page


def test_a_comparison_that_died_with_its_worker_can_be_asked_for_again(signed_in, administrator):
    client = signed_in(administrator)
    client.post(f"{BREAKS}reconcile/")
    with in_network():
        Run.objects.update(state=RunState.RUNNING, finished_at=None)
    assert "正在核对" in client.get(BREAKS).text
    with in_network():
        Run.objects.update(started_at=F("started_at") - timedelta(minutes=31))

    assert "上次核对中断" in client.get(BREAKS).text


def test_the_page_of_a_break_shows_numbers_meaning_and_history(found):
    client, case = found
    page = client.get(f"{BREAKS}{case.pk}/").text

    assert "按本站点档案逐户重算" in page
    assert "核对发现" in page
    assert "修复" in page


def test_a_break_is_healed_by_a_button(found):
    client, case = found
    page = client.post(f"{BREAKS}{case.pk}/heal/", follow=True).text

    assert "已修复并复核" in page
    assert state_of(case) == BreakState.HEALED


def test_closing_without_words_is_refused_in_words(found):
    client, case = found
    page = client.post(f"{BREAKS}{case.pk}/close/", {"reason": " "}, follow=True).text

    assert "请填写说明" in page
    assert state_of(case) == BreakState.OPEN


def test_explaining_keeps_the_break_at_work(found):
    client, case = found
    page = client.post(f"{BREAKS}{case.pk}/explain/", {"reason": "正在核实"}, follow=True).text

    assert "正在核实" in page
    assert state_of(case) == BreakState.EXPLAINED


def test_a_clerk_does_not_see_breaks(signed_in, clerk):
    assert signed_in(clerk).get(BREAKS).status_code == 403


def test_a_break_of_another_branch_looks_absent(found, signed_in, person_at, outsider):
    _client, case = found
    stranger = person_at(outsider, "administrator")

    client = signed_in(stranger)

    assert client.get(f"/s/130702001/breaks/{case.pk}/").status_code == 404
    assert client.post(f"/s/130702001/breaks/{case.pk}/heal/").status_code in {302, 404}
    assert state_of(case) == BreakState.OPEN
    assert client.get("/s/130702001/api/v1/breaks/").json()["results"] == []


def test_the_network_sees_every_break(found, client):
    with in_network():
        user = User.objects.create_user("admin0", is_network_administrator=True, name="网管")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    assert "FIL-01" in client.get("/network/breaks/").text


def test_the_api_reconciles_lists_and_heals(spoilt, signed_in, administrator):
    client = signed_in(administrator)

    run = client.post(f"{API}reconcile/")
    assert run.status_code == 200
    assert run.json()["found"] == 1
    assert run.json()["open_breaks"] == 1

    listed = client.get(f"{API}breaks/", {"state": "unsettled"}).json()["results"]
    assert [(one["kind"], one["expected"], one["actual"]) for one in listed] == [
        ("facts_vs_files", "1", "2")
    ]

    healed = client.post(f"{API}breaks/{listed[0]['id']}/heal/")
    assert healed.status_code == 200
    assert healed.json()["state"] == "healed"
    assert [event["action"] for event in healed.json()["events"]] == ["found", "healed"]
    assert client.post(f"{API}breaks/{listed[0]['id']}/heal/").status_code == 409


def test_the_api_asks_for_words(spoilt, signed_in, administrator):
    client = signed_in(administrator)
    client.post(f"{API}reconcile/")
    with in_network():
        case = Break.objects.get()

    refused = client.post(f"{API}breaks/{case.pk}/close/", {}, content_type="application/json")

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "comment"


def test_a_clerk_cannot_reconcile_by_the_api(signed_in, clerk):
    assert signed_in(clerk).post(f"{API}reconcile/").status_code == 403
