"""R20: each kind of corruption, injected behind the services' back, is found and named by the auditor.

One database with files on their whole way; each corruption is injected, audited and rolled back on one
connection of the application's login, under the role that could do it.
"""

from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from psycopg import sql

from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import seal
from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.direct import direct_parameters
from shared_apps.accounts.models import Membership, User
from shared_apps.accounts.roles import capabilities_of
from shared_apps.audit.auditor import Place, Ring, audit_station, check_names
from shared_apps.rollup.services import fold_facts
from tenant_apps.casework.services import attach
from tenants.models import Station
from tests.support import databases
from tests.support.databases import NOON
from tests.tenant_apps.households.households import daughter
from tests.tenant_apps.reviews.conftest import Way

pytestmark = pytest.mark.fault

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40 + b"IEND\xaeB`\x82"
HOME, CENTRE, NETWORK = "home", "centre", "network"


def somebody(station, *roles, name):
    with in_network():
        user = User.objects.create(username=f"auditee{User.objects.count()}", name=name)
        Membership.objects.create(
            user=user, station_id=station.id, roles=list(roles), began_at=NOON
        )
    return Actor(
        user_id=user.pk,
        name=name,
        station=station,
        roles=frozenset(roles),
        capabilities=capabilities_of(roles),
    )


@dataclass
class World:
    """Two stations that worked together, and a connection that takes everything back."""

    home: object
    centre: object
    connection: psycopg.Connection
    media: Path
    known: dict = field(default_factory=dict)

    def station(self, where):
        return self.home if where == HOME else self.centre

    def become(self, where):
        role = "bangfu_network" if where == NETWORK else f"t_{self.station(where).schema}"
        schema = "public" if where == NETWORK else self.station(where).schema
        self.connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        self.connection.execute(
            sql.SQL("SET LOCAL search_path = {}, public").format(sql.Identifier(schema))
        )

    def audited(self, where):
        station = self.station(where)
        place = Place(
            station=station.id,
            code=station.code,
            schema=station.schema,
            now=self.known["now"],
            media=self.media,
        )
        ring = Ring(dict(settings.BANGFU_KEYS["keys"]), settings.BANGFU_KEYS["index"])
        return audit_station(self.connection, place, ring)


@pytest.fixture(scope="module")
def world(session_database, stage, django_db_blocker, tmp_path_factory):
    name = f"{session_database}_audited"
    media, media_before = tmp_path_factory.mktemp("media"), settings.MEDIA_ROOT
    with django_db_blocker.unblock():
        settings.MEDIA_ROOT = media
        try:
            with databases.aside(name, stage=stage):
                made = _made(media)
            with made.connection:
                yield made
        finally:
            settings.MEDIA_ROOT = media_before
            databases.drop_copy(name)


def _made(media):
    with in_network():
        home = Station.objects.get(code="130705001").ref
        centre = Station.objects.get(code="130705").ref
    way = Way(somebody)
    file = way.approved(home, centre)
    second = way.reported(
        home,
        name="柳试二",
        id_no="130771197406150143",
        card_name="柳试二",
        card_no="6999990000000020007",
        mobile="19900000002",
        members=[daughter(name="柳试乙", id_no="130771200809020268")],
    )
    with in_station(home):
        scan = attach(
            subject=("file", file.pk),
            kind="id_cards",
            upload=SimpleUploadedFile("scan.png", PNG),
            actor=way.person(home, "clerk"),
            now=way.now,
        )
    fold_facts(now=way.now)
    review = way.review_at(centre, file)
    connection = psycopg.connect(**direct_parameters("default"))
    known = {
        "now": way.now,
        "file": file.pk,
        "second": second.pk,
        "review": review.pk,
        "scan": scan.pk,
        "scan_path": scan.path,
        "clerk": way.person(home, "clerk").user_id,
        "head": way.person(centre, "head").user_id,
        "home": home.id,
        "centre": centre.id,
        "garbage": b"\x01\x01\x02k1" + bytes(40),
        "moved": seal("130771197406150127", place="households.householdfile.mobile"),
        "other_number": seal("130771197406150135", place="households.householdfile.id_no"),
        "wrong_digit": seal("130771197406150128", place="households.householdfile.id_no"),
        "other_card": seal("6999990000000099999", place="households.householdfile.card_no"),
        "other_member": seal("130771200809020257", place="households.householdmember.id_no"),
    }
    return World(home=home, centre=centre, connection=connection, media=media, known=known)


