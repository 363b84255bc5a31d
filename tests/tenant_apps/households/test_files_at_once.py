"""Two people at once, with real commits: one wins, the other is told."""

from functools import partial
from typing import Any

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.kernel.tenancy import StationRef, in_station
from shared_apps.register.models import FileSerial
from tenant_apps.households import services
from tenant_apps.households.models import HouseholdFile
from tests.conftest import NOON
from tests.support.crowd import at_once
from tests.tenant_apps.households.households import PAPERS, complete


def at_once_at(station: StationRef, *acts: Any) -> list[Any]:
    """Run the acts at the station at the same moment; refusals are answers."""

    def there(act: Any) -> Any:
        with in_station(station):
            return act()

    return at_once(*(partial(there, act) for act in acts))


def test_one_household_opened_twice_at_once_gets_one_file(
    committed, township: StationRef, clerk: Actor
) -> None:
    def act() -> Any:
        return services.open_draft(complete(), actor=clerk, now=NOON)

    outcome = at_once_at(township, act, act)
    refused = [one for one in outcome if isinstance(one, InvalidInput)]
    assert len(refused) == 1
    assert refused[0].problems[0].code == "E201"
    with in_station(township):
        assert HouseholdFile.objects.count() == 1


def test_of_two_changes_at_once_one_is_kept_and_the_other_told(
    committed, township: StationRef, clerk: Actor
) -> None:
    with in_station(township):
        file = services.open_draft(complete(), actor=clerk, now=NOON).file

    def change(skill: str) -> Any:
        return lambda: services.change_draft(
            file.pk, changes={"skills": skill}, expected_version=1, actor=clerk, now=NOON
        )

    outcome = at_once_at(township, change("电工"), change("焊工"))
    assert sum(isinstance(one, services.FileChanged) for one in outcome) == 1
    with in_station(township):
        file.refresh_from_db()
        assert file.lock_version == 2
        assert file.skills in {"电工", "焊工"}


def test_one_file_submitted_twice_at_once_gets_one_number(
    committed, township: StationRef, clerk: Actor
) -> None:
    with in_station(township):
        file = services.open_draft(complete(), actor=clerk, now=NOON).file
        for kind in PAPERS:
            services.mark_paper(file.pk, kind=kind, actor=clerk, now=NOON)

    def act() -> Any:
        return services.submit_file(file.pk, actor=clerk, now=NOON)

    outcome = at_once_at(township, act, act)
    assert sum(isinstance(one, DomainError) for one in outcome) == 1
    with in_station(township):
        assert FileSerial.objects.get().last == 1
        assert HouseholdFile.objects.get().versions.count() == 1
