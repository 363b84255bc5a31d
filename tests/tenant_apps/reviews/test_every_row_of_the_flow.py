"""Every row of domain §3.2 up to on_file: who may not, what is refused, what follows, which days run.

One row of the table is one case. It is brought to where it starts, refused in every way the row names,
then taken; afterwards the state at home and the deadline are what the row says.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange.models import Message
from shared_apps.policies.models import PolicyRule
from tenant_apps.casework.models import Clock, Event
from tenant_apps.casework.services import fire_clocks
from tenant_apps.households import services as files
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.transitions import NotEligible, OwnEntry, VisitNeeded
from tenant_apps.notices.models import Notice
from tenant_apps.notices.services import NoticeStillRunning, OwnNotice
from tenant_apps.reviews import services
from tenant_apps.reviews.models import MeansCheck, MeansState, Review, ReviewState
from tenant_apps.reviews.services import (
    CheckIsOpen,
    ConflictMaterial,
    ConflictUnsettled,
    ItemAnswer,
    ItemsMissing,
    MeetingDisagreed,
    MeetingNeeded,
    NoMeansCheck,
    NotAuthorised,
    OwnReview,
    Said,
)
from tests.tenant_apps.households.households import complete
from tests.tenant_apps.reviews.conftest import a_visit, show_papers
from tests.tenant_apps.reviews.outside import FITTING, answer_everything

pytestmark = pytest.mark.fault


@dataclass
class Case:
    """One file at a township and the county above it, with what a row keeps between its parts."""

    way: Any
    home: Any
    centre: Any
    file: Any = None
    kept: dict[str, Any] = field(default_factory=dict)

    def at_home(self, step, *args, role=Role.REVIEWER, **kwargs):
        return self.way.home(step, self.home, self.file, *args, role=role, **kwargs)

    def above(self, step, *, role=Role.REVIEWER, **kwargs):
        return self.way.review(step, self.centre, self.file, role=role, **kwargs)

    @property
    def review(self) -> Review:
        return self.way.review_at(self.centre, self.file)

    @property
    def check(self) -> MeansCheck:
        with in_station(self.centre):
            return MeansCheck.objects.get(review=self.review)

    def running(self, station):
        with in_station(station):
            rows = Clock.objects.filter(stopped_at__isnull=True)
            return {(row.kind, row.working_days) for row in rows}


Act = Callable[[Case], object]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: how to come to its start, what is refused there, the step, and what follows."""

    name: str
    start: Act
    refusals: tuple[tuple[type[Exception], Act], ...]
    take: Act
    state: str
    clock: tuple[str, int] | None = None
    clock_at: str = "home"


def submitted(case):
    case.file = case.way.submitted(case.home)


def in_first_review(case):
    submitted(case)
    case.at_home("accept_for_review")


def visiting(case):
    in_first_review(case)
    case.at_home("arrange_visit")


def reported(case):
    case.file = case.way.reported(case.home)


def in_centre_review(case):
    reported(case)
    case.above("accept")


def checking(case):
    in_centre_review(case)
    case.above("request_check")
    with in_station(case.centre):
        services.send_checks(
            reason="送民政局核对",
            actor=case.way.person(case.centre, Role.REVIEWER),
            now=case.way.now,
        )


def answered(case):
    checking(case)
    answer_everything(case)


def noticed(case):
    answered(case)
    case.above("conclude_check")
    case.above("publish_notice")


def objected(case):
    noticed(case)
    with in_station(case.centre):
        services.raise_objection(Notice.objects.get().pk, text="名下有门店", now=case.way.now)
    case.way.relay()


def over(case):
    noticed(case)
    case.way.pass_days(8)
    with in_station(case.centre):
        services.end_finished_notices(now=case.way.now)
    case.way.relay()


def a_draft(case):
    with in_station(case.home):
        case.file = files.open_draft(
            complete(), actor=case.way.person(case.home, Role.CLERK), now=case.way.now
        ).file


def submit(case):
    clerk = case.way.person(case.home, Role.CLERK)
    with in_station(case.home):
        files.submit_file(case.file.pk, actor=clerk, now=case.way.now)


def bring_papers_and_submit(case):
    clerk = case.way.person(case.home, Role.CLERK)
    with in_station(case.home):
        show_papers(case.file, by=clerk, now=case.way.now)
    submit(case)


def with_own_entry(case):
    clerk = case.way.person(case.home, Role.CLERK)
    case.way.people[case.home.code, "enterer"] = type(clerk)(
        user_id=clerk.user_id,
        name=clerk.name,
        station=case.home,
        capabilities=case.way.person(case.home, Role.REVIEWER).capabilities,
    )


