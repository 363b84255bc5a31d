"""A household whose years are over leaves the books as they were, and no name in them."""

from django.db import connection

from shared_apps.audit.auditor import audit_ledger
from tenant_apps.aid.models import Application
from tenant_apps.payouts.models import Line
from tenant_apps.privacy.services.erasing import GONE, erase_file
from tests.conftest import NOON
from tests.shared_apps.rollup.on_file import put_on_file
from tests.tenant_apps.payouts.test_facts import assert_facts_are_as_recounted


def test_what_was_paid_to_a_deleted_household_stays_paid_and_says_no_name(office):
    file = put_on_file(office.station)
    batch = office.paid(
        office.approved(
            1,
            file=file,
            group="",
            household=bytes(file.id_no_hash),
            card=file.card_no.reveal(),
            person_name=file.card_name,
            payee_name=file.card_name,
            payee_id_hash=bytes(file.id_no_hash),
        )
    )
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
