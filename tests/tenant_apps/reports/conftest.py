"""A tree of stations with households on file, and the people who report."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.periods import Period
from shared_apps.rollup.services import fold_facts, record_facts
from tenant_apps.reports import services
from tenant_apps.reports.declarations import FORMS
from tenant_apps.reports.models import Received, Report
from tests.conftest import NOON
from tests.support.scenes import scene

QUARTER = Period.parse("2026Q3")
FORM = FORMS["hardship_files"]


def household(name: str, *, month: date = date(2026, 8, 1), sign: int = 1, **dims) -> list[Fact]:
    """The facts of one household put on file (or, with ``sign`` -1, no more on file) in a month."""
    subject = name.encode().ljust(16, b".")[:16]
    counted = {
        "tier": "1",
        "cause": "06",
        "file_level": "4",
        "file_kind": "urban",
        "group": ["none"],
        "sex": "2",
        "age_band": "40-49",
    } | dims
    facts = [
        Fact(indicator="FIL-01", period=month, dims=counted, n=sign, subject=subject),
        Fact(
            indicator="FIL-02", period=month, dims=counted, n=sign, value=3 * sign, subject=subject
        ),
    ]
    if sign == 1:
        opened = {"tier": counted["tier"], "cause": counted["cause"]}
        facts.append(Fact(indicator="FIL-03", period=month, dims=opened, subject=subject))
    return facts


def left(name: str, code: str = "FIL-04", **dims) -> list[Fact]:
    """The facts of a household that left in September."""
    month = date(2026, 9, 1)
    gone = Fact(
        indicator=code,
        period=month,
        dims={"exit_reason": "income"},
        subject=name.encode().ljust(16, b".")[:16],
    )
    return [*household(name, month=month, sign=-1, **dims), gone]


class Network:
    """Lets stations of the small tree report; messages move when ``relay`` is called."""

    def __init__(self, person_at):
        self.person_at = person_at
        self.now = NOON
        self.people = {}

    def head(self, station):
        return self.person(station, Role.HEAD)

    def person(self, station, role):
        key = (station.code, role)
        if key not in self.people:
            self.people[key] = self.person_at(station, role, name=f"{station.level}级{role}")
        return self.people[key]

    def pass_time(self, **amount):
        self.now += timedelta(**amount)

    def record(self, station, *facts):
        with in_station(station), transaction.atomic():
            record_facts([fact for group in facts for fact in group], now=self.now)
        fold_facts(now=self.now, wait=True)

    def opened(self, station, form=FORM, period=QUARTER):
        with in_station(station):
            services.open_report(form, period, now=self.now, everyone=True)

    def report(self, station, form=FORM, period=QUARTER):
        with in_station(station):
            return Report.objects.select_related("version").get(form=form.code, period=period.text)

    def unit(self, station, below):
        with in_station(station):
            return Received.objects.select_related("latest", "counted").get(
                code=below.code, form=FORM.code, period=QUARTER.text
            )

    def submit(self, station, **kwargs):
        report = self.report(station)
        with in_station(station):
            services.submit(report.pk, actor=self.head(station), now=self.now, **kwargs)
        relay.deliver_all()

    def at_unit(self, act, station, below, **kwargs):
        unit = self.unit(station, below)
        with in_station(station):
            getattr(services, act)(unit.pk, actor=self.head(station), now=self.now, **kwargs)
        relay.deliver_all()

    def at_unit_excused(self, station):
        with in_station(station):
            for unit in Received.objects.all():
                services.excuse(unit.pk, reason="免报", actor=self.head(station), now=self.now)

    def at_report(self, act, station, **kwargs):
        report = self.report(station)
        with in_station(station):
            getattr(services, act)(report.pk, actor=self.head(station), now=self.now, **kwargs)
        relay.deliver_all()

    def total(self, station, key="closing.households_all"):
        return self.report(station).version.picture["total"][key]


@pytest.fixture
def network(person_at, db):
    """Nothing reported, nobody on file."""
    return Network(person_at)


@scene
def branch(cast):
    """The stations of one branch opened for the quarter, each with one household on file."""
    return _branch(cast)


@scene
def locked(cast):
    """The whole branch reported, accepted, and concluded by the city."""
    branch = _branch(cast)
    for below, above in zip(branch.branch, branch.branch[1:], strict=False):
        branch.submit(below)
        branch.at_unit("accept", above, below)
    branch.submit(branch.branch[-1])
    return branch


def _branch(cast):
    network = Network(cast.person_at)
    network.branch = tuple(
        cast.station(code) for code in ("130705001E01", "130705001", "130705", "1307")
    )
    for number, station in enumerate(network.branch):
        network.record(station, household(f"home {number}"))
    for station in network.branch:
        network.opened(station)
    city, other_county = network.branch[-1], cast.station("130702")
    network.at_unit("excuse", city, other_county, reason="本季度新设，下季度起报送。")
    return network
