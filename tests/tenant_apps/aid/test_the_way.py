"""The way of an application: every guard and refusal, two meetings, the notice, the budget."""

from datetime import date, timedelta

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted
from tenant_apps.aid import services
from tenant_apps.aid.errors import NeverOwnEntry, NotEligible, PapersMissing, SameNeedTwice
from tenant_apps.aid.models import AidState, Application
from tenant_apps.casework.models import Clock, Todo
from tenant_apps.funds.errors import OutsidePurpose
from tenant_apps.funds.models import Account
from tenant_apps.funds.services import reserve_budget
from tenant_apps.households.models import HouseholdFile
from tenant_apps.notices.models import Notice, NoticeState
from tenant_apps.notices.services import raise_objection
from tests.tenant_apps.aid.walking import Walk


@pytest.fixture
def walk(desk):
    return Walk(desk)


def reserved_fen(fund) -> int:
    account = Account.objects.filter(fund=fund, code="8002").first()
    return account.balance_fen if account else 0


def state_of(row) -> str:
    return Application.objects.get(pk=row.pk).state


def test_two_meetings_a_notice_and_the_budget_is_held(desk, walk) -> None:
    row = walk.approved(desk.household())
    assert row.state == AidState.APPROVED
    assert [one["kind"] for one in row.meetings] == ["chair", "party"]
    assert row.approved_by == desk.head.name
    assert reserved_fen(desk.fiscal) == 280_000
    assert Clock.objects.filter(subject_id=row.pk, kind="aid_pay", stopped_at=None).exists()


def test_the_assessment_keeps_what_was_computed_and_the_versions_it_rests_on(desk, walk) -> None:
    row = walk.checked(desk.household())
    assert row.assessment["most_fen"] == 960_000
    assert row.assessment["bounds"][0]["times"] == 12
    assert any(rule.startswith("aid.living_months@") for rule in row.assessment["rules"])
    assert row.assessment["programme"].startswith("living@1#")


def test_an_application_waits_for_nobody_who_may_not_judge_it(desk, walk) -> None:
    row = walk.reviewed(desk.household())
    (waits,) = Todo.objects.filter(subject_id=row.pk, kind="aid.decide", closed_at=None)
    assert set(waits.not_for) == {desk.clerk.user_id, desk.reviewer.user_id}
    other = walk.checked(desk.household())
    (waits,) = Todo.objects.filter(subject_id=other.pk, kind="aid.review", closed_at=None)
    assert waits.not_for == [desk.clerk.user_id]


def test_nobody_is_aided_before_the_file_is_on_file(desk, walk) -> None:
    file = desk.household()
    row = walk.draft(file)
    HouseholdFile.objects.filter(pk=file.pk).update(state="submitted")
    with pytest.raises(NotEligible, match="先建档"):
        services.submit_application(row.pk, **walk.by("clerk"))


def test_the_same_need_is_applied_for_once(desk, walk) -> None:
    file = desk.household()
    first = walk.submitted(file)
    with pytest.raises(SameNeedTwice, match=first.number):
        walk.submitted(file)


def test_after_a_refusal_the_need_may_be_applied_for_again(desk, walk) -> None:
    file = desk.household()
    first = walk.checked(file)
    services.decline_application(first.pk, reason="材料不实", **walk.by("reviewer"))
    assert walk.submitted(file).state == AidState.SUBMITTED


def test_more_than_the_cap_is_not_checked_through(desk, walk) -> None:
    row = walk.submitted(desk.household(), amount_fen=960_001)
    services.accept_application(row.pk, **walk.by("clerk"))
    with pytest.raises(NotEligible, match="超过可批金额"):
        services.check_application(row.pk, **walk.by("clerk"))


def test_whoever_entered_it_does_not_review_it(desk, walk, person_at) -> None:
    both = person_at(desk.station, "clerk", "reviewer", name="一人两岗")
    desk.clerk = both
    row = walk.checked(desk.household())
    with pytest.raises(NeverOwnEntry):
        services.review_application(row.pk, fund_id=desk.fiscal.pk, actor=both, now=desk.now)


def test_whoever_reviewed_it_does_not_decide_on_it(desk, walk, person_at) -> None:
    both = person_at(desk.station, "reviewer", "head", name="一人两岗")
    desk.reviewer = both
    row = walk.reviewed(desk.household())
    with pytest.raises(NeverOwnEntry):
        services.decide_in_meeting(row.pk, walk.minutes(), actor=both, now=desk.now)


