"""A household whose years are over leaves the books as they were, and no name in them."""

import pytest
from django.db import connection

from bangfu.kernel.errors import InvalidInput
from shared_apps.audit.auditor import audit_ledger
from tenant_apps.aid.models import Application
from tenant_apps.payouts import services
from tenant_apps.payouts.models import Batch, BatchState, Line, LineState
from tenant_apps.privacy.services.erasing import erase_file
from tenant_apps.privacy.services.scrubbing import GONE
from tests.conftest import NOON
from tests.shared_apps.rollup.on_file import put_on_file
from tests.tenant_apps.payouts.test_facts import assert_facts_are_as_recounted


def approved_for(office, file):
    return office.approved(
        1,
        file=file,
        group="",
        household=bytes(file.id_no_hash),
        card=file.card_no.reveal(),
        person_name=file.card_name,
        payee_name=file.card_name,
        payee_id_hash=bytes(file.id_no_hash),
    )


def test_what_was_paid_to_a_deleted_household_stays_paid_and_says_no_name(office):
    file = put_on_file(office.station)
    batch = office.paid(approved_for(office, file))
    (line,) = office.lines(batch)
    file.refresh_from_db()

    erase_file(file, now=NOON)

    aided = Application.objects.get(file=file)
    left = Line.objects.get(pk=line.pk)
    assert (aided.person_name, aided.payee_name, left.payee_name) == (GONE, GONE, GONE)
    assert (aided.payee_card, aided.payee_card_hash, left.card_hash) == (None, None, None)
    assert (aided.batch, aided.line, aided.amount_fen) == (batch.number, line.ref, line.amount_fen)
    with connection.cursor() as cursor:
        assert audit_ledger(cursor, station=office.station.id) == []
    assert_facts_are_as_recounted(office)


def test_a_household_deleted_before_the_batch_is_sealed_is_named_and_taken_out(office):
    file = put_on_file(office.station)
    (row,) = approved_for(office, file)
    batch = office.batch([row, *office.approved(1)])
    file.refresh_from_db()
    erase_file(file, now=NOON)

    with pytest.raises(InvalidInput) as refusal:
        services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)

    assert [(one.code, row.number in str(one.message)) for one in refusal.value.problems] == [
        ("P02", True)
    ]
    line = Line.objects.get(application=row)
    services.drop_line(batch.pk, line.pk, reason="档案已删除", actor=office.clerk, now=NOON)
    assert services.freeze_batch(batch.pk, actor=office.clerk, now=NOON).count == 1


def test_a_household_deleted_while_the_bank_pays_keeps_no_answer_from_being_used(office):
    file = put_on_file(office.station)
    batch = office.sent([*approved_for(office, file), *office.approved(1)])
    office.booked(batch)
    file.refresh_from_db()
    erase_file(file, now=NOON)

    office.answered(batch)

    assert {line.state for line in office.lines(batch)} == {LineState.PAID}
    assert Batch.objects.get().state == BatchState.PAID
