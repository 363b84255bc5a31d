"""The pages of files in a browser session: list, form, detail, masks, papers, export, print."""

import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_station
from shared_apps.audit.models import AuditRow
from tenant_apps.households import services
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.forms import FileForm, MemberForm
from tenant_apps.households.models import FileState, HouseholdFile
from tests.conftest import FOR_A_PART, NOON
from tests.tenant_apps.households.households import complete, daughter

SECRETS = ("130771197406150127", "130771200809020241", "19900000001", "6999990000000010008")
HOME = "/s/130705001/files/"


@pytest.fixture
def browser(signed_in, clerk):
    return signed_in(clerk)


@pytest.fixture
def file(clerk: Actor, township: StationRef) -> HouseholdFile:
    with in_station(township):
        return services.open_draft(complete(), actor=clerk, now=NOON).file


def typed(draft: HouseholdDraft, **changes: Any) -> QueryDict:
    """What a browser sends for a form filled with this draft."""
    form = FileForm(of=draft, check_url="/")
    return _typed(form, draft, changes, prefix="")


def _typed(form: Any, draft: Any, changes: dict[str, Any], *, prefix: str) -> QueryDict:
    data = QueryDict(mutable=True)
    for spec in form.specs:
        value = form.initial.get(spec.public_name)
        if spec.sensitive:
            value = getattr(draft, spec.name)
        value = changes.get(spec.public_name, value)
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                data.appendlist(prefix + spec.public_name, str(one))
    return data


def typed_on(shown: str, data: QueryDict) -> QueryDict:
    """The same form as a page shows it now: what stands in its text fields and its version."""
    again = data.copy()
    for name in ("version", "skills", "employer", "mobile"):
        field = re.search(rf'<input[^>]*name="{name}"[^>]*>', shown)
        assert field, name
        value = re.search(r'value="([^"]*)"', field[0])
        again[name] = value[1] if value else ""
    return again


def page(browser: Any, path: str, **options: Any) -> str:
    response = browser.get(path, **options)
    assert response.status_code == 200, response.content.decode()[:2000]
    return response.content.decode()


def test_an_empty_station_is_told_what_to_do_first(browser) -> None:
    assert "还没有档案" in page(browser, HOME)


def test_the_list_shows_masked_numbers_only(browser, file) -> None:
    shown = page(browser, HOME)
    assert "柳试一" in shown
    assert "130771********0127" in shown
    assert not [secret for secret in SECRETS if secret in shown]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=LSY", True),
        ("words=130771197406150127", True),
        ("words=王", False),
        ("state=draft", True),
        ("state=on_file", False),
        ("tier=1", True),
        ("cause=11", True),
        ("residence=130702", True),
        ("residence=130705", False),
        ("state=nonsense", True),
        ("page=99&per_page=7", True),
    ],
)
def test_the_list_is_narrowed_by_its_search(browser, file, query: str, found: bool) -> None:
    assert ("柳试一" in page(browser, f"{HOME}?{query}")) is found


def test_rows_are_ticked_only_by_those_who_can_do_something_with_them(
    signed_in, person_at, file, township
) -> None:
    supervisor = signed_in(person_at(township, "supervisor"))
    assert 'name="ids"' not in supervisor.get(HOME).content.decode()
    assert 'name="ids"' in signed_in(person_at(township, "clerk")).get(HOME).content.decode()


def test_the_way_back_from_a_file_keeps_the_search_but_no_number(browser, file) -> None:
    page(browser, f"{HOME}?state=draft&tier=1")
    page(browser, f"{HOME}?words=130771197406150127")
    shown = page(browser, f"{HOME}{file.pk}/")
    assert f"{HOME}?state=draft&amp;tier=1" in shown


def test_the_form_offers_the_regions_around_the_station(browser) -> None:
    shown = page(browser, f"{HOME}new/")
    assert '<option value="130705001">' in shown
    assert '<option value="130702">' in shown


