"""The pages and endpoints of messages."""

import pytest
from django.test import Client

from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import ApiToken, User
from shared_apps.accounts.roles import Role
from shared_apps.accounts.selectors import digest_of
from shared_apps.exchange import relay
from shared_apps.exchange.errors import PermanentFailure
from shared_apps.exchange.jobs import Rounds
from shared_apps.exchange.models import MessageState
from shared_apps.exchange.selectors import depth_and_age
from shared_apps.exchange.wording import run_words
from tests.conftest import NOON


@pytest.fixture
def operator(county, person_at):
    return person_at(county, Role.ADMINISTRATOR, name="甲")


@pytest.fixture
def second(county, person_at):
    return person_at(county, Role.ADMINISTRATOR, name="乙")


@pytest.fixture
def parked(township, county, say, ear):
    ear.failing["bad"] = PermanentFailure("表格已不存在")
    message = say(township, county, "bad")
    relay.deliver_all()
    ear.failing.clear()
    return message


def page(signed_in, actor, path="", data=None):
    client = signed_in(actor)
    address = f"/s/{actor.station.code}/messages/{path}"
    return client.get(address) if data is None else client.post(address, data, follow=True)


def test_the_list_shows_way_state_and_who_is_needed(parked, operator, township, signed_in):
    text = page(signed_in, operator).content.decode()

    assert "test.said" in text
    assert township.name in text
    assert "已停放" in text


def test_an_empty_list_says_so(operator, signed_in):
    assert "没有消息" in page(signed_in, operator).content.decode()


def test_two_people_send_a_parked_message_again_on_the_page(
    parked, operator, second, signed_in, now_of
):
    assert "表格已不存在" in page(signed_in, operator, f"{parked.pk}/").content.decode()

    page(signed_in, operator, f"{parked.pk}/replay/", {"reason": "已修复"})
    alone = page(signed_in, operator, f"{parked.pk}/confirm/", {"x": "1"})
    assert "不能自己复核" in alone.content.decode()
    page(signed_in, second, f"{parked.pk}/confirm/", {"x": "1"})

    assert now_of(parked).state == MessageState.NEW


def test_a_message_of_others_looks_absent(parked, outsider, person_at, signed_in):
    stranger = person_at(outsider, Role.ADMINISTRATOR)

    assert page(signed_in, stranger, f"{parked.pk}/").status_code == 404


def test_a_clerk_does_not_see_messages(county, person_at, signed_in):
    assert page(signed_in, person_at(county, Role.CLERK)).status_code == 403


def test_the_network_sees_messages_of_all_stations_and_its_jobs(parked, client, db):
    from datetime import timedelta

    from shared_apps.exchange import jobs

    jobs.run_due("relay.forget", lambda _slot: 7, every=timedelta(days=1), now=NOON)
    with in_network():
        user = User.objects.create(username="n", name="网管", is_network_administrator=True)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    text = client.get("/network/messages/").content.decode()

    assert "test.said" in text
    assert "relay.forget" in text


def test_what_a_job_did_at_the_stations_is_told_in_words():
    assert run_words(str(Rounds(served=9, failed=["a"]))) == "已办 9 站，忙 0 站，失败 1 站"
    assert run_words("OperationalError: gone") == "OperationalError: gone"


def test_the_endpoints_answer_what_the_pages_show(parked, operator, second):
    answers = []
    for actor, method, path in (
        (operator, "get", ""),
        (operator, "post", f"{parked.pk}/discard/"),
        (operator, "post", f"{parked.pk}/confirm/"),
        (second, "post", f"{parked.pk}/confirm/"),
    ):
        secret = f"t{actor.user_id}"
        with in_network():
            ApiToken.objects.get_or_create(
                digest=digest_of(secret),
                defaults={
                    "user_id": actor.user_id,
                    "station_id": actor.station.id,
                    "name": "t",
                    "created_at": NOON,
                },
            )
        client = Client(headers={"Authorization": f"Token {secret}"})
        address = f"/s/{actor.station.code}/api/v1/messages/{path}"
        body = {"data": {"reason": "作废重报"}, "content_type": "application/json"}
        answers.append(getattr(client, method)(address, **(body if method == "post" else {})))

    assert answers[0].json()["results"][0]["state"] == "parked"
    assert [answer.status_code for answer in answers] == [200, 200, 409, 200]
    assert answers[3].json()["state"] == "discarded"


def test_depth_and_age_count_what_waits(township, county, say, parked):
    say(township, county, "waits", stream="other")

    depth = depth_and_age(now=NOON.astimezone(clock.LOCAL))

    assert (depth.waiting, depth.parked) == (1, 1)
    with in_station(county):
        assert depth_and_age(now=NOON).waiting == 1
