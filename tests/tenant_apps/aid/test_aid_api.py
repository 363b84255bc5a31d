"""The endpoints of aid: every act of the pages, the same refusals, nothing in the clear."""

from datetime import date

import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.programmes.services import call_campaign
from tenant_apps.aid.models import Application
from tests.tenant_apps.aid.walking import Walk

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def walk(desk):
    return Walk(desk)


@pytest.fixture
def base(desk):
    return f"/s/{desk.station.code}/api/v1/aid/"


def send(client, address, **body):
    return client.post(address, body, content_type="application/json")


MINUTES = {"held_on": "2026-11-20", "number": "7号", "members": "王一、李二", "decision": "同意"}


def test_an_application_walks_its_way_by_api(desk, base, signed_in) -> None:
    file = desk.household()
    made = send(
        signed_in(desk.clerk), f"{base}applications/",
        programme="living", amount_fen=280_000, file_id=str(file.pk),
    )  # fmt: skip
    assert made.status_code == 201
    one = f"{base}applications/{made.json()['id']}/"
    for person, step, body in (
        (desk.clerk, "submit", {}),
        (desk.clerk, "accept", {}),
        (desk.clerk, "check", {}),
        (desk.reviewer, "review", {"fund_id": str(desk.fiscal.pk)}),
        (desk.head, "decide", MINUTES),
        (desk.head, "ratify", MINUTES),
    ):
        answer = send(signed_in(person), f"{one}{step}/", **body)
        assert answer.status_code == 200, answer.text
    clerk = signed_in(desk.clerk)
    whole = clerk.get(one).json()
    assert whole["state"] == "notice"
    assert whole["words"][0].startswith("不超过 12 个月")
    assert file.card_no.reveal() not in clerk.get(one).text


def test_a_refusal_is_a_problem_with_its_code(desk, walk, base, signed_in) -> None:
    file = desk.household()
    walk.submitted(file)
    row = walk.draft(file)
    answer = send(signed_in(desk.clerk), f"{base}applications/{row.pk}/submit/")
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("same-need-twice")


def test_the_account_is_shown_for_a_reason(desk, walk, base, signed_in) -> None:
    row = walk.submitted(desk.household())
    answer = send(signed_in(desk.clerk), f"{base}applications/{row.pk}/reveal/", reason="核对发放")
    assert answer.json()["card_no"] == row.payee_card.reveal()


def test_a_campaign_is_listed_and_handed_in_by_api(desk, base, signed_in) -> None:
    made = call_campaign(
        kind="two_festivals", name="两节", programme="festival", station=desk.station,
        opens_on=date(2026, 1, 1), closes_on=date(2030, 1, 1), amount_fen=80_000,
        actor=desk.head, now=desk.now,
    )  # fmt: skip
    desk.household()
    clerk = signed_in(desk.clerk)
    assert clerk.get(f"{base}campaigns/").json()[0]["id"] == str(made.pk)
    assert send(clerk, f"{base}campaigns/{made.pk}/list/").json() == {"listed": 1}
    with in_station(desk.station):
        row = Application.objects.get()
    bulk = send(clerk, f"{base}list/hand-in/", ids=[str(row.pk)]).json()
    assert bulk == {"done": 1, "refused": []}
    bulk = send(
        signed_in(desk.reviewer), f"{base}list/review/", ids=[str(row.pk)],
        fund_id=str(desk.fiscal.pk),
    ).json()  # fmt: skip
    assert bulk["done"] == 1


def test_the_list_is_paged_and_narrowed(desk, walk, base, signed_in) -> None:
    row = walk.submitted(desk.household())
    found = signed_in(desk.clerk).get(f"{base}applications/", {"state": "submitted"}).json()
    assert [one["number"] for one in found["results"]] == [row.number]
