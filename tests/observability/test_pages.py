from datetime import timedelta

import pytest
from django.db import connections

from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.exchange.models import Message


def figures(client, **headers):
    answer = client.get("/metrics", **headers)
    assert answer.status_code == 200
    lines = (line for line in answer.content.decode().splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _blank, value in (line.rpartition(" ") for line in lines)}


def test_a_living_process_says_so_without_asking_the_database(client, db):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


def test_readiness_names_every_part(client, db):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok", "migrations": "ok"}


def test_a_lost_broker_makes_it_unready_and_tells_no_address(client, db, settings):
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["broker"] == "ConnectionError"
    assert "secret" not in answer.content.decode()


def test_a_migration_not_applied_makes_it_unready(client, committed):
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "DELETE FROM public.django_migrations WHERE app = 'tenants' AND name LIKE '0001%'"
        )

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["migrations"] == "1 not applied: bangfu migrate"


def test_metrics_tell_a_waiting_message_and_its_age(client, db, township, county):
    now = clock.now()
    with in_network():
        Message.objects.create(
            id="7b0c6f1e-13ab-5d2f-8c4d-622202123456", stream="file:1", seq=1, kind="test.sent",
            sender_id=township.id, recipient_id=county.id, body={}, digest=bytes(32),
            next_at=now, posted_at=now - timedelta(minutes=10),
        )  # fmt: skip

    told = figures(client)

    assert told['bangfu_messages{state="new"}'] == 1
    assert told['bangfu_messages{state="parked"}'] == 0
    assert 600 <= told['bangfu_message_age_seconds{state="new"}'] < 700
    assert told["bangfu_fold_lag_seconds"] == 0
    assert told['bangfu_breaks{kind="audit_chain"}'] == 0


def test_metrics_want_the_token_where_one_is_set(client, db, monkeypatch):
    monkeypatch.setenv("BANGFU_METRICS_TOKEN", "right")

    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer right"}).status_code == 200


@pytest.mark.parametrize(
    ("production", "address"), [(True, "127.0.0.1"), (False, "10.0.0.9"), (True, "10.0.0.9")]
)
def test_without_a_token_metrics_are_for_this_machine_and_never_in_production(
    client, db, settings, production, address
):
    settings.PRODUCTION = production

    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 403


@pytest.mark.parametrize("page", ["/healthz", "/readyz", "/metrics"])
def test_these_pages_are_only_read(client, db, page):
    assert client.post(page).status_code == 405
