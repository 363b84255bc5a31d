"""A visit that reaches the station twice, from a phone at the door or from a program, is one visit."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from tenant_apps.casework.models import Event
from tenant_apps.households import services as files
from tenant_apps.households import transitions
from tenant_apps.households.models import HouseholdVisit
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.casework.test_attachments import PNG
from tests.tenant_apps.households.households import PAPERS, complete

pytestmark = pytest.mark.usefixtures("at_noon")
SAID = {
    "visited_on": NOON.date().isoformat(),
    "place": "home",
    "first_visitor": "王走访",
    "second_visitor": "李走访",
    "findings": "家庭情况与填报一致。",
}

ANOTHER = PNG.replace(b"\x00", b"\x01")


@scene
def to_visit(cast):
    """A file whose household is to be visited, and its two people."""
    township = cast.station("130705001")
    clerk = cast.person_at(township, Role.CLERK, name="王经办")
    reviewer = cast.person_at(township, Role.REVIEWER, name="李审核")
    with in_station(township):
        opened = files.open_draft(complete(), actor=clerk, now=NOON).file
        for kind in PAPERS:
            files.mark_paper(opened.pk, kind=kind, actor=clerk, now=NOON)
        files.submit_file(opened.pk, actor=clerk, now=NOON)
        transitions.accept_for_review(opened.pk, actor=reviewer, now=NOON)
        return transitions.arrange_visit(opened.pk, actor=reviewer, now=NOON), clerk, reviewer


@pytest.fixture
def file(to_visit):
    return to_visit[0]


@pytest.fixture
def clerk(to_visit):
    return to_visit[1]


@pytest.fixture
def reviewer(to_visit):
    return to_visit[2]


def visits(township):
    with in_station(township):
        return list(HouseholdVisit.objects.order_by("id"))


def drawn(browser, page):
    """What the phone at the door is about to send: the form with its key, filled in."""
    key = re.search(r'name="once" value="(\w+)"', browser.get(page).content.decode())[1]
    return {**SAID, "agrees": "yes", "once": key}


def with_picture(form):
    return {**form, "photos": SimpleUploadedFile("door.png", PNG, "image/png")}


def test_a_phone_that_sends_again_is_answered_with_the_first_visit(
    signed_in, clerk, file, township
):
    browser, page = signed_in(clerk), f"/s/130705001/files/{file.pk}/visit/"
    form = drawn(browser, page)

    first = browser.post(page, with_picture(form))
    again = browser.post(page, with_picture(form))

    assert (first.status_code, again.status_code) == (302, 302)
    assert again.url == first.url
    (visit,) = visits(township)
    assert len(visit.photo_ids) == 1
    with in_station(township):
        assert Event.objects.filter(action="record_visit").count() == 1
    shown = browser.get(again.url).content.decode()
    assert "入户核查已登记。" in shown
    assert "这张表单已经提交过，没有重复办理；确需再办一次的，请重新打开表单填写。" in shown


def test_who_goes_back_and_writes_of_another_day_notes_another_visit(
    signed_in, clerk, file, township
):
    browser, page = signed_in(clerk), f"/s/130705001/files/{file.pk}/visit/"
    form = drawn(browser, page)

    browser.post(page, form)
    browser.post(page, form | {"findings": "第二次入户，补充核对了收入。"})

    assert [one.findings for one in visits(township)] == [
        SAID["findings"],
        "第二次入户，补充核对了收入。",
    ]


def test_a_program_that_repeats_its_key_is_given_the_answer_of_the_first_visit(
    signed_in, clerk, file, township
):
    browser, address = signed_in(clerk), f"/s/130705001/api/v1/files/{file.pk}/visit/"

    def send():
        return browser.post(
            address, json.dumps({**SAID, "agrees": True}), content_type="application/json",
            headers={"Idempotency-Key": "visit-1"},
        )  # fmt: skip

    first, again = send(), send()

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert len(visits(township)) == 1


class Program:
    """A program of a station that notes visits to a household and sends no key."""

    def __init__(self, client, file):
        self.client = client
        self.address = f"/s/130705001/api/v1/files/{file.pk}/visit/"

    def send(self, key=None, **said):
        headers = {"Idempotency-Key": key} if key else {}
        body = json.dumps({**SAID, "agrees": True, **said})
        answer = self.client.post(
            self.address, body, content_type="application/json", headers=headers
        )
        assert answer.status_code == 201, answer.content
        return answer

    def send_with(self, picture):
        photos = SimpleUploadedFile("door.png", picture, "image/png")
        return self.client.post(self.address, {**SAID, "agrees": "true", "photos": photos})


@pytest.fixture
def program(signed_in, clerk, file):
    return Program(signed_in(clerk), file)


def test_a_program_that_sends_a_visit_again_without_a_key_is_told_of_the_first(program, township):
    first, again = program.send(), program.send()

    assert again.json() == first.json()
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert len(visits(township)) == 1
    with in_station(township):
        assert Event.objects.filter(action="record_visit").count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"findings": "第二次入户，补充核对了收入。"},
        {"second_visitor": "赵走访"},
        {"place": "community"},
        {"agrees": False},
    ],
)
def test_a_visit_that_says_anything_else_is_another(program, township, other):
    program.send()
    assert "Idempotent-Replay" not in program.send(**other).headers
    assert len(visits(township)) == 2


def test_another_picture_is_another_visit_and_the_same_is_not(program, township):
    program.send_with(PNG)
    program.send_with(PNG)
    program.send_with(ANOTHER)
    assert [len(one.photo_ids) for one in visits(township)] == [1, 1]


def test_pictures_larger_together_than_a_body_may_be_are_sent_and_sent_again(
    signed_in, clerk, file, township, settings
):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000
    browser, address = signed_in(clerk), f"/s/130705001/api/v1/files/{file.pk}/visit/"

    def send(key):
        large = PNG[:8] + bytes(8_000) + PNG[-8:]
        photos = [SimpleUploadedFile(f"{n}.png", large, "image/png") for n in range(3)]
        headers = {"Idempotency-Key": key} if key else {}
        return browser.post(address, {**SAID, "agrees": "true", "photos": photos}, headers=headers)

    for key in (None, "visit-1"):
        first, again = send(key), send(key)
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.headers["Idempotent-Replay"] == "true"
    assert [len(one.photo_ids) for one in visits(township)] == [3, 3]


def test_a_form_that_cannot_be_read_is_refused_in_words(signed_in, clerk, file):
    address = f"/s/130705001/api/v1/files/{file.pk}/visit/"
    kind = "multipart/form-data; boundary=x"

    refused = signed_in(clerk).post(address, b"--x\r\nno form", content_type=kind)

    assert refused.status_code == 400
    assert refused.headers["Content-Type"].startswith("application/problem+json")


def test_a_key_of_its_own_notes_the_same_visit_once_more(program, township):
    program.send("visit-1")
    program.send("visit-2")
    assert len(visits(township)) == 2


def test_the_same_words_a_quarter_of_an_hour_later_are_another_visit(program, township):
    program.send()
    with time_machine.travel(NOON + timedelta(minutes=15)):
        program.send()
    assert len(visits(township)) == 2


def test_what_a_colleague_found_alike_is_a_visit_of_its_own(
    program, signed_in, township, person_at, file
):
    program.send()
    colleague = person_at(township, Role.CLERK, name="赵经办")
    Program(signed_in(colleague), file).send()
    assert len(visits(township)) == 2


def test_a_file_that_went_up_meanwhile_does_not_refuse_the_visit_sent_again(
    program, township, file, reviewer
):
    program.send()
    with in_station(township):
        transitions.report_upward(file.pk, actor=reviewer, now=NOON)

    again = program.send()

    assert again.headers["Idempotent-Replay"] == "true"
    assert len(visits(township)) == 1