def test_a_fund_pays_only_what_it_is_for(desk, walk) -> None:
    row = walk.checked(desk.household())
    with pytest.raises(OutsidePurpose):
        services.review_application(row.pk, fund_id=desk.gift.pk, **walk.by("reviewer"))


@pytest.mark.parametrize(
    ("role", "step"),
    [
        ("reviewer", services.accept_application),
        ("reviewer", services.check_application),
        ("clerk", services.approve_application),
        ("finance", services.submit_application),
    ],
)
def test_each_step_is_for_its_own_people(desk, walk, role, step) -> None:
    row = walk.draft(desk.household())
    with pytest.raises(NotPermitted):
        step(row.pk, **walk.by(role))


def test_no_step_is_skipped(desk, walk) -> None:
    row = walk.submitted(desk.household())
    for step in (
        services.check_application,
        services.submit_application,
        services.close_application,
    ):
        with pytest.raises(IllegalMove):
            step(row.pk, **walk.by("clerk"))


def test_a_meeting_needs_minutes(desk, walk) -> None:
    row = walk.reviewed(desk.household())
    empty = services.Minutes(
        held_on=desk.today + timedelta(days=1), number="", members="", decision=""
    )
    with pytest.raises(InvalidInput) as refusal:
        services.decide_in_meeting(row.pk, empty, **walk.by("head"))
    assert {problem.code for problem in refusal.value.problems} == {"A220", "A221", "A222"}


def test_the_second_meeting_is_not_before_the_first(desk, walk) -> None:
    row = walk.reviewed(desk.household())
    services.decide_in_meeting(row.pk, walk.minutes(), **walk.by("head"))
    early = services.Minutes(
        held_on=desk.today - timedelta(days=1), number="4", members="王一、李二", decision="同意"
    )
    with pytest.raises(InvalidInput):
        services.ratify_in_party_group(row.pk, early, **walk.by("head"))


def test_the_notice_masks_the_name_and_shows_the_amount(desk, walk) -> None:
    row = walk.ratified(desk.household())
    notice = Notice.objects.get(subject_id=row.pk)
    assert (notice.state, notice.amount_fen, notice.working_days) == (
        NoticeState.RUNNING, 280_000, 5,
    )  # fmt: skip
    assert row.person_name not in notice.masked_name


def test_nothing_is_approved_before_the_notice_is_over(desk, walk) -> None:
    row = walk.ratified(desk.household())
    with pytest.raises(Exception, match="公示期未满"):
        services.approve_application(row.pk, **walk.by("head"))


def test_an_objection_stops_the_days_until_it_is_answered(desk, walk) -> None:
    row = walk.ratified(desk.household())
    notice = Notice.objects.get(subject_id=row.pk)
    raise_objection(notice.pk, text="家里有两套房。", now=desk.now)
    assert state_of(row) == AidState.OBJECTION
    services.answer_objection(row.pk, answer="经核查，只有一套公租房。", **walk.by("reviewer"))
    walk.notice_over()
    assert state_of(row) == AidState.APPROVED


def test_an_objection_that_holds_ends_it(desk, walk) -> None:
    row = walk.ratified(desk.household())
    notice = Notice.objects.get(subject_id=row.pk)
    raise_objection(notice.pk, text="家里有两套房。", now=desk.now)
    services.decline_application(row.pk, reason="经核查属实", **walk.by("reviewer"))
    notice.refresh_from_db()
    assert notice.state == NoticeState.WITHDRAWN


def test_where_the_budget_is_short_it_waits_and_the_head_is_told(desk, walk) -> None:
    rows = [walk.ratified(desk.household(), amount_fen=480_000) for _ in range(2)]
    account = Account.objects.get(fund=desk.fiscal, code="8001")
    reserve_budget(
        ref="other", fund_id=desk.fiscal.pk, amount_fen=account.balance_fen - 500_000,
        on=date(2026, 11, 20),
        memo="另一项", maker=desk.finance, actor=desk.head, now=desk.now,
    )  # fmt: skip
    walk.notice_over()
    states = sorted(state_of(row) for row in rows)
    assert states == [AidState.APPROVED, AidState.NOTICE]
    assert Todo.objects.filter(kind="aid.approve", closed_at=None).count() == 1


def test_a_refusal_after_the_approval_lets_the_budget_go(desk, walk) -> None:
    row = walk.approved(desk.household())
    services.refuse_application(row.pk, reason="申请人放弃", **walk.by("head"))
    assert reserved_fen(desk.fiscal) == 0
    assert state_of(row) == AidState.REFUSED


