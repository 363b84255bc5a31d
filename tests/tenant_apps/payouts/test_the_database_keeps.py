"""What the database itself keeps of a batch, whoever writes."""

import pytest
from django.db import DatabaseError, transaction

from tenant_apps.payouts import services
from tenant_apps.payouts.bankfile import Status
from tenant_apps.payouts.models import Batch, Line, LineState
from tests.conftest import NOON


def refused(write):
    with pytest.raises(DatabaseError), transaction.atomic():
        write()


def test_what_was_sealed_stays_sealed(office):
    batch = office.batch()
    services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)
    rows = Batch.objects.filter(pk=batch.pk)
    for change in (
        {"digest": b"x" * 32}, {"count": 4}, {"total_fen": 1}, {"file": None}, {"layout": "fixed"},
        {"number": "P202611209999"}, {"fund": office.gift}, {"channel": "cash", "reason": "x"},
    ):  # fmt: skip
        refused(lambda change=change: rows.update(**change))
    refused(lambda: Batch.objects.all().delete())
    refused(lambda: Line.objects.all().delete())


def test_no_line_is_added_to_a_sealed_batch_and_none_changes_what_it_pays(office):
    (row,) = office.approved(1)
    batch = office.batch()
    services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)
    late = Line(
        batch=batch, serial=9, ref=f"{batch.number}00009", application=row, programme="warmth",
        aid="warmth", amount_fen=100_000, payee_name="甲",
    )  # fmt: skip
    refused(lambda: late.save(force_insert=True))
    lines = Line.objects.filter(batch=batch)
    for change in ({"amount_fen": 1}, {"card_hash": b"x" * 16}, {"application": row}):
        refused(lambda change=change: lines[:1].get() and lines.filter(serial=1).update(**change))


@pytest.mark.parametrize(
    ("result", "states"),
    [
        (Status.UNKNOWN, (LineState.OPEN, LineState.SENT, LineState.VOID, LineState.RETURNED)),
        (Status.FAILED, (LineState.OPEN, LineState.SENT, LineState.PAID, LineState.UNKNOWN)),
        (Status.PAID, (LineState.OPEN, LineState.SENT, LineState.FAILED, LineState.VOID)),
    ],
)
def test_a_payment_never_goes_back_to_where_it_could_be_tried_again(office, result, states):
    batch = office.sent(count=1)
    office.booked(batch)
    (line,) = office.lines(batch)
    office.answered(batch, {line.ref: (result, "户名不符")})
    for state in states:
        refused(lambda state=state: Line.objects.filter(pk=line.pk).update(state=state))
