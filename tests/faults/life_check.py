"""Everything that must hold of the files of a walk, asked of the database and not of what was seen."""

from collections import Counter
from pathlib import Path
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection, transaction
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.json import JsonbLoader

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.audit.auditor import Place, Ring, audit_station
from shared_apps.exchange.models import Message, MessageState
from shared_apps.register.models import IdentityEntry
from shared_apps.rollup.models import Leaf
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.households.models import (
    CLOSED_STATES,
    COUNTED_STATES,
    HouseholdFile,
    HouseholdTransfer,
    HouseholdVersion,
    TransferRole,
    TransferState,
)
from tenant_apps.households.rules import custody


def all_that_is_wrong(walk):
    """Return everything that does not hold: holders, register, totals, facts, versions, references."""
    wrong, held, counted, opened = [], Counter(), set(), set()
    on_the_way = _files_on_the_way(walk)
    for station in walk.stations:
        with in_station(station):
            rows = dict(HouseholdFile.objects.values_list("pk", "state"))
            seen = {key: row[0] for key, row in walk.seen.files[station.id].items()}
            if rows != {k: one.replace("handed over", "transferring") for k, one in seen.items()}:
                wrong.append(f"{station.code}: its files changed behind its back")
            if not rows:
                continue
            handed = set(
                HouseholdTransfer.objects.filter(
                    role=TransferRole.GIVING, state=TransferState.HANDED
                ).values_list("file_id", flat=True)
            )
            for key, state in rows.items():
                if state not in CLOSED_STATES and key not in handed:
                    held[key] += 1
                    opened.add((station.id, key))
                if state in COUNTED_STATES:
                    counted.add(key)
                if key in handed and key in on_the_way:
                    opened.add((station.id, key))
            wrong += _broken_versions(station)
    held.update(on_the_way)
    wrong += [f"{key} is held {times} times" for key, times in held.items() if times != 1]
    with in_network():
        registered = set(
            IdentityEntry.objects.filter(role="head").values_list("station_id", "subject")
        )
        fold_facts(now=walk.now, wait=True)
        total = sum(
            Leaf.objects.filter(indicator="FIL-01", dimension="").values_list("n", flat=True)
        )
        with connection.cursor() as cursor:
            # What a commit would check and a roll-back never does.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    wrong += [f"register: {one}" for one in registered ^ opened]
    if total != len(counted):
        wrong.append(f"{total} households in the totals, {len(counted)} on file")
    wrong += [
        f"{station.code}: facts differ from files"
        for station in walk.stations
        if recount_station(station)
    ]
    wrong += _audited(walk)
    return wrong


# The files of a walk were put on file without an application.
_OF_ADMISSION = {
    "file-never-submitted",
    "on-file-without-approval-in-timeline",
    "on-file-without-day",
    "on-file-without-means-check",
    "on-file-without-stamps",
    "on-file-without-visit",
}


class _Reader:
    """What the auditor reads by: the connection of the walk, but values as psycopg itself gives them."""

    def cursor(self):
        cursor = psycopg.Cursor(connection.connection)
        cursor.adapters.register_loader("jsonb", JsonbLoader)
        cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        return cursor


def _audited(walk):
    """Return what the auditor finds, which shares no code with the services."""
    ring = Ring(dict(settings.BANGFU_KEYS["keys"]), settings.BANGFU_KEYS["index"])
    found = []
    for station in walk.stations:
        place = Place(
            station=station.id,
            code=station.code,
            schema=station.schema,
            now=walk.now,
            media=Path(settings.MEDIA_ROOT),
        )
        with transaction.atomic():
            found += [
                f"{station.code}: the auditor finds {one}"
                for one in audit_station(_Reader(), place, ring)
                if one.check not in _OF_ADMISSION
            ]
            # With it the role that the auditor took.
            transaction.set_rollback(True)
    return found


def _files_on_the_way(walk):
    with in_network():
        sent = Message.objects.filter(kind=custody.HANDED, state=MessageState.NEW)
        on_the_way = [
            (sender, UUID(body["transfer"]))
            for sender, body in sent.values_list("sender_id", "body")
        ]
    found = Counter()
    for sender, transfer in on_the_way:
        with in_station(walk.by_key[sender]):
            row = HouseholdTransfer.objects.get(transfer_id=transfer, role=TransferRole.GIVING)
        found[row.file_id] += 1
    return found


def _broken_versions(station):
    numbers = {}
    versions = HouseholdVersion.objects.order_by("file_id", "number")
    for key, number in versions.values_list("file_id", "number"):
        numbers.setdefault(key, []).append(number)
    return [
        f"{station.code} {key}: versions {found}"
        for key, found in numbers.items()
        if found != list(range(1, len(found) + 1))
    ]
