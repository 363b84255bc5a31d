"""Notices by themselves: one at a time for a purpose, ended by the day, answered by another."""

from datetime import date, timedelta

import pytest

from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import in_network
from bangfu.kernel.workdays import working_days_left
from shared_apps.regions.models import CalendarOverride
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.notices import purposes, services
from tenant_apps.notices.models import Notice, NoticeState, Purpose
from tenant_apps.notices.selectors import notice_about, notices_about, notices_for_public
from tenant_apps.notices.services import NoticeNotOpen, NoticeRuns, OwnNotice
from tests.conftest import NOON


@pytest.fixture
def publish(at_township, reviewer, monkeypatch):
    """Publish a notice about a household; nobody acts when it ends."""
    monkeypatch.setattr(purposes, "_handlings", {})
    subject = uuid7()

    def make(purpose=Purpose.AID, **changes):
        values = {
            "subject_id": subject,
            "name": "柳试一",
            "number": "130771197406150127",
            "home_name": "示例站",
            "tier": "1",
            "reason": "",
            "never_say": ("柳试一",),
            "actor": reviewer,
            "now": NOON,
            "purpose": purpose,
        }
        return services.publish(**{**values, **changes})

    return make


def test_one_notice_of_a_purpose_runs_at_a_time_and_another_purpose_beside_it(publish):
    notice = publish(amount_fen=120_000)
    with pytest.raises(NoticeRuns):
        publish()
    publish(Purpose.EXIT)

    assert notice_about(notice.subject_id, purpose=Purpose.AID) == notice
    assert notices_about(notice.subject_id).count() == 2
    shown = notices_for_public(on=NOON.date(), purpose=Purpose.AID)
    assert [(one.masked_name, one.amount_fen) for one in shown] == [("柳**", 120_000)]


def test_a_notice_that_nobody_waits_for_still_ends_by_the_day(publish):
    notice = publish()

    assert services.end_over_notices(now=NOON + timedelta(days=7)) == 0
    assert services.end_over_notices(now=NOON + timedelta(days=8)) == 1
    assert services.end_over_notices(now=NOON + timedelta(days=8)) == 0
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.ENDED


def test_the_door_of_a_station_shows_the_notices_that_run(publish, client):
    publish()
    assert "柳**" in client.get("/s/130705001/public/").content.decode()
    services.end_over_notices(now=NOON + timedelta(days=8))
    assert "柳**" not in client.get("/s/130705001/public/").content.decode()


def test_an_objection_is_answered_by_somebody_other_than_the_publisher(publish, reviewer, clerk):
    notice = publish()
    services.raise_objection(notice.pk, text="情况不实", now=NOON)
    notice.refresh_from_db()
    answer = {"answer": "查无此事", "is_upheld": False, "now": NOON}
    with pytest.raises(OwnNotice):
        services.answer_all(notice, actor=reviewer, **answer)
    services.answer_all(notice, actor=clerk, **answer)

    assert notice.state == NoticeState.RUNNING
    assert notice.objections.get().answered_by == clerk.name


def test_an_objection_says_something_to_a_notice_that_is_open(publish):
    notice = publish()
    with pytest.raises(InvalidInput):
        services.raise_objection(notice.pk, text="  ", now=NOON)
    with pytest.raises(NotFound):
        services.raise_objection(uuid7(), text="情况不实", now=NOON)
    with pytest.raises(NoticeNotOpen):
        services.raise_objection(notice.pk, text="情况不实", now=NOON + timedelta(days=9))


@pytest.mark.parametrize(
    "reason",
    [
        "户主柳 试一家庭困难",
        "户主患恶性肿瘤，家庭困难",
        "因尿毒症长期透析",
        "联系电话 139-0000-0001",
        "证件１３０７７２１９９６１０２２３６３２",
        "有视力残疾",
    ],
)
def test_a_notice_names_no_person_number_or_illness(publish, reason):
    with pytest.raises(InvalidInput) as refused:
        publish(reason=reason)
    assert [one.code for one in refused.value.problems] == ["V402"]


@pytest.mark.parametrize(
    "reason", ["因病致困，2026年自付医疗费 12,345.67 元", "一户三口，收入低于标准"]
)
def test_a_notice_may_say_why(publish, reason):
    assert publish(reason=reason).reason == reason


def test_a_notice_says_no_name_in_full_and_no_more_than_fits(publish):
    for reason in ("柳试一家庭困难", "长" * 301):
        with pytest.raises(InvalidInput):
            publish(reason=reason)


def overrule(day, *, works):
    with in_network():
        CalendarOverride.objects.create(
            day=day, is_working_day=works, source="通知", entered_by="", entered_at=NOON
        )


def test_a_day_that_becomes_a_day_off_is_added_to_a_running_notice(publish):
    notice = publish()
    last = notice.due_on
    overrule(last - timedelta(days=1), works=False)

    after = NOON + timedelta(days=8)
    assert services.end_over_notices(now=after) == 0
    notice.refresh_from_db()
    assert notice.due_on > last
    assert working_days_left(notice.published_on, notice.due_on, calendar_in_force()) == 5
    assert services.recount_notices(now=after) == 0
    assert services.end_over_notices(now=NOON + timedelta(days=10)) == 0
    assert services.end_over_notices(now=NOON + timedelta(days=11)) == 1


def test_a_day_that_becomes_a_working_day_takes_nothing_from_what_was_published(publish):
    notice = publish()
    overrule(date(2026, 11, 22), works=True)

    assert services.recount_notices(now=NOON + timedelta(days=2)) == 0
    assert Notice.objects.get(pk=notice.pk).due_on == notice.due_on


def test_an_objection_is_taken_on_the_day_that_was_added(publish):
    notice = publish()
    overrule(notice.due_on, works=False)

    services.object_to(notice.pk, text="情况不实", now=NOON + timedelta(days=8))
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.PAUSED


def test_the_days_that_an_objection_held_are_counted_again_as_they_were(publish, clerk):
    notice = publish()
    services.object_to(notice.pk, text="情况不实", now=NOON + timedelta(days=3))
    services.object_to(notice.pk, text="也不实", now=NOON + timedelta(days=4))
    notice.refresh_from_db()
    services.answer_all(
        notice, answer="属实", is_upheld=False, actor=clerk, now=NOON + timedelta(days=12)
    )
    before = Notice.objects.get(pk=notice.pk).due_on
    assert services.recount_notices(now=NOON + timedelta(days=12)) == 0

    overrule(before, works=False)
    assert services.recount_notices(now=NOON + timedelta(days=12)) == 1
    assert Notice.objects.get(pk=notice.pk).due_on > before


def test_a_notice_that_is_held_gains_a_day_lost_before(publish):
    notice = publish()
    services.object_to(notice.pk, text="情况不实", now=NOON + timedelta(days=5))
    left = Notice.objects.get(pk=notice.pk).days_left

    overrule(date(2026, 11, 24), works=False)
    assert services.recount_notices(now=NOON + timedelta(days=6)) == 1
    assert Notice.objects.get(pk=notice.pk).days_left == left + 1
