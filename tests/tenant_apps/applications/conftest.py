"""A visitor without JavaScript, and the worker behind it."""

import re

import pytest
from django.test import Client

from bangfu.kernel import clock
from tests.conftest import NOON
from tests.tenant_apps.applications.applications import somewhere


class Phone:
    """A plain browser of a worker: forms and links, nothing else."""

    def __init__(self, code="130705001"):
        self.client = Client(REMOTE_ADDR=somewhere())
        self.base = f"/s/{code}/public/"

    def get(self, path):
        return self.client.get(self.base + path)

    def post(self, path, data=None):
        return self.client.post(self.base + path, data or {})

    def begin(self):
        """Begin, and give the code that the page shows."""
        self.post("apply/")
        return re.search(r"\d{4}(-\d{4}){3}", self.get("apply/code/").content.decode())[0]

    def read(self, path):
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()


@pytest.fixture
def phone(township):
    return Phone()


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON.astimezone(clock.LOCAL))
