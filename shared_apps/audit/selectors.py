"""Questions about what was done."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from bangfu.kernel.clock import LOCAL
from bangfu.kernel.tenancy import in_network, station_in_force
from shared_apps.audit.models import NETWORK_CHAIN, AuditRow, KeyRound
from tenants.models import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """What a person looks for; empty means anything. Days are Shanghai days, both included."""

    event: str = ""
    actor: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    since: date | None = None
    until: date | None = None


def rows_here(wanted: AuditFilter) -> QuerySet[AuditRow]:
    """The rows of the chain of the realm in force that fit, newest first."""
    station = station_in_force()
    rows = AuditRow.objects.filter(chain=station.id if station else NETWORK_CHAIN)
    if wanted.event:
        rows = rows.filter(event__startswith=wanted.event)
    if wanted.actor:
        rows = rows.filter(actor_name__contains=wanted.actor)
    if wanted.subject_kind:
        rows = rows.filter(subject_kind=wanted.subject_kind)
    if wanted.subject_id:
        rows = rows.filter(subject_id=wanted.subject_id)
    if wanted.since:
        rows = rows.filter(at__gte=datetime.combine(wanted.since, time.min, LOCAL))
    if wanted.until:
        rows = rows.filter(
            at__lt=datetime.combine(wanted.until + timedelta(days=1), time.min, LOCAL)
        )
    return rows.order_by("-seq")


def rows_of_subject(kind: str, subject_id: object) -> QuerySet[AuditRow]:
    """What was done to one record of the realm in force, oldest first."""
    return rows_here(AuditFilter(subject_kind=kind, subject_id=str(subject_id))).order_by("seq")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlace:
    """One place that holds sealed values, and how far it has come."""

    name: str
    resealed: int
    left: int | None
    unreadable: int
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRounds:
    """How far every place has come in being sealed anew, the shared tables first."""

    places: tuple[KeyPlace, ...]

    @property
    def total(self) -> int:
        """How many places there are."""
        return len(self.places)

    @property
    def done(self) -> int:
        """In how many the last round found nothing under an older key."""
        return sum(place.is_done for place in self.places)

    @property
    def percent(self) -> int:
        """The same as a share."""
        return 100 * self.done // self.total


def key_rounds(key: str) -> KeyRounds:
    """Say of every station, and of the shared tables, how far they are under ``key``. Two queries."""
    with in_network():
        rounds = {row.station_id: row for row in KeyRound.objects.all()}
        stations = list(Station.objects.order_by("path").values_list("pk", "code", "name"))
    named = [(None, "—"), *((pk, f"{code} {name}") for pk, code, name in stations)]
    return KeyRounds(places=tuple(_place(rounds.get(pk), name, key) for pk, name in named))


def _place(row: KeyRound | None, name: str, key: str) -> KeyPlace:
    if row is None:
        return KeyPlace(name=name, resealed=0, left=None, unreadable=0, is_done=False)
    return KeyPlace(
        name=name,
        resealed=row.resealed,
        left=row.left,
        unreadable=row.unreadable,
        is_done=row.key == key,
    )
