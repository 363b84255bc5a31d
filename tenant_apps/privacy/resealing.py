"""Seal everything anew under the current key, while everybody goes on working.

Nothing notes what is done: what is stale is found by its first bytes, so a round that was killed is simply
run again, and a value that somebody saved meanwhile is not touched twice. Rows are locked in small
batches, those that somebody else holds wait for the next round. Sealed values are found in three shapes:
columns of ``EncryptedTextField``, texts inside JSON, and files on the disk. A text inside JSON does not say
which place it is bound to; it is tried against the places of its name, and the seal itself tells.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import structlog
from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast

from bangfu.kernel.canonical import canonical_json
from bangfu.kernel.crypto import (
    EncryptedTextField,
    Secret,
    Unsealable,
    current_header,
    is_sealed,
    is_stale,
    seal_bytes,
    sm3,
    unseal,
    unseal_bytes,
)
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from bangfu.kernel.tenancy.models import StationModel
from shared_apps.audit.models import KeyRound
from shared_apps.exchange.models import Message
from tenant_apps.privacy.resealing_files import Tally, reseal_files, stale_files

log = structlog.get_logger(__name__)

AT_ONCE = 100
# A sealed number, telephone or address is short; a longer text may itself hold sealed values.
_LONGEST_PLAIN = 400
_PARCEL = "households.dossier"
# Places of texts that travel or are kept in JSON; a new one is added here, or stands in the way of retiring a key.
_PLACES_OF_JSON = (
    _PARCEL,
    "households.transfer",
    "applications.referral",
    "reviews.photo",
    "mfa.authenticator.secret",
)
# The chains and the marks of their ends are never changed; their JSON holds nothing sealed.
_NEVER = frozenset({"audit.auditrow", "audit.audithead", "audit.keyround"})


@dataclass(frozen=True, slots=True)
class _Columns:
    model: type[models.Model]
    sealed: tuple[str, ...]
    json: tuple[str, ...]


def reseal_station(
    station: StationRef, *, seconds: float, now: datetime, pause: float = 0.0
) -> Tally:
    """Seal anew what is stale in a station's tables and on its disk, for about so many seconds."""
    stop = _after(seconds)
    with in_station(station):
        tally = _reseal(_tables(of_stations=True), stop=stop, pause=pause)
        tally += reseal_files()
    tally.left = stale_in_station(station)
    _note(station.id, tally, now=now)
    return tally


def reseal_shared(*, seconds: float, now: datetime, pause: float = 0.0) -> Tally:
    """Seal anew what is stale in the shared tables, messages included."""
    with in_network():
        tally = _reseal(_tables(of_stations=False), stop=_after(seconds), pause=pause)
    tally.left = stale_in_shared()
    _note(None, tally, now=now)
    return tally


def stale_in_station(station: StationRef) -> int:
    """Count what in a station is not under the current key: the whole of it is looked at."""
    with in_station(station):
        rows = sum(_count(columns) for columns in _tables(of_stations=True))
        return rows + sum(1 for _path in stale_files(station.schema))


def stale_in_shared() -> int:
    """Count what in the shared tables is not under the current key."""
    with in_network():
        return sum(_count(columns) for columns in _tables(of_stations=False))


def ring_in_force() -> str:
    """Name the key and cipher that seal now, as a round notes it when it found nothing stale."""
    return current_header().hex()


def needs_round(station_id: int | None) -> bool:
    """Tell whether the last complete round of a place was under another key."""
    with in_network():
        return not _round_of(station_id).filter(key=ring_in_force()).exists()


def _reseal(tables: Iterable[_Columns], *, stop: Callable[[], bool], pause: float) -> Tally:
    tally = Tally()
    for columns in tables:
        last: Any = None
        while True:
            last, done = _batch(columns, after=last)
            tally += done
            if last is None:
                break
            if stop():
                return tally
            time.sleep(pause)
    return tally


@transaction.atomic
def _batch(columns: _Columns, *, after: Any) -> tuple[Any, Tally]:
    rows = _candidates(columns).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    keys = list(rows.values_list("pk", flat=True)[:AT_ONCE])
    tally = Tally()
    if not keys:
        return None, tally
    found = list(
        columns.model._base_manager.filter(pk__in=keys)
        .order_by("pk")
        .select_for_update(skip_locked=True)
    )
    for row in found:
        fresh, unreadable = _fresh_values(row, columns)
        tally.unreadable += unreadable
        if fresh:
            columns.model._base_manager.filter(pk=row.pk).update(**fresh)
            tally.resealed += len(fresh)
    return keys[-1], tally


def _count(columns: _Columns) -> int:
    count = 0
    for row in _candidates(columns).iterator(chunk_size=500):
        fresh, unreadable = _fresh_values(row, columns)
        count += len(fresh) + unreadable
    return count


def _candidates(columns: _Columns) -> models.QuerySet[models.Model]:
    header = current_header()
    rows = columns.model._base_manager.all()
    condition = Q(pk__in=[])
    for name in columns.sealed:
        head = Func(
            F(name),
            Value(1),
            Value(len(header)),
            function="substr",
            output_field=models.BinaryField(),
        )
        size = Func(F(name), function="octet_length", output_field=models.IntegerField())
        rows = rows.alias(**{f"{name}_head": head, f"{name}_size": size})
        condition |= Q(**{f"{name}__isnull": False}) & (
            ~Q(**{f"{name}_head": header}) | Q(**{f"{name}_size__gt": _LONGEST_PLAIN})
        )
    for name in columns.json:
        rows = rows.alias(**{f"{name}_text": Cast(name, models.TextField())})
        condition |= Q(**{f"{name}_text__regex": _stale_text(header)})
    return rows.filter(condition)


