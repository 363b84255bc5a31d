"""A kind of message with proof and memory of the tests' own, and people who work on breaks."""

import pytest
from django.db import transaction

from bangfu.kernel.tenancy import current_station, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import handlers, services
from shared_apps.reconciliation import proofs
from shared_apps.reconciliation.proofs import Sent
from tests.conftest import NOON


class Talk:
    """Remembers what each station said, and hears it at the other end."""

    def __init__(self):
        self.said = {}
        self.heard = set()

    def apply(self, message, *, now):
        self.heard.add(message.pk)

    def without_effect(self, messages):
        return {message.pk for message in messages} - self.heard

    def memory(self, stream, recipient):
        return self.said.get((current_station().id, stream, recipient), [])

    def say(self, sender, recipient, text):
        sent = Sent(kind="test.said", key=f"talk:{text}", body={"text": text})
        self.said.setdefault((sender.id, "talk:1", recipient.id), []).append(sent)
        with in_station(sender), transaction.atomic():
            return services.post(
                kind=sent.kind,
                recipient=recipient.id,
                stream="talk:1",
                key=sent.key,
                body=sent.body,
                now=NOON,
            )


@pytest.fixture
def talk(monkeypatch):
    talk = Talk()
    monkeypatch.setitem(handlers._handlers, "test.said", talk.apply)
    monkeypatch.setitem(proofs._proofs, "test.said", talk.without_effect)
    monkeypatch.setitem(proofs._memories, "talk", talk.memory)
    return talk


@pytest.fixture
def administrator(township, person_at):
    return person_at(township, Role.ADMINISTRATOR, name="周管理")


@pytest.fixture
def county_administrator(county, person_at):
    return person_at(county, Role.ADMINISTRATOR, name="吴管理")
