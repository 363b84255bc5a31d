"""The pages and endpoints on which rules are read, laid down, tried out and withdrawn."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend

from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import Role
from shared_apps.policies.forms import RuleForm
from shared_apps.policies.models import ChangeState, PolicyRule, TierChange
from shared_apps.policies.rules import RULES
from tests.conftest import FOR_A_PART

COUNTY = "/s/130705"
DOCUMENT = {"source": "认定办法", "document_no": "宣工发〔2026〕1号"}


def tomorrow() -> date:
    return clock.today() + timedelta(days=1)


def posted(key: str) -> dict[str, Any]:
    """What a browser sends for a rule whose form is left as it came."""
    form = RuleForm(key=key, value=RULES[key].starts_as)
    data: dict[str, Any] = {name: form[name].initial for name in form.value_names}
    return {**data, **DOCUMENT, "valid_from": tomorrow().isoformat()}


@pytest.fixture
def head(signed_in, county_head):
    return signed_in(county_head)


@pytest.fixture
def network_administrator(client, db):
    with in_network():
        user = User.objects.create(username="net", name="网管", is_network_administrator=True)
        client.force_login(user, f"{ModelBackend.__module__}.{ModelBackend.__qualname__}")
    return client


@pytest.mark.parametrize("key", RULES)
def test_every_rule_has_a_form_that_gives_its_value_back(key: str) -> None:
    form = RuleForm(posted(key), key=key, value=RULES[key].starts_as)
    assert form.is_valid(), form.errors
    value = form.value()
    assert RULES[key].kind.accepts(value)
    if RULES[key].kind.asks not in {"decimal", "percent"}:
        assert value == RULES[key].starts_as


def test_a_line_is_typed_in_yuan_and_kept_in_fen() -> None:
    form = RuleForm({**posted("income.line"), "value": "812.50"}, key="income.line")
    assert form.is_valid()
    assert form.value() == 81_250


def test_a_share_is_typed_in_per_cent_and_kept_exact() -> None:
    form = RuleForm({**posted("sudden.threshold"), "value": "66.5"}, key="sudden.threshold")
    assert form.is_valid()
    assert form.value() == "0.665"


def test_the_list_names_the_rule_and_where_it_comes_from(head, county) -> None:
    page = head.get(f"{COUNTY}/policies/").content.decode()
    assert "低保标准（每人每月）" in page
    assert "800.00 元" in page
    assert "全网" in page


def test_a_head_lays_down_a_rule_and_sees_it_in_the_history(head) -> None:
    data = {**posted("notice.working_days"), "value": 7, "save": "1"}
    answer = head.post(f"{COUNTY}/policies/notice.working_days/new/", data, follow=True)
    page = answer.content.decode()
    assert "已登记新的规定" in page
    assert "7 工作日" in page
    assert "待生效" in page
    assert "宣工发〔2026〕1号" in page


def test_a_looser_value_is_refused_at_its_field_naming_the_rule_above(head) -> None:
    data = {**posted("notice.working_days"), "value": 3, "save": "1"}
    page = head.post(f"{COUNTY}/policies/notice.working_days/new/", data).content.decode()
    assert "不能比上级规定宽松" in page
    with in_network():
        assert PolicyRule.objects.filter(key="notice.working_days").count() == 1


def test_a_missing_document_is_said_at_its_field(head) -> None:
    data = {**posted("notice.working_days"), "value": 7, "document_no": "", "save": "1"}
    answer = head.post(f"{COUNTY}/policies/notice.working_days/new/", data)
    assert answer.context["form"].errors.keys() == {"document_no"}


def test_a_preview_is_shown_and_nothing_is_laid_down(head) -> None:
    data = {**posted("income.line"), "value": "900", "preview": "1"}
    page = head.post(f"{COUNTY}/policies/income.line/new/", data).content.decode()
    assert "没有在档户会变更" in page
    with in_network():
        assert PolicyRule.objects.filter(key="income.line").count() == 1


def test_a_version_to_come_is_withdrawn_on_the_page_of_its_history(head) -> None:
    data = {**posted("notice.working_days"), "value": 7, "save": "1"}
    head.post(f"{COUNTY}/policies/notice.working_days/new/", data)
    with in_network():
        row = PolicyRule.objects.get(key="notice.working_days", version=1, scope_path__gt="")
    page = head.post(
        f"{COUNTY}/policies/notice.working_days/{row.pk}/withdraw/", follow=True
    ).content.decode()
    assert "已撤回，原规定继续有效" in page
    page = head.post(
        f"{COUNTY}/policies/notice.working_days/{row.pk}/withdraw/", follow=True
    ).content.decode()
    assert "已生效的规则不能撤回" in page


@pytest.mark.parametrize("key", ["papers.required", "aid.living_months", "exclusions.items"])
def test_a_list_and_a_table_have_their_own_controls(head, key: str) -> None:
    page = head.get(f"{COUNTY}/policies/{key}/new/").content.decode()
    assert page.count("<input") > 5
    assert "RuleKind" not in page


def test_a_rule_that_is_not_declared_looks_absent(head) -> None:
    assert head.get(f"{COUNTY}/policies/no.such.rule/").status_code == 404
    assert head.get(f"{COUNTY}/policies/no.such.rule/new/").status_code == 404


def test_a_clerk_reads_rules_and_lays_none_down(signed_in, person_at, county) -> None:
    client = signed_in(person_at(county, Role.CLERK))
    assert client.get(f"{COUNTY}/policies/").status_code == 200
    assert client.get(f"{COUNTY}/policies/income.line/").status_code == 200
    assert client.get(f"{COUNTY}/policies/income.line/new/").status_code == 403


def test_the_network_lays_down_its_own_rules(network_administrator) -> None:
    page = network_administrator.get("/network/policies/").content.decode()
    assert "低保标准（每人每月）" in page
    data = {**posted("notice.working_days"), "value": 6, "save": "1"}
    answer = network_administrator.post("/network/policies/notice.working_days/new/", data)
    assert answer.status_code == 302
    with in_network():
        row = PolicyRule.objects.get(key="notice.working_days", version=2)
    assert (row.scope_path, row.value) == ("", 6)


def test_a_recomputation_shows_how_far_it_is_and_is_undone_with_a_reason(head, county) -> None:
    with in_network():
        change = TierChange.objects.create(
            scope_path=county.path, started_at=clock.now(), state=ChangeState.LISTED
        )
    page = head.get(f"{COUNTY}/policies/changes/{change.pk}/").content.decode()
    assert "整体撤销" in page
    assert head.get(f"{COUNTY}/policies/changes/").status_code == 200
    address = f"{COUNTY}/policies/changes/{change.pk}/undo/"
    assert "请填写撤销理由" in head.post(address, follow=True).content.decode()
    page = head.post(address, {"reason": "标准有误"}, follow=True).content.decode()
    assert "正在撤销" in page
    assert (
        "hx-get"
        in head.get(
            f"{COUNTY}/policies/changes/{change.pk}/progress/", headers=FOR_A_PART
        ).content.decode()
    )


def test_the_api_reads_lays_down_tries_out_and_withdraws(head) -> None:
    rules = {one["key"]: one for one in head.get(f"{COUNTY}/api/v1/policies/").json()}
    assert rules["income.line"]["words"] == "800.00 元"
    given = {
        "value": 90_000,
        "valid_from": tomorrow().isoformat(),
        "document": "低保标准",
        "document_no": "无文号",
    }
    json = "application/json"
    tried = head.post(f"{COUNTY}/api/v1/policies/income.line/preview/", given, json).json()
    assert (tried["files"], tried["stations_looked_at"]) == (0, 3)
    made = head.post(f"{COUNTY}/api/v1/policies/income.line/", given, json)
    assert made.status_code == 201
    own = next(one for one in made.json() if one["state"] == "coming")
    address = f"{COUNTY}/api/v1/policies/income.line/{own['id']}/withdraw/"
    assert head.post(address).json()[0]["state"] == "withdrawn"
    assert head.get(f"{COUNTY}/api/v1/policies/changes/").json() == []


def test_the_api_refuses_a_looser_rule_as_a_problem(head) -> None:
    given = {
        "value": 3,
        "valid_from": tomorrow().isoformat(),
        "document": "公示办法",
        "document_no": "无文号",
    }
    answer = head.post(f"{COUNTY}/api/v1/policies/notice.working_days/", given, "application/json")
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("looser-than-above")
