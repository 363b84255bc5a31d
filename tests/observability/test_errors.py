import json

import pytest
import sentry_sdk
from sentry_sdk.transport import Transport

from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import in_station
from bangfu.observability.errors import report_errors


class Recorder(Transport):
    """Keeps what would have been sent."""

    def __init__(self):
        super().__init__()
        self.sent = []

    def capture_envelope(self, envelope):
        self.sent += [item.payload.json for item in envelope.items if item.type == "event"]


@pytest.fixture
def sentry():
    assert report_errors({"SENTRY_DSN": "https://key@sentry.invalid/1"}, release="1.2.3")
    recorder = Recorder()
    sentry_sdk.get_client().transport = recorder
    yield recorder
    sentry_sdk.get_client().close()
    sentry_sdk.init()


def fail(head_name):
    raise ValueError(f"cannot read 130771198803150017 of {head_name!r}"[:34])


def test_without_a_dsn_nothing_is_reported():
    assert report_errors({}, release="1.2.3") is False
    assert sentry_sdk.get_client().dsn is None


def test_a_fault_is_reported_with_the_station_and_without_the_person(sentry, township, db):
    with in_station(township):
        try:
            fail(head_name="张帮扶")
        except ValueError:
            sentry_sdk.capture_exception()

    (event,) = sentry.sent
    told = json.dumps(event, ensure_ascii=False)
    assert event["tags"]["station"] == township.code
    assert event["release"] == "1.2.3"
    assert "cannot read [id]" in told
    assert "130771198803150017" not in told
    assert "vars" not in told


def test_a_refusal_is_an_answer_and_not_reported(sentry):
    try:
        raise NotFound
    except NotFound:
        sentry_sdk.capture_exception()

    assert sentry.sent == []
