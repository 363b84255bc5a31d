"""The public pages, the board of the station above, and the endpoints."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import Role
from shared_apps.accounts.services.tokens import create_token
from shared_apps.onboarding.models import Application, ApplicationState
from shared_apps.onboarding.services import applying
from tenants.models import Station
from tests.conftest import FOR_A_PART, NOON
from tests.shared_apps.onboarding.test_onboarding import COMPLETE, apply

PLACE = "level=2&city=130700&county=130773"
FORM = {
    "name": "塞北管理区总工会困难职工帮扶中心",
    "kind": "comprehensive",
    "contact_name": "塞主席",
    "contact_phone": "13900000000",
    "windows": ["reception"],
}


@pytest.fixture(autouse=True)
def _no_counts(db):
    cache.clear()


@pytest.fixture
def head(city, person_at):
    return person_at(city, Role.HEAD, name="市站长")


@pytest.fixture
def access():
    """What a program sends to work as a person: ``access(head)`` → headers."""

    def headers_of(actor):
        with in_network():
            user = User.objects.get(pk=actor.user_id)
        with in_station(actor.station):
            _token, secret = create_token(user=user, actor=actor, name="t", lifetime=None, now=NOON)
        return {"Authorization": f"Token {secret}"}

    return headers_of


@pytest.fixture
def token(head, access):
    return access(head)


def test_a_stranger_chooses_a_place_fills_in_and_hands_in(client, city):
    page = client.get(f"/join/?{PLACE}").content.decode()
    assert city.name in page
    assert client.get(f"/join/picker/?{PLACE}", headers=FOR_A_PART).status_code == 200
    answer = client.post(f"/join/new/?{PLACE}", FORM)
    status = client.get(answer["Location"]).content.decode()
    assert "已申请" in status
    with in_network():
        assert Application.objects.get().level == 2


def test_a_draft_is_kept_behind_its_own_link(client, city):
    answer = client.post(f"/join/new/?{PLACE}", FORM | {"draft": "1"})
    link = answer["Location"]
    assert "保存草稿" in client.get(link).content.decode()
    client.post(link, FORM | {"liaison_name": "塞联络"})
    with in_network():
        application = Application.objects.get()
    assert (application.state, application.liaison_name) == (ApplicationState.APPLIED, "塞联络")


def test_without_an_open_parent_the_page_says_who_must_join_first(client, city):
    page = client.get("/join/?level=3&city=130700&county=130773&township=130773501")
    assert "请先由县区总工会申请入驻" in page.content.decode()


def test_an_open_station_is_not_applied_for_again(client, county):
    page = client.get("/join/?level=2&city=130700&county=130705").content.decode()
    assert "已经开通，不能重复申请" in page


def test_a_form_without_contact_says_so_at_the_field(client, city):
    page = client.post(f"/join/new/?{PLACE}", FORM | {"contact_phone": ""})
    assert "手机和电子邮箱至少填一项" in page.content.decode()


def test_a_founding_paper_that_is_no_paper_is_refused(client, city):
    paper = SimpleUploadedFile("paper.pdf", b"MZ\x90 program", content_type="application/pdf")
    page = client.post(f"/join/new/?{PLACE}", FORM | {"founding_paper": paper})
    assert "只能上传 PDF、JPG 或 PNG" in page.content.decode()


def test_the_founding_paper_is_served_to_the_parent_alone(
    client, city, head, signed_in, outsider, person_at, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    paper = SimpleUploadedFile("批复.pdf", b"%PDF-1.4 paper", content_type="application/pdf")
    client.post(f"/join/new/?{PLACE}", FORM | {"founding_paper": paper})
    with in_network():
        key = Application.objects.get().pk
    served = signed_in(head).get(f"/s/{city.code}/onboarding/{key}/paper/")
    assert b"".join(served.streaming_content) == b"%PDF-1.4 paper"
    stranger = person_at(outsider, Role.HEAD)
    assert signed_in(stranger).get(f"/s/{outsider.code}/onboarding/{key}/paper/").status_code == 404


def test_the_head_sees_the_board_and_returns_with_a_list(city, head, signed_in, client):
    application = apply(city)
    browser = signed_in(head)
    assert application.name in browser.get(f"/s/{city.code}/onboarding/").content.decode()
    page = f"/s/{city.code}/onboarding/{application.pk}/"
    assert browser.get(page).status_code == 200
    browser.post(f"{page}accept/")
    browser.post(f"{page}return/", {"missing": ["staff", "founding_paper"], "comment": "请补"})
    status = client.get(applying.path_of(application)).content.decode()
    assert "至少两名工作人员" in status


def test_ticked_applications_are_approved_together(township, person_at, signed_in):
    head = person_at(township, Role.HEAD)
    said = {"contact_name": "厂主席", "contact_phone": "13900000001"}
    keys = [str(apply(township, said | {"name": f"第{n}厂"}).pk) for n in range(3)]
    signed_in(head).post(f"/s/{township.code}/onboarding/approve/", {"ids": keys})
    with in_network():
        states = set(Application.objects.values_list("state", flat=True))
    assert states == {ApplicationState.PROVISIONING}


def test_a_parent_invites_by_pasting_and_prints_the_letters(county, person_at, signed_in):
    browser = signed_in(person_at(county, Role.ADMINISTRATOR))
    answer = browser.post(
        f"/s/{county.code}/onboarding/invite/",
        {
            "title": "首批",
            "lines": "甲站,张三,13900000000,,130705002\n乙站，李四，，li@example.org，130705003",
        },
    )
    letters = browser.get(answer["Location"]).content.decode()
    assert letters.count("data:image/svg+xml") == 2


def test_a_wrong_line_of_an_invitation_is_named_by_its_row(county, person_at, signed_in):
    browser = signed_in(person_at(county, Role.ADMINISTRATOR))
    page = browser.post(
        f"/s/{county.code}/onboarding/invite/",
        {"title": "首批", "lines": "甲站,张三,,,130705002\n乙站,李四,,,999999999"},
    ).content.decode()
    assert "第 2 行" in page
    with in_network():
        assert not Application.objects.exists()


def test_nobody_applies_below_an_enterprise(client, enterprise):
    body = {
        "parent_code": enterprise.code,
        "name": "班组帮扶点",
        "region_code": "130773",
        "contact": {"name": "塞主席", "email": "chair@saibei.example"},
    }
    answer = client.post("/api/v1/onboarding/", body, content_type="application/json")
    assert answer.status_code == 409
    assert "上级" in answer.content.decode()


def test_one_call_applies_and_its_secret_reads_the_state(client, city):
    body = {
        "parent_code": "1307",
        "name": "塞北管理区总工会困难职工帮扶中心",
        "region_code": "130773",
        "contact": {"name": "塞主席", "email": "chair@saibei.example"},
    }
    answer = client.post("/api/v1/onboarding/", body, content_type="application/json")
    assert answer.status_code == 201
    said = answer.json()
    assert said["state"] == "applied"
    assert client.get(said["status_url"]).json()["state"] == "applied"
    assert client.get(f"/api/v1/onboarding/{said['id']}/?secret=wrong").status_code == 404


def test_the_parent_works_through_the_api(client, city, token):
    application = apply(city, COMPLETE)
    base = f"/s/{city.code}/api/v1/onboarding/"
    assert client.get(base, headers=token).json()["results"][0]["id"] == str(application.pk)
    said = client.post(
        f"{base}{application.pk}/return/",
        {"missing": ["staff"], "comment": "请补"},
        content_type="application/json",
        headers=token,
    )
    assert said.json()["state"] == "correcting"
    again = client.post(f"{base}{application.pk}/approve/", headers=token)
    assert (again.status_code, again.json()["title"]) == (409, "illegal-move")


def test_approval_through_the_api_gives_the_code(client, city, token):
    application = apply(city, COMPLETE)
    said = client.post(
        f"/s/{city.code}/api/v1/onboarding/{application.pk}/approve/", headers=token
    ).json()
    assert (said["state"], said["assigned_code"]) == ("provisioning", "130773")


def test_a_rejection_through_the_api_needs_a_reason(client, city, token):
    application = apply(city)
    address = f"/s/{city.code}/api/v1/onboarding/{application.pk}/reject/"
    assert client.post(address, headers=token).status_code == 400
    said = client.post(
        address, {"reason": "重复申请"}, content_type="application/json", headers=token
    )
    assert said.json()["state"] == "rejected"


def test_an_unknown_parent_and_a_missing_name_are_told_with_their_fields(client, city):
    body = {
        "parent_code": "9999",
        "name": "甲",
        "region_code": "130773",
        "contact": {"name": "乙", "email": "a@example.org"},
    }
    unknown = client.post("/api/v1/onboarding/", body, content_type="application/json")
    assert unknown.json()["errors"][0]["field"] == "parent_code"
    nameless = client.post(
        "/api/v1/onboarding/", {"parent_code": "1307"}, content_type="application/json"
    )
    assert {error["field"] for error in nameless.json()["errors"]} >= {"name", "contact"}


def test_what_the_rules_refuse_is_named_by_its_place_in_the_body(client, city):
    body = {
        "parent_code": "1307",
        "name": "塞北管理区总工会困难职工帮扶中心",
        "region_code": "130773",
        "contact": {"name": "塞主席"},
    }
    answer = client.post("/api/v1/onboarding/", body, content_type="application/json")
    assert [error["field"] for error in answer.json()["errors"]] == ["contact.email"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"contact": {"name": " \u3000"}}, "contact.name"),
        ({"region_code": "130706001"}, "region_code"),
    ],
)
def test_what_is_wrong_with_one_unit_of_an_invitation_names_the_unit(
    client, county, person_at, access, wrong, field
):
    good = {"name": "第一站", "region_code": "130705002", "contact": {"name": "人"}}
    answer = client.post(
        f"/s/{county.code}/api/v1/onboarding/invite/",
        {"title": "首批", "units": [good, good | {"name": "第二站"} | wrong]},
        content_type="application/json",
        headers=access(person_at(county, Role.HEAD, Role.ADMINISTRATOR)),
    )
    assert [error["field"] for error in answer.json()["errors"]] == [f"units.1.{field}"]


def test_a_unit_right_below_the_county_finds_it_in_the_picker(client, county):
    place = "level=4&city=130700&county=130705&township=direct"
    assert "直属" not in client.get(f"/join/?{place}").content.decode()
    with in_network():
        Station.objects.filter(pk=county.id).update(takes_direct_units=True)
    page = client.get(f"/join/?{place}").content.decode()
    assert f"直属：{county.name}" in page
    answer = client.post(f"/join/new/?{place}", FORM | {"name": "某某公司帮扶点", "kind": "point"})
    assert answer.status_code == 302
    with in_network():
        assert Application.objects.get().parent_id == county.id


def test_a_unit_right_below_the_city_finds_it_in_the_picker(client, city):
    with in_network():
        Station.objects.filter(pk=city.id).update(takes_direct_units=True)
    place = "level=4&city=130700&county=direct"
    page = client.get(f"/join/?{place}").content.decode()
    assert f"直属：{city.name}" in page
    assert "id_township" not in page
    client.post(f"/join/new/?{place}", FORM | {"name": "某某公司帮扶点", "kind": "point"})
    with in_network():
        assert Application.objects.get().parent_id == city.id


def test_a_paper_that_was_replaced_is_not_kept(
    client, city, django_capture_on_commit_callbacks, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    paper = SimpleUploadedFile("a.pdf", b"%PDF-1.7 first")
    link = client.post(f"/join/new/?{PLACE}", FORM | {"draft": "1", "founding_paper": paper})[
        "Location"
    ]
    with django_capture_on_commit_callbacks(execute=True):
        other = SimpleUploadedFile("b.pdf", b"%PDF-1.7 second")
        client.post(link, FORM | {"draft": "1", "founding_paper": other})
    assert [each.read_bytes() for each in tmp_path.rglob("*.pdf")] == [b"%PDF-1.7 second"]


def test_a_stranger_cannot_send_more_than_a_paper(client, city):
    answer = client.post(f"/join/new/?{PLACE}", FORM, headers={"Content-Length": str(20_000_000)})
    assert answer.status_code == 413


def test_one_application_cannot_be_saved_without_end(client, city):
    link = client.post(f"/join/new/?{PLACE}", FORM | {"draft": "1"})["Location"]
    for _number in range(59):
        client.post(link, FORM | {"draft": "1"})
    assert "请一小时后再试" in client.post(link, FORM | {"draft": "1"}).content.decode()


def test_many_are_invited_and_approved_through_the_api(client, county, person_at, access):
    head = access(person_at(county, Role.HEAD, Role.ADMINISTRATOR))
    units = [
        {"name": f"第{number}站", "region_code": "130705002", "contact": {"name": f"人{number}"}}
        for number in (1, 2)
    ]
    base = f"/s/{county.code}/api/v1/onboarding/"
    answer = client.post(
        f"{base}invite/",
        {"title": "首批", "units": units},
        content_type="application/json",
        headers=head,
    )
    assert answer.status_code == 201
    first, second = answer.json()["invited"]
    assert first["form_url"] != second["form_url"]
    for one in (first, second):
        client.post(one["form_url"], FORM | {"name": one["name"]})
    answer = client.post(
        f"{base}approve/",
        {"ids": [first["id"], second["id"]]},
        content_type="application/json",
        headers=head,
    )
    assert answer.json()["approved"] == 1
    assert [each["name"] for each in answer.json()["refused"]] == ["第2站"]
