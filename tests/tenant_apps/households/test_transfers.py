"""A file moves to another station: exactly one holds it, and nothing of it is lost."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum

from bangfu.kernel import clock
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange.models import Message
from shared_apps.register.models import IdentityEntry
from shared_apps.rollup.models import Leaf, Tree
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.casework.models import Attachment, Clock, Todo
from tenant_apps.casework.services import content_of
from tenant_apps.households import services as files
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdMember,
    HouseholdPaper,
    HouseholdRecheck,
    HouseholdTransfer,
    HouseholdVersion,
    HouseholdVisit,
    RecheckState,
)
from tenant_apps.households.rules import custody
from tenant_apps.households.services import handing, moving, rechecking
from tenant_apps.households.work import payout_blocked
from tests.tenant_apps.casework.test_attachments import PNG


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def offer(life, home, file, to, **changes):
    given = {"to_code": to.code, "reason": "moved", **changes}
    transfer = life.at(home, moving.offer_transfer, file, role=Role.REVIEWER, **given)
    life.relay()
    return transfer


def accept(life, taking, transfer):
    life.at(taking, moving.accept_transfer, transfer.transfer_id, role=Role.REVIEWER)
    life.relay()


def confirm(life, above, transfer):
    life.at(above, moving.confirm_transfer, transfer.transfer_id, role=Role.HEAD)
    life.relay()


def moved(life, home, taking, above, file):
    transfer = offer(life, home, file, taking)
    accept(life, taking, transfer)
    confirm(life, above, transfer)
    return transfer


def holds(station, file):
    with in_station(station):
        return HouseholdFile.objects.filter(pk=file.pk).exists()


def on_file_at(*stations):
    """How many households the folded totals have on file at each station."""
    with in_network():
        fold_facts(now=clock.now(), wait=True)
        return [
            sum(
                Leaf.objects.filter(
                    station_id=station.id, indicator="FIL-01", dimension=""
                ).values_list("n", flat=True)
            )
            for station in stations
        ]


def sums_at(*stations):
    """What each station and all below it count of files, over all months."""
    codes = [f"FIL-0{number}" for number in range(1, 7)]
    with in_network():
        fold_facts(now=clock.now(), wait=True)
        return {
            station.code: {
                code: Tree.objects.filter(
                    ancestor_id=station.id, indicator=code, dimension=""
                ).aggregate(all=Sum("value" if code == "FIL-02" else "n"))["all"]
                or 0
                for code in codes
            }
            for station in stations
        }


def test_a_file_moves_with_everything_and_leaves_a_closed_stub(life, township, outsider, city):
    file = life.on_file(township)
    transfer = moved(life, township, outsider, city, file)

    assert life.state(township, file) == FileState.MOVED_OUT
    assert life.state(outsider, file) == FileState.ON_FILE
    there, here = life.row(outsider, file), life.row(township, file)
    assert (there.file_no, there.name) == (here.file_no, here.name)
    assert there.id_no.reveal() == here.id_no.reveal()
    assert bytes(there.id_no_hash) == bytes(here.id_no_hash)
    assert (here.custody, here.closed_on) == (outsider.code, clock.today())
    assert here.keep_until.year == clock.today().year + 10
    with in_station(outsider):
        assert HouseholdMember.objects.filter(file=there).count() == 1
        row = HouseholdTransfer.objects.get(transfer_id=transfer.transfer_id)
        assert [one["event"] for one in row.history][-1] == "handed_over"
    with in_network():
        holders = IdentityEntry.objects.filter(subject=file.pk, role="head")
        assert [one.station_id for one in holders] == [outsider.id]


def test_the_count_moves_in_one_moment_and_equals_the_files_at_every_other(
    life, township, outsider, city
):
    file = life.on_file(township)
    transfer = offer(life, township, file, outsider)
    accept(life, outsider, transfer)
    seen = [on_file_at(township, outsider)]
    life.at(city, moving.confirm_transfer, transfer.transfer_id, role=Role.HEAD)
    while life.relay_one():
        seen.append(on_file_at(township, outsider))
        assert [bool(recount_station(one)) for one in (township, outsider)] == [False, False]

    assert sorted({tuple(one) for one in seen}) == [(0, 1), (1, 0)]
    assert seen == sorted(seen, reverse=True)
    opened = Leaf.objects.filter(indicator="FIL-03", dimension="", station_id=outsider.id)
    with in_network():
        assert not opened.exists()


@pytest.mark.fault
def test_a_move_is_no_new_file_and_no_exit_at_either_end_nor_above_both(
    life, township, enterprise, outsider, county, other_county, city
):
    file = life.on_file(township)
    with in_network():
        fold_facts(now=clock.now(), wait=True)
    before = sums_at(township, enterprise, outsider, county, other_county, city)

    moved(life, township, enterprise, county, file)
    moved(life, enterprise, outsider, city, file)

    gone = {"FIL-01": -1, "FIL-02": -before[township.code]["FIL-02"]}
    came = {code: -by for code, by in gone.items()}
    changes = {
        code: {
            name: by - before[code][name] for name, by in sums.items() if by != before[code][name]
        }
        for code, sums in sums_at(
            township, enterprise, outsider, county, other_county, city
        ).items()
    }
    assert changes == {
        township.code: gone,
        enterprise.code: {},
        outsider.code: came,
        county.code: gone,
        other_county.code: came,
        city.code: {},
    }
    assert not any(recount_station(one) for one in (township, enterprise, outsider))


def test_papers_and_pictures_come_along(life, township, outsider, city):
    file = life.on_file(township)
    clerk = life.person(township, Role.CLERK)
    scan = SimpleUploadedFile("诊断.png", PNG)
    photo = SimpleUploadedFile("门口.png", PNG)
    with in_station(township):
        files.mark_paper(file.pk, kind="diagnosis", upload=scan, actor=clerk, now=life.now)
        files.mark_paper(file.pk, kind="id_cards", actor=clerk, now=life.now)
    life.at(township, rechecking.report_event, file, event="illness", happened_on=life.today)
    life.at(township, rechecking.start_recheck, file)
    life.at(township, rechecking.visit_again, file, life.visit(), photos=[photo])
    life.at(township, rechecking.drop_recheck, file, reason="先转移")
    moved(life, township, outsider, city, file)

    with in_station(outsider):
        papers = {one.kind: one for one in HouseholdPaper.objects.filter(file_id=file.pk)}
        assert set(papers) == {"diagnosis", "id_cards"}
        scan_there = Attachment.objects.get(pk=papers["diagnosis"].attachment_id)
        assert content_of(scan_there) == PNG
        visit = HouseholdVisit.objects.get(file_id=file.pk)
        assert content_of(Attachment.objects.get(pk=visit.photo_ids[0])) == PNG
        due = HouseholdRecheck.objects.get(file_id=file.pk)
        assert (due.kind, due.state) == ("event", RecheckState.DUE)
    with in_network():
        texts = [str(one.body) for one in Message.objects.all()]
    assert all(file.name not in text for text in texts)


@pytest.mark.fault
def test_a_file_that_comes_back_goes_on_where_it_left(life, township, outsider, city):
    file = life.on_file(township)
    moved(life, township, outsider, city, file)
    moved(life, outsider, township, city, file)

    assert life.state(township, file) == FileState.ON_FILE
    assert life.state(outsider, file) == FileState.MOVED_OUT
    assert on_file_at(township, outsider) == [1, 0]
    with in_station(township):
        numbers = HouseholdVersion.objects.filter(file_id=file.pk).order_by("number")
        assert list(numbers.values_list("number", flat=True)) == list(range(1, len(numbers) + 1))
    assert not recount_station(township)


@pytest.mark.fault
def test_a_file_may_be_back_before_the_word_that_it_was_received(life, township, outsider, city):
    file = life.on_file(township)
    transfer = offer(life, township, file, outsider)
    accept(life, outsider, transfer)
    life.at(city, moving.confirm_transfer, transfer.transfer_id, role=Role.HEAD)
    while not holds(outsider, file):
        assert life.relay_one()
    received = Message.objects.filter(kind=custody.RECEIVED, state="new")
    with in_network():
        assert received.update(next_at=clock.now() + timedelta(days=1)) == 1
    life.pass_days(20)
    moved(life, outsider, township, city, file)

    assert life.state(township, file) == FileState.ON_FILE
    with in_network():
        assert received.update(next_at=clock.now()) == 1
    assert life.relay()
    assert life.state(township, file) == FileState.ON_FILE
    assert on_file_at(township, outsider) == [1, 0]
    assert not recount_station(township)
    with in_station(township):
        left = HouseholdVersion.objects.get(file_id=file.pk, event="moved_out")
        row = HouseholdTransfer.objects.get(transfer_id=transfer.transfer_id, role="giving")
    assert row.state == "done"
    assert left.effective_on == clock.today()


@pytest.mark.fault
def test_a_file_that_moves_often_tells_of_each_version_once(life, township, outsider, city):
    file = life.on_file(township)
    for _round in range(3):
        moved(life, township, outsider, city, file)
        last = moved(life, outsider, township, city, file)

    with in_station(township):
        row = HouseholdTransfer.objects.get(transfer_id=last.transfer_id)
        told = [(one["station"], one["number"]) for one in row.history]
        handed = HouseholdVersion.objects.filter(file_id=file.pk, event="handed_over")
        last_here = handed.latest("number").number
    assert [number for station, number in told if station == township.name] == list(
        range(1, last_here + 1)
    )
    assert len(told) == len(set(told))


def test_the_station_above_both_confirms_and_a_county_confirms_below_itself(
    life, township, outsider, enterprise, county, city
):
    with in_network():
        assert moving.confirming_station(township, outsider) == city
        assert moving.confirming_station(enterprise, township) == county
        assert moving.confirming_station(county, township) == county
    file = life.on_file(county)
    transfer = offer(life, county, file, township)
    accept(life, township, transfer)
    confirm(life, county, transfer)
    assert life.state(township, file) == FileState.ON_FILE


def test_an_offer_taken_back_before_the_confirmation_leaves_the_file(
    life, township, outsider, city
):
    file = life.on_file(township)
    transfer = offer(life, township, file, outsider)
    accept(life, outsider, transfer)
    life.at(city, moving.confirm_transfer, transfer.transfer_id, role=Role.HEAD)
    life.at(township, moving.cancel_transfer, file, reason="不转了", role=Role.REVIEWER)
    life.relay()

    assert life.state(township, file) == FileState.ON_FILE
    with in_station(outsider):
        assert not HouseholdFile.objects.filter(pk=file.pk).exists()
        row = HouseholdTransfer.objects.get(transfer_id=transfer.transfer_id)
        assert row.state == "cancelled"
        assert not Todo.objects.filter(closed_at=None, subject_kind="transfer").exists()
    with pytest.raises(IllegalMove):
        life.at(outsider, moving.accept_transfer, transfer.transfer_id, role=Role.REVIEWER)


def test_a_file_that_was_handed_over_cannot_be_taken_back(life, township, outsider, city):
    file = life.on_file(township)
    moved(life, township, outsider, city, file)
    with pytest.raises(IllegalMove):
        life.at(township, moving.cancel_transfer, file, reason="晚了", role=Role.REVIEWER)


@pytest.mark.parametrize("by", ["declined", "refused"])
def test_a_transfer_that_is_not_wanted_leaves_the_file_where_it_is(
    life, township, outsider, city, by
):
    file = life.on_file(township)
    transfer = offer(life, township, file, outsider)
    if by == "refused":
        accept(life, outsider, transfer)
    step = moving.refuse_transfer if by == "refused" else moving.decline_transfer
    where = city if by == "refused" else outsider
    with pytest.raises(InvalidInput):
        life.at(where, step, transfer.transfer_id, reason=" ", role=Role.REVIEWER)
    life.at(where, step, transfer.transfer_id, reason="材料不全", role=Role.REVIEWER)
    life.relay()

    assert life.state(township, file) == FileState.ON_FILE
    with in_station(township):
        row = HouseholdTransfer.objects.get(transfer_id=transfer.transfer_id)
        assert (row.state, row.last_text) == (by, "材料不全")
        assert not Clock.objects.filter(stopped_at=None, kind="transfer").exists()


@pytest.mark.fault
def test_every_file_of_a_unit_that_closes_goes_to_its_heir_in_one_act(
    life, enterprise, township, county
):
    staying = life.on_file(enterprise)
    going = [life.on_file(enterprise) for _number in range(2)]
    life.at(enterprise, rechecking.report_event, staying, event="job", happened_on=life.today)
    life.at(enterprise, rechecking.start_recheck, staying)
    reviewer = life.person(enterprise, Role.REVIEWER)
    with in_station(enterprise):
        outcome = moving.offer_all(to_code=township.code, actor=reviewer, now=life.now)
    life.relay()
    assert [one.refusal is None for one in outcome] == [False, True, True]
    with in_station(township):
        keys = list(HouseholdTransfer.objects.values_list("transfer_id", flat=True))
        moving.accept_transfers(keys, actor=life.person(township, Role.REVIEWER), now=life.now)
    life.relay()
    with in_station(county):
        moving.confirm_transfers(keys, actor=life.person(county, Role.HEAD), now=life.now)
    life.relay()
    assert {life.state(township, one) for one in going} == {FileState.ON_FILE}
    assert on_file_at(enterprise, township) == [1, 2]


def test_a_message_that_carried_a_file_and_vanished_is_sent_again(life, township, outsider, city):
    file = life.on_file(township)
    transfer = offer(life, township, file, outsider)
    accept(life, outsider, transfer)
    life.at(city, moving.confirm_transfer, transfer.transfer_id, role=Role.HEAD)
    life.relay_one()
    with in_network():
        Message.objects.filter(kind=custody.HANDED).delete()
    life.relay()
    assert life.state(township, file) == FileState.TRANSFERRING
    with in_station(township):
        assert handing.hand_over_again(transfer.transfer_id, now=life.now)
    life.relay()
    assert life.state(outsider, file) == FileState.ON_FILE
    assert life.state(township, file) == FileState.MOVED_OUT


def test_nothing_is_paid_while_a_file_moves(life, township, outsider):
    file = life.on_file(township)
    offer(life, township, file, outsider)
    with in_station(township):
        row = HouseholdFile.objects.get(pk=file.pk)
        assert [one.code for one in payout_blocked(row, on=life.today)] == ["transfer-running"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to_code": "999"}, "V360"),
        ({"to_code": "130705001"}, "V360"),
        ({"reason": "whim"}, "V361"),
    ],
)
def test_an_offer_that_cannot_be_says_why(life, township, outsider, changes, code):
    file = life.on_file(township)
    with pytest.raises(InvalidInput) as refusal:
        offer(life, township, file, outsider, **changes)
    assert [one.code for one in refusal.value.problems] == [code]


def test_who_may_not_transfer_may_not_and_a_stranger_sees_nothing(
    life, township, outsider, other_county
):
    file = life.on_file(township)
    with pytest.raises(NotPermitted):
        life.at(township, moving.offer_transfer, file, to_code=outsider.code, reason="moved")
    transfer = offer(life, township, file, outsider)
    with pytest.raises(NotFound):
        life.at(other_county, moving.accept_transfer, transfer.transfer_id, role=Role.REVIEWER)
    with pytest.raises(NotFound):
        life.at(township, moving.confirm_transfer, transfer.transfer_id, role=Role.REVIEWER)
