"""A kind of message of the tests' own, and shorthand to post it."""

import pytest
from django.db import transaction

from bangfu.kernel.tenancy import current_station, in_network, in_station
from shared_apps.exchange import handlers, services
from shared_apps.exchange.models import Message
from tests.conftest import NOON


class Ear:
    """Hears messages of the kind ``test.said`` and fails on demand."""

    def __init__(self):
        self.heard = []
        self.failing = {}

    def __call__(self, message, *, now):
        error = self.failing.get(message.body["text"])
        if error:
            raise error
        self.heard.append((current_station().code, message.body["text"]))

    @property
    def texts(self):
        return [text for _code, text in self.heard]


@pytest.fixture
def ear(monkeypatch):
    ear = Ear()
    monkeypatch.setitem(handlers._handlers, "test.said", ear)
    return ear


@pytest.fixture
def say():
    def say(sender, recipient, text, *, stream="talk", key=None, kind="test.said"):
        with in_station(sender), transaction.atomic():
            return services.post(
                kind=kind,
                recipient=recipient.id,
                stream=stream,
                key=key or f"{stream}:{text}",
                body={"text": text},
                now=NOON,
            )

    return say


@pytest.fixture
def make_due():
    """Let every message be due now, as if its waiting time had passed."""

    def make_due():
        with in_network():
            Message.objects.update(next_at=NOON, lease_until=None)

    return make_due


@pytest.fixture
def now_of():
    """Read a message anew."""

    def now_of(message):
        with in_network():
            return Message.objects.get(pk=message.pk)

    return now_of
