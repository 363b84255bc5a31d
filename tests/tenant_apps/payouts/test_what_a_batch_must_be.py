"""Who may be paid together, to which card, from which money."""

import pytest

from bangfu.kernel.errors import InvalidInput
from tenant_apps.aid.errors import NotPayable, PayeeDoubtful
from tenant_apps.aid.models import AidState, Application
from tenant_apps.payouts import services
from tenant_apps.payouts.models import Batch, Line, LineState
from tenant_apps.payouts.rules import Household, Standing, batch_problems, money_problems
from tests.conftest import NOON
from tests.tenant_apps.payouts.conftest import MONEY_FEN


def codes(refusal):
    return {problem.code for problem in refusal.value.problems}


def test_no_card_for_two_people(office):
    rows = [
        *office.approved(1, card="6222020200000000077"),
        *office.approved(1, card="6222020200000000077"),
    ]
    with pytest.raises(InvalidInput) as refusal:
        office.batch(rows)
    assert codes(refusal) == {"P04"}
    office.batch(rows[:1])
    with pytest.raises(InvalidInput) as refusal:
        office.batch(rows[1:])
    assert codes(refusal) == {"P04"}


def test_one_person_with_one_card_is_paid_for_two_children(office):
    same = {"card": "6222020200000000078", "payee_name": "母亲", "payee_id_hash": b"m" * 16}
    rows = [
        *office.approved(1, member=b"a" * 16, household=b"h" * 16, **same),
        *office.approved(1, member=b"b" * 16, household=b"h" * 16, **same),
    ]
    assert office.batch(rows).count == 2


def test_the_same_person_kind_and_cycle_only_once(office):
    same = {"household": b"h" * 16}
    rows = [*office.approved(1, **same), *office.approved(1, programme="sudden", **same)]
    with pytest.raises(InvalidInput) as refusal:
        office.batch(rows)
    assert codes(refusal) == {"P05"}


def test_one_fund_for_one_batch(office):
    rows = [*office.approved(1), *office.approved(1, fund=office.gift, aid="schooling")]
    with pytest.raises(InvalidInput) as refusal:
        office.batch(rows)
    assert codes(refusal) == {"P06"}


def test_earmarked_money_pays_nothing_else(office):
    with pytest.raises(InvalidInput) as refusal:
        office.batch(office.approved(1, fund=office.gift))
    assert codes(refusal) == {"P07"}


def test_only_what_was_approved_and_has_a_sound_account(office):
    with pytest.raises(NotPayable):
        office.batch(office.approved(1, state=AidState.NOTICE))
    with pytest.raises(PayeeDoubtful):
        office.batch(office.approved(1, payee_state="doubtful"))


def test_a_batch_is_all_or_nothing(office):
    good = office.approved(2)
    with pytest.raises(InvalidInput):
        office.batch([*good, *office.approved(1, fund=office.gift)])
    assert Batch.objects.count() == Line.objects.count() == 0
    assert {row.state for row in Application.objects.all()} == {AidState.APPROVED}


def test_a_payee_can_be_taken_out_until_the_batch_is_frozen(office):
    batch = office.batch(count=2)
    line = office.lines(batch)[0]
    services.drop_line(batch.pk, line.pk, reason="联系不上", actor=office.clerk, now=NOON)
    batch.refresh_from_db()
    assert (batch.count, batch.total_fen) == (1, 100_000)
    assert Application.objects.get(pk=line.application_id).state == AidState.APPROVED
    assert services.freeze_batch(batch.pk, actor=office.clerk, now=NOON).count == 1
    with pytest.raises(Exception, match="不能办理"):
        services.drop_line(
            batch.pk, office.lines(batch)[1].pk, reason="x", actor=office.clerk, now=NOON
        )


def test_frozen_batches_together_never_promise_more_than_the_account_holds(office):
    most = MONEY_FEN // 100_000
    big = office.approved(1, amount_fen=(most - 1) * 100_000)
    first = office.batch(big)
    second = office.batch(count=1)
    services.freeze_batch(first.pk, actor=office.clerk, now=NOON)
    services.freeze_batch(second.pk, actor=office.clerk, now=NOON)
    assert {line.state for line in Line.objects.all()} == {LineState.OPEN}
    assert codes_of_money(Standing(bank_fen=99, reserved_fen=99), office.fiscal, 100) == [
        "P08", "P09"
    ]  # fmt: skip


def codes_of_money(standing, fund, total):
    return [problem.code for problem in money_problems(fund, standing, total)]


@pytest.mark.parametrize(
    ("household", "found"),
    [
        (Household(people=frozenset({b"x" * 16}), card=None, card_name=""), {"P03"}),
        (Household(people=frozenset(), card=None, card_name=""), {"P03"}),
        (Household(people=frozenset({b"p" * 16}), card=b"c" * 16, card_name="别人"), {"P03"}),
        (Household(people=frozenset({b"p" * 16}), card=b"c" * 16, card_name="本人"), set()),
        (Household(people=frozenset({b"p" * 16}), card=b"d" * 16, card_name="别人"), set()),
    ],
)
def test_the_payee_is_of_the_file_and_the_card_is_in_that_name(office, household, found):
    (row,) = office.approved(1, payee_name="本人", payee_id_hash=b"p" * 16)
    row.payee_card_hash, row.file_id = b"c" * 16, row.pk
    problems = batch_problems(
        [row], fund=office.fiscal, households={row.pk: household}, used_cards={}, needs_card=True
    )
    assert {problem.code for problem in problems} == found