def accept_own_entry(case):
    with_own_entry(case)
    case.at_home("accept_for_review", role="enterer")


def without_tier(case):
    case.at_home("record_visit", a_visit(visited_on=case.way.today))
    with in_station(case.home):
        HouseholdFile.objects.filter(pk=case.file.pk).update(tier="")
    try:
        case.at_home("report_upward")
    finally:
        with in_station(case.home):
            HouseholdFile.objects.filter(pk=case.file.pk).update(tier=case.file.tier)


def without_authorisation(case):
    with in_station(case.centre):
        review = case.review
        text = review.dossier.reveal()
        review.dossier = text.replace('"authorised_on": "2026-10-12"', '"authorised_on": null')
        review.save()
        try:
            services.request_check(
                review.pk, actor=case.way.person(case.centre, Role.REVIEWER), now=case.way.now
            )
        finally:
            review.dossier = text
            review.save()


def ask_twice(case):
    with in_station(case.centre):
        MeansCheck.objects.create(
            review=case.review, number="HD-1", prepared_at=case.way.now, asked_by="甲"
        )
        try:
            services.request_check(
                case.review.pk, actor=case.way.person(case.centre, Role.REVIEWER), now=case.way.now
            )
        finally:
            MeansCheck.objects.all().delete()


def with_conflict(verdict=""):
    def conclude(case):
        reviewer = case.way.person(case.centre, Role.REVIEWER)
        now = case.way.now
        found = {**FITTING, "homes": ItemAnswer(found="3", result="conflict")}
        with in_station(case.centre):
            check = services.record_answer(
                case.check.pk, found, answered_on=case.way.today, actor=reviewer, now=now
            )
            if verdict:
                item = check.items.get(kind="homes")
                services.settle_item(
                    check.pk, item.pk, verdict=verdict, reason="已核实", actor=reviewer, now=now
                )
        case.above("conclude_check")

    return conclude


def conclude_with_item_missing(case):
    with in_station(case.centre):
        services.record_answer(
            case.check.pk,
            {"cars": FITTING["cars"]},
            answered_on=case.way.today,
            actor=case.way.person(case.centre, Role.REVIEWER),
            now=case.way.now,
        )
    case.above("conclude_check")


def conclude_fitting(case):
    answer_everything(case)
    case.above("conclude_check")


def need_a_meeting(case):
    with in_network():
        PolicyRule.objects.filter(key="approval.meeting").update(value=["2"])


def meet(case, *, agrees):
    with in_station(case.centre):
        services.note_meeting(
            kind="chair",
            held_on=case.way.today,
            place="三楼会议室",
            attendees="陈站长、赵审核",
            minutes="逐户研究。",
            said=[Said(review_id=case.review.pk, agrees=agrees, remark="" if agrees else "再议")],
            actor=case.way.person(case.centre, Role.REVIEWER),
            now=case.way.now,
        )


def approve(case):
    case.above("approve", role=Role.HEAD)


def approve_without_meeting(case):
    need_a_meeting(case)
    approve(case)


def approve_against_a_meeting(case):
    meet(case, agrees=False)
    approve(case)


def approve_after_a_meeting(case):
    case.way.pass_days(1)
    meet(case, agrees=True)
    approve(case)


def approve_without_check(case):
    with in_station(case.centre):
        MeansCheck.objects.update(fits=False)
        try:
            approve(case)
        finally:
            MeansCheck.objects.update(fits=True)


def approve_own_review(case):
    head = case.way.person(case.centre, Role.HEAD)
    with in_station(case.centre):
        review = case.review
        kept = review.acted_by
        Review.objects.filter(pk=review.pk).update(acted_by=[*kept, head.user_id])
        try:
            approve(case)
        finally:
            Review.objects.filter(pk=review.pk).update(acted_by=kept)


def checking_again(case):
    case.above("request_check")
    with in_station(case.centre):
        services.send_checks(
            reason="送民政局核对",
            actor=case.way.person(case.centre, Role.REVIEWER),
            now=case.way.now,
        )


def objected_now(case):
    with in_station(case.centre):
        services.raise_objection(Notice.objects.get().pk, text="名下有门店", now=case.way.now)
    case.way.relay()


def over_now(case):
    case.way.pass_days(8)
    with in_station(case.centre):
        services.end_finished_notices(now=case.way.now)
    case.way.relay()


