"""Notices by themselves: one at a time for a purpose, ended by the day, answered by another."""

from datetime import timedelta

import pytest

from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.kernel.ids import uuid7
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
