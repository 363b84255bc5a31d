"""A visit that reaches the station twice, from a phone at the door or from a program, is one visit."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.kernel.tenancy import in_station
from tenant_apps.casework.models import Event
from tenant_apps.households import services as files
from tenant_apps.households import transitions
from tenant_apps.households.models import HouseholdVisit
from tests.conftest import NOON
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


@pytest.fixture
def file(township, clerk, reviewer):
    """A file whose household is to be visited."""
    with in_station(township):
        opened = files.open_draft(complete(), actor=clerk, now=NOON).file
        for kind in PAPERS:
            files.mark_paper(opened.pk, kind=kind, actor=clerk, now=NOON)
        files.submit_file(opened.pk, actor=clerk, now=NOON)
        transitions.accept_for_review(opened.pk, actor=reviewer, now=NOON)
        return transitions.arrange_visit(opened.pk, actor=reviewer, now=NOON)


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
