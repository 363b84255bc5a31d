"""What stands when many apply, or approve, at the same moment."""

import pytest

from bangfu.kernel.tenancy import in_station
from tenant_apps.aid import services
from tenant_apps.aid.errors import SameNeedTwice
from tenant_apps.aid.models import OFF_STATES, Application
from tenant_apps.aid.services import Asked
from tests.support.crowd import crowd
from tests.tenant_apps.aid.conftest import desk_of

pytestmark = pytest.mark.fault
THREADS = 32


@pytest.mark.parametrize("for_student", [False, True])
def test_32_people_apply_for_the_same_need_and_one_does(
    committed, township, person_at, for_student
) -> None:
    desk = desk_of(township, person_at)
    with in_station(township):
        file = desk.household()
        member = file.members.get()
        given = {"programme": "living", "amount_fen": 100_000, "file_id": file.pk}
        if for_student:
            desk.now = desk.now.replace(month=9)
            given |= {
                "programme": "schooling", "member_id": member.pk, "stage": "secondary",
            }  # fmt: skip
        drafts = [
            services.open_application(Asked(**given), actor=desk.clerk, now=desk.now).pk
            for _ in range(THREADS)
        ]

    def apply(number):
        with in_station(township):
            services.submit_application(drafts[number], actor=desk.clerk, now=desk.now)

    errors = crowd(apply)

    assert len(errors) == THREADS - 1
    assert {type(error) for error in errors} == {SameNeedTwice}
    with in_station(township):
        assert Application.objects.exclude(state__in=OFF_STATES).count() == 1


def test_two_cases_do_not_both_fit_under_one_cap(committed, township, person_at) -> None:
    desk = desk_of(township, person_at)
    with in_station(township):
        file = desk.household()
        rows = [
            services.submit_application(
                services.open_application(
                    Asked(
                        programme="warmth", amount_fen=250_000, file_id=file.pk,
                        case_on=desk.today.replace(month=1 + number // 28, day=1 + number % 28),
                    ),
                    actor=desk.clerk, now=desk.now,
                ).pk,
                actor=desk.clerk, now=desk.now,
            )
            for number in range(THREADS)
        ]  # fmt: skip
        for row in rows:
            services.accept_application(row.pk, actor=desk.clerk, now=desk.now)

    def check(number):
        with in_station(township):
            services.check_application(rows[number].pk, actor=desk.clerk, now=desk.now)

    errors = crowd(check)

    assert len(errors) == THREADS - 2
    with in_station(township):
        granted = Application.objects.filter(state="reviewing")
        assert sum(row.amount_fen for row in granted) == 500_000
