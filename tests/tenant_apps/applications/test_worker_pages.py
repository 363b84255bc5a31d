"""The worker's pages, used without JavaScript: plain forms, plain links."""

import logging
import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from bangfu.kernel import clock
from bangfu.kernel.crypto import mask_id_no
from bangfu.kernel.tenancy import in_network, in_station
from tenant_apps.applications.answers import Answers
from tenant_apps.applications.codes import fresh_code
from tenant_apps.applications.forms import member_form, step_form
from tenant_apps.applications.models import Application, ApplicationState
from tenant_apps.applications.selectors import answers_of
from tenant_apps.applications.services import deciding
from tenant_apps.applications.services.desk import change_desk
from tenant_apps.applications.standings import OF_APPLICATION, OF_FILE
from tenant_apps.applications.steps import STEP_BY_NAME, STEPS
from tenant_apps.casework.models import Attachment, Todo
from tenant_apps.casework.services import record_event
from tenant_apps.households.drafts import HouseholdDraft, MemberDraft
from tenant_apps.households.models import FileState, HouseholdFile
from tenants.models import Station, StationState
from tenants.selectors import forget_stations
from tests.conftest import NOON
from tests.tenant_apps.applications.applications import (
    ID_NO,
    NAME,
    PICTURE,
    TAIL,
    Worker,
    picture,
    sent,
    somewhere,
)
from tests.tenant_apps.applications.conftest import Phone
from tests.tenant_apps.households.households import complete, daughter

WHO = {
    "name": NAME,
    "id_no": ID_NO,
    "mobile": "19900000001",
    "residence": "130705001",
    "address": "示例路1号",
    "marital": "40",
    "health": "30",
    "insurance": "employee",
    "identity": "employee",
    "work_state": "working",
    "employer": "(虚构)禾川纺织有限公司",
    "member": "yes",
}


FORMS = ["resume/", "apply/family/new/", "apply/papers/", "apply/confirm/"]
FORMS += [f"apply/{one.name}/" for one in STEPS if one.asks]


def typed(form_of, draft):
    """What somebody types into a page to say what a draft says."""
    form = form_of(of=draft)
    data = {}
    for spec in form.specs:
        value = getattr(draft, spec.name)
        if value is None or value in ("", ()):
            continue
        if isinstance(value, bool):
            value = "yes" if value else "no"
        elif spec.public_name != spec.name:
            value = f"{value / 100:.2f}"
        data[spec.public_name] = list(value) if isinstance(value, tuple) else str(value)
    return data


def test_a_whole_application_is_made_with_forms_alone(phone, township):
    code = phone.begin()
    draft = complete(residence="130705001")
    assert phone.get("apply/next/").headers["Location"].endswith("/apply/who/")
    for name in ("who", "money", "cause"):
        page = STEP_BY_NAME[name]
        answer = phone.post(
            f"apply/{name}/",
            typed(lambda of, page=page: step_form(page, of=of), draft) | {"seen": 0},
        )
        assert answer.status_code == 302, answer.content.decode()
    answer = phone.post("apply/family/new/", typed(lambda of: member_form(of=of), daughter()))
    assert answer.status_code == 302, answer.content.decode()
    assert "柳试甲" in phone.read("apply/family/")
    phone.post("apply/family/")
    asked = set(re.findall(r"papers/([a-z_]+)/add", phone.read("apply/papers/")))
    assert {"household_book", "diagnosis", "tuition"} <= asked
    phone.post("apply/papers/household_book/add/", {"file": picture()})
    for kind in asked - {"household_book"}:
        phone.post(f"apply/papers/{kind}/add/", {"lacks": "yes"})
    assert "还差这些" not in phone.read("apply/confirm/")
    signing = {"signature": NAME, "consents": "on", "authorises": "on"}
    assert phone.post("apply/confirm/", signing).headers["Location"].endswith("/mine/")

    assert "申请已收到" in phone.read("mine/")
    with in_station(township):
        row = Application.objects.get()
        assert row.state == ApplicationState.SENT
        assert answers_of(row).draft.story == draft.story
        assert Todo.objects.filter(subject_id=row.pk).exists()
    later = Phone()
    later.post("resume/", {"code": code, "tail": TAIL})
    assert "申请已收到" in later.read("mine/")


