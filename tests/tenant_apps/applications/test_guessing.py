"""Codes cannot be guessed, and nobody floods the station."""

from datetime import timedelta

import pytest

from bangfu.kernel.tenancy import in_station
from tenant_apps.applications import limits
from tenant_apps.applications.codes import fresh_code, grouped, plain_code
from tenant_apps.applications.errors import CodeNotGood, TooManyAtOnce, TooManyTries
from tenant_apps.applications.selectors import plain_tail
from tenant_apps.applications.services.entering import come_in
from tests.conftest import NOON
from tests.tenant_apps.applications.applications import TAIL, Worker, sent, somewhere


def try_code(station, code, tail=TAIL, address="", now=NOON):
    with in_station(station):
        return come_in(code=code, tail=tail, address=address or somewhere(), now=now)


def test_a_code_is_read_however_it_is_typed():
    assert plain_code(" 1234 5678－９０１２-3456 ") == "1234567890123456"
    assert grouped("1234567890123456") == "1234-5678-9012-3456"
    assert plain_tail(" 012x") == "012X"
    assert plain_tail("") == ""


def test_codes_do_not_repeat():
    assert len({fresh_code() for _one in range(2000)}) == 2000


def test_code_and_end_of_the_number_lead_in(township):
    worker = sent(township, NOON)

    assert try_code(township, worker.code).pk == worker.key


def test_before_a_number_is_given_the_code_alone_leads_in(township):
    worker = Worker(township, NOON).begin()

    assert try_code(township, worker.code, tail="").pk == worker.key


def test_wrong_code_wrong_number_and_a_code_of_another_station_get_one_answer(township, outsider):
    worker = sent(township, NOON)
    answers = set()
    for station, code, tail in (
        (township, fresh_code(), TAIL),
        (township, worker.code, "0128"),
        (township, worker.code, ""),
        (outsider, worker.code, TAIL),
    ):
        with pytest.raises(CodeNotGood) as refusal:
            try_code(station, code, tail)
        answers.add(str(refusal.value))
    assert len(answers) == 1


def test_a_code_is_locked_after_five_wrong_ends_even_for_the_right_one(township):
    worker = sent(township, NOON)
    for number in range(5):
        with pytest.raises(CodeNotGood):
            try_code(township, worker.code, f"99{number}X")

    with pytest.raises(TooManyTries):
        try_code(township, worker.code)


def test_a_code_that_does_not_exist_is_locked_just_the_same(township):
    code = fresh_code()
    for _number in range(5):
        with pytest.raises(CodeNotGood):
            try_code(township, code)

    with pytest.raises(TooManyTries):
        try_code(township, code)


def test_an_address_is_locked_after_twenty_guesses_at_whatever_station(township, outsider):
    worker, address = sent(township, NOON), somewhere()
    for number in range(20):
        with pytest.raises(CodeNotGood):
            try_code([township, outsider][number % 2], fresh_code(), address=address)

    with pytest.raises(TooManyTries):
        try_code(township, worker.code, address=address)
    assert try_code(township, worker.code).pk == worker.key


def test_the_code_of_a_draft_past_its_time_opens_nothing(township):
    worker = Worker(township, NOON).begin()

    with pytest.raises(CodeNotGood):
        try_code(township, worker.code, tail="", now=NOON + timedelta(days=61))


def test_one_address_begins_only_so_many_a_day(township):
    address = somewhere()
    with in_station(township):
        for _one in range(limits.STARTED_BY_ADDRESS.most):
            limits.count_one(limits.STARTED_BY_ADDRESS, address=address)
        with pytest.raises(TooManyAtOnce):
            limits.count_one(limits.STARTED_BY_ADDRESS, address=address)
        limits.count_one(limits.STARTED_BY_ADDRESS, address=somewhere())
