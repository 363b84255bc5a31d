"""The pages and endpoints of the way of a file, as people and programs use them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import ApiToken
from shared_apps.accounts.roles import Role
from shared_apps.accounts.selectors import digest_of
from tenant_apps.households.models import FileState, HouseholdVisit
from tenant_apps.notices.models import Notice
from tenant_apps.reviews.models import Review, ReviewState
from tests.conftest import NOON
from tests.tenant_apps.reviews.conftest import NOTICED, REPORTED


@pytest.fixture(autouse=True)
def noon(monkeypatch, way):
    """The network's clock shows what the way shows."""
    monkeypatch.setattr(clock, "now", lambda: way.now.astimezone(clock.LOCAL))


@pytest.fixture
def api():
    """Call an endpoint as a person's program: ``api(actor, "post", "reviews/…/accept/", {…})``."""

    def call(actor, method, path, body=None):
        secret = f"token-of-{actor.user_id}"
        with in_network():
            ApiToken.objects.get_or_create(
                digest=digest_of(secret),
                defaults={
                    "user_id": actor.user_id,
                    "station_id": actor.station.id,
                    "name": "t",
                    "created_at": NOON,
                },
            )
        client = Client(headers={"Authorization": f"Token {secret}"})
        address = f"/s/{actor.station.code}/api/v1/{path}"
        options = {"data": body or {}, "content_type": "application/json"}
        return getattr(client, method)(address, **(options if method == "post" else {}))

    return call


def page(signed_in, actor, path, data=None):
    client = signed_in(actor)
    address = f"/s/{actor.station.code}/{path}"
    return client.get(address) if data is None else client.post(address, data, follow=True)


# --- pages ------------------------------------------------------------------------------------------


@pytest.mark.begins(REPORTED)
def test_the_desk_shows_what_waits_and_where_it_came_from(way, township, county, signed_in):
    way.reported(township)

    answer = page(signed_in, way.person(county, Role.REVIEWER), "reviews/")

    assert answer.status_code == 200
    text = answer.content.decode()
    assert "柳试一" in text
    assert township.name in text


def test_an_empty_desk_says_so(county, way, signed_in):
    answer = page(signed_in, way.person(county, Role.REVIEWER), "reviews/")

    assert "没有待办理的审核" in answer.content.decode()


def test_own_files_in_first_review_lie_on_the_same_desk(way, township, signed_in):
    file = way.submitted(township)

    answer = page(signed_in, way.person(township, Role.REVIEWER), "reviews/")

    assert file.file_no in answer.content.decode()


@pytest.mark.begins(REPORTED)
def test_the_page_of_a_review_masks_what_is_personal(way, township, county, signed_in):
    file = way.reported(township)
    review = way.review_at(county, file)

    text = page(
        signed_in, way.person(county, Role.REVIEWER), f"reviews/{review.pk}/"
    ).content.decode()

    assert "130771197406150127" not in text
    assert "糖尿病" not in text
    assert "情况属实，同意上报。" in text


@pytest.mark.begins(REPORTED)
def test_steps_are_taken_on_the_page(way, township, county, signed_in):
    file = way.reported(township)
    review = way.review_at(county, file)
    reviewer = way.person(county, Role.REVIEWER)
    base = f"reviews/{review.pk}"

    page(signed_in, reviewer, f"{base}/accept/", {"opinion": "受理"})
    page(
        signed_in,
        reviewer,
        f"{base}/confirm_means/",
        {"fits": "yes", "checked_on": "2026-11-20", "unit": "区民政局"},
    )
    page(signed_in, reviewer, f"{base}/publish_notice/", {"reason": ""})
    assert way.review_at(county, file).state == ReviewState.NOTICE
    way.pass_days(8)
    page(signed_in, way.person(county, Role.HEAD), f"{base}/approve/", {"opinion": ""})

    assert way.review_at(county, file).state == ReviewState.APPROVED