def test_half_of_it_is_taken_up_again_with_the_code(phone):
    code = phone.begin()
    phone.post("apply/who/", WHO | {"seen": 0, "later": "1"})

    other = Phone()
    answer = other.post("resume/", {"code": code, "tail": TAIL})
    assert answer.headers["Location"].endswith("/apply/next/")
    assert other.get("apply/next/").headers["Location"].endswith("/apply/family/")
    page = other.read("apply/who/")
    assert NAME in page
    assert ID_NO not in page
    assert mask_id_no(ID_NO) in page


def test_a_masked_answer_left_blank_stays(phone, township):
    phone.begin()
    phone.post("apply/who/", WHO | {"seen": 0})
    phone.post("apply/who/", WHO | {"id_no": "", "mobile": "", "address": "", "seen": 1})

    with in_station(township):
        draft = answers_of(Application.objects.get()).draft
    assert (draft.id_no, draft.mobile) == (ID_NO, "19900000001")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("who", {"id_no": "130771197406150128"}, "id_no"),
        ("who", {"mobile": "123"}, "mobile"),
        ("who", {}, "name"),
        ("money", {"inc_wages": "很多"}, "inc_wages"),
        ("money", {"inc_wages": "-5"}, "inc_wages"),
        ("cause", {"story": "太难了"}, "story"),
        ("cause", {"needs": ["living", "medical", "schooling", "job"]}, "needs"),
    ],
)
def test_wrong_input_is_told_at_its_field_in_plain_words(phone, name, data, words):
    phone.begin()
    answer = phone.post(f"apply/{name}/", data | {"seen": 0})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'id="id_{words}_error">[^<]+', page), page


def test_a_wrong_photo_is_refused_at_its_paper(phone, township):
    phone.begin()
    for content in (b"<html></html>", PICTURE[:-30], b""):
        answer = phone.post("apply/papers/income/add/", {"file": picture(content)})
        assert answer.status_code == 422
        assert 'id="error-income"' in answer.content.decode()
    answer = phone.post("apply/papers/income/add/")
    assert "请先拍照" in answer.content.decode()
    with in_station(township):
        assert not Attachment.objects.exists()


def test_a_photo_is_seen_again_by_its_owner_alone(phone, township):
    phone.begin()
    phone.post("apply/papers/income/add/", {"file": picture()})
    with in_station(township):
        key = Attachment.objects.get().pk

    assert phone.get(f"apply/pictures/{key}/").content == PICTURE
    other = Phone()
    other.begin()
    assert other.get(f"apply/pictures/{key}/").status_code == 404
    assert other.post(f"apply/pictures/{key}/remove/").status_code == 404
    assert phone.post(f"apply/pictures/{key}/remove/").status_code == 302
    assert phone.get(f"apply/pictures/{key}/").status_code == 404


def test_two_windows_on_one_page_are_noticed_and_nothing_typed_is_lost(phone, township):
    phone.begin()
    phone.post("apply/who/", WHO | {"seen": 0})
    answer = phone.post("apply/who/", WHO | {"employer": "另一家", "seen": 0})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "另一个窗口" in page
    assert "另一家" in page
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    assert phone.post("apply/who/", WHO | {"employer": "另一家", "seen": seen}).status_code == 302
    with in_station(township):
        assert answers_of(Application.objects.get()).draft.employer == "另一家"


def test_what_was_sent_is_not_filled_in_again(township, phone):
    worker = sent(township, NOON)
    phone.post("resume/", {"code": worker.code, "tail": TAIL})

    assert phone.get("apply/who/").headers["Location"].endswith("/mine/")
    assert phone.post("apply/who/", WHO | {"seen": 1}).headers["Location"].endswith("/mine/")


@pytest.mark.parametrize(
    "path", ["apply/code/", "apply/who/", "apply/confirm/", "mine/", "mine/file/", "apply/slip/"]
)
def test_without_a_code_every_page_of_ones_own_leads_to_the_door(phone, path):
    assert phone.get(path).headers["Location"].endswith("/resume/")


def test_a_visit_at_one_station_opens_nothing_at_another(phone, outsider):
    phone.begin()
    cookie = phone.client.cookies["bangfu_own"].value
    other = Phone("130702001")
    other.client.cookies["bangfu_own"] = cookie

    assert other.get("mine/").headers["Location"].endswith("/resume/")


