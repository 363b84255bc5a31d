"""What a program is told whose request cannot be read, or of whose list one entry is wrong."""

import pytest

ONBOARDING = "/api/v1/onboarding/"
pytestmark = pytest.mark.usefixtures("city")


def said_to(client, body, content_type="application/json"):
    answer = client.post(ONBOARDING, body, content_type=content_type)
    assert answer.status_code == 400
    return answer.json()


def test_where_a_body_stops_being_json_is_told(client):
    detail = said_to(client, b'{"name": "x",\n "parent_code": }')["detail"]
    assert "第 2 行第 17 列" in detail


def test_a_body_in_another_encoding_is_told_to_be_sent_as_utf_8(client):
    assert "UTF-8" in said_to(client, '{"name": "塞北"}'.encode("gb18030"))["detail"]


def test_a_body_that_is_not_what_its_type_says_is_told_so(client):
    said = said_to(client, b"name=x", content_type="multipart/form-data")
    assert "Content-Type" in said["detail"]


def test_the_wrong_entry_of_a_list_is_named_by_its_place(client):
    body = {
        "parent_code": "1307",
        "name": "塞北管理区总工会困难职工帮扶中心",
        "contact": {"name": "塞主席", "phone": "13900000011"},
        "staff": [{"name": "甲"}, {"name": "乙", "email": "no-address"}],
    }
    errors = client.post(ONBOARDING, body, content_type="application/json").json()["errors"]
    assert [error["field"] for error in errors] == ["staff.1.email"]
