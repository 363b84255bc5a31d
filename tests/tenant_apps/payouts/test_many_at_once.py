"""R9 and R19: many people at once pay nobody twice, and no broken file is half used; a third of the figures in CI."""

import os
import random
from collections import Counter

import pytest
from django.db import connections
from django.db.models import Count, Sum

from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import in_station
from tenant_apps.aid.models import AidState, Application
from tenant_apps.funds.models import Entry, Journal
from tenant_apps.payouts import services
from tenant_apps.payouts.bankfile import LAYOUTS, FileRefused, Status
from tenant_apps.payouts.models import HOLDING, Batch, BatchState, Line, LineState
from tests.conftest import NOON
from tests.support.crowd import CROWD, crowd
from tests.tenant_apps.payouts.conftest import office_of
from tests.tenant_apps.payouts.corpus import FAILED, corpus, good, read_and_judge

pytestmark = pytest.mark.fault
FULL = os.environ.get("BANGFU_CHAOS") == "full"
# How many times each of the 32 tries for five of the applications, before he takes what is left one by one.
ITEMS, TURNS = (1000, 12) if FULL else (300, 5)
MUTATIONS, UPLOADS = 10_000, 100 if FULL else 40


def test_32_people_put_the_same_applications_into_batches_and_none_into_two(
    committed, township, person_at, capfd
):
    office = office_of(township, person_at)
    with in_station(township):
        keys = [row.pk for row in office.approved(ITEMS)]
    connections["default"].close()
    outcomes = Counter()

    def prepare(number):
        chance = random.Random(number)
        with in_station(township):
            for _turn in range(TURNS):
                wanted = chance.sample(keys, 5)
                try:
                    services.prepare_batch(
                        wanted, title=f"批次{number}", layout="generic", actor=office.clerk,
                        now=NOON,
                    )  # fmt: skip
                except DomainError as refusal:
                    outcomes[type(refusal).__name__] += 1
                else:
                    outcomes["made"] += 1
            left = [key for key in keys if hash((key, number)) % CROWD == number]
            for key in left:
                try:
                    services.prepare_batch(
                        [key], title=f"单笔{number}", layout="generic", actor=office.clerk,
                        now=NOON,
                    )  # fmt: skip
                except DomainError as refusal:
                    outcomes[type(refusal).__name__] += 1

    assert crowd(prepare) == []
    with in_station(township):
        doubled = (
            Line.objects.filter(state__in=HOLDING)
            .values("application")
            .annotate(times=Count("pk"))
            .filter(times__gt=1)
        )
        assert doubled.count() == 0
        held = Application.objects.filter(state=AidState.BATCHED).count()
        assert held == Line.objects.filter(state__in=HOLDING).count() > 0
        assert Line.objects.exclude(application__state=AidState.BATCHED).count() == 0
        numbers = list(Batch.objects.values_list("number", flat=True))
        assert len(numbers) == len(set(numbers))
    with capfd.disabled():
        print(f"\n32 x {ITEMS} prepared: {held} held, {dict(outcomes)}, 0 doubled")


def test_32_people_approve_send_book_and_answer_one_batch_and_it_is_paid_once(
    committed, township, person_at, capfd
):
    office = office_of(township, person_at)
    with in_station(township):
        batch = office.batch(count=ITEMS)
        services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)
        services.check_batch(batch.pk, actor=office.finance, now=NOON)
        services.audit_batch(batch.pk, actor=office.supervisor, now=NOON)
    connections["default"].close()
    done = Counter()

    def tell(name, act):
        try:
            act()
        except DomainError as refusal:
            done[f"{name} {type(refusal).__name__}"] += 1
        else:
            done[name] += 1

    def pay(_number):
        with in_station(township):
            tell("approve", lambda: services.approve_batch(batch.pk, actor=office.head, now=NOON))
            tell("send", lambda: services.send_batch(batch.pk, actor=office.finance, now=NOON))
            data = office.reply(Batch.objects.get(pk=batch.pk))
            tell(
                "answer",
                lambda: services.receive_answer(batch.pk, data, actor=office.finance, now=NOON),
            )
            tell("book", lambda: book(office, batch))
            tell("use", lambda: services.use_answer(batch.pk, now=NOON))

    assert crowd(pay) == []
    assert (done["approve"], done["send"]) == (1, 1)
    with in_station(township):
        batch.refresh_from_db()
        assert batch.state == BatchState.PAID
        assert Line.objects.filter(batch=batch, state=LineState.PAID).count() == ITEMS
        spent = Entry.objects.filter(account__code="5001.warmth").aggregate(fen=Sum("amount_fen"))
        assert spent["fen"] == ITEMS * 100_000
        kinds = Counter(Journal.objects.values_list("kind", flat=True))
        assert (kinds["payout_sent"], kinds["payout_paid"]) == (1, 1)
        assert Application.objects.filter(state=AidState.PAID).count() == ITEMS
    with capfd.disabled():
        print(f"\n32 pay one batch of {ITEMS}: {dict(done)}")