def test_a_visit_ends_after_half_an_hour_and_by_leaving(phone, monkeypatch):
    phone.begin()
    phone.post("leave/")
    assert phone.get("mine/").status_code == 302

    phone.begin()
    later = NOON.astimezone(clock.LOCAL).replace(hour=13)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert phone.get("mine/").status_code == 302


def test_a_new_code_ends_the_visit_with_the_old_one(phone, township, clerk):
    worker = sent(township, NOON)
    phone.post("resume/", {"code": worker.code, "tail": TAIL})
    with in_station(township):
        deciding.give_new_code(worker.key, id_no=ID_NO, actor=clerk, now=NOON)

    assert phone.get("mine/").headers["Location"].endswith("/resume/")


def test_wrong_codes_are_answered_alike_and_then_not_at_all(phone, township):
    worker = sent(township, NOON)
    wrong = phone.post("resume/", {"code": fresh_code(), "tail": TAIL})
    half = phone.post("resume/", {"code": worker.code, "tail": "9999"})
    assert (wrong.status_code, half.status_code) == (422, 422)
    told = [re.search(r"<p>(查询码或[^<]*)</p>", one.content.decode())[1] for one in (wrong, half)]
    assert told[0] == told[1]

    for _one in range(18):
        phone.post("resume/", {"code": fresh_code()})
    assert phone.post("resume/", {"code": worker.code, "tail": TAIL}).status_code == 429


def test_one_address_does_not_begin_without_end(phone):
    statuses = [phone.post("apply/").status_code for _one in range(31)]

    assert statuses == [302] * 30 + [429]


def test_too_much_at_once_is_refused_before_it_is_read(phone):
    answer = phone.client.post(
        "/s/130705001/public/apply/papers/income/add/",
        b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(13 * 1024 * 1024),
    )
    assert answer.status_code == 413


def test_the_front_page_says_who_and_how(phone, township, person_at):
    admin = person_at(township, "administrator")
    page = phone.read("")
    assert township.name in page
    assert "我要申请帮扶" in page
    with in_station(township):
        change_desk(
            takes_applications=False,
            pause_note="系统升级，请打电话。",
            hours="周一至周五 8:30–17:30",
            welcome="欢迎",
            actor=admin,
            now=NOON,
        )
    page = phone.read("")
    assert "我要申请帮扶" not in page
    assert "系统升级，请打电话。" in page
    assert "周一至周五" in page
    assert phone.post("apply/").status_code == 409
    assert "系统升级" in phone.read("apply/")


def test_a_suspended_station_takes_nothing_in(phone, township):
    with in_network():
        Station.objects.filter(pk=township.id).update(state=StationState.SUSPENDED)
    forget_stations()

    assert phone.post("apply/").status_code == 409


def test_reasons_come_to_the_worker_and_the_rest_is_said_plainly(phone, township, clerk):
    worker = sent(township, NOON)
    phone.post("resume/", {"code": worker.code, "tail": TAIL})
    with in_station(township):
        deciding.return_to_worker(
            worker.key, reason="户口簿拍得不清楚，请再拍一张。", actor=clerk, now=NOON
        )

    page = phone.read("mine/")
    assert "请您补充或修改" in page
    assert "户口簿拍得不清楚" in page
    assert clerk.name not in page
    assert "2026年12月4日" in page
    assert "户口簿拍得不清楚" in phone.read("apply/papers/")


def test_the_worker_sees_the_own_file_masked_and_asks_for_corrections(phone, township, clerk):
    worker = sent(township, NOON)
    phone.post("resume/", {"code": worker.code, "tail": TAIL})
    with in_station(township):
        deciding.take_over(worker.key, actor=clerk, now=NOON)

    assert "站点正在整理您的档案" in phone.read("mine/")
    page = phone.read("mine/file/")
    assert NAME in page
    assert ID_NO not in page
    assert "示例路1号" not in page
    phone.post("mine/ask/correction/", {"field": "employer", "wish": "云桥食品"})
    phone.post("mine/ask/copy/")
    phone.post("mine/ask/end/")
    phone.post("mine/ask/consent/", {"purpose": "health", "given": "no"})
    assert phone.post("mine/ask/everything/").status_code == 404
    assert "已撤回" in phone.read("mine/file/")
    with in_station(township):
        kinds = set(Todo.objects.filter(closed_at=None).values_list("kind", flat=True))
    assert {
        "privacy.correction",
        "privacy.copy_asked",
        "application.end_asked",
        "privacy.withdrawn",
    } <= kinds


