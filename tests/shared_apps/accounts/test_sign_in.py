"""Signing in, the lock, the second factor, and when a session is over."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotPermitted
from bangfu.kernel.tenancy import in_network
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import Role
from shared_apps.accounts.services import signing_in
from tests.conftest import NOON

PASSWORD = "correct horse 7 battery"


@pytest.fixture
def person(township, person_at) -> Actor:
    cache.clear()
    return person_at(township, Role.CLERK, name="王经办", password=PASSWORD)


def username(person: Actor) -> str:
    with in_network():
        return User.objects.get(pk=person.user_id).username


def sign_in(client: Client, person: Actor, password: str = PASSWORD, onward: str = ""):
    return client.post(
        "/accounts/login/",
        {"username": username(person), "password": password, "next": onward},
    )


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def secret(person) -> str:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    with in_network():
        codes = signing_in.set_up_second_factor(
            user=User.objects.get(pk=person.user_id),
            secret=secret,
            code=code_of(secret),
            actor=person,
            now=NOON,
        )
    assert codes
    return secret


def test_the_right_password_leads_to_ones_own_station(client, person, township):
    answer = sign_in(client, person)
    assert answer["Location"] == "/"
    assert client.get("/")["Location"] == f"/s/{township.code}/"


def test_a_wrong_password_is_refused_and_tells_nothing(client, person):
    wrong = sign_in(client, person, "wrong password 1")
    unknown = client.post("/accounts/login/", {"username": "nobody", "password": "x"})
    assert wrong.status_code == unknown.status_code == 422
    assert "登录名或密码不对" in wrong.content.decode()
    assert "登录名或密码不对" in unknown.content.decode()


def test_six_wrong_passwords_lock_the_name_even_for_the_right_one(client, person):
    for _attempt in range(6):
        sign_in(client, person, "wrong password 1")
    answer = sign_in(client, person)
    assert answer.status_code == 429
    assert "已锁定 15 分钟" in answer.content.decode()


def test_sign_in_does_not_lead_to_another_site(client, person):
    assert sign_in(client, person, onward="https://evil.example/")["Location"] == "/"


def test_the_first_password_must_be_changed_before_anything_else(client, person, township):
    with in_network():
        User.objects.filter(pk=person.user_id).update(must_change_password=True)
    sign_in(client, person)
    assert client.get(f"/s/{township.code}/people/")["Location"] == "/accounts/password/"
    client.post(
        "/accounts/password/",
        {"password": PASSWORD, "new_password": "brand new 4 me ok", "again": "brand new 4 me ok"},
    )
    assert client.get("/")["Location"] == f"/s/{township.code}/"


def test_a_password_without_digits_is_refused_at_its_field(client, person):
    sign_in(client, person)
    answer = client.post(
        "/accounts/password/",
        {"password": PASSWORD, "new_password": "onlylettershere", "again": "onlylettershere"},
    )
    assert "须同时含有字母和数字" in answer.content.decode()


def test_a_changed_password_ends_the_other_sessions(person, township):
    here, elsewhere = Client(), Client()
    sign_in(elsewhere, person)
    sign_in(here, person)
    here.post(
        "/accounts/password/",
        {"password": PASSWORD, "new_password": "brand new 4 me ok", "again": "brand new 4 me ok"},
    )
    assert here.get("/")["Location"] == f"/s/{township.code}/"
    assert elsewhere.get("/")["Location"].startswith("/accounts/login/")


def test_half_an_hour_without_a_page_ends_the_session(client, person):
    sign_in(client, person)
    with in_network():
        session = client.session
        session[signing_in.SEEN] -= 1801
        session.save()
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_a_second_factor_is_asked_for_after_the_password(client, person, secret, township):
    assert sign_in(client, person)["Location"].startswith("/accounts/second-factor/")
    assert client.get("/")["Location"] == "/accounts/login/"
    client.post("/accounts/second-factor/", {"code": code_of(secret)})
    assert client.get("/")["Location"] == f"/s/{township.code}/"


def test_a_code_works_once(person, secret):
    first, second = Client(), Client()
    code = code_of(secret)
    sign_in(first, person)
    sign_in(second, person)
    assert first.post("/accounts/second-factor/", {"code": code}).status_code == 302
    assert second.post("/accounts/second-factor/", {"code": code}).status_code == 200


def test_a_lost_device_is_taken_off_by_ones_own_administrator_only(
    client, person, secret, township, person_at, outsider
):
    administrator = person_at(township, Role.ADMINISTRATOR)
    elsewhere = person_at(outsider, Role.ADMINISTRATOR)
    with in_network():
        user = User.objects.get(pk=person.user_id)
        with pytest.raises(NotPermitted):
            signing_in.remove_second_factor(user=user, actor=elsewhere, now=NOON)
        assert signing_in.has_second_factor(user)
        signing_in.remove_second_factor(user=user, actor=administrator, now=NOON)
        assert not signing_in.has_second_factor(user)


def test_six_wrong_codes_lock_the_name(client, person, secret):
    sign_in(client, person)
    for _attempt in range(6):
        client.post("/accounts/second-factor/", {"code": "000000"})
    answer = client.post("/accounts/second-factor/", {"code": code_of(secret)})
    assert answer.status_code == 429


def test_without_the_second_factor_a_head_gets_no_page(client, township, person_at, settings):
    settings.BANGFU_REQUIRE_MFA = True
    head = person_at(township, Role.HEAD, password=PASSWORD)
    sign_in(client, head)
    for address in (f"/s/{township.code}/people/", f"/s/{township.code}/api/v1/files/"):
        answer = client.get(address)
        assert answer.status_code in {302, 403}
        assert answer.get("Location", "/accounts/second-factor/set-up/") == (
            "/accounts/second-factor/set-up/"
        )


def test_the_secret_of_a_second_factor_lies_sealed(person, secret):
    from allauth.mfa.models import Authenticator

    with in_network():
        stored = Authenticator.objects.get(user_id=person.user_id, type="totp").data["secret"]
    assert secret not in stored


def test_a_sensitive_page_asks_for_the_password_again_after_ten_minutes(client, person, township):
    sign_in(client, person)
    with in_network():
        session = client.session
        session[signing_in.FRESH] -= 601
        session.save()
    address = f"/s/{township.code}/people/tokens/"
    assert client.get(address)["Location"].startswith("/accounts/confirm/")
    client.post("/accounts/confirm/", {"password": PASSWORD, "next": address})
    assert client.get(address).status_code == 200


def test_a_forgotten_password_is_set_anew_by_a_link_for_one_person_only(
    client, person, township, person_at
):
    other = person_at(township, Role.CLERK, password=PASSWORD)
    with in_network():
        User.objects.filter(pk=person.user_id).update(email="wang@example.org")
    client.post("/accounts/password/forgotten/", {"email": "wang@example.org"})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body).group(1)
    uid = link.split("/")[4]
    assert client.get(link.replace(uid, _uid(other))).status_code == 404
    new = {"new_password": "brand new 4 me ok", "again": "brand new 4 me ok"}
    assert client.post(link, new)["Location"] == "/accounts/login/"
    assert client.get(link).status_code == 404
    assert sign_in(client, person, "brand new 4 me ok").status_code == 302


def test_nobody_learns_whether_an_address_is_known(client, person):
    answer = client.post("/accounts/password/forgotten/", {"email": "nobody@example.org"})
    assert answer.status_code == 200
    assert mail.outbox == []


def test_sign_in_and_its_failures_leave_audit_rows(client, person):
    from shared_apps.audit.models import AuditRow

    sign_in(client, person, "wrong password 1")
    sign_in(client, person)
    with in_network():
        events = list(
            AuditRow.objects.filter(subject_id=str(person.user_id))
            .order_by("seq")
            .values_list("event", flat=True)
        )
    assert events == ["session.refused", "session.began"]


def test_an_account_that_was_closed_loses_its_session(client, person):
    sign_in(client, person)
    with in_network():
        User.objects.filter(pk=person.user_id).update(
            sessions_valid_from=timezone.now() + timedelta(seconds=1)
        )
    assert client.get("/")["Location"].startswith("/accounts/login/")


def _uid(person: Actor) -> str:
    from django.utils.encoding import force_bytes
    from django.utils.http import urlsafe_base64_encode

    return urlsafe_base64_encode(force_bytes(person.user_id))
