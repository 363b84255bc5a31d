import pytest

from shared_apps.accounts.roles import Role
from tests.shared_apps.rollup.test_answers import households  # noqa: F401

ROLLUP = "/s/{}/api/v1/rollup/"


@pytest.fixture
def city_head(city, person_at):
    return person_at(city, Role.HEAD)


def test_the_city_asks_for_an_indicator_by_county(households, signed_in, city_head):  # noqa: F811
    response = signed_in(city_head).get(
        ROLLUP.format("1307"), {"indicator": "FIL-01", "period": "2026-11", "by": "child"}
    )

    body = response.json()
    assert response.status_code == 200
    assert body["value"] == 4
    assert body["unit"] == "户"
    assert body["class"] == "S"
    assert body["as_of"]
    assert (body["sum"], body["distinct"], body["overlap"]) == (4, 3, 1)
    assert [(part["station_code"], part["value"]) for part in body["parts"]] == [
        ("130702", 1),
        ("130705", 3),
    ]


def test_a_station_below_is_asked_for_by_its_code(households, signed_in, city_head):  # noqa: F811
    response = signed_in(city_head).get(
        ROLLUP.format("1307"),
        {"indicator": "FIL-01", "period": "2026-11", "station": "130705", "by": "tier"},
    )

    assert response.json()["station"] == "130705"
    assert [part["value"] for part in response.json()["parts"]] == [2, 1]


def test_a_station_elsewhere_looks_absent(signed_in, county_head):
    response = signed_in(county_head).get(
        ROLLUP.format("130705"), {"indicator": "FIL-01", "station": "130702"}
    )

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 422, "invalid-input"),
        ({"indicator": "ABC-99"}, 404, "unknown-indicator"),
        ({"indicator": "FIL-01", "period": "soon"}, 400, "unknown-period"),
        ({"indicator": "FIL-01", "by": "shoe_size"}, 400, "unknown-dimension"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(
    signed_in, county_head, query, status, code
):
    response = signed_in(county_head).get(ROLLUP.format("130705"), query)

    assert response.status_code == status
    assert response.json()["title"] == code


def test_the_indicators_are_listed_with_their_dimensions(signed_in, county_head):
    listed = signed_in(county_head).get(ROLLUP.format("130705") + "indicators/").json()

    by_code = {one["indicator"]: one for one in listed}
    assert {"by": "tier", "title": "困难类别"} in by_code["FIL-01"]["dimensions"]


def test_a_stranger_gets_nothing(client, db):
    assert client.get(ROLLUP.format("130705"), {"indicator": "FIL-01"}).status_code in {401, 403}