@pytest.fixture
def undone(world):
    """Whatever the test injects is rolled back."""
    with world.connection.transaction(force_rollback=True):
        yield world


F = "UPDATE households_file SET {} WHERE id = %(file)s"
LAST = "SELECT max(number) FROM households_version WHERE file_id = %(file)s"
VERSION = f"UPDATE households_version SET {{}} WHERE file_id = %(file)s AND number = ({LAST})"
COUNTED = "counted = jsonb_set(counted, '{{{}}}', '{}')"
REVIEW = "UPDATE reviews_review SET {} WHERE id = %(review)s"
NOTICE = "UPDATE notices_notice SET {} WHERE subject_id = %(review)s"

# name → where it is injected, the statement, where it is audited, the check that must find it
CORRUPTIONS = [
    (HOME, F.format("file_no = ''"), HOME, "file-without-number"),
    (HOME, F.format("submitted_at = NULL"), HOME, "file-never-submitted"),
    (HOME, F.format("file_no = '139900001' || '20260001'"), HOME, "number-of-another-station"),
    (HOME, "UPDATE register_fileserial SET last = 0", HOME, "serial-behind"),
    (HOME, F.format("on_file_on = NULL"), HOME, "on-file-without-day"),
    (HOME, F.format("on_file_on = '2020-01-01'"), HOME, "on-file-before-application"),
    (HOME, F.format("on_file_on = '2099-01-01'"), HOME, "on-file-in-the-future"),
    (HOME, F.format("submitted_at = '2020-01-01'"), HOME, "submitted-before-application"),
    (HOME, F.format("state = 'out'"), HOME, "closed-without-day"),
    (HOME, F.format("closed_on = '2020-01-01'"), HOME, "closed-before-on-file"),
    (HOME, F.format("closed_on = '2026-12-01'"), HOME, "open-with-closing-day"),
    (HOME, F.format("state = 'cancelled', exit_kind = ''"), HOME, "closed-without-exit"),
    (HOME, F.format("state = 'submitted', exit_kind = 'x'"), HOME, "exit-of-an-open-file"),
    (HOME, F.format("state = 'secured'"), HOME, "closed-without-years"),
    (HOME, F.format("closed_on = '2026-12-01', keep_until = '2026-11-30'"), HOME, "years-end-before-closing"),
    (HOME, F.format("stamp_street_on = NULL"), HOME, "on-file-without-stamps"),
    (HOME, F.format("stamp_union_on = '2020-01-01'"), HOME, "stamps-out-of-order"),
    (HOME, F.format("means_checked_on = NULL"), HOME, "on-file-without-means-check"),
    (HOME, F.format("means_checked_on = '2099-01-01'"), HOME, "means-checked-after-approval"),
    (HOME, "DELETE FROM households_visit WHERE file_id = %(file)s", HOME, "on-file-without-visit"),
    (HOME, "UPDATE households_visit SET visited_on = '2020-01-01'", HOME, "visit-before-application"),
    (HOME, "DELETE FROM casework_event WHERE subject_id = %(file)s AND action = 'approved'", HOME,
     "on-file-without-approval-in-timeline"),
    (HOME, F.format("id = gen_random_uuid()"), HOME, "file-without-audit"),
    (HOME, F.format("tier = ''"), HOME, "on-file-without-tier"),
    (HOME, F.format("tier = '3'"), HOME, "tier-other-than-computed"),
    (HOME, F.format("computation = jsonb_set(computation, '{{income_fen}}', '1')"), HOME, "terms-do-not-add-up"),
    (HOME, F.format("computation = jsonb_set(computation, '{{heads}}', '0')"), HOME, "computed-for-no-heads"),
    (HOME, "UPDATE households_member SET id_no_hash = (SELECT id_no_hash FROM households_file WHERE id = %(file)s)",
     HOME, "head-among-members"),
    (HOME, "DELETE FROM households_member WHERE file_id = %(file)s", HOME, "size-other-than-members"),
    (HOME, "UPDATE households_paper SET attachment_id = gen_random_uuid() WHERE file_id = %(file)s", HOME,
     "paper-names-no-scan"),
    (HOME, "UPDATE casework_attachment SET path = 'elsewhere/ab/cd'", HOME, "scan-outside-the-station"),
    (HOME, "UPDATE casework_attachment SET subject_id = gen_random_uuid()", HOME, "scan-of-no-file"),
    (HOME, "DELETE FROM households_version WHERE file_id = %(file)s", HOME, "submitted-without-version"),
    (HOME, "DELETE FROM households_version WHERE file_id = %(file)s AND number = 1", HOME, "versions-with-a-gap"),
    (HOME, VERSION.format("effective_on = '2020-01-01'"), HOME, "versions-go-back"),
    (HOME, VERSION.format("counted = NULL"), HOME, "counted-against-state"),
    (HOME, VERSION.format(COUNTED.format("tier", '"9"')), HOME, "counted-with-another-tier"),
    (HOME, VERSION.format(COUNTED.format("cause", '"99"')), HOME, "counted-with-another-cause"),
    (HOME, VERSION.format(COUNTED.format("persons", "9")), HOME, "counted-with-another-size"),
    (HOME, VERSION.format(COUNTED.format("subject", '"00"')), HOME, "counted-as-another-person"),
    (HOME, VERSION.format("snapshot = jsonb_set(snapshot, '{{name}}', '\"别人\"')"), HOME, "version-of-another-name"),
    (HOME, "DELETE FROM register_identityentry WHERE subject = %(file)s AND role = 'head'", HOME,
     "open-but-not-registered"),
    (HOME, "UPDATE register_identityentry SET subject = gen_random_uuid() WHERE subject = %(file)s", HOME,
     "registered-but-not-open"),
    (HOME, ("UPDATE register_identityentry SET id_hash = '\\x00112233445566778899aabbccddeeff'"
     " WHERE subject = %(file)s AND role = 'head'"), HOME, "registered-under-another-hash"),
    (HOME, "DELETE FROM register_identityentry WHERE subject = %(file)s AND role = 'member'", HOME,
     "member-not-registered"),
    (CENTRE, "DELETE FROM notices_notice WHERE subject_id = %(review)s", CENTRE, "approved-without-notice"),
    (CENTRE, REVIEW.format("means_checked_on = NULL"), CENTRE, "approved-without-means-check"),
    (CENTRE, REVIEW.format("entered_by = ARRAY[%(head)s]"), CENTRE, "approved-by-who-entered"),
    (CENTRE, REVIEW.format("acted_by = ARRAY[%(head)s]"), CENTRE, "approved-by-who-reviewed"),
    (CENTRE, "DELETE FROM casework_event WHERE subject_id = %(review)s AND action = 'approve'", CENTRE,
     "approved-without-approval"),
    (CENTRE, NOTICE.format("ended_on = published_on"), CENTRE, "notice-ended-early"),
    (CENTRE, NOTICE.format("due_on = published_on + 1"), CENTRE, "notice-too-short"),
    (CENTRE, NOTICE.format("masked_number = '130771197406150127'"), CENTRE, "notice-says-the-number"),
    (CENTRE, NOTICE.format("masked_name = '柳试一'"), CENTRE, "notice-says-the-name"),
    (CENTRE, ("INSERT INTO notices_objection (id, notice_id, text, received_at, answer, answered_by)"
     " SELECT gen_random_uuid(), id, 'x', now(), '', '' FROM notices_notice WHERE subject_id = %(review)s"),
     CENTRE, "notice-ended-with-open-objection"),
    (CENTRE, REVIEW.format("offer = 999"), CENTRE, "offer-without-review"),
    (HOME, F.format("on_file_on = NULL, state = 'approval'"), HOME, "approval-not-followed"),
    (NETWORK, "DELETE FROM exchange_message WHERE stream = 'file:' || %(second)s AND kind = 'dossier.offered'",
     HOME, "sent-up-without-message"),
    (NETWORK, "UPDATE exchange_stream SET last_seq = last_seq + 1 WHERE sender_id = %(home)s", HOME,
     "messages-with-a-gap"),
    (NETWORK, "UPDATE exchange_message SET body = body || '{{\"file_no\": \"x\"}}' WHERE sender_id = %(home)s",
     HOME, "message-other-than-digest"),
    (HOME, ("UPDATE casework_todo SET subject_id = gen_random_uuid(), closed_at = NULL, subject_kind = 'file'"
     " WHERE id = (SELECT id FROM casework_todo LIMIT 1)"), HOME, "todo-of-no-file"),
    (HOME, ("UPDATE households_file SET state = 'cancelled' WHERE id = %(file)s;"
     "UPDATE casework_clock SET stopped_at = NULL, kind = 'visit' WHERE id = (SELECT id FROM casework_clock"
     " WHERE subject_id = '{file}' LIMIT 1)"), HOME, "deadline-of-a-closed-file"),
    (HOME, F.format("id_no = %(garbage)s"), HOME, "sealed-value-unreadable"),
    (HOME, F.format("mobile = id_no"), HOME, "sealed-value-unreadable"),
    (HOME, F.format("id_no = %(other_number)s"), HOME, "hash-other-than-number"),
    (HOME, F.format("id_no = NULL"), HOME, "hash-without-number"),
    (HOME, F.format("card_no = %(other_card)s"), HOME, "hash-other-than-card"),
    (HOME, "UPDATE households_member SET id_no = %(other_member)s", HOME, "hash-other-than-number"),
    (HOME, F.format("birth = '1980-01-01'"), HOME, "birthday-other-than-number"),
    (HOME, F.format("sex = '1'"), HOME, "sex-other-than-number"),
    (HOME, F.format("id_no = %(wrong_digit)s"), HOME, "check-digit-wrong"),
    (CENTRE, REVIEW.format("dossier = %(garbage)s"), CENTRE, "dossier-unreadable"),
    (CENTRE, REVIEW.format("head_name = '别人'"), CENTRE, "dossier-of-another-name"),
    (HOME, "UPDATE casework_attachment SET digest = '\\x00'", HOME, "scan-other-than-digest"),
    (HOME, "UPDATE casework_attachment SET path = %(home_schema)s || '/00/gone'", HOME, "scan-missing-on-disk"),
    (NETWORK, "UPDATE rollup_leaf SET n = n + 1 WHERE indicator = 'FIL-01' AND station_id = %(home)s", HOME,
     "facts-other-than-files"),
    (NETWORK, "UPDATE rollup_leaf SET value = value + 1 WHERE indicator = 'FIL-02' AND station_id = %(home)s",
     HOME, "facts-other-than-persons"),
    (NETWORK, "DELETE FROM rollup_leaf WHERE indicator = 'FIL-03' AND station_id = %(home)s", HOME,
     "facts-other-than-openings"),
    (NETWORK, ("INSERT INTO rollup_leaf (station_id, indicator, dimension, key, period, n, value)"
     " VALUES (%(home)s, 'FIL-04', '', '', '2026-11-01', 1, 0)"), HOME, "facts-other-than-exits"),
    (NETWORK, ("INSERT INTO rollup_leaf (station_id, indicator, dimension, key, period, n, value)"
     " VALUES (%(home)s, 'FIL-06', '', '', '2026-11-01', 1, 0)"), HOME, "facts-other-than-cancellations"),
    (NETWORK, "UPDATE rollup_member SET subject = '\\x00' WHERE indicator = 'FIL-01' AND station_id = %(home)s",
     HOME, "counted-subjects-other-than-files"),
    (HOME, "UPDATE audit_head SET count = count - 1", HOME, "chain-cut-off"),
    (HOME, ("INSERT INTO audit_row (chain, seq, at, event, actor_name, via, subject_kind, subject_id, data, prev,"
     " hash) SELECT chain, seq + 1, at, event, actor_name, via, subject_kind, subject_id, data, hash, hash"
     " FROM audit_row ORDER BY seq DESC LIMIT 1"), HOME, "chain-row-changed"),
    (HOME, ("INSERT INTO audit_row (chain, seq, at, event, actor_name, via, subject_kind, subject_id, data, prev,"
     " hash) SELECT chain, seq + 2, at, event, actor_name, via, subject_kind, subject_id, data, hash, hash"
     " FROM audit_row ORDER BY seq DESC LIMIT 1"), HOME, "chain-out-of-order"),
    (HOME, ("INSERT INTO audit_row (chain, seq, at, event, actor_name, via, subject_kind, subject_id, data, prev,"
     " hash) SELECT chain, seq + 1, at, event, actor_name, via, subject_kind, subject_id,"
     " '{{\"reason\": \"130771197406150127\"}}', hash, hash FROM audit_row ORDER BY seq DESC LIMIT 1"), HOME,
     "number-in-the-audit-chain"),
    (HOME, ("INSERT INTO privacy_disposal (id, file_id, file_no, number, state, keep_until, reason, proposed_by,"
     " proposed_at, decided_by, erased, kept) VALUES (gen_random_uuid(), %(file)s, 'x', 'x', 'deleted', now(),"
     " 'x', 'a', now(), 'b', '{{}}', '{{}}')"), HOME, "erased-but-still-there"),
    (CENTRE, ("INSERT INTO privacy_lookrequest (id, side, other_id, other_code, other_name, file_no, reason, state,"
     " asked_by, asked_at, answer, answered_by, expires_at, snapshot, looks) VALUES (gen_random_uuid(), 'asking',"
     " 1, 'x', 'x', 'x', 'x', 'granted', 'x', now(), '', '', '2020-01-01', %(garbage)s, 0)"), CENTRE,
     "picture-not-wiped"),
    (HOME, F.format("custody = '130705'"), HOME, "held-in-two-places"),
    # Sent to the centre, but no re-check waits there.
    (HOME, F.format("state = 'exit_notice', custody = '130705'"), HOME, "held-in-two-places"),
]  # fmt: skip


