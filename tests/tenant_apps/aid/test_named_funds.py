"""A fund of donations promises no more than it has and what was pledged, nor otherwise than its donor wants."""

from datetime import timedelta

import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from tenant_apps.aid import services
from tenant_apps.aid.errors import AboveDonorsSum, FundOverCommitted, NoPlaceLeft
from tenant_apps.aid.models import AidState, Application
from tenant_apps.funds.services import appropriate_budget, open_fund, reserve_budget
from tenant_apps.households.models import HouseholdPaper
from tenant_apps.sources.services import lay_down_rule, pledge_donation
from tests.support.crowd import crowd
from tests.tenant_apps.aid.conftest import desk_of
from tests.tenant_apps.aid.walking import Walk

EACH_FEN = 4_000_00


@pytest.fixture
def walk(desk):
    return Walk(desk)


def named_fund(desk, *, fen=50_000_00):
    """A fund to which so much was given."""
    fund = open_fund(
        code="YD26", name="移动助困金", source="donation", actor=desk.finance, now=desk.now
    )
    if fen:
        appropriate_budget(
            ref="budget:YD26", fund_id=fund.pk, amount_fen=fen, on=desk.today, memo="捐款到账",
            maker=desk.finance, actor=desk.head, now=desk.now,
        )  # fmt: skip
    return fund


def ruled(fund, desk, *, students=5, each_fen=EACH_FEN, until=None):
    """The donor's rule, as it stands once it was laid down."""
    fund.terms = {"rule": {"students": students, "each_fen": each_fen, "until": until}}
    fund.save(update_fields=["terms"])
    return fund


def granted(desk, fund, count, *, fen=EACH_FEN):
    """So many households were approved from the fund, and their budget is held."""
    for _row in range(count):
        row = desk.approved(desk.household(), fund=fund, amount_fen=fen, asked_fen=fen)
        reserve_budget(
            ref=row.budget_ref, fund_id=fund.pk, amount_fen=fen, on=desk.today, memo="批准帮扶",
            maker=desk.reviewer, actor=desk.head, now=desk.now,
        )  # fmt: skip


def medical(walk, *, fen=EACH_FEN):
    """An application that only waits for its review."""
    desk = walk.desk
    file = desk.household()
    for kind in ("diagnosis", "medical_bills"):
        HouseholdPaper.objects.create(file=file, kind=kind, seen_on=desk.today, created_at=desk.now)
    return walk.checked(
        file, programme="medical", amount_fen=fen, self_paid_fen=4_000_000,
        case_on=desk.today,
    )  # fmt: skip


def reviewed(walk, fund, row=None, **more):
    row = row or medical(walk)
    return services.review_application(row.pk, fund_id=fund.pk, **more, **walk.by("reviewer"))


@pytest.mark.fault
def test_fifty_thousand_carry_twelve_times_four_thousand_and_the_thirteenth_is_refused(desk, walk):
    fund = ruled(named_fund(desk), desk, students=100)
    granted(desk, fund, 12)
    with pytest.raises(FundOverCommitted) as refusal:
        reviewed(walk, fund)
    assert str(refusal.value) == (
        "资金“移动助困金”已承诺 48,000.00 元，本次需承诺 4,000.00 元，余额和认捐中只剩 2,000.00 元可承诺。"
        "请减少人数或金额，或先落实捐款。"
    )
    assert reviewed(walk, fund, amount_fen=2_000_00).amount_fen == 2_000_00


def test_until_the_end_of_the_rule_every_year_is_promised_at_once(desk, walk):
    fund = ruled(named_fund(desk), desk, students=5, until=desk.today.year + 2)
    granted(desk, fund, 4)
    # Four times three years are 48,000 of 50,000.
    with pytest.raises(
        FundOverCommitted, match=r"12,000.00 元（每年 4,000.00 元，到 2028 年共 3 年）"
    ):
        reviewed(walk, fund)


def test_five_places_are_five_people_a_year(desk, walk):
    fund = ruled(named_fund(desk), desk)
    granted(desk, fund, 4)
    fifth = reviewed(walk, fund)
    with pytest.raises(NoPlaceLeft, match="每年资助 5 人，已定 5 人，本次再增 1 人，剩余名额 0 人"):
        reviewed(walk, fund)
    services.refuse_application(fifth.pk, reason="条件变化", **walk.by("head"))
    assert reviewed(walk, fund).fund == fund


def test_who_was_aided_last_year_takes_no_place_this_year(desk, walk):
    fund = ruled(named_fund(desk), desk, students=1)
    granted(desk, fund, 1)
    last_year = desk.today - timedelta(days=365)
    Application.objects.filter(fund=fund).update(approved_on=last_year)
    assert reviewed(walk, fund).fund == fund


