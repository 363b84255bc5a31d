"""The audit chains: what is written cannot be changed unseen."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connections, transaction

from bangfu.kernel.canonical import FloatRefused
from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.audit import services
from shared_apps.audit.models import AuditHead, AuditRow
from shared_apps.audit.selectors import AuditFilter, rows_here, rows_of_subject
from shared_apps.audit.services import anchor, record, verify
from tests.conftest import NOON


def note(actor, event="file.approved", subject=("file", "f-1"), **data):
    with in_station(actor.station):
        return record(event=event, actor=actor, subject=subject, data=data, now=NOON)


def tamper(statement):
    """Change rows as somebody would who owns the server: triggers off, over the owner's connection."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("ALTER TABLE audit_row DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_row NO FORCE ROW LEVEL SECURITY")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE audit_row ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_row FORCE ROW LEVEL SECURITY")


def test_a_row_is_tied_to_the_one_before_it(clerk):
    first, second = note(clerk), note(clerk)

    assert (first.seq, second.seq) == (1, 2)
    assert bytes(second.prev) == bytes(first.hash)
    assert verify(clerk.station) is None


def test_stations_keep_chains_of_their_own(clerk, outsider, person_at):
    note(clerk)
    stranger = person_at(outsider)

    assert note(stranger).seq == 1
    with in_station(outsider):
        assert [row.chain for row in rows_here(AuditFilter())] == [outsider.id]


def test_the_network_has_a_chain_that_no_station_sees(clerk, on_network):
    record(event="station.opened", actor=clerk, subject=("station", 5), now=NOON)

    assert verify(None) is None
    with in_station(clerk.station):
        assert not AuditRow.objects.exists()


def test_an_identity_number_in_a_reason_is_masked_in_the_chain(clerk):
    row = note(clerk, reason="身份证 13077119900307123X 已核")

    assert "19900307" not in row.data["reason"]
    assert verify(clerk.station) is None


def test_a_ratio_is_written_as_text_not_as_a_float(clerk):
    with pytest.raises(FloatRefused):
        note(clerk, share=0.5)


def test_what_was_done_to_one_record_is_found(clerk):
    note(clerk, subject=("file", "f-1"))
    note(clerk, subject=("file", "f-2"))

    with in_station(clerk.station):
        assert [row.subject_id for row in rows_of_subject("file", "f-2")] == ["f-2"]


def test_the_list_is_narrowed_by_event_person_and_day(clerk):
    note(clerk, event="file.approved")
    note(clerk, event="session.began")

    with in_station(clerk.station):
        rows = rows_here(AuditFilter(event="file.", actor=clerk.name, since=NOON.date()))
        assert [row.event for row in rows] == ["file.approved"]
        assert not rows_here(AuditFilter(until=NOON.date() - timedelta(days=1))).exists()


@pytest.mark.parametrize("act", ["update", "delete"])
def test_no_role_can_change_a_row(clerk, act):
    rows = {"update": lambda rows: rows.update(event="x"), "delete": lambda rows: rows.delete()}
    note(clerk)

    with in_station(clerk.station), pytest.raises(ProgrammingError), transaction.atomic():
        rows[act](AuditRow.objects.all())


def test_the_owner_of_the_tables_cannot_change_a_row_either(committed, clerk):
    note(clerk)

    for statement in (
        "UPDATE audit_row SET event = 'x'",
        "DELETE FROM audit_row",
        "TRUNCATE audit_row",
    ):
        with pytest.raises(ProgrammingError), connections[OWNER].cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture
def long_chain(committed, clerk, county):
    for number in range(5):
        note(clerk, number=number)
    anchor(clerk.station, county, now=NOON)
    return clerk.station


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_row SET actor_name = '别人' WHERE seq = 2 AND chain = {chain}", 2),
        ("UPDATE audit_row SET data = '{{}}' WHERE seq = 5 AND chain = {chain}", 5),
        ("DELETE FROM audit_row WHERE seq = 3 AND chain = {chain}", 3),
        ("DELETE FROM audit_row WHERE seq = 5 AND chain = {chain}", 5),
        ("UPDATE audit_row SET seq = 99 - seq WHERE seq IN (2, 3) AND chain = {chain}", 2),
        ("UPDATE audit_row SET at = at + interval '1 day' WHERE seq = 1 AND chain = {chain}", 1),
    ],
)
def test_a_change_behind_the_services_back_is_found(long_chain, statement, found):
    tamper(statement.format(chain=long_chain.id))

    assert verify(long_chain) == found


def test_a_row_put_in_between_is_found(long_chain):
    tamper(
        f"UPDATE audit_row SET seq = 6 WHERE seq = 5 AND chain = {long_chain.id};"
        "INSERT INTO audit_row (chain, seq, at, event, actor_name, via, subject_kind, subject_id, data, prev, hash)"
        " SELECT chain, 5, at, event, actor_name, via, subject_kind, subject_id, data, hash, hash"
        f" FROM audit_row WHERE seq = 4 AND chain = {long_chain.id}"
    )

    assert verify(long_chain) == 5


def test_a_tail_cut_off_with_its_head_is_found_by_the_anchor_at_the_parent(long_chain):
    tamper(
        f"DELETE FROM audit_row WHERE seq > 3 AND chain = {long_chain.id};"
        "UPDATE audit_head SET count = 3, last_hash = (SELECT hash FROM audit_row"
        f" WHERE seq = 3 AND chain = {long_chain.id}) WHERE chain = {long_chain.id}"
    )

    assert verify(long_chain) == 4


def test_a_chain_rewritten_from_the_start_is_found_by_the_anchor_at_the_parent(long_chain, clerk):
    tamper(
        f"DELETE FROM audit_row WHERE chain = {long_chain.id};"
        f"DELETE FROM audit_head WHERE chain = {long_chain.id}"
    )
    for number in range(5):
        note(clerk, number=number + 100)

    assert verify(long_chain) == 5


def test_an_anchor_is_written_only_when_the_chain_has_grown(clerk, county):
    note(clerk)

    assert anchor(clerk.station, county, now=NOON)
    assert not anchor(clerk.station, county, now=NOON)
    note(clerk)
    assert anchor(clerk.station, county, now=NOON)
    assert verify(county) is None


def refused_act(actor):
    with in_station(actor.station), transaction.atomic():
        note(actor)
        raise ValueError("refused")


def test_a_refused_act_leaves_no_trace_and_no_gap(clerk):
    note(clerk)
    with pytest.raises(ValueError, match="refused"):
        refused_act(clerk)

    assert note(clerk).seq == 2
    with in_network():
        assert AuditHead.objects.get(chain=clerk.station.id).count == 2


def test_the_hash_covers_everything_a_row_says(clerk):
    row = note(clerk, amount_fen=100)
    said = services.chained_hash(row)

    for field, value in (("event", "x"), ("actor_id", 0), ("via", "x"), ("subject_kind", "x")):
        before = getattr(row, field)
        setattr(row, field, value)
        assert services.chained_hash(row) != said
        setattr(row, field, before)


def test_the_topmost_chain_is_anchored_in_the_chain_of_the_network(city, person_at):
    note(person_at(city))

    assert anchor(city, None, now=NOON)
    assert not anchor(city, None, now=NOON)
    assert services.examine(city).anchors == 1
    assert verify(None) is None