@pytest.mark.begins(NOTICED)
def test_a_refused_step_says_why_on_the_page(way, township, county, signed_in):
    file = way.noticed(township, county)
    review = way.review_at(county, file)

    answer = page(
        signed_in, way.person(county, Role.HEAD), f"reviews/{review.pk}/approve/", {"opinion": ""}
    )

    assert "公示期未满" in answer.content.decode()


@pytest.mark.begins(REPORTED)
def test_a_step_that_does_not_exist_is_not_found(way, township, county, signed_in):
    review = way.review_at(county, way.reported(township))

    answer = page(
        signed_in, way.person(county, Role.REVIEWER), f"reviews/{review.pk}/explode/", {"a": "b"}
    )

    assert answer.status_code == 404


@pytest.mark.begins(REPORTED)
def test_a_review_of_others_looks_absent(way, township, county, other_county, signed_in, person_at):
    review = way.review_at(county, way.reported(township))
    stranger = person_at(other_county, Role.REVIEWER)

    assert page(signed_in, stranger, f"reviews/{review.pk}/").status_code == 404


@pytest.mark.fault
def test_the_home_station_moves_its_file_by_the_buttons_of_its_page(way, township, signed_in):
    file = way.submitted(township)
    reviewer = way.person(township, Role.REVIEWER)
    assert "受理" in page(signed_in, reviewer, f"files/{file.pk}/").content.decode()

    page(signed_in, reviewer, f"files/{file.pk}/step/accept/", {"x": "1"})
    page(signed_in, reviewer, f"files/{file.pk}/step/arrange_visit/", {"x": "1"})
    assert page(signed_in, reviewer, f"files/{file.pk}/visit/").status_code == 200
    page(
        signed_in,
        reviewer,
        f"files/{file.pk}/visit/",
        {
            "visited_on": "2026-11-20",
            "place": "home",
            "first_visitor": "甲",
            "second_visitor": "乙",
            "findings": "属实",
            "agrees": "yes",
        },
    )
    page(signed_in, reviewer, f"files/{file.pk}/step/report/", {"opinion": ""})

    assert way.state(township, file) == FileState.CENTRE_REVIEW
    with in_station(township):
        assert HouseholdVisit.objects.get().second_visitor == "乙"


def test_a_visit_by_one_person_is_refused_at_the_field(way, township, signed_in):
    file = way.submitted(township)
    way.home("accept_for_review", township, file)
    way.home("arrange_visit", township, file)

    answer = page(
        signed_in,
        way.person(township, Role.REVIEWER),
        f"files/{file.pk}/visit/",
        {
            "visited_on": "2026-11-20",
            "place": "home",
            "first_visitor": "甲",
            "second_visitor": "甲",
            "findings": "属实",
            "agrees": "yes",
        },
    )

    assert "两位不同的走访人" in answer.content.decode()


# --- the public -------------------------------------------------------------------------------------


@pytest.mark.begins(NOTICED)
def test_anybody_reads_the_notice_without_signing_in(way, township, county):
    way.noticed(township, county)

    text = Client().get(f"/s/{county.code}/public/notices/").content.decode()

    assert "柳**" in text
    assert "柳试一" not in text
    assert "糖尿病" not in text


def test_a_station_without_notices_says_so(county):
    text = Client().get(f"/s/{county.code}/public/notices/").content.decode()

    assert "目前没有公示" in text


def a_stranger():
    """A browser at an address nobody objected from before."""
    return Client(REMOTE_ADDR=f"2001:db8::{uuid4().hex[:4]}:{uuid4().hex[:4]}")


def objection_address(county):
    with in_station(county):
        return f"/s/{county.code}/public/notices/{Notice.objects.get().pk}/object/"


@pytest.mark.begins(NOTICED)
def test_anybody_may_object_and_the_days_stand_still(way, township, county):
    file = way.noticed(township, county)
    address = objection_address(county)
    assert Client().get(address).status_code == 200

    a_stranger().post(address, {"text": "名下有门店", "name": "", "contact": ""}, follow=True)

    assert way.review_at(county, file).state == ReviewState.OBJECTION


