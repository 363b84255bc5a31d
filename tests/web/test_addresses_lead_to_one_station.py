"""From an address to a station, or to nothing."""

import pytest
from django.urls import get_script_prefix

from bangfu.kernel.tenancy import in_network
from tenants.models import Station, StationDomain


def test_a_stranger_is_asked_to_sign_in(township, client):
    answer = client.get("/s/130705001/files/")

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/s/130705001/files/"


def test_a_person_who_does_not_belong_finds_nothing(clerk, outsider, signed_in):
    assert signed_in(clerk).get("/s/130702001/files/").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/s/130705/../130705001/files/",
        "/s//files/",
        "/s/130705001%2f/files/",
        "/S/130705001/files/",
        "/s/ 130705001/files/",
        "/s/1307050010/files/",
    ],
)
def test_only_the_exact_code_leads_to_a_station(clerk, signed_in, path):
    assert signed_in(clerk).get(path).status_code == 404


@pytest.mark.parametrize("code", ["130705001", "139999"])
def test_an_address_without_its_last_slash_is_completed_whoever_asks(client, db, code):
    answer = client.get(f"/s/{code}?tab=all")

    assert (answer.status_code, answer["Location"]) == (301, f"/s/{code}/?tab=all")


def test_headers_of_a_proxy_do_not_choose_a_station(clerk, signed_in):
    client = signed_in(clerk)
    answer = client.get(
        "/s/130702001/files/",
        headers={"x-forwarded-host": "130705001.example", "x-script-name": "/s/130705001"},
    )
    assert answer.status_code == 404


def test_a_mapped_host_leads_to_its_station(township, client, settings):
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "tiantaisi.example"]
    with in_network():
        StationDomain.objects.create(
            domain="tiantaisi.example", tenant=Station.objects.get(pk=township.id)
        )

    answer = client.get("/files/", headers={"host": "tiantaisi.example"})

    assert answer["Location"] == "/accounts/login/?next=/files/"


def test_the_prefix_of_a_station_ends_with_its_request(clerk, signed_in):
    signed_in(clerk).get("/s/130705001/files/")

    assert get_script_prefix() == "/"


def test_an_unknown_host_leads_nowhere(township, client):
    assert client.get("/files/", headers={"host": "unknown.example"}).status_code == 400


def test_a_session_of_one_station_is_nothing_in_the_api_of_another(clerk, outsider, signed_in):
    assert signed_in(clerk).get("/s/130702001/api/v1/files/").status_code == 401
