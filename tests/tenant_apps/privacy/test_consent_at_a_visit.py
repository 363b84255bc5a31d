"""Consents that a file lacks are read out at the door and noted with the visit."""

import json
from datetime import timedelta

import pytest

from bangfu.kernel.errors import InvalidInput
from bangfu.kernel.tenancy import in_station
from shared_apps.audit.models import AuditRow
from tenant_apps.households import transitions
from tenant_apps.households.asking import Agreed, questions_for
from tenant_apps.households.models import FileState, HouseholdFile, HouseholdVisit
from tenant_apps.households.services import rechecking
from tenant_apps.privacy import services
from tenant_apps.privacy.models import Channel, Consent
from tenant_apps.privacy.purposes import CONSENT_VERSION
from tenant_apps.privacy.selectors import open_consents
from tests.conftest import NOON
from tests.tenant_apps.households.life import Life

pytestmark = pytest.mark.usefixtures("at_noon")
ALL = ["identity", "contact", "health", "economy", "payment"]
TODAY = NOON.date()


@pytest.fixture
def visited(township, file, reviewer):
    """The file while its household is being visited; nobody signed the consent on the application."""
    with in_station(township):
        transitions.accept_for_review(file.pk, actor=reviewer, now=NOON)
        transitions.arrange_visit(file.pk, actor=reviewer, now=NOON)
        HouseholdFile.objects.filter(pk=file.pk).update(consent_on=None)
        return HouseholdFile.objects.get(pk=file.pk)


def at_the_door(*purposes, version=CONSENT_VERSION, **changes):
    values = {
        "visited_on": TODAY,
        "place": "home",
        "first_visitor": "王走访",
        "second_visitor": "李走访",
        "findings": "家庭情况与填报一致。",
        "agrees": True,
        "consents": [Agreed(purpose=one, version=version) for one in purposes],
    }
    return transitions.Visit(**{**values, **changes})


def form(*purposes, **changes):
    """What a phone sends from the door."""
    return {
        "visited_on": TODAY.isoformat(),
        "place": "home",
        "first_visitor": "王走访",
        "second_visitor": "李走访",
        "findings": "家庭情况与填报一致。",
        "agrees": "yes",
        "consents": [f"{one}@{CONSENT_VERSION}" for one in purposes],
        **changes,
    }


def page_of(file):
    return f"/s/130705001/files/{file.pk}/visit/"


def noted(file):
    return [(one.purpose, one.is_given) for one in Consent.objects.order_by("at", "id")]


def purposes(questions):
    return [one.purpose for one in questions]


def test_the_page_of_a_visit_shows_the_open_consents_with_the_text_to_be_read_out(
    signed_in, clerk, visited
):
    shown = signed_in(clerk).get(page_of(visited)).content.decode()

    assert "我同意工会帮扶机构使用我的电话和住址与我联系、入户走访。" in shown
    assert shown.count(f"文本 {CONSENT_VERSION} 版") == len(ALL)
    assert "checked" not in shown[shown.index("本人当面同意") :]


def test_who_signed_the_consent_of_the_application_is_asked_nothing_at_the_door(
    signed_in, clerk, visited, township
):
    with in_station(township):
        HouseholdFile.objects.filter(pk=visited.pk).update(consent_on=TODAY)

    assert "本人当面同意" not in signed_in(clerk).get(page_of(visited)).content.decode()


def test_no_consent_is_asked_for_what_the_file_does_not_hold(at_township, visited):
    for column in ("bank", "bank_branch", "card_name", "card_proxy"):
        setattr(visited, column, "")
    visited.card_no = None

    assert purposes(questions_for(visited)) == ["identity", "contact", "health", "economy"]


def test_what_is_ticked_is_noted_with_the_text_the_day_and_both_visitors(
    signed_in, clerk, visited, township
):
    day_before = NOON - timedelta(days=1)
    with in_station(township):
        HouseholdFile.objects.filter(pk=visited.pk).update(submitted_at=day_before)
    sent = form("health", "payment", visited_on=day_before.date().isoformat())

    answer = signed_in(clerk).post(page_of(visited), sent)

    assert answer.status_code == 302
    with in_station(township):
        row = Consent.objects.get(purpose="health")
        assert (row.is_given, row.version, row.on) == (True, CONSENT_VERSION, day_before.date())
        assert (row.channel, row.reason) == (Channel.VISIT, "王走访、李走访")
        assert noted(visited) == [("health", True), ("payment", True)]
        said = AuditRow.objects.filter(event="privacy.consent_given").first().data
        assert said["visit"] == str(HouseholdVisit.objects.get().pk)
        assert said["visitors"] == ["王走访", "李走访"]
        assert purposes(open_consents(visited)) == ["identity", "contact", "economy"]
    told = signed_in(clerk).get(f"/s/130705001/privacy/files/{visited.pk}/").content.decode()
    assert "王走访、李走访" in told


