"""A file goes up by messages and its decision comes back, over every shape of the tree."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.backend.base import role_of
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import verify
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message
from shared_apps.register.models import IdentityEntry
from shared_apps.rollup.models import Delta
from tenant_apps.casework.models import Clock, Todo
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.households import services as files
from tenant_apps.households.models import FileState, HouseholdFile, HouseholdVersion
from tenant_apps.households.transitions import NotEligible, OwnEntry, VisitNeeded
from tenant_apps.notices.models import Notice, NoticeState
from tenant_apps.notices.services import NoticeNotOpen, NoticeStillRunning
from tenant_apps.reviews import selectors, services
from tenant_apps.reviews.flow import REVIEW_FLOW, actions_on
from tenant_apps.reviews.models import Review, ReviewState
from tenant_apps.reviews.services import OwnReview
from tests.tenant_apps.households.households import complete
from tests.tenant_apps.reviews.conftest import NOTICED, REPORTED, a_visit, show_papers


def file_at(station, file):
    with in_station(station):
        return HouseholdFile.objects.get(pk=file.pk)


def test_an_enterprise_file_goes_up_over_the_township_to_the_county_and_comes_back_on_file(
    way, enterprise, township, county
):
    file = way.reported(enterprise)
    assert way.state(enterprise, file) == FileState.CENTRE_REVIEW
    assert way.review_at(township, file).state == ReviewState.OFFERED
    assert way.review_at(county, file) is None

    way.review("forward", township, file, opinion="同意上报")
    assert way.review_at(county, file).state == ReviewState.OFFERED

    way.approved(enterprise, county, file)

    final = file_at(enterprise, file)
    assert final.state == FileState.ON_FILE
    assert final.has_three_stamps
    assert enterprise.name[:10] in final.stamp_community_by
    assert township.name[:10] in final.stamp_street_by
    assert county.name[:10] in final.stamp_union_by
    assert final.on_file_on == way.today
    assert final.means_checked_on is not None
    assert way.review_at(township, file).state == ReviewState.APPROVED


@pytest.mark.begins(NOTICED)
def test_a_township_file_goes_to_the_county_directly(way, township, county):
    file = way.approved(township, county)

    final = file_at(township, file)
    assert final.state == FileState.ON_FILE
    assert final.has_three_stamps


def test_a_file_opened_at_the_county_is_decided_there(way, county):
    file = way.approved(county, county)

    assert way.state(county, file) == FileState.ON_FILE
    assert file_at(county, file).has_three_stamps


def test_a_file_opened_at_the_city_is_decided_by_the_city_as_its_centre(way, city):
    file = way.approved(city, city)

    assert way.state(city, file) == FileState.ON_FILE


@pytest.mark.fault
def test_the_home_station_sees_every_step_in_its_timeline(way, enterprise, township, county):
    file = way.reported(enterprise)
    way.review("forward", township, file)
    way.approved(enterprise, county, file)

    with in_station(enterprise):
        actions = [str(entry.what) for entry in reversed(timeline_of(("file", file.pk)))]
    assert actions == [
        *("open", "submit", "accept", "arrange_visit", "record_visit", "report", "forwarded"),
        *("centre_accepted", "means_confirmed", "notice_published", "notice_ended", "approved"),
    ]


def test_each_state_of_the_centre_shows_at_home_and_between(way, enterprise, township, county):
    file = way.reported(enterprise)
    way.review("forward", township, file)
    seen = []
    for step, more in (
        ("accept", {}),
        ("confirm_means", {"fits": True, "checked_on": way.today}),
        ("publish_notice", {}),
    ):
        way.review(step, county, file, **more)
        seen.append((way.state(enterprise, file), way.review_at(township, file).state))

    assert seen == [("centre_review",) * 2, ("means_check",) * 2, ("notice",) * 2]


def test_the_facts_of_the_file_are_recorded_at_home_once_it_is_on_file(way, township, county):
    with in_network():
        before = Delta.objects.filter(role=role_of(township.schema)).count()
    way.approved(township, county)

    with in_network():
        assert Delta.objects.filter(role=role_of(township.schema)).count() > before
        assert not Delta.objects.filter(role=role_of(county.schema)).exists()


@pytest.mark.begins(NOTICED)
def test_a_decision_that_comes_twice_is_followed_once(way, township, county):
    file = way.approved(township, county)
    with in_station(township):
        versions = HouseholdVersion.objects.filter(file_id=file.pk).count()
    with in_network():
        Message.objects.update(state="new", attempts=0)

    way.relay()

    with in_station(township):
        assert HouseholdVersion.objects.filter(file_id=file.pk).count() == versions
    assert way.state(township, file) == FileState.ON_FILE


@pytest.mark.begins(REPORTED)
def test_an_offer_that_comes_twice_makes_one_review(way, township, county):
    file = way.reported(township)
    with in_network():
        Message.objects.update(state="new", attempts=0)
    way.relay()

    with in_station(county):
        assert Review.objects.filter(file_id=file.pk).count() == 1


@pytest.mark.begins(REPORTED)
def test_the_parent_cannot_read_the_schema_of_the_child(way, township, county):
    way.reported(township)

    with (
        in_station(county),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f'SELECT * FROM "{township.schema}".households_file')


@pytest.mark.begins(REPORTED)
def test_the_picture_stays_as_it_was_sent(way, township, county):
    file = way.reported(township)
    with in_station(township):
        HouseholdFile.objects.filter(pk=file.pk).update(name="后来改的")

    with in_station(county):
        review = Review.objects.get(file_id=file.pk)
        assert selectors.dossier_of(review)["snapshot"]["name"] == "柳试一"


@pytest.mark.begins(REPORTED)
def test_nothing_personal_travels_or_rests_in_the_open(way, township, county):
    way.reported(township)
    texts = []
    for station, table in ((township, "exchange_message"), (county, "reviews_review")):
        with in_station(station), connection.cursor() as cursor:
            cursor.execute(f"SELECT {table}::text FROM {table}")
            texts.append(str(cursor.fetchall()))

    for secret in ("130771197406150127", "19900000001", "6999990000000010008", "糖尿病", "示例路"):
        assert all(secret not in text for text in texts)
    assert "柳试一" not in texts[0]


@pytest.mark.begins(REPORTED)
def test_another_county_sees_no_review(way, township, other_county, person_at):
    file = way.reported(township)
    stranger = person_at(other_county, Role.REVIEWER)
    review_id = services.review_key(township.id, str(file.pk), 2)

    with in_station(other_county):
        assert not Review.objects.exists()
        with pytest.raises(NotFound):
            selectors.get_review(review_id, actor=stranger)


@pytest.mark.begins(REPORTED)
def test_every_look_at_a_picture_is_noted(way, township, county):
    file = way.reported(township)
    review = way.review_at(county, file)
    reader = way.person(county, Role.REVIEWER)

    with in_station(county):
        _review, dossier = services.look_at(review.pk, actor=reader, now=way.now)
        row = AuditRow.objects.get(event="review.viewed")
    assert dossier["snapshot"]["name"] == "柳试一"
    assert row.actor_name == reader.name


@pytest.mark.begins(REPORTED)
def test_a_masked_value_of_the_picture_is_shown_for_a_reason_that_is_noted(way, township, county):
    file = way.reported(township)
    review = way.review_at(county, file)
    clerk = way.person(county, Role.CLERK)

    with in_station(county):
        value = services.reveal(
            review.pk, field="id_no", reason="核对原件", actor=clerk, now=way.now
        )
        row = AuditRow.objects.get(event="review.revealed")
    assert value == "130771197406150127"
    assert row.data["reason"] == "核对原件"
    assert "130771197406150127" not in str(row.data)


# --- home: first review, visit, report --------------------------------------------------------------


def test_nobody_reviews_what_he_entered(way, township, person_at):
    both = person_at(township, Role.CLERK, Role.REVIEWER)
    way.people[township.code, Role.CLERK] = way.people[township.code, Role.REVIEWER] = both
    file = way.submitted(township)

    with pytest.raises(OwnEntry):
        way.home("accept_for_review", township, file)


def test_nobody_reviews_what_he_filled_in_for_another(way, township, person_at):
    both = person_at(township, Role.CLERK, Role.REVIEWER)
    clerk = way.person(township, Role.CLERK)
    with in_station(township):
        file = files.open_draft(complete(skills=""), actor=clerk, now=way.now).file
        saved = files.change_draft(
            file.pk, changes={"skills": "电工"}, expected_version=1, actor=both, now=way.now
        )
        show_papers(saved.file, by=clerk, now=way.now)
        file = files.submit_file(file.pk, actor=clerk, now=way.now)
    way.people[township.code, Role.REVIEWER] = both

    with pytest.raises(OwnEntry):
        way.home("accept_for_review", township, file)


def test_a_clerk_may_not_accept(way, township):
    file = way.submitted(township)

    with pytest.raises(NotPermitted):
        way.home("accept_for_review", township, file, role=Role.CLERK)


def test_a_file_is_not_accepted_twice(way, township):
    file = way.submitted(township)
    way.home("accept_for_review", township, file)

    with pytest.raises(IllegalMove):
        way.home("accept_for_review", township, file)


def test_a_file_of_another_station_looks_absent(way, township, outsider):
    file = way.submitted(township)

    with pytest.raises(NotFound):
        way.home("accept_for_review", outsider, file)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"second_visitor": "王走访"}, "V301"),
        ({"second_visitor": " "}, "V301"),
        ({"findings": " "}, "V302"),
        ({"visited_on": a_visit().visited_on.replace(year=2027)}, "V303"),
        ({"visited_on": a_visit().visited_on.replace(year=2020)}, "V303"),
        ({"place": "moon"}, "V304"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_with_its_reason(way, township, changes, code):
    file = way.submitted(township)
    way.home("accept_for_review", township, file)
    way.home("arrange_visit", township, file)

    with pytest.raises(InvalidInput) as refusal:
        way.home("record_visit", township, file, a_visit(**changes))
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_a_file_does_not_go_up_before_a_visit(way, township):
    file = way.submitted(township)
    way.home("accept_for_review", township, file)
    way.home("arrange_visit", township, file)

    with pytest.raises(VisitNeeded):
        way.home("report_upward", township, file)


def test_a_household_that_is_not_in_hardship_does_not_go_up(way, township):
    file = way.visited(township)
    with in_station(township):
        HouseholdFile.objects.filter(pk=file.pk).update(tier="")

    with pytest.raises(NotEligible):
        way.home("report_upward", township, file)


def test_a_returned_file_says_why_and_waits_for_the_clerk(way, township):
    file = way.submitted(township)
    way.home("accept_for_review", township, file)

    with pytest.raises(InvalidInput):
        way.home("return_to_applicant", township, file, reason=" ")
    way.home("return_to_applicant", township, file, reason="缺少收入证明")

    with in_station(township):
        assert Todo.objects.get(closed_at=None).capability == "file.edit"
        assert Clock.objects.get(stopped_at=None).kind == "returned"
        assert timeline_of(("file", file.pk))[0].comment == "缺少收入证明"


# --- returned, resubmitted, refused, recalled --------------------------------------------------------


def resubmit(way, station, file):
    from tenant_apps.households import services as files

    with in_station(station):
        files.submit_file(file.pk, actor=way.person(station, Role.CLERK), now=way.now)
    way.home("accept_for_review", station, file)
    way.home("arrange_visit", station, file)
    way.home("report_upward", station, file)
    way.relay()


@pytest.mark.fault
def test_a_file_the_county_returned_is_corrected_and_goes_up_anew(
    way, enterprise, township, county
):
    file = way.reported(enterprise)
    way.review("forward", township, file)
    way.review("accept", county, file)
    way.review("return_down", county, file, reason="补充低保证明")
    assert way.state(enterprise, file) == FileState.RETURNED
    assert way.review_at(township, file).state == ReviewState.RETURNED

    resubmit(way, enterprise, file)
    way.review("forward", township, file)
    way.approved(enterprise, county, file)

    assert way.state(enterprise, file) == FileState.ON_FILE
    with in_station(county):
        states = Review.objects.filter(file_id=file.pk).order_by("offer")
        assert [one.state for one in states] == [ReviewState.RETURNED, ReviewState.APPROVED]


def test_the_township_may_return_a_file_itself(way, enterprise, township):
    file = way.reported(enterprise)
    way.review("return_down", township, file, reason="材料不全")

    assert way.state(enterprise, file) == FileState.RETURNED


@pytest.mark.begins(REPORTED)
def test_a_return_and_a_refusal_need_a_reason(way, township, county):
    file = way.reported(township)
    way.review("accept", county, file)

    for step in ("return_down", "refuse"):
        with pytest.raises(InvalidInput):
            way.review(step, county, file, reason="  ")


@pytest.mark.begins(REPORTED)
def test_a_refused_household_may_apply_again(way, township, county):
    file = way.reported(township)
    way.review("accept", county, file)
    way.review("refuse", county, file, reason="收入超过标准")

    assert way.state(township, file) == FileState.REFUSED
    with in_network():
        assert not IdentityEntry.objects.filter(subject=file.pk).exists()
    assert way.submitted(township).pk != file.pk


@pytest.mark.begins(REPORTED)
def test_a_means_check_that_does_not_fit_refuses_the_file(way, township, county):
    file = way.reported(township)
    way.review("accept", county, file)
    way.review(
        "confirm_means", county, file, fits=False, checked_on=way.today, comment="名下有两套房"
    )

    assert way.state(township, file) == FileState.REFUSED


@pytest.mark.begins(REPORTED)
@pytest.mark.parametrize(
    ("checked_on", "code"), [(date(2027, 11, 20), "V320"), (date(2026, 10, 11), "V325")]
)
def test_a_means_check_is_neither_dated_ahead_nor_before_it_was_authorised(
    way, township, county, checked_on, code
):
    file = way.reported(township)
    way.review("accept", county, file)

    with pytest.raises(InvalidInput) as refusal:
        way.review("confirm_means", county, file, fits=True, checked_on=checked_on)
    assert [one.code for one in refusal.value.problems] == [code]


@pytest.mark.begins(REPORTED)
def test_a_file_nobody_accepted_yet_comes_back_when_it_is_recalled(way, township, county):
    file = way.reported(township)
    way.home("recall", township, file, reason="填错了")
    way.relay()

    assert way.state(township, file) == FileState.VISITING
    assert way.review_at(county, file).state == ReviewState.WITHDRAWN
    way.home("report_upward", township, file)
    way.relay()
    assert way.review_at(county, file).state == ReviewState.OFFERED


@pytest.mark.begins(REPORTED)
def test_a_file_that_was_accepted_is_not_given_back(way, township, county):
    file = way.reported(township)
    way.review("accept", county, file)
    way.home("recall", township, file, reason="填错了")
    way.relay()

    assert way.state(township, file) == FileState.CENTRE_REVIEW
    assert way.review_at(county, file).state == ReviewState.CENTRE_REVIEW
    with in_station(township):
        assert timeline_of(("file", file.pk))[0].what == services.RECALL_REFUSED


# --- the centre -------------------------------------------------------------------------------------


def test_a_township_does_not_decide_what_the_centre_decides(way, enterprise, township):
    file = way.reported(enterprise)

    with pytest.raises(IllegalMove):
        way.review("accept", township, file)


@pytest.mark.begins(REPORTED)
def test_the_centre_does_not_send_on(way, township, county):
    file = way.reported(township)

    with pytest.raises(IllegalMove):
        way.review("forward", county, file)


@pytest.mark.begins(REPORTED)
def test_a_clerk_may_not_decide(way, township, county):
    file = way.reported(township)

    with pytest.raises(NotPermitted):
        way.review("accept", county, file, role=Role.CLERK)


@pytest.mark.begins(REPORTED)
def test_whoever_entered_a_file_at_home_does_not_review_it_above(way, township, county):
    file = way.reported(township)
    enterer = way.person(township, Role.CLERK)
    reviewer = way.person(county, Role.REVIEWER)
    way.people[county.code, Role.REVIEWER] = type(reviewer)(
        user_id=enterer.user_id,
        name=enterer.name,
        station=county,
        capabilities=reviewer.capabilities,
    )

    with pytest.raises(OwnEntry):
        way.review("accept", county, file)


@pytest.mark.begins(NOTICED)
def test_no_approval_before_the_days_of_the_notice_are_over(way, township, county):
    file = way.noticed(township, county)

    for days in (0, 5):
        way.pass_days(days)
        with pytest.raises(NoticeStillRunning):
            way.review("approve", county, file, role=Role.HEAD)


@pytest.mark.begins(REPORTED)
def test_no_approval_without_means_check_and_notice(way, township, county):
    file = way.reported(township)
    way.review("accept", county, file)

    with pytest.raises(IllegalMove):
        way.review("approve", county, file, role=Role.HEAD)


@pytest.mark.begins(NOTICED)
def test_a_reviewer_may_not_approve(way, township, county):
    file = way.noticed(township, county)
    way.pass_days(8)

    with pytest.raises(NotPermitted):
        way.review("approve", county, file)


@pytest.mark.begins(REPORTED)
def test_a_head_who_reviewed_does_not_also_approve(way, township, county):
    file = way.reported(township)
    way.review("accept", county, file, role=Role.HEAD)
    way.review("confirm_means", county, file, fits=True, checked_on=way.today)
    way.review("publish_notice", county, file)
    way.pass_days(8)

    with pytest.raises(OwnReview):
        way.review("approve", county, file, role=Role.HEAD)


@pytest.mark.begins(NOTICED)
def test_when_the_days_are_over_the_file_waits_for_the_head(way, township, county):
    file = way.noticed(township, county)
    with in_station(county):
        assert services.end_finished_notices(now=way.now) == 0
        way.pass_days(8)
        assert services.end_finished_notices(now=way.now) == 1
        assert services.end_finished_notices(now=way.now) == 0
        assert Todo.objects.get(closed_at=None).capability == "review.approve"
    way.relay()

    assert way.state(township, file) == FileState.APPROVAL


@pytest.mark.begins(NOTICED)
def test_the_notice_runs_five_working_days_from_the_day_after(way, township, county):
    way.noticed(township, county)

    with in_station(county):
        notice = Notice.objects.get()
    # Friday 20 November 2026; five working days end on Friday the 27th.
    assert (notice.published_on.isoformat(), notice.due_on.isoformat()) == (
        "2026-11-20",
        "2026-11-27",
    )


@pytest.mark.begins(REPORTED)
def test_a_notice_names_nobody_in_full_and_no_illness(way, township, county):
    file = way.reported(township)
    way.review("accept", county, file)
    way.review("confirm_means", county, file, fits=True, checked_on=way.today)

    for reason in ("柳试一家庭困难", "患糖尿病多年"):
        with pytest.raises(InvalidInput):
            way.review("publish_notice", county, file, reason=reason)
    notice = way.review("publish_notice", county, file, reason="单亲家庭，企业半停产")
    assert notice.masked_name == "柳**"
    assert "19740615" not in notice.masked_number


def objected(way, county):
    with in_station(county):
        notice = Notice.objects.get()
        services.raise_objection(notice.pk, text="名下有门店", contact="139", now=way.now)
    way.relay()
    return notice


@pytest.mark.begins(NOTICED)
def test_an_objection_stops_the_days_until_it_is_answered(way, township, county):
    file = way.noticed(township, county)
    way.pass_days(4)
    notice = objected(way, county)
    assert way.state(township, file) == FileState.OBJECTION
    way.pass_days(10)
    with in_station(county):
        assert services.end_finished_notices(now=way.now) == 0
    with pytest.raises(IllegalMove):
        way.review("approve", county, file, role=Role.HEAD)

    way.review("answer_objection", county, file, role=Role.HEAD, answer="门店为他人所有，查无此事")

    with in_station(county):
        notice.refresh_from_db()
    # Three of the five days were left: Friday 4 December + 3 working days.
    assert notice.state == NoticeState.RUNNING
    assert notice.due_on.isoformat() == "2026-12-09"
    assert way.state(township, file) == FileState.NOTICE


@pytest.mark.begins(NOTICED)
def test_an_objection_that_holds_refuses_the_file_and_takes_the_notice_down(way, township, county):
    file = way.noticed(township, county)
    notice = objected(way, county)

    way.review("refuse", county, file, role=Role.HEAD, reason="异议属实")

    with in_station(county):
        notice.refresh_from_db()
        assert notice.state == NoticeState.WITHDRAWN
        assert notice.objections.get().is_upheld
    assert way.state(township, file) == FileState.REFUSED


@pytest.mark.begins(NOTICED)
def test_no_objection_after_the_notice(way, township, county):
    way.noticed(township, county)
    way.pass_days(8)

    with pytest.raises(NoticeNotOpen):
        objected(way, county)


def test_the_buttons_come_from_the_table(way, township, county, enterprise):
    head, reviewer = way.person(county, Role.HEAD), way.person(county, Role.REVIEWER)
    shown = {
        state: actions_on(Review(state=state, is_centre=True), actor=reviewer)
        for state in ReviewState.values
    }

    assert shown["offered"] == ["accept", "return"]
    assert shown["approval"] == ["refuse"]
    assert actions_on(Review(state="approval", is_centre=True), actor=head) == ["approve", "refuse"]
    below = way.person(township, Role.REVIEWER)
    assert actions_on(Review(state="offered", is_centre=False), actor=below) == [
        "forward",
        "return",
    ]


@pytest.mark.parametrize("action", sorted(set(REVIEW_FLOW.steps)))
def test_no_step_starts_from_a_state_the_table_does_not_name(action, county_head):
    from bangfu.kernel.actors import Actor

    for state in set(ReviewState.values) - REVIEW_FLOW.steps[action].sources:
        with pytest.raises(IllegalMove):
            REVIEW_FLOW.advance(action, state=state, actor=Actor.system("x"))


@pytest.mark.begins(REPORTED)
def test_the_clocks_of_each_stage_run_at_the_station_whose_turn_it_is(way, township, county):
    file = way.reported(township)
    kinds = []
    for step, more in (
        ("accept", {}),
        ("confirm_means", {"fits": True, "checked_on": way.today}),
        ("publish_notice", {}),
    ):
        with in_station(county):
            kinds.append(list(Clock.objects.filter(stopped_at=None).values_list("kind", flat=True)))
        way.review(step, county, file, **more)

    assert kinds == [["level_review"], ["centre_review"], ["publish_notice"]]


@pytest.mark.fault
def test_the_audit_chains_hold_after_the_whole_way(way, enterprise, township, county):
    file = way.reported(enterprise)
    way.review("forward", township, file)
    way.approved(enterprise, county, file)

    assert [verify(station) for station in (enterprise, township, county)] == [None] * 3


@pytest.mark.begins(NOTICED)
def test_nothing_is_left_waiting_but_the_follow_up_at_home(way, township, county):
    way.approved(township, county)

    with in_station(county):
        assert not Todo.objects.filter(closed_at=None).exists()
        assert not Clock.objects.filter(stopped_at=None).exists()
    with in_station(township):
        waiting = {todo.kind for todo in Todo.objects.filter(closed_at=None)}
        assert {kind for kind in waiting if kind.startswith("file.")} == {
            "file.helper",
            "file.nat_entry",
        }
    with in_network():
        assert relay.stations_with_mail() == []
        assert not Message.objects.exclude(state="done").exists()