def _fresh_values(row: models.Model, columns: _Columns) -> tuple[dict[str, Any], int]:
    fresh: dict[str, Any] = {}
    unreadable = 0
    for name in columns.sealed:
        secret: Secret | None = getattr(row, name)
        if secret is None:
            continue
        try:
            value = _fresh_secret(secret)
        except Unsealable:
            unreadable += 1
            continue
        if value is not None:
            fresh[name] = value
    for name in columns.json:
        walk = _Walk()
        value = walk.fresh(getattr(row, name), "")
        unreadable += walk.unreadable
        if walk.changed:
            fresh[name] = value
    if fresh and isinstance(row, Message):
        fresh["digest"] = sm3(canonical_json(fresh["body"]))
    return fresh, unreadable


def _fresh_secret(secret: Secret) -> Secret | None:
    stored = secret.stored or b""
    stale = is_stale(stored)
    if not stale and len(stored) <= _LONGEST_PLAIN:
        return None
    text = secret.reveal()
    walk = _Walk()
    if text.startswith(("{", "[")):
        content = walk.fresh(json.loads(text), "")
        text = json.dumps(content, ensure_ascii=False) if walk.changed else text
    return Secret(place=secret.place, text=text) if stale or walk.changed else None


class _Walk:
    """One walk through a JSON value: seals anew the texts in it that are stale."""

    def __init__(self) -> None:
        self.changed = False
        self.unreadable = 0

    def fresh(self, value: Any, name: str) -> Any:
        """Return the value with its sealed texts under the current key."""
        if isinstance(value, dict):
            fresh = {
                key: self.fresh(part, name if key == "sealed" else key)
                for key, part in value.items()
            }
            if "digest" in fresh and fresh.get("sealed") != value.get("sealed"):
                fresh["digest"] = _digest_of_parcel(fresh["sealed"])
            return fresh
        if isinstance(value, list):
            return [self.fresh(part, name) for part in value]
        return self._fresh_text(value, name) if isinstance(value, str) else value

    def _fresh_text(self, text: str, name: str) -> str:
        sealed = _sealed_in(text)
        if sealed is None:
            return text
        for place in _places_named(name):
            try:
                content = unseal_bytes(sealed, place=place)
            except Unsealable:
                continue
            inner = _Walk()
            if content.startswith(b"{"):
                again = inner.fresh(json.loads(content), "")
                content = (
                    json.dumps(again, ensure_ascii=False).encode() if inner.changed else content
                )
            if not inner.changed and not is_stale(sealed):
                return text
            self.changed = True
            return base64.b64encode(seal_bytes(content, place=place)).decode()
        self.unreadable += 1
        return text


def _digest_of_parcel(sealed: str) -> str:
    # A parcel names the digest of its content, and the sealed values in the content have changed.
    content = json.loads(unseal(base64.b64decode(sealed), place=_PARCEL))
    return sm3(canonical_json(content)).hex()


def _sealed_in(text: str) -> bytes | None:
    if not text.startswith("AQ"):
        return None
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return value if is_sealed(value) else None


@cache
def _places_named(name: str) -> tuple[str, ...]:
    columns = [
        field.place
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField) and field.name == name
    ]
    return (*columns, *_PLACES_OF_JSON)


@cache
def _tables(*, of_stations: bool) -> tuple[_Columns, ...]:
    found = []
    for model in apps.get_models():
        if issubclass(model, StationModel) is not of_stations or model._meta.proxy:
            continue
        if model._meta.label_lower in _NEVER or not model._meta.managed:
            continue
        fields = model._meta.concrete_fields
        sealed = tuple(one.name for one in fields if isinstance(one, EncryptedTextField))
        texts = tuple(one.name for one in fields if isinstance(one, models.JSONField))
        if sealed or texts:
            found.append(_Columns(model, sealed, texts))
    return tuple(found)


def _stale_text(header: bytes) -> str:
    """Return the pattern of a sealed text in JSON that does not begin with ``header``, or that is long."""
    whole, rest = divmod(len(header), 3)
    current = base64.b64encode(header[: whole * 3]).decode()
    if rest:
        low = base64.b64encode(header[whole * 3 :] + bytes(3 - rest)).decode()[: rest + 1]
        high = base64.b64encode(header[whole * 3 :] + b"\xff" * (3 - rest)).decode()[: rest + 1]
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        span = alphabet[alphabet.index(low[-1]) : alphabet.index(high[-1]) + 1]
        current += re.escape(low[:-1]) + f"[{span}]"
    return f'"((?!{current})AQ[A-Za-z0-9+/]{{38}}|AQ([A-Za-z0-9+/]{{200}}){{3}})'


def _after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def _round_of(station_id: int | None) -> models.QuerySet[KeyRound]:
    if station_id is None:
        return KeyRound.objects.filter(station__isnull=True)
    return KeyRound.objects.filter(station_id=station_id)


def _note(station_id: int | None, tally: Tally, *, now: datetime) -> None:
    with in_network(), transaction.atomic():
        row = _round_of(station_id).select_for_update().first()
        if row is None:
            row = KeyRound(station_id=station_id)
        row.resealed += tally.resealed
        row.left, row.unreadable, row.at = tally.left, tally.unreadable, now
        if not tally.left:
            row.key = ring_in_force()
        row.save()
    if tally.unreadable:
        log.error("sealed_values_unreadable", station=station_id, count=tally.unreadable)
