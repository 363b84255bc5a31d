"""The demo tells the story of the money, and its books, its banks and its figures agree to the fen."""

import os
from collections import Counter
from contextlib import contextmanager
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.db.models import Sum

from bangfu.demo import go_on, load_first, money, plan
from bangfu.demo.living import live
from bangfu.demo.money_aid import AUTUMN, FESTIVALS
from bangfu.demo.money_paid import (
    AGAIN,
    FESTIVAL_TITLE,
    ONCE_MORE,
    SECOND_PART,
    STUDENTS_TITLE,
)
from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.audit.auditor import audit_ledger, ends_here, ends_that_differ
from shared_apps.bankfiles.models import Line as BankLine
from shared_apps.bankfiles.models import LineState as BankLineState
from shared_apps.bankfiles.models import Statement, StatementState
from shared_apps.onboarding.services.opening import open_waiting
from shared_apps.programmes.models import Campaign
from shared_apps.reconciliation.models import UNSETTLED, Break
from shared_apps.reconciliation.services import reconcile_network
from shared_apps.rollup.periods import Period
from shared_apps.rollup.selectors import answer
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.aid.models import AidState, Application
from tenant_apps.benefits.models import Card, EntryKind
from tenant_apps.benefits.models import Entry as CardEntry
from tenant_apps.funds.models import Account, Entry, Fund
from tenant_apps.funds.selectors import standings
from tenant_apps.goods.models import Lot
from tenant_apps.payouts.models import Batch, Line, LineState
from tenant_apps.sources.models import Donation, Transfer
from tenants.models import Station

pytestmark = pytest.mark.fault

# How many townships the county runs its campaigns over, besides the first street.
OTHERS = 3
# A day in the first week of a year, and at full figures one in the middle of a quarter and the last of a year.
DAYS = ["2027-01-05"]
if os.environ.get("BANGFU_CHAOS") == "full":
    DAYS += ["2027-03-16", "2027-12-31"]


class Killed(Exception):
    """The worker was killed in the middle of a chapter."""


@contextmanager
def killed_in(chapter, monkeypatch):
    """Let the load die when a chapter has been told, before it is noted."""
    whole = money.chapters

    def dies(told):
        def tell(desk):
            told(desk)
            raise Killed

        return tell

    def broken(townships):
        return tuple(
            money.Chapter(one.key, one.code, dies(one.tell)) if one.key == chapter else one
            for one in whole(townships)
        )

    with monkeypatch.context() as patch:
        patch.setattr(money, "chapters", broken)
        yield


@pytest.mark.parametrize("day", DAYS)
def test_the_story_is_one_of_one_year_of_books_on_any_day(empty, tmp_path, day):
    with time_machine.travel(f"{day}T01:30:00+08:00"):
        now = clock.now()
        load_first(size="tiny", sign_ins=tmp_path / "sign-ins.txt", progress=lambda *_said: None)
        live(seed=plan.SEED, now=now)
        assert money.tell_money(now=now) == len(money.chapters())
        reconcile_network(now=now)
    with in_network():
        left = Break.objects.filter(state__in=UNSETTLED)
        assert [one.detail.get("type") or one.detail for one in left] == ["B1"]


@pytest.fixture
def stations(empty, tmp_path, monkeypatch):
    """A city and a county with four townships after the story, whose load was killed four times, by code."""
    load_first(size="small", sign_ins=tmp_path / "sign-ins.txt", progress=lambda *_said: None)
    now = clock.now()
    assert open_waiting(now=now, limit=OTHERS) == OTHERS
    assert go_on() == OTHERS
    with in_network():
        stations = {one.code: one.ref for one in Station.objects.all()}
    for chapter in (
        "130705.receive_from_city",
        "130705.send_to_townships",
        "130705001.pay_festival",
        f"{others(stations)[0]}.pay_lists",
    ):
        with killed_in(chapter, monkeypatch), pytest.raises(Killed):
            money.tell_money(now=now)
    assert money.tell_money(now=now, turn_seconds=0.1) > 0
    assert money.tell_money(now=now) > 0
    assert money.tell_money(now=now) == 0
    fold_facts(now=now, wait=True)
    reconcile_network(now=now)
    return stations


