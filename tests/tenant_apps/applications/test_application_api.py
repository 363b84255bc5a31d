"""The endpoints: for the worker with the code, and for the station's programs."""

import dataclasses
import json

import pytest
from django.test import Client

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import ApiToken
from shared_apps.accounts.selectors import digest_of
from tenant_apps.applications.codes import fresh_code
from tenant_apps.applications.models import Application, ApplicationState
from tenant_apps.applications.serializers import ASKED_PUBLIC, ASKED_PUBLIC_OF_MEMBERS
from tests.conftest import NOON
from tests.tenant_apps.applications.applications import (
    ID_NO,
    NAME,
    PICTURE,
    TAIL,
    picture,
    sent,
    somewhere,
)
from tests.tenant_apps.households.households import complete, daughter

PUBLIC = "/s/130705001/api/v1/public/applications/"
STAFF = "/s/130705001/api/v1/applications/"


def given(person, names):
    values = {}
    for name in (one.name for one in dataclasses.fields(person)):
        public = name.removesuffix("_fen")
        value = getattr(person, name)
        if public not in names or value in (None, "", ()):
            continue
        if name.endswith("_fen"):
            value = f"{value / 100:.2f}"
        values[public] = list(value) if isinstance(value, tuple) else value
    return values


class Program:
    """A program of a worker."""

    def __init__(self):
        self.client = Client(REMOTE_ADDR=somewhere())
        self.headers = {}

    def call(self, method, path="", body=None, **options):
        if body is not None:
            options |= {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(self.client, method)(PUBLIC + path, headers=self.headers, **options)

    def begin(self):
        told = self.call("post").json()
        self.headers = {"X-Application-Code": told["code"]}
        return self


@pytest.fixture
def program(township):
    return Program().begin()


@pytest.fixture
def staff(clerk, township):
    with in_network():
        ApiToken.objects.create(
            digest=digest_of("t"),
            user_id=clerk.user_id,
            station_id=township.id,
            name="t",
            created_at=NOON,
        )
    client = Client(headers={"Authorization": "Token t"})

    def call(method, path="", body=None):
        options = {"content_type": "application/json"} if method != "get" else {}
        return getattr(client, method)(STAFF + path, body or {}, **options)

    return call


def test_anybody_reads_who_the_station_is(township):
    answer = Program().call("get")

    assert answer.json()["name"] == township.name
    assert answer.json()["takes_applications"] is True


def test_a_program_makes_a_whole_application(program, township):
    people = [given(daughter(), ASKED_PUBLIC_OF_MEMBERS)]
    answer = program.call(
        "patch",
        "mine/",
        given(complete(residence="130705001"), ASKED_PUBLIC) | {"members": people, "version": 1},
    )
    assert answer.status_code == 200, answer.json()
    program.headers["X-Id-Tail"] = TAIL
    answer = program.call("get", "mine/").json()
    assert answer["answers"]["id_no"] != ID_NO
    assert {one["field"].partition(".")[0] for one in answer["missing"]} == {"papers"}
    program.call("post", "mine/papers/", data={"kind": "household_book", "file": picture()})
    for one in answer["missing"]:
        kind = one["field"].partition(".")[2]
        if kind != "household_book":
            program.call("post", "mine/papers/", {"kind": kind, "lacks": True})
    signing = {"signature": NAME, "consents": True, "authorises": True}
    answer = program.call("post", "mine/send/", signing)

    assert answer.status_code == 200, answer.json()
    assert answer.json()["state"] == "sent"
    assert answer.json()["progress"]["due_on"]
    with in_station(township):
        assert Application.objects.get().state == ApplicationState.SENT


def test_an_old_version_is_refused(program):
    program.call("patch", "mine/", {"name": NAME, "version": 1})
    answer = program.call("patch", "mine/", {"name": "柳试二", "version": 1})

    assert (answer.status_code, answer.json()["title"]) == (409, "saved-elsewhere")


@pytest.mark.parametrize(
    "body", [{"tier_applied": "1"}, {"members": [{"note": "x"}]}, {"inc_wages": "很多"}, []]
)
def test_what_is_not_asked_or_not_readable_is_refused(program, body):
    answer = program.call("patch", "mine/", body)

    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_pictures_are_judged_and_taken_off(program):
    answer = program.call("post", "mine/papers/", data={"kind": "income", "file": picture(b"MZ")})
    assert answer.status_code == 422
    answer = program.call("post", "mine/papers/", data={"kind": "income", "file": picture(PICTURE)})
    line = next(one for one in answer.json()["papers"] if one["kind"] == "income")

    assert program.call("delete", f"mine/papers/{line['pictures'][0]}/").status_code == 204


def test_wrong_codes_are_problems_and_are_counted(township):
    stranger = Program()
    stranger.headers = {"X-Application-Code": fresh_code(), "X-Id-Tail": TAIL}
    answers = [stranger.call("get", "mine/") for _one in range(6)]

    assert [one.status_code for one in answers] == [422] * 5 + [429]
    assert answers[0]["Content-Type"] == "application/problem+json"


def test_no_answer_with_a_code_is_kept_for_a_repetition(township):
    codes = set()
    for _one in range(2):
        program = Program()
        program.headers = {"Idempotency-Key": "1"}
        codes.add(program.call("post").json()["code"])
    assert len(codes) == 2


def test_a_draft_is_taken_back(program, township):
    assert program.call("post", "mine/withdraw/").status_code == 204
    with in_station(township):
        assert not Application.objects.exists()


def test_the_own_file_is_read_masked_and_asked_about(program, township, staff):
    worker = sent(township, NOON)
    program.headers = {"X-Application-Code": worker.code, "X-Id-Tail": TAIL}
    assert program.call("get", "mine/file/").status_code == 404
    staff("post", f"{worker.key}/take/")

    answer = program.call("get", "mine/file/")
    assert answer.json()["values"]["name"] == NAME
    assert ID_NO not in answer.content.decode()
    assert program.call("post", "mine/ask/copy/", {}).status_code == 202
    assert program.call("post", "mine/ask/end/", {}).status_code == 202
    wish = {"field": "employer", "wish": "云桥食品"}
    assert program.call("post", "mine/ask/correction/", wish).status_code == 202
    consent = {"purpose": "health", "given": False}
    assert program.call("post", "mine/ask/consent/", consent).status_code == 202
    assert program.call("post", "mine/ask/consent/", consent).status_code == 409
    assert program.call("post", "mine/ask/more/", {}).status_code == 404


def test_the_station_reads_takes_and_answers(staff, township):
    worker, other, third = sent(township, NOON), sent(township, NOON), sent(township, NOON)
    rows = staff("get", "?tab=todo").json()["results"]
    assert {row["id"] for row in rows} == {str(one.key) for one in (worker, other, third)}
    one = staff("get", f"{worker.key}/").json()
    assert one["answers"]["id_no"] != ID_NO
    assert len(one["warned"]) == 2
    taken = staff("post", f"{worker.key}/take/")
    assert taken.status_code == 201
    assert staff("get", f"{worker.key}/").json()["file_id"] == taken.json()["file_id"]
    returned = staff("post", f"{other.key}/return/", {"reason": "请补拍户口簿"})
    assert returned.json()["state"] == "returned"
    refused = staff("post", f"{other.key}/refuse/", {"reason": "请补拍户口簿"})
    assert refused.status_code == 409
    referred = staff("post", f"{third.key}/refer/", {"to": "130705", "reason": "由县中心办理"})
    assert referred.json()["went_to_code"] == "130705"


def test_codes_looks_and_the_desk_by_program(staff, township):
    worker = sent(township, NOON)
    assert staff("post", "").json()["code"]
    renewed = staff("post", f"{worker.key}/code/", {"id_no": ID_NO})
    assert renewed.json()["code"] != worker.code
    look = {"field": "mobile", "reason": "打电话核实"}
    assert staff("post", f"{worker.key}/reveal/", look).json()["value"] == "19900000001"
    assert staff("put", "desk/", {"takes_applications": False}).status_code == 403
    file_id = staff("post", f"{worker.key}/take/").json()["file_id"]
    assert staff("post", f"files/{file_id}/code/", {"id_no": ID_NO}).status_code == 201