def test_a_form_that_is_sent_twice_notes_once(signed_in, clerk, visited, township):
    client = signed_in(clerk)

    answers = [client.post(page_of(visited), form(*ALL)) for _time in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    with in_station(township):
        assert noted(visited) == [(one, True) for one in ALL]


def test_a_visit_without_ticks_notes_no_consent(signed_in, clerk, visited, township):
    signed_in(clerk).post(page_of(visited), form())

    with in_station(township):
        assert HouseholdVisit.objects.count() == 1
        assert noted(visited) == []


def test_a_withdrawn_consent_is_asked_for_again_and_given_anew(at_township, visited, clerk):
    for one in ALL:
        services.give_consent(visited.pk, purpose=one, channel="paper", actor=clerk, now=NOON)
    services.withdraw_consent(visited.pk, purpose="contact", channel="phone", actor=clerk, now=NOON)

    (question,) = questions_for(visited)
    assert (question.purpose, question.why) == ("contact", f"{TODAY} 已撤回")
    later = NOON + timedelta(hours=1)
    transitions.record_visit(visited.pk, at_the_door("contact"), actor=clerk, now=later)

    assert noted(visited)[-2:] == [("contact", False), ("contact", True)]
    assert services.consent_withdrawn(visited.pk) == ()


def test_a_consent_on_an_older_text_is_asked_for_again(at_township, visited, clerk):
    for one in ALL:
        services.give_consent(visited.pk, purpose=one, channel="paper", actor=clerk, now=NOON)
    Consent.objects.filter(purpose="health").update(version="2025-1")

    (question,) = questions_for(visited)

    assert (question.purpose, question.why) == ("health", f"{TODAY} 同意的是 2025-1 版")


def test_what_was_withdrawn_after_the_visit_is_not_revived_by_it(at_township, visited, clerk):
    HouseholdFile.objects.filter(pk=visited.pk).update(submitted_at=NOON - timedelta(days=3))
    services.withdraw_consent(visited.pk, purpose="health", channel="phone", actor=clerk, now=NOON)
    visit = at_the_door("health", visited_on=TODAY - timedelta(days=1))

    with pytest.raises(InvalidInput) as refused:
        transitions.record_visit(visited.pk, visit, actor=clerk, now=NOON)

    assert [one.code for one in refused.value.problems] == ["P105"]
    assert not HouseholdVisit.objects.exists()


def test_a_text_that_changed_since_it_was_read_out_is_read_out_anew(
    signed_in, clerk, visited, township
):
    shown = (
        signed_in(clerk).post(page_of(visited), form(consents=["health@2025-1"])).content.decode()
    )

    assert f"的文本已更新为 {CONSENT_VERSION} 版，请重新宣读" in shown
    assert f'value="health@{CONSENT_VERSION}"' in shown
    with in_station(township):
        assert not HouseholdVisit.objects.exists()
        assert noted(visited) == []


@pytest.mark.parametrize(
    "wrong", [{"second_visitor": "王走访"}, {"consents": ["health@2026-1", "weather@2026-1"]}]
)
def test_a_visit_that_is_refused_notes_no_consent(signed_in, clerk, visited, township, wrong):
    answer = signed_in(clerk).post(page_of(visited), form("health", **wrong))

    assert answer.status_code == 200
    with in_station(township):
        assert noted(visited) == []
        assert not HouseholdVisit.objects.exists()


def test_a_program_asks_what_is_open_and_notes_it_with_the_visit(
    signed_in, clerk, visited, township
):
    client = signed_in(clerk)
    api = "/s/130705001/api/v1/"
    asked = client.get(f"{api}privacy/files/{visited.pk}/consents/open/").json()
    sent = form(
        agrees=True,
        consents=[{"purpose": one["purpose"], "version": one["version"]} for one in asked[:2]],
    )

    for _time in range(2):
        answer = client.post(
            f"{api}files/{visited.pk}/visit/", json.dumps(sent), content_type="application/json"
        )
        assert answer.status_code == 201, answer.content.decode()

    assert purposes_of(asked) == ALL
    with in_station(township):
        assert noted(visited) == [("identity", True), ("contact", True)]


def purposes_of(rows):
    return [row["purpose"] for row in rows]


def test_a_visit_for_a_recheck_asks_as_well(person_at, township):
    life = Life(person_at)
    file = life.on_file(township)
    with in_station(township):
        HouseholdFile.objects.filter(pk=file.pk).update(consent_on=None)
    life.at(township, rechecking.report_event, file, event="illness", happened_on=life.today)
    life.at(township, rechecking.start_recheck, file)

    life.at(township, rechecking.visit_again, file, at_the_door("contact", visited_on=life.today))

    with in_station(township):
        assert noted(file) == [("contact", True)]
        assert HouseholdFile.objects.get(pk=file.pk).state == FileState.RECHECKING
