"""The description of the API: whole, valid, and true of what is answered."""

import json

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from bangfu.urls.schema import DESCRIBED
from shared_apps.accounts.roles import Role

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def described():
    GENERATOR_STATS.reset()
    return SchemaGenerator(urlconf=DESCRIBED).get_schema(request=None, public=True)


def operations(described):
    return [
        (path, method, operation)
        for path, item in described["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_it_is_valid_and_made_without_a_doubt(described):
    validate_schema(described)
    assert not GENERATOR_STATS._error_cache
    assert not GENERATOR_STATS._warn_cache


def test_every_operation_has_a_name_of_its_own_and_says_how_it_refuses(described):
    found = operations(described)

    assert len({operation["operationId"] for _path, _method, operation in found}) == len(found)
    assert [
        (path, method)
        for path, method, operation in found
        if "application/problem+json" not in operation["responses"]["default"]["content"]
    ] == []


def test_every_write_of_a_program_says_how_it_is_sent_again(described):
    keys = {
        (path, method): parameter["description"]
        for path, method, operation in operations(described)
        for parameter in operation.get("parameters", [])
        if parameter["name"] == "Idempotency-Key"
    }
    files = "/s/{station}/api/v1/files/{file_id}"

    assert "within 10 minutes, alike in every byte" in keys[f"{files}/visit/", "post"]
    assert "Without a key" not in keys[f"{files}/accept/", "post"]
    assert "get" not in {method for _path, method in keys}


def test_a_list_in_pages_is_described_and_answered_as_one(described, clerk, signed_in):
    operation = described["paths"]["/s/{station}/api/v1/files/"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    page = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]

    answer = signed_in(clerk).get("/s/130705001/api/v1/files/").json()

    assert set(page["properties"]) == set(answer) == {"next", "previous", "results"}
    assert {"cursor", "page_size"} <= {one["name"] for one in operation["parameters"]}


@pytest.mark.parametrize("query", ["stream=%00", "state=a%00b"])
def test_what_no_database_can_hold_is_refused_in_words(county, person_at, signed_in, query):
    client = signed_in(person_at(county, *Role))

    api = client.get(f"/s/130705/api/v1/messages/?{query}")
    page = client.get(f"/s/130705/messages/?{query}")

    assert (api.status_code, api.headers["Content-Type"]) == (422, "application/problem+json")
    assert api.json()["title"] == "not-storable"
    assert page.status_code < 500


@pytest.mark.parametrize(
    "path",
    ["/s/130705001/api/v1/onboarding/nothing/", "/api/v1/nothing/", "/s/139999/api/v1/files/"],
)
def test_an_address_of_the_api_that_leads_nowhere_is_told_as_a_problem(clerk, signed_in, path):
    answer = signed_in(clerk).get(path)

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_fault_is_told_as_a_problem(clerk, signed_in, monkeypatch):
    def broken(*_given, **_named):
        raise RuntimeError

    monkeypatch.setattr("tenant_apps.households.api.files_matching", broken)
    client = signed_in(clerk)
    client.raise_request_exception = False

    api = client.get("/s/130705001/api/v1/files/")

    assert (api.status_code, api.headers["Content-Type"]) == (500, "application/problem+json")
    assert api.json()["title"] == "fault"


def test_half_a_character_is_answered_and_never_echoed(clerk, signed_in):
    answer = signed_in(clerk).post(
        "/s/130705001/api/v1/files/",
        '{"name": "\\ud800", "\\ud800": 1, "main_cause": "\\ud800"}',
        content_type="application/json",
    )

    assert answer.status_code == 422
    assert "\ud800" not in answer.content.decode()


def test_it_is_served_to_everybody(client, db):
    answer = client.get("/api/schema/", headers={"accept": "application/json"})

    assert answer.status_code == 200
    assert json.loads(answer.content)["info"]["title"] == "Bangfu API"
