"""What people are told, and the e-mails that go with it."""

import socketserver
import threading

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.utils.translation import override

from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import Role
from shared_apps.notifications.models import MailState, Notification
from shared_apps.notifications.selectors import (
    get_notification,
    notifications_for,
    unread_count,
)
from shared_apps.notifications.services import (
    mark_all_read,
    mark_read,
    notify,
    send_pending_emails,
)
from tests.support.databases import NOON


def tell(station, **changes):
    with in_station(station):
        return notify(
            **{
                "station_id": station.id,
                "capability": "file.review",
                "kind": "file.submitted",
                "title": "有新的档案待初审",
                "now": NOON,
            }
            | changes
        )


def told(actor):
    with in_station(actor.station):
        return [row.headline for row in notifications_for(actor)]


def with_address(actor, address="li@example.invalid"):
    with in_network():
        User.objects.filter(pk=actor.user_id).update(email=address)
    return actor


def test_everybody_who_holds_the_capability_is_told(township, reviewer, clerk, person_at) -> None:
    second = person_at(township, Role.REVIEWER)
    tell(township)
    assert (told(reviewer), told(second), told(clerk)) == (
        ["有新的档案待初审"],
        ["有新的档案待初审"],
        [],
    )


def test_a_named_person_alone_is_told(township, reviewer, clerk) -> None:
    tell(township, capability="", user_ids=[clerk.user_id])
    assert (len(told(clerk)), len(told(reviewer))) == (1, 0)


def test_what_nobody_could_be_told_waits_for_whoever_comes(township, person_at) -> None:
    tell(township)
    assert len(told(person_at(township, Role.REVIEWER))) == 1


def test_a_notification_is_for_somebody(township) -> None:
    with pytest.raises(ValueError, match="somebody"):
        tell(township, capability="")


def test_the_same_key_tells_a_person_once(township, reviewer) -> None:
    tell(township, key="clock.warning:1")
    tell(township, key="clock.warning:1")
    assert len(told(reviewer)) == 1


def test_a_title_is_filled_and_worded_for_its_reader(township, reviewer) -> None:
    tell(
        township,
        title="%(clock)s将于 %(due)s 到期",
        params={"clock": "公示期", "due": "2026-11-27"},
    )
    with override("zh-hans"):
        assert told(reviewer) == ["公示期将于 2026-11-27 到期"]


def test_a_title_without_parameters_may_hold_a_percent_sign(township, reviewer) -> None:
    tell(township, title="完成 50%")
    assert told(reviewer) == ["完成 50%"]


@pytest.mark.parametrize("link", ["https://example.invalid/", "//example.invalid/", "javascript:1"])
def test_a_link_never_leads_elsewhere(township, reviewer, link: str) -> None:
    with pytest.raises(IntegrityError, match="notification_link_stays_here"):
        tell(township, link=link)


def test_a_notification_of_another_station_is_out_of_sight(
    township, outsider, reviewer, person_at
) -> None:
    [row] = tell(township)
    stranger = person_at(outsider, Role.REVIEWER)
    with in_station(outsider), pytest.raises(NotFound):
        get_notification(row.pk, actor=stranger)


def test_a_station_cannot_tell_the_people_of_another(township, outsider) -> None:
    with pytest.raises(Exception, match="row-level security"):
        tell(outsider, station_id=township.id)


def test_a_colleagues_notification_is_out_of_sight(township, reviewer, clerk) -> None:
    [row] = tell(township)
    with in_station(township), pytest.raises(NotFound):
        get_notification(row.pk, actor=clerk)


def test_reading_one_leaves_the_others_unread(township, reviewer) -> None:
    [first], [_second] = tell(township), tell(township)
    with in_station(township):
        mark_read(ids=[first.pk], actor=reviewer, now=NOON)
        assert unread_count(reviewer) == 1


def test_marking_all_read_leaves_colleagues_alone(township, reviewer, person_at) -> None:
    colleague = person_at(township, Role.REVIEWER)
    tell(township)
    with in_station(township):
        assert mark_all_read(actor=reviewer, now=NOON) == 1
        assert unread_count(colleague) == 1


