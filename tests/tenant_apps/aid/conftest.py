"""A township whose households apply for aid: its people, its funds, its files."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_station
from shared_apps.accounts.roles import Role
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.services.numbering import number_of
from tenant_apps.funds.models import Fund
from tenant_apps.funds.services import appropriate_budget, open_fund, open_year
from tenant_apps.households.models import HouseholdFile
from tests.conftest import NOON
from tests.shared_apps.rollup.on_file import another_household, put_on_file
from tests.support.scenes import scene

BUDGET_FEN = 100_000_000


@dataclass
class Desk:
    """The aid desk of a station; every act is done by the person whose part it is."""

    station: StationRef
    clerk: Actor
    reviewer: Actor
    head: Actor
    finance: Actor
    fiscal: Fund
    gift: Fund
    now: Any = NOON
    seeds: list[int] = field(default_factory=lambda: [0])

    @property
    def today(self) -> date:
        return clock.local_day(self.now)

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)

    def household(self, **changes: Any) -> HouseholdFile:
        self.seeds[0] += 1
        made = put_on_file(self.station, now=self.now, **another_household(self.seeds[0]) | changes)
        HouseholdFile.objects.filter(pk=made.pk).update(on_file_on=self.today)
        return HouseholdFile.objects.get(pk=made.pk)

    def approved(self, household: HouseholdFile, /, **changes: Any) -> Application:
        """An approved application as the flow leaves it, without walking there."""
        row = Application(
            state=AidState.APPROVED,
            file=household,
            programme="living",
            programme_version_id=1,
            aid="living",
            mode="everyday",
            cycle="2026",
            household=bytes(household.id_no_hash),
            person_name=household.name,
            payee_name=household.card_name,
            asked_fen=280_000,
            amount_fen=280_000,
            fund=self.fiscal,
            entered_by_id=self.clerk.user_id,
            entered_by=self.clerk.name,
            reviewed_by_id=self.reviewer.user_id,
            reviewed_by=self.reviewer.name,
            approved_by_id=self.head.user_id,
            approved_by=self.head.name,
            approved_on=self.today,
            created_at=self.now,
            changed_at=self.now,
        )
        row.payee_card = household.card_no.reveal()
        for name, value in changes.items():
            setattr(row, name, value)
        row.number = number_of(row.pk, on=self.today)
        row.save(force_insert=True)
        return row


def desk_of(station: StationRef, person_at: Any) -> Desk:
    people = {
        role: person_at(station, role, name=name)
        for role, name in (
            (Role.CLERK, "经办甲"),
            (Role.REVIEWER, "审核乙"),
            (Role.HEAD, "站长丙"),
            (Role.FINANCE, "财务丁"),
        )
    }
    finance, head = people[Role.FINANCE], people[Role.HEAD]
    with in_station(station):
        open_year(year=2026, maker=finance, actor=head, now=NOON)
        fiscal = open_fund(
            code="ZY26", name="中央财政帮扶资金", source="central", actor=finance, now=NOON
        )
        gift = open_fund(
            code="JZ01", name="金秋助学金", source="donation", programmes=["schooling"],
            actor=finance, now=NOON,
        )  # fmt: skip
        for fund in (fiscal, gift):
            appropriate_budget(
                ref=f"budget:{fund.code}", fund_id=fund.pk, amount_fen=BUDGET_FEN,
                on=date(2026, 1, 5), memo="年度预算", maker=finance, actor=head, now=NOON,
            )  # fmt: skip
    return Desk(station, people[Role.CLERK], people[Role.REVIEWER], head, finance, fiscal, gift)


@scene
def aid_desk(cast):
    return desk_of(cast.station("130705001"), cast.person_at)


@pytest.fixture
def desk(aid_desk):
    """The desk of the township, inside its station."""
    with in_station(aid_desk.station):
        yield aid_desk
