"""The endpoints of files: the acts of the pages, money in yuan, every problem listed."""

import json
from typing import Any
from uuid import uuid4

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import User
from shared_apps.accounts.services.tokens import create_token
from shared_apps.audit.models import AuditRow
from tenant_apps.households import services
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.presenting import worded
from tenant_apps.households.schemas import FileFields, MemberFields
from tests.conftest import NOON
from tests.tenant_apps.households.households import PAPERS, complete, daughter

pytestmark = pytest.mark.usefixtures("at_noon")

FILES = "/s/130705001/api/v1/files/"


class Caller:
    """A program with a token."""

    def __init__(self, client: Any, secret: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Token {secret}"}

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        options: dict[str, Any] = {"headers": self.headers}
        if body is not None:
            options |= {"data": json.dumps(body, default=str), "content_type": "application/json"}
        response = getattr(self.client, method)(path, **options)
        return response.status_code, json.loads(response.content) if response.content else None


@pytest.fixture
def caller(client):
    def make(actor: Actor) -> Caller:
        with in_network():
            user = User.objects.get(pk=actor.user_id)
        with in_station(actor.station):
            _token, secret = create_token(
                user=user, actor=actor, name="测试", lifetime=None, now=NOON
            )
        return Caller(client, secret)

    return make


@pytest.fixture
def program(caller, clerk) -> Caller:
    return caller(clerk)


@pytest.fixture
def file(clerk, township) -> HouseholdFile:
    with in_station(township):
        return services.open_draft(complete(), actor=clerk, now=NOON).file


def in_words() -> dict[str, Any]:
    """The household as a program sends it: Chinese wording, amounts in yuan."""
    draft = complete()
    body: dict[str, Any] = {}
    for spec in FILE_FIELDS:
        value = getattr(draft, spec.name)
        if value in (None, "", ()):
            continue
        body[spec.public_name] = worded(spec, value) if spec.kind != "yes_no" else value
    member = daughter()
    body["members"] = [
        {
            spec.public_name: worded(spec, getattr(member, spec.name))
            for spec in MEMBER_FIELDS
            if getattr(member, spec.name) not in (None, "", ())
        }
    ]
    return body


def test_a_file_is_opened_with_chinese_words_and_amounts_in_yuan(program) -> None:
    status, answer = program.call("post", FILES, in_words())
    assert status == 201, answer
    assert (answer["main_cause"], answer["tier"], answer["state"]) == ("11", "1", "draft")
    assert answer["inc_wages"] == "26400.00"
    assert answer["computation"]["net_month"] == "591.67"
    assert answer["id_no"] == "130771********0127"
    assert answer["members"][0]["tuition"] == "7000.00"


def test_every_problem_is_listed_with_field_code_and_remedy(program) -> None:
    body = in_words() | {
        "inc_wages": "一百",
        "insurance": "有医保",
        "id_no": 130771197406150127,
        "no_such": 1,
    }
    status, answer = program.call("post", FILES, body)
    assert status == 422
    found = {(one["code"], one["field"]) for one in answer["errors"]}
    assert found == {
        ("number", "inc_wages"),
        ("E302", "insurance"),
        ("E104", "id_no"),
        ("unknown-field", "no_such"),
    }
    allowed = next(one for one in answer["errors"] if one["field"] == "insurance")
    assert "职工医保" in allowed["message"]


def test_rules_are_told_under_the_names_of_the_api(program) -> None:
    status, answer = program.call("post", FILES, in_words() | {"inc_wages": "-1"})
    assert status == 422
    assert ("negative", "inc_wages") in {(one["code"], one["field"]) for one in answer["errors"]}


def test_files_are_listed_masked_and_found_by_number(program, file) -> None:
    status, answer = program.call("get", f"{FILES}?q=130771197406150127")
    assert status == 200
    assert [one["id"] for one in answer["results"]] == [str(file.pk)]
    assert "130771197406150127" not in json.dumps(answer)
    assert program.call("get", f"{FILES}?q=王")[1]["results"] == []


def test_a_draft_says_what_it_lacks(program, file) -> None:
    status, answer = program.call("get", f"{FILES}{file.pk}/")
    assert status == 200
    assert {one["code"] for one in answer["missing"]} == {"V07"}


def test_the_answer_to_a_change_says_what_is_still_lacking(program, file) -> None:
    read = program.call("get", f"{FILES}{file.pk}/")[1]
    status, answer = program.call("patch", f"{FILES}{file.pk}/", {"skills": "电工"})
    assert status == 200, answer
    assert answer["missing"] == read["missing"] != []


def test_a_patch_changes_only_what_it_names(program, file) -> None:
    status, answer = program.call(
        "patch", f"{FILES}{file.pk}/", {"skills": "电工", "inc_wages": 24000, "lock_version": 1}
    )
    assert status == 200, answer
    assert (answer["skills"], answer["inc_wages"], answer["name"]) == (
        "电工",
        "24000.00",
        "柳试一",
    )
    assert answer["id_no"] == "130771********0127"
    status, answer = program.call(
        "patch", f"{FILES}{file.pk}/", {"skills": "焊工", "lock_version": 1}
    )
    assert (status, answer["title"]) == (409, "file-changed")


def test_what_was_answered_masked_can_be_sent_back_and_stays(program, file, township) -> None:
    _status, answer = program.call("get", f"{FILES}{file.pk}/")
    answer["members"][0]["note"] = "改过"

    changed = {name: answer[name] for name in ("id_no", "mobile", "members", "lock_version")}
    status, answer = program.call("patch", f"{FILES}{file.pk}/", changed)

    assert status == 200, answer
    assert answer["members"][0]["note"] == "改过"
    with in_station(township):
        file.refresh_from_db()
        assert file.id_no.reveal() == "130771197406150127"
        assert file.members.get().id_no.reveal() == "130771200809020241"


def test_a_member_is_added(program, file) -> None:
    body = {"name": "柳试乙", "relation": "母亲", "income": "150"}
    status, answer = program.call("post", f"{FILES}{file.pk}/members/", body)
    assert status == 201, answer
    assert [one["name"] for one in answer["members"]] == ["柳试甲", "柳试乙"]
    assert answer["members"][1]["income"] == "150.00"


def test_a_file_goes_from_papers_to_submission(program, file) -> None:
    status, answer = program.call("post", f"{FILES}{file.pk}/submit/")
    assert status == 422
    assert len(answer["errors"]) == len(PAPERS)
    for kind in PAPERS:
        assert program.call("post", f"{FILES}{file.pk}/papers/", {"kind": kind})[0] == 201
    papers = program.call("get", f"{FILES}{file.pk}/papers/")[1]
    assert all(one["is_there"] for one in papers)
    status, answer = program.call("post", f"{FILES}{file.pk}/submit/")
    assert (status, answer["state"]) == (200, "submitted")
    assert answer["file_no"] == "13070500120260001"
    assert program.call("post", f"{FILES}{file.pk}/submit/")[0] == 409
    assert program.call("patch", f"{FILES}{file.pk}/", {"skills": "无"})[0] == 409


def test_a_masked_value_is_answered_with_a_reason_and_a_trace(program, file, township) -> None:
    path = f"{FILES}{file.pk}/reveal/"
    assert program.call("post", path, {"field": "mobile"})[0] == 422
    status, answer = program.call("post", path, {"field": "mobile", "reason": "电话回访"})
    assert (status, answer) == (200, {"field": "mobile", "value": "19900000001"})
    with in_station(township):
        assert AuditRow.objects.get(event="file.revealed").data["reason"] == "电话回访"


def test_a_draft_is_deleted(program, file) -> None:
    assert program.call("delete", f"{FILES}{file.pk}/")[0] == 204
    assert program.call("get", f"{FILES}{file.pk}/")[0] == 404


def test_a_reader_may_not_write(caller, reviewer, file) -> None:
    program = caller(reviewer)
    assert program.call("get", f"{FILES}{file.pk}/")[0] == 200
    assert program.call("post", FILES, {})[0] == 403
    assert program.call("patch", f"{FILES}{file.pk}/", {"skills": "无"})[0] == 403


def test_a_file_of_another_station_looks_absent(caller, person_at, outsider, file) -> None:
    program = caller(person_at(outsider, "clerk"))
    there = "/s/130702001/api/v1/files/"
    assert program.call("get", there)[1]["results"] == []
    for missing in (file.pk, uuid4()):
        assert program.call("get", f"{there}{missing}/")[0] == 404
        assert program.call("patch", f"{there}{missing}/", {"skills": "无"})[0] == 404
        for act in ("submit/", "members/", "papers/"):
            assert program.call("post", f"{there}{missing}/{act}", {})[0] == 404
        reveal = {"field": "mobile", "reason": "电话回访"}
        assert program.call("post", f"{there}{missing}/reveal/", reveal)[0] == 404
    assert program.call("get", f"{FILES}{file.pk}/")[0] in {401, 403, 404}


def test_text_that_cannot_be_kept_is_refused_not_a_fault(program, file) -> None:
    body = {"employer": "a\x00b", "story": "\ud800", "insurance": "\ud800"}
    status, answer = program.call("patch", f"{FILES}{file.pk}/", body)
    assert status == 422
    assert {one["field"] for one in answer["errors"]} == set(body)
    assert program.call("get", f"{FILES}?q=%00&tier=%00&state=%00&residence=%00")[0] == 200
    reveal = {"field": "mobile", "reason": "电话回访\x00"}
    assert program.call("post", f"{FILES}{file.pk}/reveal/", reveal)[0] == 422
    paper = {"kind": "\x00"}
    assert program.call("post", f"{FILES}{file.pk}/papers/", paper)[0] == 422


def test_the_schema_describes_every_declared_field() -> None:
    assert set(FileFields().fields) >= {spec.public_name for spec in FILE_FIELDS}
    assert set(MemberFields().fields) == {spec.public_name for spec in MEMBER_FIELDS}


@pytest.mark.parametrize("body", [[], "text", {"members": "x"}, {"members": [1]}])
def test_a_body_of_another_shape_is_refused(program, body: Any) -> None:
    status, answer = program.call("post", FILES, body)
    assert status in {400, 422}, answer
