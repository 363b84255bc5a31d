"""What leaves a fund of donations otherwise than as aid leaves what was promised out of it."""

import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from tenant_apps.aid import services
from tenant_apps.aid.errors import FundOverCommitted
from tenant_apps.aid.models import AidState, Application
from tenant_apps.funds.errors import BelowFloor, PromisedAlready
from tenant_apps.funds.models import Journal, JournalKind
from tenant_apps.funds.rules import Leg
from tenant_apps.funds.services import (
    check_voucher,
    open_fund,
    post_journal,
    propose_reversal,
    propose_voucher,
    reverse_journal,
)
from tenant_apps.sources.models import Transfer
from tenant_apps.sources.services import (
    Meetings,
    approve_transfer,
    check_transfer,
    plan_transfer,
    pledge_donation,
)
from tests.support.crowd import crowd
from tests.tenant_apps.aid.conftest import desk_of
from tests.tenant_apps.aid.test_named_funds import medical, reviewed, ruled
from tests.tenant_apps.aid.walking import Walk

PROMISED_FEN = 4_000_00
SUBORDINATE = "130705001E01"


@pytest.fixture
def walk(desk):
    return Walk(desk)


def legs_of(fund, *sides):
    return [Leg(code=code, fund_id=fund.pk, amount_fen=fen) for code, fen in sides]


def given(desk, fen):
    """A fund of donations with so much at the bank and in the budget."""
    fund = open_fund(
        code="YD26", name="移动助困金", source="donation", actor=desk.finance, now=desk.now
    )
    post_journal(
        kind=JournalKind.DONATION, ref="JZ-1", effective_on=desk.today, memo="收到捐款",
        legs=legs_of(fund, ("1001", fen), ("4003", -fen), ("8001", fen), ("8000", -fen)),
        maker=desk.finance, actor=desk.head, now=desk.now,
    )  # fmt: skip
    return fund


def promised(walk, fen):
    """A fund of so much, out of which 4,000 were promised and nothing is held yet."""
    fund = given(walk.desk, fen)
    assert reviewed(walk, fund).state in {AidState.MEETING, AidState.NOTICE}
    return fund


def planned(desk, fund, fen):
    return plan_transfer(
        to_code=SUBORDINATE, fund_id=fund.pk, amount_fen=fen, purpose="两节慰问", payee="厂工会",
        year=2026, actor=desk.finance, now=desk.now,
    )  # fmt: skip


def approved(desk, transfer):
    met = Meetings(
        chair_met_on=desk.today, chair_decided="同意", party_met_on=desk.today,
        party_decided="审定通过",
    )  # fmt: skip
    return approve_transfer(transfer.pk, met, actor=desk.head, now=desk.now)


def voucher(desk, fund, *sides):
    draft = propose_voucher(
        kind=JournalKind.MANUAL, effective_on=desk.today, memo="退还捐赠人",
        legs=legs_of(fund, *sides), actor=desk.finance, now=desk.now,
    )  # fmt: skip
    return check_voucher(draft.id, actor=desk.head, now=desk.now)


def returned_to_the_donor(fen):
    return ("4003", fen), ("1001", -fen), ("8000", fen), ("8001", -fen)


def test_no_transfer_is_planned_of_money_that_was_promised(desk, walk):
    fund = promised(walk, 7_000_00)
    with pytest.raises(PromisedAlready) as refusal:
        planned(desk, fund, 3_000_01)
    assert str(refusal.value) == (
        "资金“移动助困金”已承诺 4,000.00 元，本次要动用 3,000.01 元，扣除承诺后只剩 3,000.00 元可动用。"
        "请减少金额，或先落实捐款、退回尚未批准的申请。"
    )
    assert planned(desk, fund, 3_000_00).amount_fen == 3_000_00


def test_a_transfer_planned_before_the_promise_is_refused_when_it_is_approved(
    desk, walk, person_at, township
):
    fund = given(desk, 7_000_00)
    transfer = planned(desk, fund, 5_000_00)
    supervisor = person_at(township, Role.SUPERVISOR, name="周经审")
    check_transfer(transfer.pk, actor=supervisor, now=desk.now)
    first = reviewed(walk, fund)
    with pytest.raises(
        PromisedAlready, match=r"本次要动用 5,000.00 元，扣除承诺后只剩 3,000.00 元"
    ):
        approved(desk, transfer)
    services.refuse_application(first.pk, reason="条件变化", **walk.by("head"))
    assert approved(desk, transfer).state == "approved"