def test_the_form_begins_with_today_and_the_township_of_the_station(browser) -> None:
    shown = page(browser, f"{HOME}new/")
    assert re.search(rf'name="applied_on"[^>]*value="{clock.today()}"', shown)
    assert re.search(r'name="residence"[^>]*value="130705001"', shown)


def test_a_long_list_of_what_is_missing_is_folded(browser, township) -> None:
    answer = browser.post(f"{HOME}new/", {"name": "柳试一", "id_type": "resident"})
    shown = page(browser, answer["Location"].replace("change/", ""))
    panel = shown[shown.index('id="missing"') :]
    assert panel[: panel.index("<details>")].count("<li") == 8


def test_a_file_is_opened_on_the_form(browser, township) -> None:
    response = browser.post(f"{HOME}new/", typed(complete()))
    assert response.status_code == 302, response.content.decode()[:3000]
    with in_station(township):
        file = HouseholdFile.objects.get()
        assert (file.name, file.inc_wages_fen, file.dibao) == ("柳试一", 2640000, False)
        assert file.id_no.reveal() == "130771197406150127"


def test_a_wrong_form_names_the_fields_and_keeps_what_was_typed(browser, township) -> None:
    response = browser.post(
        f"{HOME}new/", typed(complete(), mobile="123", inc_wages="一百", applied_on="昨天")
    )
    shown = response.content.decode()
    assert response.status_code == 422
    assert "手机号码应为 11 位数字" in shown or "请填写数字" in shown
    assert "日期请写成" in shown
    assert "一百" in shown
    with in_station(township):
        assert not HouseholdFile.objects.exists()


def test_the_form_never_shows_what_is_masked_and_keeps_it_when_left_blank(
    browser, file, township
) -> None:
    shown = page(browser, f"{HOME}{file.pk}/change/")
    assert not [secret for secret in SECRETS if secret in shown]
    data = typed(complete(), id_no="", mobile="", card_no="", skills="电工", version="1")
    data["version"] = "1"
    response = browser.post(f"{HOME}{file.pk}/change/", data)
    assert response.status_code == 302, response.content.decode()[:3000]
    with in_station(township):
        file.refresh_from_db()
        assert (file.skills, file.mobile.reveal()) == ("电工", "19900000001")


def test_whoever_saves_second_sees_what_the_first_changed(browser, file, clerk, township) -> None:
    with in_station(township):
        services.change_draft(
            file.pk, changes={"skills": "电工"}, expected_version=1, actor=clerk, now=NOON
        )
    data = typed(complete(), skills="焊工")
    data["version"] = "1"
    response = browser.post(f"{HOME}{file.pk}/change/", data)
    shown = response.content.decode()
    assert response.status_code == 409
    assert "王经办" in shown
    assert "技术特长" in shown
    assert "焊工" in shown


def test_what_the_second_typed_is_kept_over_what_the_first_saved(
    browser, file, clerk, township
) -> None:
    with in_station(township):
        services.change_draft(
            file.pk, changes={"skills": "电工"}, expected_version=1, actor=clerk, now=NOON
        )
    data = typed(complete(), employer="柳林机械厂", mobile="19900000022")
    data["version"] = "1"
    shown = browser.post(f"{HOME}{file.pk}/change/", data).content.decode()
    again = typed_on(shown, data)
    assert (again["employer"], again["mobile"]) == ("柳林机械厂", "19900000022")
    assert (again["skills"], again["version"]) == ("电工", "2")
    assert browser.post(f"{HOME}{file.pk}/change/", again).status_code == 302
    with in_station(township):
        file.refresh_from_db()
        assert (file.skills, file.employer) == ("电工", "柳林机械厂")
        assert file.mobile.reveal() == "19900000022"


