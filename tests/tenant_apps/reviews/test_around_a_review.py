"""Meetings, second looks, many at once, handing over, urging, and pictures of a visit."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.notifications.models import Notification
from shared_apps.policies.models import PolicyRule
from tenant_apps.casework.models import Attachment
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.households import second_look
from tenant_apps.households.models import FileState
from tenant_apps.notices.models import Notice, NoticeState
from tenant_apps.reviews import services
from tenant_apps.reviews.models import Review, ReviewState
from tenant_apps.reviews.services import NoPhotos, Said, UrgedLately
from tests.tenant_apps.reviews.conftest import NOTICED, REPORTED, a_visit

pytestmark = pytest.mark.usefixtures("at_noon")

PICTURE = b"\xff\xd8\xff\xe0" + b"picture" * 20 + b"\xff\xd9"


def do(way, station, service, *args, role=Role.REVIEWER, **kwargs):
    with in_station(station):
        done = getattr(services, service)(
            *args, actor=way.person(station, role), now=way.now, **kwargs
        )
    way.relay()
    return done


def refused(way, home, centre):
    file = way.reported(home)
    way.review("accept", centre, file)
    way.review("refuse", centre, file, reason="收入超过标准")
    return file


def ask(way, home, file, reason="收入核算有误，请复核"):
    with in_station(home):
        second_look.ask_second_look(
            file.pk, reason=reason, actor=way.person(home, Role.CLERK), now=way.now
        )
    way.relay()


# --- a second look ----------------------------------------------------------------------------------


def test_a_refused_household_gets_a_second_look_linked_to_the_first(way, township, county):
    file = refused(way, township, county)
    ask(way, township, file)

    assert way.state(township, file) == FileState.CENTRE_REVIEW
    with in_station(county):
        second = Review.objects.get(file_id=file.pk, round=2)
        assert second.former.state == ReviewState.REFUSED
        services.confirm_means(
            second.pk,
            fits=True,
            checked_on=way.today,
            actor=way.person(county, Role.REVIEWER),
            now=way.now,
        )
    way.relay()
    assert way.state(township, file) == FileState.MEANS_CHECK


def test_a_second_look_is_asked_once_in_time_and_with_a_reason(way, township, county):
    file = refused(way, township, county)
    with pytest.raises(InvalidInput):
        ask(way, township, file, reason=" ")
    ask(way, township, file)
    with in_station(county):
        second = Review.objects.get(file_id=file.pk, round=2)
        services.refuse(
            second.pk, reason="维持原结论", actor=way.person(county, Role.REVIEWER), now=way.now
        )
        assert Review.objects.get(pk=second.pk).second_look_until is None
    way.relay()
    assert way.state(township, file) == FileState.REFUSED

    with pytest.raises(second_look.AskedBefore):
        ask(way, township, file)


def test_a_second_look_is_not_asked_when_the_days_are_over(way, township, county):
    file = refused(way, township, county)
    way.pass_days(20)

    with pytest.raises(second_look.TooLate):
        ask(way, township, file)


def test_a_second_look_passes_the_station_between_both_ways(way, enterprise, township, county):
    file = way.reported(enterprise)
    way.review("forward", township, file)
    way.review("accept", county, file)
    way.review("refuse", county, file, reason="收入超过标准")
    ask(way, enterprise, file)

    assert way.state(enterprise, file) == FileState.CENTRE_REVIEW
    assert way.review_at(township, file).state == ReviewState.CENTRE_REVIEW


# --- levels -----------------------------------------------------------------------------------------


def test_a_file_whose_level_the_city_decides_is_sent_on_by_the_county(way, township, county, city):
    with in_network():
        rule = PolicyRule.objects.get(key="approval.route")
        PolicyRule.objects.filter(pk=rule.pk).update(
            value={level: ["4", "3", "2", "1"] for level in rule.value}
        )
    file = way.reported(township)
    with pytest.raises(IllegalMove):
        way.review("accept", county, file)

    way.review("forward", county, file)
    way.approved(township, city, file)

    assert way.state(township, file) == FileState.ON_FILE
    assert way.review_at(county, file).state == ReviewState.APPROVED


# --- meetings ---------------------------------------------------------------------------------------


@pytest.mark.begins(REPORTED)
def test_a_meeting_names_everything_that_is_missing(way, township, county):
    review = way.review_at(county, way.reported(township))

    with pytest.raises(InvalidInput) as refusal:
        do(
            way,
            county,
            "note_meeting",
            kind="tea",
            held_on=way.today + timedelta(days=1),
            place=" ",
            attendees="",
            minutes="",
            said=[Said(review_id=review.pk, agrees=False)],
        )

    assert [problem.code for problem in refusal.value.problems] == [
        "V340", "V341", "V342", "V343", "V344", "V346",
    ]  # fmt: skip


@pytest.mark.begins(REPORTED)
def test_a_meeting_deliberates_on_many_and_the_timeline_says_so(way, township, county):
    file = way.reported(township)
    review = way.review_at(county, file)
    meeting = do(
        way,
        county,
        "note_meeting",
        kind="party",
        held_on=way.today,
        place="三楼",
        attendees="甲、乙",
        minutes="同意。",
        said=[Said(review_id=review.pk, agrees=True, remark="情况属实")],
        scan=ContentFile(PICTURE, name="minutes.jpg"),
    )

    with in_station(county):
        told = [entry.comment for entry in timeline_of(("review", review.pk))]
        assert f"{way.today} 党组会：同意 情况属实" in told
        assert (
            Attachment.objects.get(subject_kind="meeting", subject_id=meeting.pk).kind == "minutes"
        )


# --- an objection that changes the file ---------------------------------------------------------------


@pytest.mark.begins(NOTICED)
def test_a_corrected_notice_runs_for_the_full_days_and_the_old_one_is_taken_down(
    way, township, county
):
    file = way.noticed(township, county)
    way.pass_days(4)
    with in_station(county):
        services.raise_objection(Notice.objects.get().pk, text="理由不实", now=way.now)
    way.review("renew_notice", county, file, role=Role.HEAD, answer="已更正", reason="企业停产")

    with in_station(county):
        new = Notice.objects.get(former__isnull=False)
        old = Notice.objects.exclude(pk=new.pk).get()
        assert (old.state, new.state) == (NoticeState.WITHDRAWN, NoticeState.RUNNING)
        assert new.former_id == old.pk
        assert new.reason == "企业停产"
        assert new.due_on.isoformat() == "2026-12-01"
        assert old.objections.get().answer == "已更正"


@pytest.mark.begins(NOTICED)
def test_what_the_home_station_must_correct_goes_back_and_its_notice_begins_anew(
    way, township, county
):
    file = way.noticed(township, county)
    with in_station(county):
        services.raise_objection(Notice.objects.get().pk, text="家庭人口不实", now=way.now)
    way.relay()
    way.review("return_down", county, file, role=Role.HEAD, reason="更正家庭人口后重报")

    assert way.state(township, file) == FileState.RETURNED
    with in_station(county):
        assert Notice.objects.get().state == NoticeState.WITHDRAWN
        assert Notice.objects.get().objections.get().is_upheld


# --- many, handing over, urging ------------------------------------------------------------------------


@pytest.mark.begins(REPORTED)
def test_many_are_taken_up_at_once_and_each_refusal_is_named(way, township, county):
    review = way.review_at(county, way.reported(township))
    ids = [review.pk, review.file_id]

    first = do(way, county, "take_step_on_many", "accept", ids)
    second = do(way, county, "take_step_on_many", "accept", ids)

    assert [one.refusals for one in first] == [()]
    assert [bool(one.refusals) for one in second] == [True]
    with pytest.raises(NotFound):
        do(way, county, "take_step_on_many", "refuse", ids)


@pytest.mark.begins(REPORTED)
def test_a_review_is_handed_to_a_colleague_who_hears_of_it(way, township, county):
    review = way.review_at(county, way.reported(township))
    head = way.person(county, Role.HEAD)

    do(way, county, "assign", [review.pk], user_id=head.user_id)

    assert way.review_at(county, review_file(review)).assigned_to == head.name
    with in_network():
        assert Notification.objects.filter(user_id=head.user_id, kind="review.assigned").exists()
    with pytest.raises(InvalidInput):
        do(way, county, "assign", [review.pk], user_id=0)
    with pytest.raises(NotPermitted):
        do(way, county, "assign", [review.pk], user_id=head.user_id, role=Role.CLERK)


def review_file(review):
    return type("File", (), {"pk": review.file_id})


def test_an_urge_reaches_the_people_above_and_once_a_day(way, enterprise, township, county):
    file = way.reported(enterprise)
    way.review("forward", township, file)
    reviewer = way.person(county, Role.REVIEWER)
    below = way.review_at(township, file)

    do(way, township, "urge", below.pk, reason="请尽快受理")

    with in_network():
        told = Notification.objects.filter(user_id=reviewer.user_id, kind="review.urged")
        assert [one.body for one in told] == [f"{township.name} 3级reviewer：请尽快受理"]
    with pytest.raises(UrgedLately):
        do(way, township, "urge", below.pk, reason="再催")


# --- pictures ---------------------------------------------------------------------------------------


def test_pictures_of_a_visit_come_when_the_centre_asks_and_only_once(way, township, county):
    file = way.submitted(township)
    way.home("accept_for_review", township, file)
    way.home("arrange_visit", township, file)
    way.home(
        "record_visit",
        township,
        file,
        a_visit(visited_on=way.today),
        photos=[
            ContentFile(PICTURE, name="door.jpg"),
            ContentFile(PICTURE + b" ", name="room.jpg"),
        ],
    )
    way.home("report_upward", township, file)
    way.relay()
    review = way.review_at(county, file)

    assert do(way, county, "ask_for_photos", review.pk) == 2

    with in_station(county):
        photos = services.photos_of(review)
        assert [photo.name for photo in photos] == ["door.jpg", "room.jpg"]
    with pytest.raises(NoPhotos):
        do(way, county, "ask_for_photos", review.pk)
    with in_station(township):
        assert timeline_of(("file", file.pk))[0].comment == "已发送走访照片 2 张"
