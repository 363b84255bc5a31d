"""Applicants are written to, and those who are late are told, each once."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import OperationalError

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.notifications.models import MailState, Notification
from shared_apps.onboarding.errors import LinkNotGood, NoAddress, NothingToSend
from shared_apps.onboarding.models import Application, ApplicationState, Letter, Origin
from shared_apps.onboarding.services import applying, deciding, many, opening, pacing, writing
from shared_apps.regions.models import CalendarOverride
from tenants.models import Station
from tests.conftest import NOON

SITE = "https://bangfu.example"
ZONE = {
    "name": "塞北管理区总工会困难职工帮扶中心",
    "region_code": "130773",
    "contact_name": "塞主席",
    "contact_email": "chair@saibei.example",
}


@pytest.fixture(autouse=True)
def _no_counts(db):
    cache.clear()


@pytest.fixture
def head(city, person_at):
    return person_at(city, Role.HEAD, name="市站长")


@pytest.fixture
def asked(city) -> Application:
    with in_network():
        parent = Station.objects.get(pk=city.id)
        return applying.apply_at_once(parent=parent, level=None, said=ZONE, now=NOON)


def returned(application, head) -> Application:
    with in_station(head.station):
        return deciding.return_application(
            application_id=application.pk,
            missing=[{"item": "staff", "note": ""}],
            comment="请补齐",
            actor=head,
            now=NOON,
        )


def again(application) -> Application:
    with in_network():
        return Application.objects.get(pk=application.pk)


def told_at(station) -> list[str]:
    with in_network():
        rows = Notification.objects.filter(station_id=station.id).order_by("pk")
        return sorted({row.headline for row in rows if row.kind != "onboarding.applied"})


def days_later(number: int):
    return NOON + timedelta(days=number)


def invited(county, person_at, *, email="p@example.org"):
    administrator = person_at(county, Role.ADMINISTRATOR)
    line = many.Line(
        row=1, name="顺承街站", region_code="130705002", contact_name="人一", contact_email=email
    )
    with in_network():
        parent = Station.objects.get(pk=county.id)
    with in_station(county):
        many.invite_stations(
            parent=parent, lines=[line], title="首批", actor=administrator, now=NOON
        )
    with in_network():
        return Application.objects.get(origin=Origin.INVITED), administrator


def test_a_returned_applicant_is_written_what_is_missing_and_until_when(asked, head):
    returned(asked, head)
    assert mail.outbox == []
    assert writing.send_owed(site=SITE) == 1
    letter = mail.outbox[0]
    assert letter.to == ["chair@saibei.example"]
    assert "需要补正：至少两名工作人员" in letter.body
    assert "请补齐" in letter.body
    assert "2026-12-04" in letter.body
    assert f"{SITE}{applying.path_of(asked)}" in letter.body
    assert writing.send_owed(site=SITE) == 0


def test_a_rejected_applicant_is_written_the_reason(asked, head):
    with in_station(head.station):
        deciding.reject_application(
            application_id=asked.pk, reason="辖区已有站点", actor=head, now=NOON
        )
    writing.send_owed(site=SITE)
    assert "理由：辖区已有站点" in mail.outbox[0].body


def test_a_letter_that_the_server_refuses_is_tried_three_times(asked, head, monkeypatch):
    returned(asked, head)

    def refused(_letter):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refused)
    for _round in range(5):
        assert writing.send_owed(site=SITE) == 0
    row = again(asked)
    assert (row.letter_state, row.letter_attempts) == (MailState.FAILED, 3)


def test_a_letter_that_was_begun_and_not_finished_is_not_sent_again(asked, head, monkeypatch):
    returned(asked, head)

    def cut_off(_letter):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", cut_off)
        with pytest.raises(SystemExit):
            writing.send_owed(site=SITE)
    assert writing.send_owed(site=SITE) == 0
    assert again(asked).letter_state == MailState.UNKNOWN


def test_the_head_sends_the_letter_again(asked, head):
    returned(asked, head)
    writing.send_owed(site=SITE)
    with in_station(head.station):
        writing.send_again(application_id=asked.pk, actor=head, now=NOON)
    assert writing.send_owed(site=SITE) == 1
    assert len(mail.outbox) == 2


def test_nothing_is_sent_again_to_somebody_who_waits_for_us(asked, head):
    with in_station(head.station), pytest.raises(NothingToSend):
        writing.send_again(application_id=asked.pk, actor=head, now=NOON)


def test_an_invitation_that_is_sent_again_begins_anew(county, person_at):
    row, administrator = invited(county, person_at)
    later = days_later(70)
    with pytest.raises(LinkNotGood):
        applying.application_behind(row.pk, applying.secret_of(row), now=later)
    with in_station(county):
        writing.send_again(application_id=row.pk, actor=administrator, now=later)
    found = applying.application_behind(row.pk, applying.secret_of(row), now=later)
    assert found.due_on > later.date()


def test_an_invitation_without_an_address_is_printed_not_sent(county, person_at):
    row, administrator = invited(county, person_at, email="")
    assert writing.send_owed(site=SITE) == 0
    with in_station(county), pytest.raises(NoAddress):
        writing.send_again(application_id=row.pk, actor=administrator, now=NOON)


def test_an_invited_unit_that_does_not_apply_is_reminded_and_then_late(county, person_at):
    row, _administrator = invited(county, person_at)
    assert row.due_on == date(2026, 12, 4)
    writing.send_owed(site=SITE)
    pacing.keep_time(now=days_later(12))
    pacing.keep_time(now=days_later(13))
    writing.send_owed(site=SITE)
    assert [each.subject for each in mail.outbox] == [
        "邀请入驻：顺承街站",
        "入驻申请即将到期：顺承街站",
    ]
    assert told_at(county) == []
    pacing.keep_time(now=days_later(16))
    pacing.keep_time(now=days_later(17))
    writing.send_owed(site=SITE)
    assert again(row).letter == Letter.LATE
    assert len(mail.outbox) == 3
    assert told_at(county) == ["顺承街站逾期未提交入驻申请"]


def test_the_parent_is_warned_a_working_day_before_and_told_when_it_is_late(asked, city):
    assert asked.due_on == date(2026, 11, 25)
    pacing.keep_time(now=days_later(1))
    assert told_at(city) == []
    pacing.keep_time(now=days_later(4))
    assert told_at(city) == [f"{ZONE['name']}的入驻申请即将到期"]
    pacing.keep_time(now=days_later(6))
    pacing.keep_time(now=days_later(6))
    assert told_at(city) == [
        f"{ZONE['name']}的入驻申请即将到期",
        f"{ZONE['name']}的入驻申请逾期未办",
    ]


def test_the_station_above_a_late_parent_is_told(county, city, person_at):
    said = ZONE | {"name": "顺承街站", "region_code": "130705002"}
    with in_network():
        parent = Station.objects.get(pk=county.id)
        applying.apply_at_once(parent=parent, level=None, said=said, now=NOON)
    pacing.keep_time(now=days_later(6))
    assert told_at(city) == [f"{county.name}逾期未办顺承街站的入驻申请"]


def test_a_day_off_that_is_announced_later_moves_the_day(asked):
    with in_network():
        CalendarOverride.objects.create(
            day=date(2026, 11, 24),
            is_working_day=False,
            source="通知",
            entered_by="管理员",
            entered_at=NOON,
        )
    pacing.keep_time(now=NOON)
    assert again(asked).due_on == date(2026, 11, 26)


def test_a_trial_that_ends_is_told_to_both_and_then_to_the_parent(county, city):
    with in_network():
        Station.objects.filter(pk=county.id).update(
            state="trial", trial_until=NOON.date() + timedelta(days=5)
        )
    pacing.keep_time(now=NOON)
    assert told_at(county) == ["本站试运行将于 2026-11-25 到期，请准备验收"]
    pacing.keep_time(now=days_later(8))
    assert told_at(city) == [
        f"{county.name}的试运行将于 2026-11-25 到期，请验收",
        f"{county.name}的试运行已于 2026-11-25 到期，请验收或暂停",
    ]


def test_a_station_of_a_list_keeps_its_code_when_it_could_not_be_opened(city, monkeypatch):
    manager = Actor(
        user_id=None,
        name="管理员",
        capabilities=frozenset({"network.manage", "onboarding.decide"}),
    )
    line = many.Line(row=1, name="新区", code="130772X", level=2, parent_code=city.code,
                     region_code="130773", contact_name="人一")  # fmt: skip
    with in_network():
        many.import_stations(lines=[line], title="一批", actor=manager, now=NOON)

    def broken(**_said):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(opening, "open_station", broken)
        opening.open_waiting(now=NOON, limit=5)
    with in_network():
        row = Application.objects.get()
        assert (row.state, row.assigned_code) == (ApplicationState.PARENT_REVIEW, "130772X")
        deciding.approve_application(application_id=row.pk, actor=manager, now=NOON)
    assert opening.open_approved(row.pk, now=NOON).code == "130772X"


def test_a_line_whose_level_does_not_fit_is_named_and_the_list_is_kept(
    county, person_at, signed_in
):
    administrator = person_at(county, Role.ADMINISTRATOR)
    page = signed_in(administrator).post(
        f"/s/{county.code}/onboarding/invite/",
        {"title": "首批", "lines": "某厂，人一，13900000000，a@example.org，130702"},
    )
    assert "第 1 行" in page.content.decode()
    assert "某厂，人一" in page.content.decode()