def test_nothing_is_found_where_nothing_is_wrong(undone):
    assert undone.audited(HOME) == []
    assert undone.audited(CENTRE) == []


@pytest.mark.parametrize(
    ("where", "statement", "audited", "check"),
    CORRUPTIONS,
    ids=[f"{number}-{row[3]}" for number, row in enumerate(CORRUPTIONS)],
)
def test_a_corruption_is_found_by_its_name(undone, where, statement, audited, check):
    undone.become(where)
    known = undone.known | {"home_schema": undone.home.schema}
    for one in statement.replace("{{", "{").replace("}}", "}").split(";"):
        changed = undone.connection.execute(one.replace("'{file}'", "%(file)s"), known)
        assert changed.rowcount

    assert check in {finding.check for finding in undone.audited(audited)}


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda path: path.unlink(), "scan-missing-on-disk"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\x00"), "scan-changed-on-disk"),
        (lambda path: path.write_bytes(b""), "scan-changed-on-disk"),
    ],
)
def test_a_paper_that_was_touched_on_the_disk_is_found(undone, change, check):
    path = undone.media / undone.known["scan_path"]
    before = path.read_bytes()
    change(path)
    try:
        assert check in {finding.check for finding in undone.audited(HOME)}
    finally:
        path.write_bytes(before)


def test_more_than_fifty_kinds_are_injected_and_every_name_is_one_the_auditor_knows():
    kinds = {row[3] for row in CORRUPTIONS} | {"scan-changed-on-disk"}

    assert len(kinds) >= 50
    assert kinds <= set(check_names())
