"""Figures for Prometheus: of this machine's processes, and of the network, asked when scraped."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network
from shared_apps.exchange.models import JobRun, JobState, Message, MessageState, StationService
from shared_apps.reconciliation.models import UNSETTLED, Break, BreakKind
from shared_apps.rollup.models import Delta, FoldState
from tenants.models import SchemaChange, Station, StationSchema

CONTENT_TYPE = CONTENT_TYPE_LATEST
OPEN = (MessageState.NEW, MessageState.PARKED)

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure of the network; ``read`` answers value of the label → figure, by one query."""

    name: str
    help: str
    label: str
    read: Callable[[datetime], Figures]


def _stations(_now: datetime) -> Figures:
    return _counts(Station.objects.values_list("state").annotate(n=Count("pk")))


def _pool(_now: datetime) -> Figures:
    return {"": StationSchema.objects.filter(station=None).count()}


def _schema_changes(_now: datetime) -> Figures:
    latest = SchemaChange.objects.order_by("-started_at").first()
    return {"": (latest.total - latest.done) if latest else 0}


def _messages(_now: datetime) -> Figures:
    counted = Message.objects.filter(state__in=OPEN).values_list("state").annotate(n=Count("pk"))
    return dict.fromkeys(OPEN, 0.0) | _counts(counted)


def _message_ages(now: datetime) -> Figures:
    oldest = (
        Message.objects.filter(state__in=OPEN).values_list("state").annotate(at=Min("posted_at"))
    )
    return dict.fromkeys(OPEN, 0.0) | _ages(oldest, now)


def _facts_waiting(_now: datetime) -> Figures:
    return {"": Delta.objects.count()}


def _fold_lag(now: datetime) -> Figures:
    # Nothing waiting is no lag, however long ago the last fold was.
    oldest = Delta.objects.aggregate(at=Min("at"))["at"]
    return {"": _age(oldest, now)}


def _folds(_now: datetime) -> Figures:
    state = FoldState.objects.first()
    return {"": state.folds if state else 0}


def _breaks(_now: datetime) -> Figures:
    unsettled = Break.objects.filter(state__in=UNSETTLED).values_list("kind")
    return dict.fromkeys(BreakKind.values, 0.0) | _counts(unsettled.annotate(n=Count("pk")))


def _break_ages(now: datetime) -> Figures:
    unsettled = Break.objects.filter(state__in=UNSETTLED).values_list("kind")
    return dict.fromkeys(BreakKind.values, 0.0) | _ages(unsettled.annotate(at=Min("found_at")), now)


def _job_ages(now: datetime) -> Figures:
    done = JobRun.objects.filter(state=JobState.DONE)
    return _ages(done.values_list("job").annotate(at=Max("finished_at")), now)


def _jobs_failed(_now: datetime) -> Figures:
    return _counts(
        JobRun.objects.filter(state=JobState.FAILED).values_list("job").annotate(n=Count("pk"))
    )


def _stations_failing(_now: datetime) -> Figures:
    failing = StationService.objects.filter(failures__gt=0)
    return _counts(failing.values_list("job").annotate(n=Count("pk")))


def _stations_longest_unserved(now: datetime) -> Figures:
    return _ages(StationService.objects.values_list("job").annotate(at=Min("served_at")), now)


def _counts(rows: Iterable[tuple[str, int]]) -> Figures:
    return {str(label): float(count) for label, count in rows}


def _ages(rows: Iterable[tuple[str, datetime | None]], now: datetime) -> Figures:
    return {str(label): _age(at, now) for label, at in rows}


def _age(at: datetime | None, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds()) if at else 0.0


GAUGES = (
    Gauge("bangfu_stations", "Stations by state", "state", _stations),
    Gauge("bangfu_schema_pool", "Schemas ready for new stations", "", _pool),
    Gauge(
        "bangfu_schema_change_pending",
        "Schemas the latest change has not reached",
        "",
        _schema_changes,
    ),
    Gauge("bangfu_messages", "Messages not applied, by state", "state", _messages),
    Gauge(
        "bangfu_message_age_seconds",
        "Age of the oldest message not applied",
        "state",
        _message_ages,
    ),
    Gauge("bangfu_facts_waiting", "Writes whose facts wait for the folder", "", _facts_waiting),
    Gauge("bangfu_fold_lag_seconds", "Age of the oldest fact not folded", "", _fold_lag),
    Gauge("bangfu_folds", "Folds done since the beginning", "", _folds),
    Gauge("bangfu_breaks", "Breaks nobody has settled", "kind", _breaks),
    Gauge("bangfu_break_age_seconds", "Age of the oldest break not settled", "kind", _break_ages),
    Gauge("bangfu_job_age_seconds", "Time since a job last ended well", "job", _job_ages),
    Gauge("bangfu_jobs_failed", "Runs that failed within a week", "job", _jobs_failed),
    Gauge(
        "bangfu_job_stations_failing",
        "Stations at which a job failed last",
        "job",
        _stations_failing,
    ),
    Gauge(
        "bangfu_job_station_wait_seconds",
        "Time since a job came round to the station that waits longest",
        "job",
        _stations_longest_unserved,
    ),
)


class NetworkCollector(Collector):
    """Asks the database for the gauges when Prometheus comes."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = clock.now()
        with in_network():
            for gauge in GAUGES:
                labels = [gauge.label] if gauge.label else []
                family = GaugeMetricFamily(gauge.name, gauge.help, labels=labels)
                for value, figure in gauge.read(now).items():
                    family.add_metric([value] if labels else [], figure)
                yield family

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return ()


def exposition() -> bytes:
    """Return all figures in Prometheus' text format: of every web process, then of the network."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        processes = CollectorRegistry()
        MultiProcessCollector(processes)  # type: ignore[no-untyped-call]
    else:
        processes = REGISTRY
    network = CollectorRegistry()
    network.register(NetworkCollector())
    return generate_latest(processes) + generate_latest(network)