@pytest.mark.begins(NOTICED)
def test_whoever_objects_too_often_is_asked_to_wait(way, township, county):
    way.noticed(township, county)
    client = a_stranger()
    address = objection_address(county)

    answers = [client.post(address, {"text": f"异议{n}"}).status_code for n in range(6)]

    assert answers == [302] * 5 + [429]


@pytest.mark.begins(NOTICED)
def test_whoever_published_a_notice_is_not_asked_to_examine_what_was_objected(
    way, township, county, signed_in, api
):
    file = way.noticed(township, county)
    a_stranger().post(objection_address(county), {"text": "名下有门店"}, follow=True)
    review = way.review_at(county, file)
    buttons = ('data-dialog="answer_objection"', 'data-dialog="refuse"')

    publisher, other = (way.person(county, role) for role in (Role.REVIEWER, Role.HEAD))
    own = page(signed_in, publisher, f"reviews/{review.pk}/").content.decode()
    others = page(signed_in, other, f"reviews/{review.pk}/").content.decode()

    assert not any(one in own for one in buttons)
    assert "异议须由发布公示以外的人核查" in own
    assert all(one in others for one in buttons)
    actions = api(publisher, "get", f"reviews/{review.pk}/").json()["actions"]
    assert "answer-objection" not in actions


def test_what_a_centre_alone_does_is_on_the_menu_of_centres_alone(way, township, county, signed_in):
    entries = ("复核与退出审核", "经济状况核对", "会议研究")

    below = page(signed_in, way.person(township, Role.REVIEWER), "").content.decode()
    centre = page(signed_in, way.person(county, Role.REVIEWER), "").content.decode()

    assert not any(one in below for one in entries)
    assert all(one in centre for one in entries)


@pytest.mark.begins(NOTICED)
def test_the_list_of_notices(way, township, county, signed_in):
    way.noticed(township, county)
    reviewer = way.person(county, Role.REVIEWER)

    assert "柳**" in page(signed_in, reviewer, "notices/").content.decode()


# --- endpoints --------------------------------------------------------------------------------------


@pytest.mark.fault
def test_a_program_takes_a_file_the_whole_way(way, enterprise, township, county, api):
    file = way.submitted(enterprise)
    visit = {
        "visited_on": "2026-11-20",
        "first_visitor": "甲",
        "second_visitor": "乙",
        "findings": "属实",
    }
    first = way.person(enterprise, Role.REVIEWER)
    listed = api(first, "get", "reviews/").json()["results"]
    assert [(row["kind"], row["id"]) for row in listed] == [("file", str(file.pk))]

    answer = api(first, "post", f"reviews/{file.pk}/accept/", {"visit": visit})
    assert answer.json()["state"] == "centre_review", answer.content
    way.relay()
    second = way.person(township, Role.REVIEWER)
    (row,) = api(second, "get", "reviews/").json()["results"]
    assert api(second, "post", f"reviews/{row['id']}/accept/").json()["state"] == "forwarded"
    way.relay()
    third, head = way.person(county, Role.REVIEWER), way.person(county, Role.HEAD)
    (row,) = api(third, "get", "reviews/?tab=todo").json()["results"]
    assert row["actions"] == ["accept", "return"]
    assert api(third, "post", f"reviews/{row['id']}/accept/").json()["state"] == "means_check"
    published = api(third, "post", f"reviews/{row['id']}/publish-notice/")
    assert published.json()["state"] == "notice"
    early = api(head, "post", f"reviews/{row['id']}/approve/")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/notice-still-running")
    way.pass_days(8)
    assert api(head, "post", f"reviews/{row['id']}/approve/").json()["state"] == "approved"
    way.relay()

    assert way.state(enterprise, file) == FileState.ON_FILE


