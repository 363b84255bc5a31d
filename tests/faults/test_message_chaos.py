"""R10 and R11: whatever dies, every message has its effect once, in the order of its stream."""

import json
import os
import subprocess
import sys

import pytest
from celery import Celery

from bangfu.celery import app as product
from bangfu.kernel import doorbell
from bangfu.kernel.tenancy import in_network
from bangfu.local import valkey
from bangfu.local.state import State
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message
from tests.faults.relay_mutants import MUTANTS, source_with
from tests.support.services import ROOT

pytestmark = pytest.mark.fault

FULL = os.environ.get("BANGFU_CHAOS") == "full"


def test_killed_producers_and_relays_lose_double_and_disorder_nothing(capfd):
    command = [sys.executable, "-m", "tests.faults.chaos", *(["--full"] if FULL else [])]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    with capfd.disabled():
        print(f"\nmessage chaos: {done.stdout.strip()}")
    result = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0, (result, done.stderr[-2000:])
    assert result["messages"] >= (10_000 if FULL else 2_000)
    assert result["kills"] >= (500 if FULL else 100)


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_every_fault_of_the_relay_still_finds_the_line_it_changes(mutant):
    assert source_with(mutant)


@pytest.mark.skipif(not FULL, reason="the mutants of the relay run in make chaos")
@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_relay_with_this_fault_would_be_caught(mutant):
    done = subprocess.run(
        [
            sys.executable,
            *("-m", "pytest", "-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider"),
            *("-p", "tests.faults.relay_mutants", "tests/shared_apps/exchange"),
        ],
        cwd=ROOT,
        env=os.environ | {"BANGFU_MUTANT": mutant},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stdout[-2000:]


@pytest.fixture
def broker(tmp_path, monkeypatch):
    """A Valkey of the test's own, and the Celery that rings by it."""
    state = State.at(tmp_path / "state")
    with state.locked():
        url = valkey.start(state)
    app = Celery("bell", broker=url, set_as_current=False)
    app.conf.broker_transport_options = product.conf.broker_transport_options
    app.conf.task_default_queue = "bell"
    monkeypatch.setattr(doorbell, "current_app", app)
    monkeypatch.setattr(doorbell, "_bell", doorbell._Bell())
    yield state, url
    valkey.stop(state)


def test_an_emptied_broker_loses_no_message(committed, township, county, say, ear, broker):
    import redis

    _state, url = broker
    for number in range(20):
        say(township, county, str(number))
    with redis.Redis.from_url(url) as client:
        assert client.llen("bell") == 20
        client.flushall()

    assert relay.deliver_all() == 20
    assert ear.texts == [str(number) for number in range(20)]


def test_a_stopped_broker_loses_no_message_and_holds_up_no_act(
    committed, township, county, say, ear, broker, monkeypatch
):
    state, _url = broker
    valkey.stop(state)
    waited = []
    monkeypatch.setattr("kombu.utils.functional.sleep", waited.append)

    for number in range(20):
        say(township, county, str(number))

    assert waited == []
    with in_network():
        assert Message.objects.count() == 20
    assert relay.deliver_all() == 20
