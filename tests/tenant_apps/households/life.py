"""A file on file, and the people who look at it again."""

from datetime import timedelta

from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message
from tenant_apps.households.models import FileState, HouseholdFile, HouseholdRecheck
from tenant_apps.households.services import rounds
from tenant_apps.households.services.findings import Findings
from tenant_apps.households.services.visits import Visit
from tenant_apps.reviews.life import services as centre
from tenant_apps.reviews.models import Review
from tests.conftest import NOON
from tests.shared_apps.rollup.on_file import another_household, put_on_file

INCOMES = (250_000,) * 6


class Life:
    """Moves files along; every step runs inside its station, messages when ``relay`` is called."""

    def __init__(self, person_at):
        self.person_at = person_at
        self.now = NOON
        self.people = {}
        self.seeds = 0

    def person(self, station, role, name=None):
        key = (station.code, role)
        if key not in self.people:
            self.people[key] = self.person_at(
                station, role, name=name or f"{station.level}级{role}"
            )
        return self.people[key]

    def pass_days(self, days):
        self.now += timedelta(days=days)

    @property
    def today(self):
        return clock.local_day(self.now)

    def relay(self):
        return relay.deliver_all()

    def relay_one(self):
        """Deliver one message; False when none waits."""
        waiting = relay.stations_with_mail()
        return bool(waiting) and relay.deliver(waiting[0], limit=1) == 1

    def again(self):
        """Deliver every message a second time."""
        with in_network():
            Message.objects.update(state="new", attempts=0)
        return self.relay()

    def on_file(self, station, **changes):
        self.seeds += 1
        household = another_household(self.seeds) | changes
        file = put_on_file(station, now=self.now, **household)
        with in_station(station):
            HouseholdFile.objects.filter(pk=file.pk).update(
                on_file_on=self.today, declared_on=self.today
            )
        return file

    def rounds(self, station):
        with in_station(station):
            return rounds.open_rounds(now=self.now)

    def at(self, station, step, file, *args, role=Role.CLERK, **kwargs):
        with in_station(station):
            return step(
                getattr(file, "pk", file),
                *args,
                actor=self.person(station, role),
                now=self.now,
                **kwargs,
            )

    def decide(self, station, step, file, *, role=Role.REVIEWER, **kwargs):
        with in_station(station):
            review = Review.objects.filter(file_id=file.pk).order_by("-offer").first()
            done = getattr(centre, step)(
                review.pk, actor=self.person(station, role), now=self.now, **kwargs
            )
        self.relay()
        return done

    def review(self, station, file):
        with in_station(station):
            return Review.objects.filter(file_id=file.pk).order_by("-offer").first()

    def state(self, station, file):
        with in_station(station):
            return FileState(HouseholdFile.objects.get(pk=file.pk).state)

    def row(self, station, file):
        with in_station(station):
            return HouseholdFile.objects.get(pk=file.pk)

    def rechecks(self, station, file):
        with in_station(station):
            return list(HouseholdRecheck.objects.filter(file_id=file.pk).order_by("id"))

    def visit(self, **changes):
        values = {
            "visited_on": self.today,
            "place": "home",
            "first_visitor": "王走访",
            "second_visitor": "李走访",
            "findings": "家庭情况与填报一致。",
            "agrees": True,
        }
        return Visit(**{**values, **changes})

    def findings(self, **changes):
        return Findings(**{"text": "家庭情况没有变化。", **changes})

    def leaving(self, kind="out", reason="income", **changes):
        values = {
            "proposal": "exit",
            "exit_kind": kind,
            "exit_reason": reason,
            "incomes_fen": INCOMES if kind == "out" else (),
            "is_cause_gone": True,
        }
        return self.findings(**{**values, **changes})