def test_an_amount_is_not_raised_above_what_the_donor_gives_to_one(desk, walk):
    fund = ruled(named_fund(desk), desk)
    row = medical(walk, fen=EACH_FEN)
    with pytest.raises(AboveDonorsSum, match=r"已定 0.00 元，本次 4,000.01 元，只剩 4,000.00 元"):
        reviewed(walk, fund, row, amount_fen=EACH_FEN + 1)
    assert reviewed(walk, fund, row).amount_fen == EACH_FEN


def test_what_is_published_is_promised_although_no_budget_is_held_yet(desk, walk):
    fund = named_fund(desk, fen=EACH_FEN + 1_000_00)
    first = reviewed(walk, fund)
    assert first.state in {AidState.MEETING, AidState.NOTICE}
    with pytest.raises(FundOverCommitted, match=r"已承诺 4,000.00 元.*只剩 1,000.00 元"):
        reviewed(walk, fund)


def test_what_was_pledged_may_be_promised(desk, walk):
    fund = named_fund(desk, fen=0)
    with pytest.raises(FundOverCommitted, match=r"只剩 0.00 元"):
        reviewed(walk, fund)
    pledge_donation(
        kind="cash", donor="禾川公司", amount_fen=EACH_FEN, fund_id=fund.pk, actor=desk.finance,
        now=desk.now,
    )  # fmt: skip
    assert reviewed(walk, fund).fund == fund


def test_help_at_once_promises_no_more_than_the_review(desk, walk):
    fund = named_fund(desk, fen=1_000_00)
    row = medical(walk, fen=2_000_00)
    with pytest.raises(FundOverCommitted):
        services.help_at_once(row.pk, fund_id=fund.pk, reason="病情危急", **walk.by("head"))
    assert Application.objects.get(pk=row.pk).state == AidState.REVIEWING


def test_the_approval_is_refused_when_the_donor_took_a_place_away_meanwhile(desk, walk):
    fund = ruled(named_fund(desk), desk, students=2)
    granted(desk, fund, 1)
    row = reviewed(walk, fund)
    Application.objects.filter(pk=row.pk).update(state=AidState.NOTICE)
    ruled(fund, desk, students=1)
    walk.notice_over()
    with pytest.raises(NoPlaceLeft):
        services.approve_application(row.pk, **walk.by("head"))
    ruled(fund, desk, students=2)
    assert services.approve_application(row.pk, **walk.by("head")).state == AidState.APPROVED


def test_who_is_approved_first_is_not_held_up_by_those_who_wait(desk, walk):
    fund = named_fund(desk, fen=2 * EACH_FEN)
    first, second = reviewed(walk, fund), reviewed(walk, fund)
    Application.objects.filter(pk__in=[first.pk, second.pk]).update(state=AidState.NOTICE)
    walk.notice_over()
    for row in (second, first):
        assert services.approve_application(row.pk, **walk.by("head")).state == AidState.APPROVED


def test_money_that_is_not_given_by_donors_is_looked_at_by_the_ledger_alone(desk, walk):
    assert reviewed(walk, desk.fiscal).fund == desk.fiscal


def test_a_list_says_for_each_why_the_fund_cannot_carry_it(desk, walk):
    fund = named_fund(desk, fen=EACH_FEN)
    keys = [medical(walk).pk for _row in range(3)]
    bulk = services.review_many(keys, fund_id=fund.pk, **walk.by("reviewer"))
    assert bulk.done == 1
    assert ["只剩 0.00 元" in why for _number, why in bulk.refused] == [True, True]


def test_the_rule_of_the_donor_is_the_one_that_was_laid_down(desk, walk):
    fund = named_fund(desk)
    pledge_donation(
        kind="cash", donor="禾川公司", amount_fen=20_000_00, fund_id=fund.pk, actor=desk.finance,
        now=desk.now,
    )  # fmt: skip
    lay_down_rule(fund.pk, students=1, each_fen=EACH_FEN, actor=desk.head, now=desk.now)
    reviewed(walk, fund)
    with pytest.raises(NoPlaceLeft):
        reviewed(walk, fund)


@pytest.mark.fault
def test_two_reviewers_at_once_do_not_both_promise_the_last_of_it(committed, township, person_at):
    desk = desk_of(township, person_at)
    reviewers = [person_at(township, Role.REVIEWER, name=f"审核{place}") for place in range(8)]
    with in_station(township):
        walk = Walk(desk)
        fund = named_fund(desk, fen=3 * EACH_FEN)
        keys = [medical(walk).pk for _row in range(8)]

    def review(place):
        with in_station(township):
            services.review_application(
                keys[place], fund_id=fund.pk, actor=reviewers[place], now=desk.now
            )

    refused = crowd(review, size=8)

    assert [type(one) for one in refused] == [FundOverCommitted] * 5
    with in_station(township):
        assert Application.objects.filter(fund=fund).count() == 3