def test_a_form_with_mistakes_does_not_overwrite_what_was_saved_meanwhile(
    browser, file, clerk, township
) -> None:
    with in_station(township):
        services.change_draft(
            file.pk, changes={"skills": "电工"}, expected_version=1, actor=clerk, now=NOON
        )
    data = typed(complete(), inc_wages="一百")
    data["version"] = "1"
    shown = browser.post(f"{HOME}{file.pk}/change/", data).content.decode()
    assert typed_on(shown, data)["version"] == "1"


def test_a_page_that_is_behind_stays_behind_when_a_member_is_saved_on_it(
    browser, file, clerk, township
) -> None:
    with in_station(township):
        services.change_draft(
            file.pk, changes={"skills": "电工"}, expected_version=1, actor=clerk, now=NOON
        )
    where = f"{HOME}{file.pk}/members/new/"
    assert 'name="version"' not in page(browser, where, headers=FOR_A_PART)
    mother = daughter(name="柳试乙", relation="52", id_no="", identity="other", sex="")
    data = _typed(MemberForm(of=mother), mother, {}, prefix="member-")
    data["version"], data["seen"] = "1", "1"
    refused = browser.post(where, data, headers=FOR_A_PART).content.decode()
    assert "您填写的成员还在" in refused
    assert 'name="seen" value="2"' in refused
    data["seen"] = "2"
    saved = browser.post(where, data, headers=FOR_A_PART).content.decode()
    assert "柳试乙" in saved
    assert 'name="version"' not in saved


def test_a_change_of_a_member_waits_for_a_look_at_a_list_somebody_else_changed(
    browser, file, clerk, township
) -> None:
    with in_station(township):
        services.remove_member(file.pk, position=0, expected_version=1, actor=clerk, now=NOON)
        services.add_member(
            file.pk,
            member=daughter(name="柳试丙", id_no=""),
            expected_version=2,
            actor=clerk,
            now=NOON,
        )
    data = _typed(MemberForm(of=daughter()), daughter(), {}, prefix="member-")
    data["version"] = data["seen"] = "1"
    where = f"{HOME}{file.pk}/members/0/"
    refused = browser.post(where, data, headers=FOR_A_PART).content.decode()
    assert "请对照上面的最新名单" in refused
    assert 'name="seen" value="1"' in refused


def test_the_form_of_a_member_opened_in_a_tab_stands_on_the_form_of_its_file(
    browser, file, township
) -> None:
    where = f"{HOME}{file.pk}/members/new/"
    shown = page(browser, where)
    assert 'id="file-form"' in shown
    assert 'name="member-name"' in shown
    mother = daughter(name="柳试乙", relation="52", id_no="", identity="other", sex="")
    data = _typed(MemberForm(of=mother), mother, {}, prefix="member-")
    data["seen"] = "1"
    assert browser.post(where, data)["Location"] == f"{HOME}{file.pk}/change/"
    assert browser.get(f"{HOME}{file.pk}/members/")["Location"] == f"{HOME}{file.pk}/change/"
    with in_station(township):
        assert file.members.filter(name="柳试乙").exists()


def test_saving_and_submitting_says_what_is_missing(browser, file) -> None:
    data = typed(complete())
    data["version"], data["submit"] = "1", "1"
    response = browser.post(f"{HOME}{file.pk}/change/", data, follow=True)
    shown = response.content.decode()
    assert "还不能提交" in shown
    assert "学费票据或录取通知书" in shown


def test_an_identity_number_tells_birthday_age_and_where_it_is_on_file(browser, file) -> None:
    response = browser.post(
        f"{HOME}check-number/", {"id_no": "130771197406150127", "id_type": "resident"}
    )
    shown = response.content.decode()
    assert "1974-06-15" in shown
    assert "重复" in shown
    wrong = browser.post(f"{HOME}check-number/", {"id_no": "130771197406150120"})
    assert "校验码" in wrong.content.decode()


def test_the_file_page_shows_sum_members_papers_and_no_secret(browser, file) -> None:
    shown = page(browser, f"{HOME}{file.pk}/")
    assert "591.67" in shown
    assert "柳试甲" in shown
    assert "学费票据或录取通知书" in shown
    assert not [secret for secret in SECRETS if secret in shown]


