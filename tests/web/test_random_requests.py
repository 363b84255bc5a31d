"""R26: whatever is sent to whichever endpoint, nothing breaks, and every answer is as described.

Each operation of the description is asked about records that are there, and about some that are not, by
somebody who may do everything; what a request did is taken back before the next.
"""

import json
import os
from collections import Counter
from random import Random

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.test import Client

from bangfu.demo import load_first
from bangfu.demo.living import live
from bangfu.demo.money import tell_money
from bangfu.demo.plan import FIRST, SEED
from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import Membership, User
from shared_apps.accounts.roles import Role
from tenants.models import Station
from tests.demo.conftest import empty
from tests.support.conform import described
from tests.support.random_bodies import QUERIES, Bodies

__all__ = ["empty"]

pytestmark = pytest.mark.fault
FULL = os.environ.get("BANGFU_CHAOS") == "full"
ROUNDS = 12 if FULL else 1
ABSENT = {
    "uuid": ["01a1fd00-0000-7000-8000-000000000001"],
    "integer": ["1", "0", "99999999999999999999"],
    "string": ["nothing", "%00", "²"],
}
STATION = "/s/{station}/"
JSON = "application/json"


class Undone(Exception):
    """What a request did is taken back."""


def keys_at(ref):
    """Return the keys of some rows of every table that a station, or the network, may read."""
    found = {}
    for model in apps.get_models():
        try:
            with in_station(ref) if ref else in_network(), transaction.atomic():
                keys = list(model._default_manager.values_list("pk", flat=True)[:6])
        except DatabaseError:
            continue  # a table of others
        if keys:
            found[model._meta.label_lower] = [str(one) for one in keys]
    return found


class Sender:
    """Sends requests made from the description and notes what is not as it should be."""

    def __init__(self, seed):
        self.chance = Random(seed)
        self.bodies = Bodies(described().document["components"], self.chance)
        self.keys = {}
        self.faults = {}
        self.counts = Counter()
        with in_network():
            stations = [station.ref for station in Station.objects.order_by("path")]
            user = User.objects.create(username="r", name="任意", is_network_administrator=True)
            roles = [role for role in Role if role != Role.NETWORK_ADMINISTRATOR]
            for ref in stations:
                Membership.objects.create(
                    user=user, station_id=ref.id, roles=roles, began_at=clock.now()
                )
            self.client = Client(raise_request_exception=False)
            self.client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        self.codes = [ref.code for ref in stations]
        for ref in stations:
            self.keys[ref.code] = keys_at(ref)
        self.keys[""] = keys_at(None)

    def round(self):
        """Ask every operation, in an order of chance."""
        for operation in self.chance.sample(described().operations, len(described().operations)):
            if operation.method == "GET":
                self.read(operation)
            else:
                self.write(operation)

    def read(self, operation):
        self.send(operation, self.path_of(operation))
        parameters = operation.parameters("query")
        for parameter in self.chance.sample(parameters, min(3, len(parameters))):
            query = {parameter["name"]: self.chance.choice(QUERIES)}
            self.send(operation, self.path_of(operation), query)

    def write(self, operation):
        kinds = operation.told.get("requestBody", {}).get("content", {})
        schema = next((one["schema"] for one in kinds.values()), {})
        fitting = self.bodies.fitting(schema)
        spoiled = self.bodies.spoiled(fitting)
        for body in (fitting, spoiled, self.bodies.spoiled(spoiled)):
            if JSON in kinds or not kinds:
                path = self.path_of(operation)
                self.send(operation, path, json.dumps(body), content_type=JSON)
            elif isinstance(body, dict) and operation.method == "POST":
                parts = {name: json.dumps(one) for name, one in body.items() if one is not None}
                self.send(operation, self.path_of(operation), parts)

    def path_of(self, operation):
        """Fill the template with keys that are there, one time in twelve with such as are not."""
        path, codes = operation.template, [""]
        if path.startswith(STATION):
            # Rather a station that has what is asked for.
            chosen = self.chance.sample(self.codes, len(self.codes))
            codes = sorted(chosen, key=lambda code: not self.has_all(operation, code))
        code = codes[0]
        for parameter in operation.parameters("path"):
            name, schema = parameter["name"], parameter["schema"]
            known = [code] if name == "station" else self.known(operation, code, parameter)
            if not known or (name != "station" and self.chance.random() < 1 / 12):
                known = ABSENT[schema.get("format") or schema["type"]]
            path = path.replace(f"{{{name}}}", self.chance.choice(known))
        return path

    def has_all(self, operation, code):
        asked = [one for one in operation.parameters("path") if one["name"] != "station"]
        return all(self.known(operation, code, one) for one in asked)

    def known(self, operation, code, parameter):
        """Return keys that a parameter may mean: of a table of that name, rather of the app itself."""
        name, schema = parameter["name"], parameter["schema"]
        if "enum" in schema:
            return [str(one) for one in schema["enum"]]
        meant, app = name.removesuffix("_id").replace("_", ""), f"{operation.told['tags'][0]}."
        named = {table: keys for table, keys in self.keys[code].items() if meant in table}
        near = {table: keys for table, keys in named.items() if table.startswith(app)}
        of_app = {table: keys for table, keys in self.keys[code].items() if table.startswith(app)}
        tables = near or named or (of_app if schema.get("format") == "uuid" else {})
        return [key for keys in tables.values() for key in keys]

    def send(self, operation, path, data=None, **options):
        """Send one request; whatever it did is undone."""
        method = getattr(self.client, operation.method.lower())
        try:
            with transaction.atomic():
                response = method(path, data, **options)
                raise Undone
        except Undone:
            pass
        self.counts[response.status_code] += 1
        found = operation.faults(response)
        if response.status_code >= 500:
            found.append(f"{response.status_code}: {getattr(response, 'exc_info', None)!r}"[:600])
        for fault in found:
            where = (operation.method, operation.template, fault[:80])
            self.faults.setdefault(where, (path, str(data)[:200], fault))


@pytest.fixture
def network(empty, tmp_path):
    """A city, a county, a street and a unit with files in every state; in the long run also with their money."""
    load_first(size="tiny", sign_ins=tmp_path / "sign-ins.txt", progress=lambda *_said: None)
    live(seed=SEED, now=clock.now())
    if FULL:
        tell_money(now=clock.now(), among=[FIRST[2]])


@pytest.mark.parametrize("seed", range(1, 4) if FULL else [1])
def test_no_request_breaks_anything_and_every_answer_is_as_described(network, seed, capfd):
    sender = Sender(seed)
    for _round in range(ROUNDS):
        sender.round()

    with capfd.disabled():
        print(f"\nrandom requests: {sender.counts.total()}, {dict(sender.counts)}")
    assert sender.faults == {}
    assert sender.counts[200] > 100