def test_taking_it_back_takes_the_notice_down(desk, walk) -> None:
    row = walk.ratified(desk.household())
    services.withdraw_application(row.pk, reason="本人撤回", **walk.by("clerk"))
    assert Notice.objects.get(subject_id=row.pk).state == NoticeState.WITHDRAWN


def test_what_was_returned_is_corrected_and_submitted_again(desk, walk) -> None:
    file = desk.household()
    row = walk.checked(file)
    services.return_application(row.pk, reason="金额有误", **walk.by("reviewer"))
    asked = services.Asked(programme="living", amount_fen=200_000, file_id=file.pk)
    services.change_application(row.pk, asked, **walk.by("clerk"))
    again = services.submit_application(row.pk, **walk.by("clerk"))
    assert (again.state, again.amount_fen) == (AidState.SUBMITTED, 200_000)


def test_urgent_help_is_paid_at_once_and_its_papers_follow(desk, walk) -> None:
    row = walk.submitted(
        desk.household(), programme="urgent", amount_fen=200_000, case_on=desk.today
    )
    row = services.help_at_once(
        row.pk, fund_id=desk.fiscal.pk, reason="突发重病", **walk.by("head")
    )
    assert (row.state, row.mode) == (AidState.APPROVED, "urgent")
    assert reserved_fen(desk.fiscal) == 200_000
    assert row.papers_due_on == date(2026, 12, 4)


def test_urgent_help_is_small(desk, walk) -> None:
    row = walk.submitted(desk.household(), amount_fen=200_001)
    with pytest.raises(NotEligible):
        services.help_at_once(row.pk, fund_id=desk.fiscal.pk, reason="急", **walk.by("head"))


def test_urgent_help_is_not_closed_without_its_papers(desk, walk) -> None:
    row = walk.submitted(desk.household(), amount_fen=100_000)
    services.help_at_once(row.pk, fund_id=desk.fiscal.pk, reason="急病", **walk.by("head"))
    services.batch_applications([row.pk], batch="P1", **walk.by("finance"))
    services.note_paid(row.pk, line="P1:1", on=desk.today, **walk.by("finance"))
    services.feed_back(row.pk, effect="已缓解", **walk.by("clerk"))
    with pytest.raises(PapersMissing):
        services.close_application(row.pk, **walk.by("clerk"))
    services.take_in_papers(row.pk, **walk.by("clerk"))
    assert services.close_application(row.pk, **walk.by("clerk")).state == AidState.CLOSED


def test_a_corrected_account_is_agreed_to_by_somebody_else(desk, walk, person_at) -> None:
    row = walk.approved(desk.household())
    by_finance = walk.by("finance")
    services.batch_applications([row.pk], batch="P1", **by_finance)
    services.note_not_paid(row.pk, "账号不存在", **by_finance)
    both = person_at(desk.station, "clerk", "reviewer", name="一人两岗")
    services.correct_payee(
        row.pk, bank="示例银行", card_no="6999990000000010016", reason="卡号抄错",
        actor=both, now=desk.now,
    )  # fmt: skip
    with pytest.raises(NeverOwnEntry):
        services.agree_to_payee(row.pk, actor=both, now=desk.now)
    services.agree_to_payee(row.pk, **walk.by("reviewer"))
    again = services.batch_applications([row.pk], batch="P2", **by_finance)
    assert again[0].payee_card.reveal() == "6999990000000010016"


def test_a_front_line_worker_needs_no_file(desk, walk) -> None:
    row = walk.submitted(
        programme="warmth", amount_fen=80_000, group="front_line", name="周一线",
        unit="环卫所", case_on=desk.today,
    )  # fmt: skip
    assert (row.state, row.is_identified) == (AidState.SUBMITTED, False)


def test_a_student_of_the_family_is_aided_once_a_year(desk, walk) -> None:
    file = desk.household()
    member = file.members.get()
    desk.now = desk.now.replace(month=9)
    given = {
        "programme": "schooling", "amount_fen": 400_000, "member_id": member.pk, "stage": "secondary",
    }  # fmt: skip
    row = walk.submitted(file, **given)
    assert (row.person_name, row.payee_name) == (member.name, file.card_name)
    with pytest.raises(SameNeedTwice):
        walk.submitted(file, **given)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_fen": 0}, "A201"),
        ({"programme": "medical"}, "A202"),
        ({"programme": "festival"}, "A203"),
        ({"programme": "schooling"}, "A205"),
        ({"need": "很" * 501}, "A207"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said(desk, walk, changes, code) -> None:
    with pytest.raises(InvalidInput) as refusal:
        walk.draft(desk.household(), **changes)
    assert code in {problem.code for problem in refusal.value.problems}