def book(office, batch):
    from tenant_apps.funds.expectations import Booking, waiting
    from tests.tenant_apps.payouts.conftest import TODAY

    booking = Booking(
        serial="S1", booked_on=TODAY, amount_fen=ITEMS * 100_000, counterparty="", text=""
    )
    waiting()["payout"].settle(
        batch.number, (booking,), maker=office.second_finance, actor=office.head, now=NOON
    )


def mutated(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """One of nine ways in which a file can be hurt."""
    way = chance.randrange(9)
    at = chance.randrange(len(data))
    lines = data.split(b"\n")
    if way == 0:
        return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    if way == 1:
        return data[:at] + data[at + chance.randrange(1, 40) :]
    if way == 2:
        return data[:at] + chance.randbytes(chance.randrange(1, 20)) + data[at:]
    if way == 3:
        return data[:at]
    if way == 4:
        chance.shuffle(lines)
        return b"\n".join(lines)
    if way == 5:
        one = chance.randrange(len(lines))
        return b"\n".join([*lines[:one], lines[one], *lines[one:]])
    if way == 6:
        digits = [place for place, byte in enumerate(data) if 48 <= byte <= 57]
        place = chance.choice(digits)
        return data[:place] + bytes([48 + chance.randrange(10)]) + data[place + 1 :]
    if way == 7:
        cells = data.split(b",")
        if len(cells) > 2:
            first, second = chance.sample(range(len(cells)), 2)
            cells[first], cells[second] = cells[second], cells[first]
        return b",".join(cells)
    other = chance.choice(others)
    return data[:at] + other[chance.randrange(len(other)) :]


def test_ten_thousand_hurt_return_files_are_taken_whole_or_not_at_all(capfd):
    results = Counter()
    goods = {layout: good(layout) for layout in LAYOUTS}
    others = [*goods.values(), *(wrong.data for wrong in corpus() if 0 < len(wrong.data) < 9999)]
    refs = {ref for ref, _result in FAILED.items()}
    for seed in range(MUTATIONS):
        chance = random.Random(seed)
        layout = chance.choice(list(LAYOUTS))
        data = mutated(goods[layout], chance, others)
        if chance.random() < 0.3:
            data = mutated(data, chance, others) if data else data
        try:
            changes = read_and_judge(layout, data)
        except FileRefused as refusal:
            results[refusal.kind if str(refusal) else "refused without a word"] += 1
        else:
            assert len(changes) == 12
            results["taken, as the bank said" if data == goods[layout] else "taken"] += 1
            failed = {change.ref for change in changes if change.status is Status.FAILED}
            assert layout != "generic" or failed == refs
    assert sum(results.values()) == MUTATIONS
    assert results["refused without a word"] == 0
    with capfd.disabled():
        print(f"\n{MUTATIONS} hurt return files: {dict(results)}")


def test_hurt_files_uploaded_to_a_batch_post_all_or_nothing(office, capfd):
    batch = office.sent(count=12)
    office.booked(batch)
    data = office.reply(batch, {office.lines(batch)[3].ref: (Status.FAILED, "户名不符")})
    before = Journal.objects.count()
    refused = 0
    for seed in range(UPLOADS):
        hurt = mutated(data, random.Random(seed), [data])
        if hurt == data:
            continue
        try:
            services.receive_answer(batch.pk, hurt, actor=office.finance, now=NOON)
        except FileRefused:
            refused += 1
            assert Journal.objects.count() == before
            assert {line.state for line in office.lines(batch)} == {LineState.SENT}
    with capfd.disabled():
        print(f"\nof {UPLOADS} hurt files {refused} were refused, none half used")
    assert refused >= 0.9 * UPLOADS
    services.receive_answer(batch.pk, data, actor=office.finance, now=NOON)
    states = Counter(line.state for line in office.lines(batch))
    assert states == {LineState.PAID: 11, LineState.FAILED: 1}
