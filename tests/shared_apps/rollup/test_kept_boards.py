"""A board that was answered a moment ago is shown again until something new is in the totals."""

import pytest

from shared_apps.accounts.roles import Role
from shared_apps.rollup import keeping
from shared_apps.rollup.services import fold_facts
from tests.conftest import NOON
from tests.shared_apps.rollup.on_file import put_on_file

BOARD = "/s/{}/rollup/"


@pytest.fixture(autouse=True)
def _kept_for_a_minute(settings, monkeypatch):
    settings.BANGFU_COUNTS_KEPT_SECONDS = 60
    monkeypatch.setattr(keeping, "_kept", {})


@pytest.fixture
def answered(monkeypatch):
    """The questions that were answered anew, in order."""
    asked = []

    def answer(question):
        asked.append((question.station.code, question.query()))
        return keeping_dashboard(question)

    keeping_dashboard = keeping.dashboard
    monkeypatch.setattr(keeping, "dashboard", answer)
    return asked


def folded(station):
    put_on_file(station)
    fold_facts(now=NOON, wait=True)


def number_on(page):
    return page.context["board"].answer.value


def test_two_who_look_at_once_are_answered_once(signed_in, person_at, city, township, answered):
    folded(township)
    client = signed_in(person_at(city, Role.HEAD))
    first = client.get(BOARD.format("1307"))
    second = client.get(BOARD.format("1307"))

    assert number_on(first) == number_on(second) == 1
    assert len(answered) == 1


def test_what_was_folded_since_is_on_the_page_at_once(signed_in, person_at, city, township):
    client = signed_in(person_at(city, Role.HEAD))
    before = number_on(client.get(BOARD.format("1307")))
    folded(township)

    assert number_on(client.get(BOARD.format("1307"))) == (before or 0) + 1


def test_every_station_question_and_language_has_an_answer_of_its_own(
    signed_in, person_at, city, county, township, answered, settings
):
    folded(township)
    client = signed_in(person_at(city, Role.HEAD))
    client.get(BOARD.format("1307"))
    client.get(BOARD.format("1307"), {"by": "tier"})
    client.get(BOARD.format("1307"), {"station": "130705"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.get(BOARD.format("1307"))
    signed_in(person_at(county, Role.HEAD)).get(BOARD.format("130705"))

    assert len(answered) == 5


def test_no_more_answers_are_kept_than_fit(signed_in, person_at, city, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_KEPT", 2)
    client = signed_in(person_at(city, Role.HEAD))
    for by in ("child", "tier", "cause", "sex"):
        client.get(BOARD.format("1307"), {"by": by})

    assert len(keeping._kept) == 2
