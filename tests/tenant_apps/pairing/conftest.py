"""Households on file, their helpers, and the people who look after them."""

from datetime import date, timedelta
from random import Random

import pytest

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.identity import fictitious_id
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from tenant_apps.households import services as files
from tenant_apps.households.happenings import FileStep, Happening, tell
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.pairing import services
from tenant_apps.pairing.models import Contact, Duty, Helper, Pairing
from tenant_apps.pairing.services import ContactDetails, HelperDetails, PairingDetails
from tests.conftest import NOON
from tests.tenant_apps.households.households import complete

BIRTH = date(1979, 12, 1)


class Town:
    """One station at work: puts households on file, pairs them, lets days pass."""

    def __init__(self, station, person_at):
        self.station = station
        self.now = NOON
        self.clerk = person_at(station, Role.CLERK, name="王经办")
        self.reviewer = person_at(station, Role.REVIEWER, name="李审核")
        self.made = 0

    @property
    def today(self):
        return clock.local_day(self.now)

    def pass_days(self, days):
        self.now += timedelta(days=days)

    def go_to(self, day):
        self.now += timedelta(days=(day - self.today).days)

    def file(self, *, helper_name="", **changes) -> HouseholdFile:
        self.made += 1
        birth = BIRTH + timedelta(days=self.made)
        number = fictitious_id(Random(self.station.code), birth=birth, sex=2)
        said = {
            "id_no": number,
            "birth": birth,
            "card_no": f"69999900000{self.made:08d}",
            "mobile": "",
            "members": [],
        }
        with in_station(self.station):
            draft = complete(**{**said, **changes})
            file = files.open_draft(draft, actor=self.clerk, now=self.now).file
            file.file_no = f"{self.station.code}-{self.made:04d}"
            file.state = FileState.ON_FILE
            file.on_file_on = self.today
            file.helper_name = helper_name
            file.save()
            files.record_version(file=file, event="approve", actor=self.clerk, now=self.now)
        return file

    def helper(self, name="周责任", **said) -> Helper:
        details = HelperDetails(**{"name": name, "kind": "union_cadre", **said})
        return self.do("add_helper", details)

    def paired(self, file, helper, *, begins=True, **said) -> Pairing:
        return self.do(
            "propose_pairing",
            file_id=file.pk,
            helper_id=helper.pk,
            details=PairingDetails(**said),
            begins=begins,
        )

    def do(self, step, *args, actor=None, **said):
        with in_station(self.station):
            return getattr(services, step)(
                *args, actor=actor or self.reviewer, now=self.now, **said
            )

    def keep_up(self):
        with in_station(self.station):
            return services.keep_up(now=self.now)

    def happens(self, step, file, **data):
        with in_station(self.station):
            happening = Happening(step=FileStep(step), file=file, on=self.today, data=data)
            tell(happening, actor=Actor.system("relay", station=self.station), now=self.now)

    def visit(self, file, *, duty=None, **said) -> Contact:
        details = {
            "visited_on": self.today,
            "way": "visit",
            "by_names": "周责任",
            "findings": "家中情况稳定，孩子在读高中。",
            **said,
        }
        return self.do(
            "record_contact",
            file.pk,
            ContactDetails(**details),
            duty_id=duty.pk if duty else None,
            actor=self.clerk,
        )

    def duties(self, **narrowed) -> list[Duty]:
        with in_station(self.station):
            return list(Duty.objects.filter(**narrowed).order_by("due_on", "id"))

    def pairings(self, **narrowed) -> list[Pairing]:
        with in_station(self.station):
            return list(Pairing.objects.filter(**narrowed).order_by("id"))


@pytest.fixture
def town(township, person_at):
    return Town(township, person_at)