def test_a_masked_value_is_fetched_with_a_reason(browser, file, township) -> None:
    path = f"{HOME}{file.pk}/reveal/card_no/"
    assert "6999990000000010008" not in browser.post(path, {"reason": ""}).content.decode()
    assert "6999990000000010008" in browser.post(path, {"reason": "核对银行卡"}).content.decode()
    member = browser.post(f"{HOME}{file.pk}/reveal/id_no/?member=0", {"reason": "核对证件"})
    assert "130771200809020241" in member.content.decode()
    with in_station(township):
        assert AuditRow.objects.filter(event="file.revealed").count() == 2


def test_members_are_added_and_removed_on_the_form(browser, file, township) -> None:
    mother = daughter(name="柳试乙", relation="52", id_no="", identity="other", sex="")
    form = MemberForm(of=mother)
    data = _typed(form, mother, {}, prefix="member-")
    data["version"] = "1"
    added = browser.post(f"{HOME}{file.pk}/members/new/", data, headers=FOR_A_PART)
    assert added.status_code == 200, added.content.decode()
    assert "柳试乙" in added.content.decode()
    assert 'value="2"' in added.content.decode()
    removed = browser.post(
        f"{HOME}{file.pk}/members/0/remove/", {"version": "2"}, headers=FOR_A_PART
    )
    assert "柳试甲" not in removed.content.decode()
    missing = browser.get(f"{HOME}{file.pk}/members/7/")
    assert missing.status_code == 404


def test_the_head_is_not_offered_as_a_member_of_the_own_household(browser, file) -> None:
    shown = page(browser, f"{HOME}{file.pk}/members/new/", headers=FOR_A_PART)
    relations = shown[shown.index('name="member-relation"') :]
    assert 'value="01"' not in relations[: relations.index("</select>")]


def test_a_wrong_member_is_told_at_its_field(browser, file) -> None:
    wrong = daughter(id_no="130771200809020240")
    data = _typed(MemberForm(of=wrong), wrong, {}, prefix="member-")
    data["version"] = "1"
    response = browser.post(f"{HOME}{file.pk}/members/new/", data)
    assert response.status_code == 422
    assert "校验码" in response.content.decode()