def test_a_refusal_is_explained_and_a_second_look_may_be_asked(phone, township, clerk):
    worker = sent(township, NOON)
    phone.post("resume/", {"code": worker.code, "tail": TAIL})
    with in_station(township):
        file = deciding.take_over(worker.key, actor=clerk, now=NOON)
        assert phone.post("mine/ask/again/", {"reason": "不同意"}).status_code == 302
        assert not Todo.objects.filter(kind="application.again_asked").exists()
        HouseholdFile.objects.filter(pk=file.pk).update(state=FileState.REFUSED)
        record_event(
            subject=("file", file.pk),
            action="refused",
            to_state=FileState.REFUSED,
            comment="名下有两套住房。",
            actor=clerk,
            now=NOON,
        )

    page = phone.read("mine/")
    assert "这次没有批准建档" in page
    assert "名下有两套住房。" in page
    phone.post("mine/ask/again/", {"reason": "其中一套已经卖了。"})
    with in_station(township):
        assert Todo.objects.filter(kind="application.again_asked").exists()


@pytest.mark.parametrize("state", FileState.values)
def test_every_state_of_a_file_is_told_in_plain_words(state):
    assert OF_FILE[state].headline
    assert OF_FILE[state].next_step


@pytest.mark.parametrize("state", ApplicationState.values)
def test_every_state_of_an_application_is_told_in_plain_words(state):
    assert state == ApplicationState.TAKEN or OF_APPLICATION[state].headline


def test_a_worker_who_changes_the_mind_takes_the_application_back(phone, township):
    worker = sent(township, NOON)
    phone.post("resume/", {"code": worker.code, "tail": TAIL})
    phone.post("mine/withdraw/")
    assert "申请已撤回" in phone.read("mine/")

    draft = Phone()
    draft.begin()
    assert draft.post("mine/withdraw/").headers["Location"].endswith("/public/")
    assert draft.get("mine/").status_code == 302


def test_nothing_personal_stands_in_addresses_headers_or_logs(phone, caplog):
    caplog.set_level(logging.DEBUG)
    code = phone.begin()
    addresses = []
    for path, data in (
        ("apply/who/", WHO | {"seen": 0}),
        ("resume/", {"code": code, "tail": TAIL}),
        ("resume/", {"code": code, "tail": "0000"}),
    ):
        answer = phone.post(path, data)
        addresses.append(answer.headers.get("Location", ""))
    told = " ".join([*addresses, caplog.text, phone.client.cookies.output()])
    for secret in (code, code.replace("-", ""), ID_NO, TAIL + "&", NAME, "19900000001"):
        assert secret not in told
    assert "no-store" in phone.get("mine/").headers["Cache-Control"]


class _Labels(HTMLParser):
    def __init__(self):
        super().__init__()
        self.labelled, self.controls, self.legends = set(), [], 0

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "label":
            self.labelled.add(said.get("for", ""))
        elif tag in {"input", "select", "textarea"} and said.get("type") != "hidden":
            self.controls.append(said)
        elif tag == "legend":
            self.legends += 1


@pytest.mark.parametrize("path", FORMS)
def test_every_control_has_a_label(phone, path):
    phone.begin()
    page = _Labels()
    page.feed(phone.read(path))

    unlabelled = [
        one
        for one in page.controls
        if one.get("id", "") not in page.labelled and not re.search(r"_\d+$", one.get("id", ""))
    ]
    assert unlabelled == []
    assert page.controls


def test_forms_are_guarded_against_foreign_pages(township):
    strict = Client(enforce_csrf_checks=True, REMOTE_ADDR=somewhere())

    assert strict.post("/s/130705001/public/apply/").status_code == 403


def test_questions_fill_fields_that_exist():
    for step in STEPS:
        step_form(step, of=HouseholdDraft())
    member_form(of=MemberDraft())
    assert Answers().draft == HouseholdDraft()


def test_a_draft_is_no_worker_of_another(township):
    one, two = Worker(township, NOON).begin(), Worker(township, NOON).begin()

    assert one.code != two.code