@pytest.mark.fault
def test_a_program_takes_an_own_file_step_by_step(way, township, county, api):
    file = way.submitted(township)
    reviewer = way.person(township, Role.REVIEWER)
    visit = {
        "visited_on": "2026-11-20",
        "first_visitor": "甲",
        "second_visitor": "乙",
        "findings": "属实",
    }

    answers = [
        api(reviewer, "post", f"files/{file.pk}/{step}/", body)
        for step, body in (
            ("accept", {}),
            ("arrange-visit", {}),
            ("visit", visit),
            ("report", {"opinion": "同意上报"}),
            ("recall", {"reason": "填错了"}),
        )
    ]
    way.relay()

    assert [answer.status_code for answer in answers] == [200, 200, 201, 200, 200]
    assert way.state(township, file) == FileState.VISITING
    returned = api(reviewer, "post", f"files/{file.pk}/return/", {"reason": "缺材料"})
    assert returned.json()["state"] == "returned"


def test_a_program_accepts_an_own_file_before_the_visit(way, township, api):
    file = way.submitted(township)

    answer = api(way.person(township, Role.REVIEWER), "post", f"reviews/{file.pk}/accept/")

    assert answer.json()["state"] == "visiting"
    assert "record-visit" in answer.json()["actions"]


@pytest.mark.begins(REPORTED)
def test_a_program_returns_and_refuses_with_a_reason_only(way, township, county, api):
    file = way.reported(township)
    review = way.review_at(county, file)
    reviewer = way.person(county, Role.REVIEWER)

    bare = api(reviewer, "post", f"reviews/{review.pk}/return/")
    assert (bare.status_code, bare.json()["type"]) == (422, "/problems/invalid-input")
    done = api(reviewer, "post", f"reviews/{review.pk}/return/", {"reason": "缺材料"})
    assert done.json()["state"] == "returned"
    again = api(reviewer, "post", f"reviews/{review.pk}/return/", {"reason": "缺材料"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/illegal-move")


@pytest.mark.begins(REPORTED)
def test_a_means_check_that_does_not_fit_refuses_by_program(way, township, county, api):
    review = way.review_at(county, way.reported(township))
    check = {"means_check": {"result": "不符合", "comment": "名下有两套房"}}

    answer = api(way.person(county, Role.REVIEWER), "post", f"reviews/{review.pk}/accept/", check)

    assert answer.json()["state"] == "refused"


@pytest.mark.begins(REPORTED)
def test_a_program_reads_the_picture_masked(way, township, county, api):
    review = way.review_at(county, way.reported(township))

    answer = api(way.person(county, Role.REVIEWER), "get", f"reviews/{review.pk}/")

    assert answer.json()["file"]["name"] == "柳试一"
    assert "130771197406150127" not in answer.content.decode()
    assert answer.json()["opinions"][0]["station_code"] == township.code


@pytest.mark.begins(REPORTED)
def test_a_review_of_others_looks_absent_to_programs(way, township, county, outsider, api):
    review = way.review_at(county, way.reported(township))

    answer = api(way.person(outsider, Role.REVIEWER), "get", f"reviews/{review.pk}/")

    assert answer.status_code == 404


@pytest.mark.begins(REPORTED)
def test_a_clerk_may_not_decide_by_program(way, township, county, api):
    review = way.review_at(county, way.reported(township))

    answer = api(way.person(county, Role.CLERK), "post", f"reviews/{review.pk}/accept/")

    assert answer.status_code == 403


def test_the_desk_takes_as_many_questions_for_many_reviews_as_for_one(
    way, county, signed_in, django_assert_max_num_queries
):
    with in_station(county):
        Review.objects.bulk_create(
            Review(
                file_id=f"00000000-0000-0000-0000-{number:012}",
                offer=1,
                file_no=f"F{number}",
                home_id=3,
                home_code="x",
                home_name="x",
                home_level=3,
                offered_by_id=3,
                is_centre=True,
                head_name="柳",
                dossier="{}",
                received_at=NOON + timedelta(minutes=number),
                changed_at=NOON,
            )
            for number in range(60)
        )
    reviewer = way.person(county, Role.REVIEWER)
    client = signed_in(reviewer)
    client.get(f"/s/{county.code}/reviews/")

    with django_assert_max_num_queries(25):
        client.get(f"/s/{county.code}/reviews/?per_page=50")
