"""A write with an ``Idempotency-Key`` acts once, whatever happens between it and its repeat."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client

from bangfu.kernel import clock
from bangfu.kernel.answers import KEPT
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import Role
from shared_apps.accounts.services.tokens import create_token
from shared_apps.exchange.models import KeptAnswer
from shared_apps.importing.models import Run
from tasks.relay import forget
from tenant_apps.households.models import HouseholdFile
from tests.conftest import NOON
from tests.support.killing import killed
from tests.tenant_apps.imports.workbooks import household, workbook_of

FILES = "/s/130705001/api/v1/files/"
BODY = {"name": "柳试一", "mobile": "19900000001"}


class Program:
    """A program that repeats what it was not answered."""

    def __init__(self, actor):
        with in_network():
            user = User.objects.get(pk=actor.user_id)
        with in_station(actor.station):
            _row, secret = create_token(
                user=user, actor=actor, name="程序", lifetime=None, now=NOON
            )
        self.token = f"Token {secret}"

    def post(self, body=BODY, *, key="k1", path=FILES, **options):
        """Send one write on a connection as a server would hold it."""
        if not options:
            options = {"content_type": "application/json"}
            body = json.dumps(body)
        headers = {"Authorization": self.token} | ({"Idempotency-Key": key} if key else {})
        return Client().post(path, body, headers=headers, **options)


@pytest.fixture
def program(clerk):
    return Program(clerk)


def files(township):
    with in_station(township):
        return HouseholdFile.objects.count()


def test_a_repeat_is_given_the_same_answer_and_does_nothing(program, township):
    first, again = program.post(), program.post()

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (first.get("Idempotent-Replay"), again["Idempotent-Replay"]) == (None, "true")
    assert files(township) == 1


def test_the_answer_outlives_the_cache(program, township):
    first = program.post()
    cache.clear()

    assert program.post().json() == first.json()
    assert files(township) == 1


def test_another_content_under_the_key_is_refused(program, township):
    program.post()
    other = program.post(BODY | {"name": "柳试二"})

    assert (other.status_code, other.json()["title"]) == (422, "idempotency-key-reused")
    assert files(township) == 1


def test_another_act_on_the_same_address_is_another_content(program, township):
    made = program.post().json()
    path = f"{FILES}{made['id']}/"
    headers = {"Authorization": program.token, "Idempotency-Key": "k2"}
    changed = Client().patch(path, "{}", content_type="application/json", headers=headers)
    other = Client().delete(path, "{}", content_type="application/json", headers=headers)

    assert changed.status_code == 200
    assert other.json()["title"] == "idempotency-key-reused"


def test_what_was_refused_may_be_put_right_under_the_same_key(program, township):
    assert program.post({"no_such": 1}).status_code == 422
    assert program.post().status_code == 201
    assert files(township) == 1


def test_a_key_is_of_one_person_at_one_address(program, township, person_at):
    program.post()
    colleague = Program(person_at(township, "clerk"))

    assert colleague.post({"name": "柳试三"}).status_code == 201
    assert files(township) == 2


def test_a_workbook_sent_again_is_the_same_although_its_parts_are_drawn_anew(program, township):
    content = workbook_of([household()])

    def send(boundary):
        name = "form.xlsx"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        return program.post(body, path=f"{FILES}import/", content_type=kind)

    first, again = send("aaaa1111"), send("bbbb2222")

    assert first.status_code < 300, first.content
    assert again.json() == first.json()
    with in_station(township):
        assert Run.objects.count() == 1


def test_the_answer_rests_sealed_and_no_other_station_finds_it(program, township, outsider):
    program.post()

    with in_station(outsider):
        assert not KeptAnswer.objects.exists()
    with in_station(township):
        kept = KeptAnswer.objects.get()
        assert "柳试一" in kept.body.reveal()
        assert "柳试一".encode() not in kept.body.stored


def test_it_is_deleted_after_its_day(program, township):
    program.post()
    with in_network():
        KeptAnswer.objects.update(at=clock.now() - KEPT + timedelta(minutes=5))
        forget()
        assert KeptAnswer.objects.count() == 1
        KeptAnswer.objects.update(at=clock.now() - KEPT - timedelta(minutes=5))
        forget()
        assert KeptAnswer.objects.count() == 0


def test_of_two_at_once_one_acts(committed, program, township):
    start = Barrier(2)

    def send(_number):
        start.wait(timeout=10)
        try:
            return program.post()
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))

    # The slower one came while the first was at it, or after it.
    assert files(township) == 1
    assert 201 in {one.status_code for one in answers}
    assert {one.status_code for one in answers} <= {201, 409}
    assert program.post().status_code == 201
    assert files(township) == 1


def test_one_that_comes_while_the_first_is_at_work_is_told_to_wait(committed, program, township):
    answers = []
    commit = connection._commit

    def meanwhile():
        if not answers:
            with ThreadPoolExecutor(1) as pool:
                answers.append(pool.submit(_sent_apart, program).result())
        commit()

    connection._commit = meanwhile
    try:
        first = program.post()
    finally:
        connection._commit = commit

    assert first.status_code == 201
    assert answers[0].json()["title"] == "idempotency-key-in-use"
    assert files(township) == 1


def _sent_apart(program):
    try:
        return program.post()
    finally:
        connections["default"].close()


@pytest.mark.parametrize("committed_before", [False, True], ids=["before", "after"])
def test_killed_around_its_commit_it_has_acted_once_after_the_repeat(
    committed, program, township, committed_before
):
    assert killed(program.post, committed=committed_before)

    assert files(township) == int(committed_before)
    assert program.post().status_code == 201
    assert files(township) == 1


def pledged(program, *, key=None, **said):
    """Promise quilts; return the answer."""
    gift = {"kind": "goods", "donor": "赵先生", "amount_fen": 200_000, "goods": "棉被 20 床"}
    return program.post(gift | said, key=key, path="/s/130705001/api/v1/sources/donations/")


@pytest.fixture
def finance_program(township, person_at):
    return Program(person_at(township, Role.FINANCE, name="钱财务"))


def test_without_a_key_a_gift_that_comes_again_within_ten_minutes_is_the_same(finance_program):
    def gift(**said):
        answer = pledged(finance_program, **said)
        assert answer.status_code == 201, answer.content
        return answer.json()["id"]

    with time_machine.travel(NOON, tick=False):
        first = gift()
        assert gift() == first
        others = {gift(donor="赵女士"), gift(key="one more")}
    with time_machine.travel(NOON + timedelta(minutes=11), tick=False):
        later = gift()
        assert gift() == later
    assert len(others | {first, later}) == 4


def test_without_a_key_of_two_at_once_the_later_waits_and_is_given_the_first(
    committed, finance_program
):
    start = Barrier(2)

    def send(_number):
        start.wait(timeout=10)
        try:
            return pledged(finance_program)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))

    assert [one.status_code for one in answers] == [201, 201]
    assert len({one.json()["id"] for one in answers}) == 1