def others(stations):
    """The townships besides the first street; the last is late with its lists."""
    return sorted(code for code in stations if len(code) == 9 and code != plan.FIRST[2])


def over(stations, count):
    """The sum over all stations of what is counted inside each."""
    total = 0
    for station in stations.values():
        with in_station(station):
            total += count() or 0
    return total


def booked(*codes):
    """What these accounts hold, a debit above zero."""

    def count():
        rows = Entry.objects.filter(account__code__in=codes)
        return rows.aggregate(fen=Sum("amount_fen"))["fen"]

    return count


def spent():
    rows = Entry.objects.filter(account__code__startswith="5001.")
    return rows.aggregate(fen=Sum("amount_fen"))["fen"]


def paid():
    return Line.objects.filter(state=LineState.PAID).aggregate(fen=Sum("amount_fen"))["fen"]


def settled():
    rows = CardEntry.objects.filter(kind=EntryKind.SETTLEMENT)
    return rows.aggregate(fen=Sum("union_fen"))["fen"]


def figure(station, code, period):
    """A number of the roll-up in fen."""
    with in_station(station):
        return int(answer(code, station=station, period=period).value * Decimal(100))


def test_the_story_of_the_money_agrees_to_the_fen(stations):
    city, county, street = (stations[code] for code in plan.FIRST[:3])
    every_break_but_one_was_worked_on(county)
    the_books_hold(stations)
    the_city_counts_what_moved_inside_once(stations, city)
    the_cards_of_the_funds_agree(stations, city)
    both_ends_of_every_transfer_agree(stations.values())
    both_campaigns_were_paid_over_the_townships(stations)
    what_a_visitor_finds_to_do_is_open(city, county, street)
    the_batches_came_to_their_ends(county, street)


def every_break_but_one_was_worked_on(county):
    with in_network():
        left = Break.objects.filter(state__in=UNSETTLED).values_list("station_id", "kind", "detail")
        assert [(station, kind, one["type"]) for station, kind, one in left] == [
            (county.id, "bank", "B1")
        ]
        found = Counter(one.detail["type"] for one in Break.objects.all())
        assert found["B1"] == 3
        assert found["B5"] > 0
        by_hand = BankLine.objects.filter(rule="hand", state=BankLineState.MATCHED)
        assert by_hand.count() == 3
        assert all(line.maker_id != line.checker_id for line in by_hand)


def the_books_hold(stations):
    ends = []
    for station in stations.values():
        with in_station(station), connection.cursor() as cursor:
            assert audit_ledger(cursor, station=station.id) == []
            ends += ends_here(cursor, station=station.id)
            books = Account.objects.values("book", "fund").annotate(fen=Sum("balance_fen"))
            assert all(row["fen"] == 0 for row in books)
        assert not recount_station(station)
    assert list(ends_that_differ(ends)) == []


def the_city_counts_what_moved_inside_once(stations, city):
    with in_station(city):
        year = Account.objects.values_list("year", flat=True).first()
    period = Period.parse(str(year))
    income = -over(stations, booked("4001", "4003", "4004"))
    assert figure(city, "FUN-01", period) == income == 3_050_128_46
    assert figure(city, "FUN-02", period) == figure(city, "FUN-03", period) == 0
    spending = over(stations, spent)
    assert figure(city, "FUN-04", period) == spending
    assert figure(city, "AID-03", period) == over(stations, paid)
    assert spending == over(stations, paid) + over(stations, settled)
    taken_over = -over(stations, booked("3001"))
    assert figure(city, "FUN-05", period) == taken_over + income - spending
    assert over(stations, booked("1001", "1101", "1201", "1301")) + over(
        stations, booked("2001", "2101")
    ) == (taken_over + income - spending)


