"""A form of a page that is sent twice is done once, and the second sending is answered as the first."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from tenant_apps.benefits.models import Entry
from tenant_apps.goods.models import Lot, Movement
from tenant_apps.pairing.models import Contact, Helper
from tests.tenant_apps.pairing.conftest import Town

pytestmark = pytest.mark.usefixtures("at_noon")
ROOT = Path(__file__).parents[2]
NEW = "/s/130705001/pairing/helpers/new/"
ZHOU = {"name": "周责任", "kind": "union_cadre"}
TOLD = "这张表单已经提交过，没有重复办理；确需再办一次的，请重新打开表单填写。"
KEY = re.compile(r'name="once" value="(\w+)"')
# Forms one fills in that add nothing: sent again they write the same into the same row, or are refused.
WRITES_THE_SAME = {
    "applications/desk.html", "applications/member.html", "applications/step.html",
    "notices/public_object.html", "privacy/look_new.html", "reports/detail.html",
    "reports/paper.html", "reports/received.html", "reviews/exit_ask.html",
    "reviews/meeting_new.html", "yearly/books.html", "yearly/new_target.html",
    "banking/line.html", "payouts/batch.html",
}  # fmt: skip


@pytest.fixture
def reviewer_at_work(reviewer, signed_in):
    return signed_in(reviewer)


def drawn(browser, page=NEW, action=""):
    """The key of the form on a page as it is drawn now; of the one that leads to ``action``, where there are more."""
    shown = browser.get(page).content.decode()
    return KEY.search(shown[shown.index(action) :])[1]


def helpers(township):
    with in_station(township):
        return sorted(Helper.objects.values_list("name", flat=True))


def test_a_form_sent_again_is_answered_as_the_first_time_and_adds_nothing(
    reviewer_at_work, township
):
    form = ZHOU | {"once": drawn(reviewer_at_work)}

    first, again = (reviewer_at_work.post(NEW, form) for _time in range(2))

    assert (first.status_code, again.status_code) == (302, 302)
    assert first.url == again.url
    assert helpers(township) == ["周责任"]
    assert TOLD in reviewer_at_work.get(again.url).content.decode()


def test_each_page_that_is_opened_carries_a_form_of_its_own(reviewer_at_work, township):
    for _time in range(2):
        reviewer_at_work.post(NEW, ZHOU | {"once": drawn(reviewer_at_work)})

    assert helpers(township) == ["周责任", "周责任"]


def test_who_goes_back_and_changes_what_is_filled_in_does_another_act(reviewer_at_work, township):
    key = drawn(reviewer_at_work)
    for name in ("周责任", "吴责任"):
        reviewer_at_work.post(NEW, ZHOU | {"name": name, "once": key})

    assert helpers(township) == ["吴责任", "周责任"]


def test_a_refused_form_is_put_right_under_the_same_key(reviewer_at_work, township):
    key = drawn(reviewer_at_work)
    wrong = reviewer_at_work.post(NEW, ZHOU | {"phone": "12", "once": key})
    right = reviewer_at_work.post(NEW, ZHOU | {"phone": "", "once": key})

    assert (wrong.status_code, right.status_code) == (200, 302)
    assert helpers(township) == ["周责任"]


def test_what_was_refused_on_the_way_back_to_its_page_may_be_sent_again(town, signed_in):
    browser = signed_in(town.reviewer)
    lot = shelf(town, browser)
    form = {"quantity": "7", "once": drawn(browser, lot, f"{lot}sort/")}
    browser.post(f"{lot}sort/", form)
    assert moved(town, "sort") == 4_000
    with in_station(town.station):
        first = Movement.objects.get(kind="sort")
    browser.post(f"/s/{town.station.code}/goods/movements/{first.pk}/undo/", {"reason": "点错了"})

    browser.post(f"{lot}sort/", form)

    assert moved(town, "sort") == 11_000


def test_a_key_of_one_person_is_not_that_of_another(
    reviewer_at_work, township, person_at, signed_in
):
    form = ZHOU | {"once": drawn(reviewer_at_work)}
    reviewer_at_work.post(NEW, form)

    signed_in(person_at(township, Role.REVIEWER)).post(NEW, form)

    assert helpers(township) == ["周责任", "周责任"]


def test_a_form_whose_answer_failed_did_nothing_and_may_be_sent_again(
    reviewer_at_work, township, monkeypatch
):
    form = ZHOU | {"once": drawn(reviewer_at_work)}
    reviewer_at_work.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("tenant_apps.pairing.views.people.redirect", lambda *_args: 1 / 0)
        assert reviewer_at_work.post(NEW, form).status_code == 500
    assert helpers(township) == []

    assert reviewer_at_work.post(NEW, form).status_code == 302
    assert helpers(township) == ["周责任"]


def test_of_two_at_once_one_acts_and_both_are_answered_alike(committed, reviewer_at_work, township):
    form = ZHOU | {"once": drawn(reviewer_at_work)}
    start = Barrier(2)

    def send(_number):
        start.wait(timeout=10)
        try:
            return reviewer_at_work.post(NEW, form)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))

    assert [one.status_code for one in answers] == [302, 302]
    assert helpers(township) == ["周责任"]


def test_a_contact_is_noted_once(town, signed_in):
    file = town.file()
    browser = signed_in(town.clerk)
    page = f"/s/130705001/pairing/contacts/new/{file.pk}/"
    form = {
        "visited_on": "2026-11-20", "way": "office", "by_names": "周责任", "findings": "来站问低保。",
        "once": drawn(browser, page),
    }  # fmt: skip

    for _time in range(2):
        assert browser.post(page, form).status_code == 302

    with in_station(town.station):
        assert Contact.objects.count() == 1


def test_goods_come_in_go_to_the_shelf_and_are_given_once(town, signed_in):
    browser, file = signed_in(town.reviewer), town.file()
    lot = shelf(town, browser)
    given = f"{lot}issue/{file.pk}/"
    form = {"quantity": "1", "once": drawn(browser, given)}

    for _time in range(2):
        browser.post(given, form)

    with in_station(town.station):
        assert Lot.objects.count() == 1
    assert (moved(town, "sort"), moved(town, "issue")) == (4_000, 1_000)


def test_a_relief_is_noted_once(town, signed_in):
    browser, file = signed_in(town.clerk), town.file()
    page = f"/s/130705001/benefits/reliefs/new/{file.pk}/"
    form = {
        "relief": "fees", "stage": "compulsory", "granted_on": "2026-11-20", "amount": "100",
        "once": drawn(browser, page),
    }  # fmt: skip

    for _time in range(2):
        assert browser.post(page, form).status_code == 302

    with in_station(town.station):
        assert Entry.objects.count() == 1


def test_every_form_that_is_filled_in_carries_a_key_or_writes_the_same_again():
    """Samples apart: of one programme and year there is one, whoever asks for it again."""
    pages = [
        path for path in ROOT.glob("tenant_apps/*/templates/**/*.html")
        if "data-guard" in path.read_text() and path.parent.name != "surveys"
    ]  # fmt: skip
    without = {"/".join(path.parts[-2:]) for path in pages if "{% once %}" not in path.read_text()}

    assert len(pages) > 30
    assert without == WRITES_THE_SAME


@pytest.fixture
def town(township, person_at):
    return Town(township, person_at)


def shelf(town, browser):
    """The page of a lot of which four of ten bags stand on the shelf; both forms were sent twice."""
    store = f"/s/{town.station.code}/goods/"
    new = {
        "name": "东北大米", "kind": "grain_oil", "unit": "bag", "unit_value": "60", "origin": "purchase",
        "expires_on": "2027-05-01", "quantity": "10", "once": drawn(browser, f"{store}new/"),
    }  # fmt: skip
    pages = [browser.post(f"{store}new/", new).url for _time in range(2)]
    lot = pages[0]
    assert pages[1] == lot
    sorts = {"quantity": "4", "once": drawn(browser, lot, f"{lot}sort/")}
    for _time in range(2):
        browser.post(f"{lot}sort/", sorts)
    return lot


def moved(town, kind):
    with in_station(town.station):
        return sum(Movement.objects.filter(kind=kind).values_list("quantity_milli", flat=True))
