"""What payouts and the bank say of an application, and the numbers that follow."""

from collections import Counter
from datetime import date

import pytest

from bangfu.kernel.errors import IllegalMove
from bangfu.kernel.tenancy import in_network
from shared_apps.rollup.models import Delta
from tenant_apps.aid import services
from tenant_apps.aid.errors import NotPayable, PayeeDoubtful
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.selectors import facts_of_station

ON = date(2026, 11, 23)


@pytest.fixture
def by_finance(desk):
    return {"actor": desk.finance, "now": desk.now}


@pytest.fixture
def paid(desk, by_finance):
    row = desk.approved(desk.household())
    services.batch_applications([row.pk], batch="P1", **by_finance)
    return services.note_paid(row.pk, line="P1:1", on=ON, **by_finance)


def test_a_batch_takes_approved_applications_and_all_of_them_or_none(desk, by_finance) -> None:
    first, second = (desk.approved(desk.household()) for _ in range(2))
    services.batch_applications([first.pk, second.pk], batch="P1", **by_finance)
    third = desk.approved(desk.household())

    with pytest.raises(NotPayable):
        services.batch_applications([third.pk, first.pk], batch="P2", **by_finance)

    third.refresh_from_db()
    assert third.state == AidState.APPROVED


def test_putting_it_into_the_same_batch_again_changes_nothing(desk, by_finance) -> None:
    row = desk.approved(desk.household())
    services.batch_applications([row.pk], batch="P1", **by_finance)
    again = services.batch_applications([row.pk], batch="P1", **by_finance)
    assert again[0].state == AidState.BATCHED


def test_what_left_a_batch_can_join_another(desk, by_finance) -> None:
    row = desk.approved(desk.household())
    services.batch_applications([row.pk], batch="P1", **by_finance)
    services.unbatch_application(row.pk, "批次作废", **by_finance)
    moved = services.batch_applications([row.pk], batch="P2", **by_finance)
    assert (moved[0].state, moved[0].batch) == (AidState.BATCHED, "P2")


def test_paid_money_counts_the_household_once_and_its_amount(paid) -> None:
    facts = {fact.indicator: fact for fact in facts_of_station()}
    assert facts["AID-01"].subject == bytes(paid.household)
    assert facts["AID-03"].value == 280_000
    assert facts["AID-03"].period == date(2026, 11, 1)
    assert set(facts) == {"AID-01", "AID-02", "AID-03", "AID-10.N"}


def test_telling_of_the_same_payment_again_counts_nothing_more(paid, by_finance) -> None:
    services.note_paid(paid.pk, line="P1:1", on=ON, **by_finance)
    assert [fact.n for fact in facts_of_station() if fact.indicator == "AID-02"] == [1]


def test_another_line_cannot_pay_what_was_paid(paid, by_finance) -> None:
    with pytest.raises(IllegalMove):
        services.note_paid(paid.pk, line="P2:7", on=ON, **by_finance)


def test_money_that_came_back_is_not_counted_any_more(paid, by_finance) -> None:
    services.note_returned(paid.pk, "户名不符", **by_finance)
    assert list(facts_of_station()) == []
    with in_network():
        told = [fact for row in Delta.objects.all() for fact in row.facts]
    left = Counter({fact["i"]: 0 for fact in told})
    for fact in told:
        left[fact["i"]] += fact.get("n", 1)
    assert {name: left[name] for name in left if name.startswith("AID")} == dict.fromkeys(
        ["AID-01", "AID-02", "AID-03", "AID-10.N"], 0
    )


def test_after_a_failed_payment_the_account_is_corrected_first(desk, by_finance) -> None:
    row = desk.approved(desk.household())
    services.batch_applications([row.pk], batch="P1", **by_finance)
    services.note_not_paid(row.pk, "账号不存在", **by_finance)
    with pytest.raises(PayeeDoubtful):
        services.batch_applications([row.pk], batch="P2", **by_finance)
    assert Application.objects.get(pk=row.pk).reason == "账号不存在"


def test_a_student_counts_as_a_person_and_the_family_as_a_household(desk, by_finance) -> None:
    row = desk.approved(
        desk.household(),
        programme="schooling", aid="schooling", member=b"s" * 16, stage="bachelor", fund=desk.gift,
    )  # fmt: skip
    services.batch_applications([row.pk], batch="P1", **by_finance)
    services.note_paid(row.pk, line="P1:1", on=ON, **by_finance)
    facts = {fact.indicator: fact for fact in facts_of_station()}
    assert facts["EDU-01"].subject == b"s" * 16
    assert facts["EDU-02"].value == 280_000
    assert facts["AID-01"].subject == bytes(row.household)


def test_two_festivals_count_apart_for_people_outside_the_files(desk, by_finance) -> None:
    row = desk.approved(
        desk.household(), file=None, group="front_line", aid="warmth", programme="warmth",
        campaign="two_festivals", household=b"p" * 16,
    )  # fmt: skip
    services.batch_applications([row.pk], batch="P1", **by_finance)
    services.note_paid(row.pk, line="P1:1", on=ON, **by_finance)
    facts = {fact.indicator: fact for fact in facts_of_station()}
    assert set(facts) == {"AID-01", "AID-02", "AID-03", "AID-05", "AID-06", "AID-07"}
    assert facts["AID-06"].dims["warmth_group"] == "front_line"


def test_whoever_has_no_number_counts_in_money_and_never_as_a_household(desk, by_finance) -> None:
    row = desk.approved(
        desk.household(), file=None, group="front_line", aid="warmth", programme="warmth",
        household=b"n" * 16, is_identified=False,
    )  # fmt: skip
    services.batch_applications([row.pk], batch="P1", **by_finance)
    services.note_paid(row.pk, line="P1:1", on=ON, **by_finance)
    assert {fact.indicator for fact in facts_of_station()} == {"AID-02", "AID-03"}