ROWS = [
    Row(
        name="– → draft 申请登记",
        start=a_draft,
        refusals=((InvalidInput, a_draft),),
        take=lambda case: None,
        state=FileState.DRAFT,
    ),
    Row(
        name="draft → submitted 提交",
        start=a_draft,
        refusals=((InvalidInput, submit),),
        take=bring_papers_and_submit,
        state=FileState.SUBMITTED,
        clock=("first_review", 3),
    ),
    Row(
        name="submitted → first_review 受理",
        start=submitted,
        refusals=(
            (NotPermitted, lambda case: case.at_home("accept_for_review", role=Role.CLERK)),
            (OwnEntry, accept_own_entry),
        ),
        take=lambda case: case.at_home("accept_for_review"),
        state=FileState.FIRST_REVIEW,
    ),
    Row(
        name="first_review → returned 退回",
        start=in_first_review,
        refusals=(
            (InvalidInput, lambda case: case.at_home("return_to_applicant", reason=" ")),
            (
                NotPermitted,
                lambda case: case.at_home("return_to_applicant", reason="x", role=Role.CLERK),
            ),
        ),
        take=lambda case: case.at_home("return_to_applicant", reason="缺少收入证明"),
        state=FileState.RETURNED,
        clock=("returned", 10),
    ),
    Row(
        name="first_review → visiting 安排入户",
        start=in_first_review,
        refusals=(
            (NotPermitted, lambda case: case.at_home("arrange_visit", role=Role.CLERK)),
            (IllegalMove, lambda case: case.at_home("report_upward")),
        ),
        take=lambda case: case.at_home("arrange_visit"),
        state=FileState.VISITING,
        clock=("visit", 5),
    ),
    Row(
        name="visiting → centre_review 上报",
        start=visiting,
        refusals=(
            (VisitNeeded, lambda case: case.at_home("report_upward")),
            (
                InvalidInput,
                lambda case: case.at_home(
                    "record_visit", a_visit(visited_on=case.way.today, second_visitor="王走访")
                ),
            ),
            (NotEligible, without_tier),
        ),
        take=lambda case: (case.at_home("report_upward"), case.way.relay()),
        state=FileState.CENTRE_REVIEW,
        clock=("level_review", 3),
    ),
    Row(
        name="centre_review → returned 退回建档单位",
        start=in_centre_review,
        refusals=(
            (InvalidInput, lambda case: case.above("return_down", reason="")),
            (NotPermitted, lambda case: case.above("return_down", reason="x", role=Role.CLERK)),
        ),
        take=lambda case: case.above("return_down", reason="补低保证明"),
        state=FileState.RETURNED,
        clock=("returned", 10),
    ),
    Row(
        name="centre_review → means_check 发起核对",
        start=in_centre_review,
        refusals=(
            (NotAuthorised, without_authorisation),
            (CheckIsOpen, ask_twice),
            (NotPermitted, lambda case: case.above("request_check", role=Role.CLERK)),
        ),
        take=lambda case: case.above("request_check"),
        state=FileState.MEANS_CHECK,
        clock=("means_check_send", 3),
        clock_at="centre",
    ),
    Row(
        name="means_check: sent, answer within 10 working days",
        start=in_centre_review,
        refusals=(),
        take=checking_again,
        state=FileState.MEANS_CHECK,
        clock=("means_check_answer", 10),
        clock_at="centre",
    ),
    Row(
        name="means_check → notice 符合",
        start=checking,
        refusals=(
            (ItemsMissing, lambda case: case.above("conclude_check")),
            (ItemsMissing, conclude_with_item_missing),
            (ConflictUnsettled, with_conflict()),
            (ConflictMaterial, with_conflict("material")),
        ),
        take=conclude_fitting,
        state=FileState.MEANS_CHECK,
        clock=("publish_notice", 3),
        clock_at="centre",
    ),
    Row(
        name="means_check → refused 不符合",
        start=answered,
        refusals=((InvalidInput, lambda case: case.above("refuse", reason="")),),
        take=lambda case: case.above("refuse", reason="名下有两套房"),
        state=FileState.REFUSED,
    ),
    Row(
        name="notice → objection 异议",
        start=noticed,
        refusals=((IllegalMove, lambda case: case.above("answer_objection", answer="x")),),
        take=objected_now,
        state=FileState.OBJECTION,
        clock=("objection", 5),
        clock_at="centre",
    ),
    Row(
        name="objection → notice 异议不成立",
        start=objected,
        refusals=(
            (OwnNotice, lambda case: case.above("answer_objection", answer="查无此事")),
            (
                InvalidInput,
                lambda case: case.above("answer_objection", answer=" ", role=Role.HEAD),
            ),
            (IllegalMove, lambda case: case.above("approve", role=Role.HEAD)),
        ),
        take=lambda case: case.above("answer_objection", answer="查无此事", role=Role.HEAD),
        state=FileState.NOTICE,
    ),
    Row(
        name="objection → notice 更正后重新公示",
        start=objected,
        refusals=(
            (OwnNotice, lambda case: case.above("renew_notice", answer="更正")),
            (
                InvalidInput,
                lambda case: case.above(
                    "renew_notice", answer="更正", reason="柳试一家庭困难", role=Role.HEAD
                ),
            ),
        ),
        take=lambda case: case.above("renew_notice", answer="更正", role=Role.HEAD),
        state=FileState.NOTICE,
    ),
    Row(
        name="objection → refused 异议属实",
        start=objected,
        refusals=((OwnNotice, lambda case: case.above("refuse", reason="异议属实")),),
        take=lambda case: case.above("refuse", reason="异议属实", role=Role.HEAD),
        state=FileState.REFUSED,
    ),
    Row(
        name="notice → approval 公示期满",
        start=noticed,
        refusals=((NoticeStillRunning, lambda case: case.above("approve", role=Role.HEAD)),),
        take=over_now,
        state=FileState.APPROVAL,
        clock=("approval", 5),
        clock_at="centre",
    ),
    Row(
        name="approval → on_file 审批通过",
        start=over,
        refusals=(
            (NotPermitted, lambda case: case.above("approve")),
            (OwnReview, approve_own_review),
            (NoMeansCheck, approve_without_check),
            (MeetingNeeded, approve_without_meeting),
            (MeetingDisagreed, approve_against_a_meeting),
        ),
        take=approve_after_a_meeting,
        state=FileState.ON_FILE,
        clock=("nat_entry", 30),
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_row_refuses_what_it_must_and_then_goes_on(row, way, township, county):
    case = Case(way, township, county)
    row.start(case)

    for error, attempt in row.refusals:
        with pytest.raises(error):
            attempt(case)
    row.take(case)

    assert way.state(township, case.file) == row.state
    if row.clock is not None:
        assert row.clock in case.running(township if row.clock_at == "home" else county)


@pytest.mark.parametrize(
    ("start", "kind"),
    [(in_centre_review, "centre_review"), (checking, "means_check_answer"), (over, "approval")],
    ids=["中心审核", "核对反馈", "审批"],
)
def test_a_missed_deadline_reaches_the_parent_once(start, kind, way, township, county, city):
    case = Case(way, township, county)
    start(case)
    way.pass_days(40)
    with in_station(county):
        assert fire_clocks(now=way.now).overdue >= 1
        services.note_overdue_checks(now=way.now)
        assert fire_clocks(now=way.now).overdue == 0

    with in_network():
        told = Message.objects.filter(kind="clock.overdue", recipient_id=city.id)
        assert [message.body["kind"] for message in told] == [kind]
    if kind == "means_check_answer":
        assert case.check.state == MeansState.OVERDUE


def test_an_approval_keeps_the_versions_of_the_rules_it_rests_on(way, township, county):
    file = way.approved(township, county)

    review = way.review_at(county, file)
    assert review.state == ReviewState.APPROVED
    assert set(review.rules) >= {
        "income.line",
        "notice.working_days",
        "approval.meeting",
        "approval.route",
    }
    assert all(one["version"] >= 1 for one in review.rules.values())


def test_every_decision_shows_the_rules_it_used_where_it_was_made_and_at_home(
    way, township, county
):
    file = way.approved(township, county)

    def used_at(station, subject):
        with in_station(station):
            events = Event.objects.filter(subject_kind=subject[0], subject_id=subject[1])
            return {
                one.action: {reference.partition("@")[0] for reference in one.rules}
                for one in events
            }

    at_centre = used_at(county, ("review", way.review_at(county, file).pk))
    at_home = used_at(township, ("file", file.pk))
    assert at_centre["accept"] == {"approval.route", "clock.centre_review"}
    assert at_centre["publish_notice"] == {"notice.working_days"}
    assert at_centre["approve"] >= {"income.line", "approval.meeting", "approval.route"}
    # At home the days until the national entry are counted by a rule as well.
    assert at_home["approved"] == at_centre["approve"] | {"clock.nat_entry"}
    assert at_home["submit"] >= {"income.line", "papers.required", "clock.first_review"}
    assert at_home["report"] >= {"income.line", "approval.route"}