def test_an_email_goes_out_once(township, reviewer) -> None:
    with_address(reviewer)
    [row] = tell(township, by_email=True, link="/s/130705001/files/")
    assert send_pending_emails(now=NOON) == 1
    assert send_pending_emails(now=NOON) == 0
    assert [message.to for message in mail.outbox] == [["li@example.invalid"]]
    assert "/s/130705001/files/" in mail.outbox[0].body
    with in_network():
        assert Notification.objects.get(pk=row.pk).mail_state == MailState.SENT


def test_an_email_begun_by_a_process_that_died_is_not_sent_again(township, reviewer) -> None:
    with_address(reviewer)
    [row] = tell(township, by_email=True)
    send_pending_emails(now=NOON)
    with in_network():
        Notification.objects.filter(pk=row.pk).update(mail_state=MailState.DUE, mail_attempts=0)
    send_pending_emails(now=NOON)
    assert len(mail.outbox) == 1
    with in_network():
        assert Notification.objects.get(pk=row.pk).mail_state == MailState.UNKNOWN


class _Refusing(socketserver.StreamRequestHandler):
    """A mail server that greets politely and takes no letter."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            said = line.split()[0].upper()
            self.wfile.write(b"550 no\r\n" if said == b"MAIL" else b"250 ok\r\n")


@pytest.fixture
def refusing_server(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Refusing) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield
        server.shutdown()


def test_a_letter_that_is_refused_is_tried_three_times(refusing_server, township, reviewer) -> None:
    with_address(reviewer)
    [row] = tell(township, by_email=True)
    for _ in range(4):
        assert send_pending_emails(now=NOON) == 0
    with in_network():
        row = Notification.objects.get(pk=row.pk)
    assert (row.mail_state, row.mail_attempts) == (MailState.FAILED, 3)


def test_everything_waits_while_the_mail_server_is_away(settings, township, reviewer) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with_address(reviewer)
    [row] = tell(township, by_email=True)
    assert send_pending_emails(now=NOON) == 0
    with in_network():
        row = Notification.objects.get(pk=row.pk)
    assert (row.mail_state, row.mail_attempts) == (MailState.DUE, 0)


def test_somebody_without_an_address_is_told_in_the_product_only(township, reviewer) -> None:
    tell(township, by_email=True)
    assert send_pending_emails(now=NOON) == 0
    assert len(told(reviewer)) == 1


def test_the_page_lists_what_is_unread_and_opens_it(signed_in, township, reviewer) -> None:
    tell(township, link=f"/s/{township.code}/notifications/")
    browser = signed_in(reviewer)
    page = browser.get(f"/s/{township.code}/notifications/?unread=1")
    assert "有新的档案待初审" in page.content.decode()
    with in_network():
        row = Notification.objects.get()
    answer = browser.get(f"/s/{township.code}/notifications/{row.pk}/")
    assert answer.headers["Location"] == f"/s/{township.code}/notifications/"
    assert (
        "没有未读通知"
        in browser.get(f"/s/{township.code}/notifications/?unread=1").content.decode()
    )


def test_the_page_marks_everything_read(signed_in, township, reviewer) -> None:
    tell(township)
    browser = signed_in(reviewer)
    browser.post(f"/s/{township.code}/notifications/read-all/")
    with in_station(township):
        assert unread_count(reviewer) == 0


def test_a_program_lists_and_marks_what_its_person_was_told(signed_in, township, reviewer) -> None:
    [row] = tell(township)
    browser = signed_in(reviewer)
    listed = browser.get(f"/s/{township.code}/api/v1/notifications/").json()
    assert [one["title"] for one in listed["results"]] == ["有新的档案待初审"]
    assert (
        browser.post(f"/s/{township.code}/api/v1/notifications/{row.pk}/read/").status_code == 204
    )
    answer = browser.post(f"/s/{township.code}/api/v1/notifications/read-all/")
    assert answer.json() == {"changed": 0}


def test_the_red_count_is_read_from_its_index(township, reviewer) -> None:
    with in_station(township):
        Notification.objects.bulk_create(
            Notification(
                station_id=township.id,
                user_id=reviewer.user_id + number % 50,
                kind="file.submitted",
                title="有新的档案待初审",
                created_at=NOON,
                read_at=NOON,
            )
            for number in range(2000)
        )
    with in_network(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Notification.objects.filter(
            station_id=township.id, user_id=reviewer.user_id, read_at__isnull=True
        ).explain()
    assert "notification_unread" in plan
