"""A kind of message of the tests' own that can be proven and sent again, and people who work on breaks."""

import pytest
from django.db import transaction

from bangfu.kernel.tenancy import current_station, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import handlers, services
from shared_apps.reconciliation import proofs
from tests.conftest import NOON


class Talk:
    """Keeps what each station said, and hears it at the other end."""

    def __init__(self):
        self.said = {}
        self.heard = set()

    def apply(self, message, *, now):
        self.heard.add(message.pk)

    def without_effect(self, messages):
        return {message.pk for message in messages} - self.heard

    def resend(self, stream, recipient, *, now):
        said = self.said.get((current_station().id, stream, recipient), [])
        for text in said:
            services.post_lost_again(
                kind="test.said",
                recipient=recipient,
                stream=stream,
                key=f"talk:{text}",
                body={"text": text},
                now=now,
            )
        return bool(said)

    def say(self, sender, recipient, text):
        self.said.setdefault((sender.id, "talk:1", recipient.id), []).append(text)
        with in_station(sender), transaction.atomic():
            return services.post(
                kind="test.said",
                recipient=recipient.id,
                stream="talk:1",
                key=f"talk:{text}",
                body={"text": text},
                now=NOON,
            )


@pytest.fixture
def talk(monkeypatch):
    talk = Talk()
    monkeypatch.setitem(handlers._handlers, "test.said", talk.apply)
    monkeypatch.setitem(proofs._proofs, "test.said", talk.without_effect)
    monkeypatch.setitem(proofs._resends, "talk", talk.resend)
    return talk


@pytest.fixture
def administrator(township, person_at):
    return person_at(township, Role.ADMINISTRATOR, name="周管理")


@pytest.fixture
def county_administrator(county, person_at):
    return person_at(county, Role.ADMINISTRATOR, name="吴管理")