def test_a_paper_is_scanned_or_its_original_seen(
    browser, file, township, settings, tmp_path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    scan = SimpleUploadedFile(
        "学费.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    )
    path = f"{HOME}{file.pk}/papers/tuition/"
    shown = browser.post(path, {"scan": scan}, follow=True).content.decode()
    assert "扫描件" in shown
    shown = browser.post(
        f"{HOME}{file.pk}/papers/income/", {"seen": "1"}, follow=True
    ).content.decode()
    assert "已看原件" in shown
    neither = browser.post(path, {}, follow=True).content.decode()
    assert "请选择图片或 PDF" in neither
    with in_station(township):
        paper = file.papers.get(kind="tuition")
    browser.post(f"{HOME}{file.pk}/papers/{paper.pk}/remove/")
    with in_station(township):
        assert not file.papers.filter(kind="tuition").exists()


def test_an_export_is_masked_watermarked_and_holds_no_formula(
    signed_in, reviewer, clerk, township
) -> None:
    with in_station(township):
        services.open_draft(complete(employer="=1+1"), actor=clerk, now=NOON)
    response = signed_in(reviewer).post(f"{HOME}export/", {})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    texts = [str(cell.value) for cell in cells if cell.value is not None]
    assert "李审核" in texts[0]
    assert "=1+1" in texts
    assert all(cell.data_type != "f" for cell in cells)
    assert not [secret for secret in SECRETS if secret in texts]
    with in_station(township):
        assert AuditRow.objects.get(event="file.exported").data["rows"] == 1


def test_an_export_in_the_clear_needs_a_reason(signed_in, reviewer, file, township) -> None:
    browser = signed_in(reviewer)
    refused = browser.post(f"{HOME}export/", {"in_clear": "on"}, follow=True)
    assert "理由" in refused.content.decode()
    response = browser.post(f"{HOME}export/", {"in_clear": "on", "reason": "上报省总核对"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert "130771197406150127" in texts


def test_a_clerk_may_not_export(browser, file) -> None:
    assert browser.post(f"{HOME}export/", {}).status_code == 403


def test_the_originals_of_several_papers_are_noted_at_once(browser, file, township) -> None:
    page = f"/s/{township.code}/files/{file.pk}/"
    answer = browser.post(f"{page}papers/seen/", {"kinds": ["income", "id_cards", "income"]})
    assert answer["Location"] == f"{page}#papers"
    with in_station(township):
        kept = set(file.papers.values_list("kind", flat=True))
        assert {"income", "id_cards"} <= kept
    before = len(kept)
    browser.post(f"{page}papers/seen/", {"kinds": ["consent", "nothing-known"]})
    assert "没有这一种材料" in browser.get(page).content.decode()
    browser.post(f"{page}papers/seen/", {})
    assert "请勾选已看过原件的材料" in browser.get(page).content.decode()
    with in_station(township):
        assert file.papers.values("kind").distinct().count() == before


def test_a_batch_says_which_files_were_not_submitted(browser, file) -> None:
    response = browser.post(f"{HOME}submit/", {"ids": [str(file.pk), "x"]})
    assert "1 户没有提交" in response.content.decode()


def test_a_draft_is_deleted_from_its_page(browser, file, township) -> None:
    response = browser.post(f"{HOME}{file.pk}/delete/", follow=True)
    assert "草稿已删除" in response.content.decode()
    with in_station(township):
        assert not HouseholdFile.objects.exists()


def test_a_file_of_another_station_looks_absent_on_every_page(
    signed_in, person_at, outsider, file
) -> None:
    browser = signed_in(person_at(outsider, "clerk"))
    for page_of_file in ("", "change/", "print/", "members/", "members/new/"):
        response = browser.get(f"/s/130702001/files/{file.pk}/{page_of_file}")
        assert response.status_code == 404, page_of_file
    for act in ("delete/", "submit/", "papers/income/", "reveal/id_no/"):
        response = browser.post(
            f"/s/130702001/files/{file.pk}/{act}", {"reason": "核对证件", "seen": "1"}
        )
        assert response.status_code == 404, act


def test_a_submitted_file_is_not_edited(browser, file, township) -> None:
    with in_station(township):
        HouseholdFile.objects.filter(pk=file.pk).update(state=FileState.SUBMITTED)
    data = typed(complete(), skills="焊工")
    data["version"] = "1"
    assert browser.post(f"{HOME}{file.pk}/change/", data).status_code == 409


@pytest.mark.parametrize("state", [FileState.MEANS_CHECK, FileState.NOTICE, FileState.RETURNED])
def test_a_file_that_was_never_on_file_has_no_empty_part_on_its_life(
    browser, file, township, state
) -> None:
    with in_station(township):
        HouseholdFile.objects.filter(pk=file.pk).update(state=state)
    assert "在档管理" not in page(browser, f"{HOME}{file.pk}/")
    with in_station(township):
        HouseholdFile.objects.filter(pk=file.pk).update(state=FileState.ON_FILE)
    assert "在档管理" in page(browser, f"{HOME}{file.pk}/")


def test_a_page_of_a_list_costs_the_same_whatever_its_length(
    browser, clerk, township, django_assert_max_num_queries
) -> None:
    from bangfu.kernel.identity import id_check_digit

    drafts = []
    for serial in range(100, 125):
        body = f"13077119740615{serial}"
        number = body + id_check_digit(body)
        drafts.append(complete(id_no=number, birth=None, sex="", members=[]))
    with in_station(township):
        services.open_drafts(drafts, actor=clerk, now=NOON)
    with django_assert_max_num_queries(25):
        page(browser, HOME)