def the_cards_of_the_funds_agree(stations, city):
    """What the page of each fund says, added up over the network, is what the city's roll-up says."""
    income = spent = left = 0
    with in_station(city):
        year = Account.objects.values_list("year", flat=True).first()
    period = Period.parse(str(year))
    for station in stations.values():
        with in_station(station):
            cards = standings(list(Fund.objects.all()), year=year)
        assert all(one.surplus >= 0 for one in cards)
        income += sum(one.income - one.paid_down for one in cards)
        spent += sum(one.spent for one in cards)
        left += sum(one.surplus for one in cards)
    passed_on = over(stations, booked("4002")) + over(stations, booked("5101"))
    assert passed_on == 0
    assert figure(city, "FUN-01", period) == income
    assert figure(city, "FUN-04", period) == spent
    assert figure(city, "FUN-05", period) == left


def both_ends_of_every_transfer_agree(stations):
    ends = {}
    for station in stations:
        with in_station(station):
            for end in Transfer.objects.filter(confirmed_fen__gt=0):
                ends.setdefault(end.number, []).append(end.confirmed_fen)
    assert all(len(sums) == 2 and len(set(sums)) == 1 for sums in ends.values())
    assert sorted(sums[0] for sums in ends.values()) == [
        *[60_000_00] * OTHERS, 150_000_00, 299_950_00, 1_800_000_00,
    ]  # fmt: skip


def both_campaigns_were_paid_over_the_townships(stations):
    with in_network():
        campaigns = {one.kind: one for one in Campaign.objects.all()}
    assert set(campaigns) == {AUTUMN, FESTIVALS}
    assert "金秋助学" in campaigns[AUTUMN].name
    assert "元旦春节送温暖" in campaigns[FESTIVALS].name
    reached = {kind: set() for kind in campaigns}
    fen = 0
    for code, station in stations.items():
        with in_station(station):
            for row in Application.objects.filter(state=AidState.PAID):
                assert row.campaign_id == campaigns[row.campaign].pk
                reached[row.campaign].add(code)
                fen += row.amount_fen
    *paying, late = others(stations)
    assert reached[FESTIVALS] == {"130705001", *paying}
    assert {"130705", "130705001"} <= reached[AUTUMN]
    assert len(reached[AUTUMN]) > 2
    assert fen == over(stations, paid)
    with in_station(stations[late]):
        assert set(Application.objects.values_list("state", flat=True)) == {AidState.PROPOSED}


def what_a_visitor_finds_to_do_is_open(city, county, street):
    with in_station(city):
        states = Transfer.objects.values_list("state", flat=True)
        assert {"planned", "checked", "approved"} <= set(states)
    with in_station(county):
        assert Batch.objects.get(title=ONCE_MORE).state == "checked"
        assert Transfer.objects.filter(state="checked").count() == 1
    with in_station(street):
        assert Application.objects.filter(state=AidState.REVIEWING).count() == 1
        assert Batch.objects.get(title=SECOND_PART).state == "frozen"
        assert Batch.objects.get(title=AGAIN).state == "paid"
        assert Line.objects.filter(state=LineState.PAID, receipt_kind="").count() == 2
        assert Lot.objects.get(kind="clothes").sorted_milli == 0
    with in_network():
        waiting = Statement.objects.get(state=StatementState.WAITING)
    assert waiting.station_id == street.id


def the_batches_came_to_their_ends(county, street):
    with in_station(street):
        festival = Batch.objects.get(title=FESTIVAL_TITLE)
        lines = Counter(festival.lines.values_list("state", flat=True))
        assert (festival.state, lines[LineState.FAILED]) == ("reconciled", 1)
        assert Batch.objects.get(title=STUDENTS_TITLE).state == "closed"
        assert Card.objects.filter(state="active").count() == 4
        assert CardEntry.objects.get(kind=EntryKind.SETTLEMENT).union_fen == 306_94
        assert Lot.objects.get(kind="grain_oil").sorted_milli == 32_000
        assert Donation.objects.get(kind="goods").receipt_number == 1
    with in_station(county):
        lines = Counter(Line.objects.values_list("state", flat=True))
        assert lines[LineState.RETURNED] == 1
        assert Donation.objects.get().state == "allocated"