def test_money_returned_to_its_donor_leaves_what_was_promised(desk, walk):
    fund = promised(walk, 7_000_00)
    with pytest.raises(PromisedAlready, match=r"只剩 3,000.00 元"):
        voucher(desk, fund, *returned_to_the_donor(4_000_00))
    assert voucher(desk, fund, *returned_to_the_donor(3_000_00)) is not None


def test_a_voucher_that_takes_the_money_and_leaves_the_budget_is_looked_at_as_well(desk, walk):
    fund = promised(walk, 7_000_00)
    with pytest.raises(
        PromisedAlready, match=r"本次要动用 4,000.00 元，扣除承诺后只剩 3,000.00 元"
    ):
        voucher(desk, fund, ("5101", 4_000_00), ("1001", -4_000_00))
    assert voucher(desk, fund, ("5101", 3_000_00), ("1001", -3_000_00)) is not None


def test_a_draft_made_before_the_promise_is_refused_by_its_check(desk, walk):
    fund = given(desk, 7_000_00)
    draft = propose_voucher(
        kind=JournalKind.MANUAL, effective_on=desk.today, memo="退还捐赠人",
        legs=legs_of(fund, *returned_to_the_donor(7_000_00)), actor=desk.finance, now=desk.now,
    )  # fmt: skip
    reviewed(walk, fund)
    with pytest.raises(PromisedAlready):
        check_voucher(draft.id, actor=desk.head, now=desk.now)


def test_a_donation_is_not_reversed_once_it_was_promised(desk, walk):
    promised(walk, 7_000_00)
    journal = Journal.objects.get(kind=JournalKind.DONATION)
    how = {"effective_on": desk.today, "reason": "入账有误", "now": desk.now}
    with pytest.raises(PromisedAlready):
        propose_reversal(journal.pk, actor=desk.finance, **how)
    with pytest.raises(PromisedAlready):
        reverse_journal(journal.pk, maker=desk.finance, actor=desk.head, **how)


def test_the_years_to_come_stay_in_the_fund_too(desk, walk):
    fund = ruled(given(desk, 20_000_00), desk, until=desk.today.year + 2)
    reviewed(walk, fund)
    with pytest.raises(PromisedAlready, match=r"已承诺 12,000.00 元.*只剩 8,000.00 元"):
        voucher(desk, fund, *returned_to_the_donor(8_000_01))


def test_what_was_pledged_carries_the_promise_and_what_came_may_go(desk, walk):
    fund = promised(walk, 7_000_00)
    pledge_donation(
        kind="cash", donor="禾川公司", amount_fen=PROMISED_FEN, fund_id=fund.pk, actor=desk.finance,
        now=desk.now,
    )  # fmt: skip
    assert voucher(desk, fund, *returned_to_the_donor(7_000_00)) is not None


def test_where_nothing_was_promised_the_ledger_alone_decides(desk):
    fund = given(desk, 7_000_00)
    with pytest.raises(BelowFloor):
        voucher(desk, fund, *returned_to_the_donor(7_000_01))
    assert voucher(desk, fund, *returned_to_the_donor(7_000_00)) is not None


def test_aid_takes_what_was_promised_to_it(desk, walk):
    fund = given(desk, PROMISED_FEN)
    row = reviewed(walk, fund)
    Application.objects.filter(pk=row.pk).update(state=AidState.NOTICE)
    walk.notice_over()
    assert services.approve_application(row.pk, **walk.by("head")).state == AidState.APPROVED


@pytest.mark.fault
def test_one_promises_and_one_transfers_at_the_same_moment_and_only_one_of_them_does(
    committed, township, person_at
):
    desk = desk_of(township, person_at)
    supervisor = person_at(township, Role.SUPERVISOR, name="周经审")
    reviewers = [person_at(township, Role.REVIEWER, name=f"审核{place}") for place in range(4)]
    with in_station(township):
        walk = Walk(desk)
        fund = given(desk, PROMISED_FEN)
        keys = [medical(walk).pk for _row in range(4)]
        transfers = [planned(desk, fund, PROMISED_FEN) for _row in range(4)]
        for transfer in transfers:
            check_transfer(transfer.pk, actor=supervisor, now=desk.now)

    def act(place):
        with in_station(township):
            if place % 2:
                services.review_application(
                    keys[place // 2], fund_id=fund.pk, actor=reviewers[place // 2], now=desk.now
                )
            else:
                approved(desk, transfers[place // 2])

    refused = crowd(act, size=8)

    assert len(refused) == 7
    assert {type(one) for one in refused} <= {FundOverCommitted, PromisedAlready, BelowFloor}
    with in_station(township):
        taken = Application.objects.filter(fund=fund).count()
        assert taken + Transfer.objects.filter(state="approved").count() == 1
