"""R18: over two thousand lines whose truth is known, nothing is paired wrongly, and breaks get their right type."""

import os
from collections import Counter
from datetime import date

import pytest
from django.db import connection

from bangfu.kernel.tenancy import in_network
from shared_apps.bankfiles.models import Line
from tenant_apps.banking import services
from tenant_apps.banking.balance import differences, reconciliation
from tenant_apps.funds.models import Journal
from tenant_apps.funds.services import close_period
from tenants.models import Station
from tests.conftest import NOON
from tests.tenant_apps.banking.banks import csv_of
from tests.tenant_apps.banking.corpus import PARENT, drawn
from tests.tenant_apps.banking.test_malformed_statements import MALFORMED, bytes_of

FULL = os.environ.get("BANGFU_CHAOS") == "full"
SEEDS = [7, 20261121] if FULL else [7]
# Each pair is a journal: a quarter of the two thousand lines knows all breaks as well.
SHARE, LEAST = (1.0, 2000) if FULL else (0.25, 500)


def take_in(desk, seed, share):
    # The planner knows nothing of rows that are not committed, and would compare each with each.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
    with in_network():
        Station.objects.filter(pk=desk.station.parent_id).update(name=PARENT)
    desk.books.receive(10**12, on=date(2026, 9, 30))
    for month in range(1, 11):
        close_period(year=2026, month=month, actor=desk.finance, now=NOON)
    corpus = drawn(
        seed, share=share, fund=desk.fund, other_fund=desk.books.gift, transfers=desk.transfers,
        payouts=desk.payouts,
    )  # fmt: skip
    statement = desk.upload(csv_of(corpus.lines, opening=10**12))
    services.work_on(statement.pk, now=NOON)
    desk.confirm(statement)
    services.work_on(statement.pk, now=NOON)
    for fen, on, _type in corpus.vouchers:
        desk.books.receive(fen, on=on, memo="补记")
    return corpus


def judge(corpus):
    """Count what was paired rightly, wrongly, not at all, and the breaks by their true and found types."""
    counts = Counter()
    confused = Counter()
    lines = {line.serial: line for line in Line.objects.all()}
    for serial, truth in corpus.pairs.items():
        line = lines[serial]
        found = (line.kind, line.ref) if line.state == "matched" else None
        counts["right" if found == truth else "wrong" if found else "missed"] += 1
    found_types = {one.key: one.detail["type"] for one in differences()}
    for place, truth in corpus.breaks.items():
        if place in lines:
            line = lines[place]
            counts["wrong"] += line.state == "matched"
            found = found_types.get(f"line:{line.pk}", "none")
        else:
            found = found_types.get(place, "none")
        confused[truth, found] += 1
    vouchers = {str(journal.pk): journal for journal in Journal.objects.filter(memo="补记")}
    for key, found in found_types.items():
        if key.removeprefix("voucher:") in vouchers:
            confused["B7", found] += 1
    return counts, confused


def figures(counts, confused):
    paired = counts["right"] + counts["wrong"]
    right_types = sum(times for (truth, found), times in confused.items() if truth == found)
    return (
        counts["right"] / paired,
        counts["right"] / (counts["right"] + counts["missed"] + counts["wrong"]),
        right_types / sum(confused.values()),
    )


def check(desk, seed, share, capsys):
    corpus = take_in(desk, seed, share)
    counts, confused = judge(corpus)
    precision, recall, typed = figures(counts, confused)
    with capsys.disabled():
        by_type = Counter({truth: 0 for truth, _found in confused})
        for (truth, _found), times in confused.items():
            by_type[truth] += times
        print(
            f"\n{len(corpus.lines)} lines, {counts['right']} pairs, seed {seed}: precision {precision:.2%}, "
            f"recall {recall:.2%}, type {typed:.2%}; {dict(sorted(by_type.items()))}"
        )
        print({pair: n for pair, n in confused.items() if pair[0] != pair[1]})
    assert precision == 1
    assert recall >= 0.98
    assert typed >= 0.99
    assert reconciliation().left_fen == 0
    return corpus, {truth for truth, _found in confused}


@pytest.mark.fault
@pytest.mark.parametrize("seed", SEEDS)
def test_lines_of_all_kinds_are_told_apart(desk, seed, capsys):
    corpus, types = check(desk, seed, SHARE, capsys)

    assert len(corpus.lines) >= LEAST
    # Files that are not whole are the eleventh; what is seen on whole statements are the others.
    desk.upload(bytes_of("a row left out"))
    types |= {one.detail["type"] for one in differences() if one.key.startswith("statement:")}
    assert types == {f"B{number}" for number in range(1, 16)}
    assert len(MALFORMED) >= 40


@pytest.mark.fault
def test_others_are_told_apart_as_well(desk, capsys):
    check(desk, 3, 0.08, capsys)
