"""The way of a batch: four people, one file, the bank's word, and the books."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from bangfu.kernel.crypto import sm3
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted
from tenant_apps.aid.errors import NotPayable
from tenant_apps.aid.models import AidState, Application, PayeeState
from tenant_apps.casework.selectors import todos_for
from tenant_apps.funds.expectations import waiting
from tenant_apps.funds.models import Journal
from tenant_apps.payouts import services
from tenant_apps.payouts.bankfile import FileRefused, Status
from tenant_apps.payouts.errors import FileAltered, NotReconciled, SignedAlready
from tenant_apps.payouts.models import Batch, BatchState, Line, LineState
from tenant_apps.payouts.selectors import HELD
from tests.conftest import NOON
from tests.tenant_apps.payouts.conftest import MONEY_FEN, TODAY


def test_a_batch_is_signed_by_four_people_and_paid_by_the_bank(office):
    rows = office.approved(3)
    batch = office.sent(rows)
    assert batch.state == BatchState.SENT
    office.booked(batch)
    assert (office.balance("1001"), office.balance("1201")) == (MONEY_FEN - 300_000, 300_000)
    assert office.answered(batch).state == BatchState.PAID
    assert [line.state for line in office.lines(batch)] == [LineState.PAID] * 3
    assert (office.balance("1201"), office.balance("5001.warmth")) == (0, 300_000)
    assert (office.balance("8002"), office.balance("8003")) == (0, 300_000)
    assert {row.state for row in Application.objects.all()} == {AidState.PAID}
    assert {row.paid_on for row in Application.objects.all()} == {TODAY}


def waits_for(*actors):
    return [[todo.kind for todo in todos_for(actor)] for actor in actors]


def test_a_batch_waits_for_nobody_who_signed_it_before(office):
    def also(actor, *roles):
        may = actor.capabilities.union(*(role.capabilities for role in roles))
        return replace(actor, capabilities=may)

    batch = office.batch(office.approved(1))
    services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)
    assert waits_for(also(office.clerk, office.finance), office.finance) == [
        [], ["payout.payout_check"]
    ]  # fmt: skip
    services.check_batch(batch.pk, actor=office.finance, now=NOON)
    assert waits_for(also(office.finance, office.supervisor), office.supervisor) == [
        [], ["payout.payout_audit"]
    ]  # fmt: skip
    services.audit_batch(batch.pk, actor=office.supervisor, now=NOON)
    assert waits_for(also(office.supervisor, office.head), office.head) == [
        [], ["payout.payout_approve"]
    ]  # fmt: skip
    services.approve_batch(batch.pk, actor=office.head, now=NOON)
    assert waits_for(also(office.head, office.finance), office.finance) == [
        [], ["payout.payout_send"]
    ]  # fmt: skip


def test_a_return_file_waits_until_the_statement_shows_the_money_leave(office):
    batch = office.sent()
    office.answered(batch)
    batch.refresh_from_db()
    assert (batch.waits, batch.state, office.balance("5001.warmth")) == (True, BatchState.SENT, 0)
    assert all(HELD not in one for one in batch.answers)
    office.booked(batch)
    batch.refresh_from_db()
    assert (batch.waits, batch.state) == (False, BatchState.PAID)
    assert office.balance("5001.warmth") == 300_000


def test_a_failed_line_is_tried_again_by_another_line_after_the_account_was_corrected(office):
    rows = office.approved(3)
    batch = office.sent(rows)
    office.booked(batch)
    ref = office.lines(batch)[1].ref
    office.answered(batch, {ref: (Status.FAILED, "户名不符")})
    failed = Application.objects.get(pk=rows[1].pk)
    assert (failed.state, failed.payee_state) == (AidState.APPROVED, PayeeState.DOUBTFUL)
    assert failed.reason == "户名不符"
    assert (office.balance("1301"), office.balance("1201")) == (100_000, 0)
    assert office.balance("8002") == 100_000
    office.booked(batch, kind="payout_back")
    assert (office.balance("1301"), office.balance("1001")) == (0, MONEY_FEN - 200_000)
    Application.objects.filter(pk=failed.pk).update(payee_state=PayeeState.SOUND)
    again = office.paid([failed])
    assert again.state == BatchState.PAID
    assert [line.state for line in Line.objects.filter(application=failed).order_by("pk")] == [
        LineState.FAILED,
        LineState.PAID,
    ]
    assert office.balance("5001.warmth") == 300_000


def test_what_is_unknown_is_locked_until_the_bank_knows(office):
    rows = office.approved(2)
    batch = office.sent(rows)
    office.booked(batch)
    ref = office.lines(batch)[0].ref
    assert office.answered(batch, {ref: (Status.UNKNOWN, "")}).state == BatchState.PARTLY_PAID
    held = Application.objects.get(pk=rows[0].pk)
    assert held.state == AidState.BATCHED
    with pytest.raises(NotPayable):
        office.batch([held])
    with pytest.raises(NotReconciled):
        services.reconcile_batch(batch.pk, actor=office.supervisor, now=NOON)
    assert office.balance("1201") == 100_000
    done = office.answered(batch, {ref: (Status.PAID, "")}, is_whole=False)
    assert done.state == BatchState.PAID
    assert office.balance("1201") == 0


def test_money_that_comes_back_takes_the_payment_back(office):
    rows = office.approved(2)
    batch = office.paid(rows)
    ref = office.lines(batch)[0].ref
    office.answered(batch, {ref: (Status.RETURNED, "账户已注销")}, is_whole=False)
    back = Application.objects.get(pk=rows[0].pk)
    assert (back.state, back.payee_state) == (AidState.APPROVED, PayeeState.DOUBTFUL)
    assert (office.balance("5001.warmth"), office.balance("1301")) == (100_000, 100_000)
    assert (office.balance("8002"), office.balance("8003")) == (100_000, 100_000)
    office.booked(batch, kind="payout_back")
    assert office.balance("1301") == 0


def test_the_same_return_file_again_changes_nothing(office):
    batch = office.sent()
    office.booked(batch)
    data = office.reply(batch)
    services.receive_answer(batch.pk, data, actor=office.finance, now=NOON)
    before = Journal.objects.count()
    services.receive_answer(batch.pk, data, actor=office.finance, now=NOON)
    assert Journal.objects.count() == before
    assert office.balance("5001.warmth") == 300_000


def test_the_same_bank_line_again_is_the_same_journal(office):
    batch = office.sent()
    (expected,) = list(waiting()["payout"].expected(on=TODAY))
    assert (expected.ref, expected.amount_fen, len(expected.parts)) == (batch.number, 300_000, 3)
    first = office.booked(batch)
    from tenant_apps.funds.expectations import Booking

    again = waiting()["payout"].settle(
        batch.number,
        (Booking(serial=f"Spayout{batch.number}", booked_on=TODAY, amount_fen=300_000,
                 counterparty="", text=""),),
        maker=office.second_finance, actor=office.head, now=NOON,
    )  # fmt: skip
    assert again == first
    assert list(waiting()["payout"].expected(on=TODAY)) == []


def test_a_bank_that_books_each_payee_is_matched_line_by_line(office):
    batch = office.sent()
    first, second, third = office.lines(batch)
    for at, line in enumerate((first, second)):
        office.booked(batch, fen=line.amount_fen, text=f"代发 {line.ref}", serial=f"S{at}")
    data = office.reply(batch, {third.ref: (Status.FAILED, "账号不存在")})
    services.receive_answer(batch.pk, data, actor=office.finance, now=NOON)
    assert (office.balance("5001.warmth"), office.balance("1201")) == (200_000, 0)
    assert office.balance("1301") == 0
    assert list(waiting()["payout_back"].expected(on=TODAY)) == []


def test_a_refused_return_file_leaves_everything_and_is_remembered(office):
    batch = office.sent()
    office.booked(batch)
    with pytest.raises(FileRefused):
        services.receive_answer(batch.pk, b"PK\x03\x04", actor=office.finance, now=NOON)
    batch.refresh_from_db()
    assert batch.state == BatchState.SENT
    assert [(one["kind"], one["break"]) for one in batch.answers] == [("refused", "B11")]
    assert office.balance("5001.warmth") == 0


def test_the_file_is_made_once_and_its_digest_is_what_everybody_signed(office):
    batch = office.batch()
    services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)
    batch.refresh_from_db()
    data = batch.file.reveal().encode("latin-1")
    assert sm3(data) == bytes(batch.digest)
    Application.objects.update(payee_name="改名", amount_fen=999)
    services.check_batch(batch.pk, actor=office.finance, now=NOON)
    services.audit_batch(batch.pk, actor=office.supervisor, now=NOON)
    services.approve_batch(batch.pk, actor=office.head, now=NOON)
    _batch, taken = services.take_bank_file(batch.pk, actor=office.finance, now=NOON)
    assert taken == data
    with pytest.raises(IllegalMove):
        services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)


def test_a_file_that_was_altered_is_not_sent(office):
    batch = office.batch()
    services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)
    altered = Batch.objects.get(pk=batch.pk)
    altered.file = "H,BANGFU-PAY-1"
    altered.save()
    with pytest.raises(FileAltered):
        services.check_batch(batch.pk, actor=office.finance, now=NOON)


def test_nobody_signs_twice(office, person_at):
    batch = office.batch()
    services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)
    everybody = person_at(office.station, "clerk", "finance", "supervisor", "head", name="多面手")
    services.check_batch(batch.pk, actor=everybody, now=NOON)
    with pytest.raises(SignedAlready):
        services.audit_batch(batch.pk, actor=everybody, now=NOON)
    with pytest.raises(NotPermitted):
        services.audit_batch(batch.pk, actor=office.finance, now=NOON)


@pytest.mark.parametrize(
    "pair",
    [("checked", "made"), ("audited", "checked"), ("approved", "made"), ("approved", "audited")],
)
def test_the_database_itself_refuses_that_one_person_signs_twice(office, pair):
    batch = office.sent()
    batch.refresh_from_db()
    setattr(batch, f"{pair[0]}_by_id", getattr(batch, f"{pair[1]}_by_id"))
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.save()


def test_the_database_itself_refuses_a_second_line_for_what_may_have_been_paid(office):
    rows = office.approved(1)
    (line,) = office.lines(office.sent(rows))
    other = office.batch(count=1)
    for state in (LineState.SENT, LineState.UNKNOWN):
        Line.objects.filter(pk=line.pk).update(state=state)
        with pytest.raises(IntegrityError), transaction.atomic():
            Line.objects.create(
                batch=other, serial=2, ref=f"{other.number}00002", application=rows[0],
                programme="warmth", aid="warmth", amount_fen=100_000, payee_name="甲",
            )  # fmt: skip


def test_a_returned_batch_sets_its_applications_free(office):
    rows = office.approved(2)
    batch = office.batch(rows)
    services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)
    services.check_batch(batch.pk, actor=office.finance, now=NOON)
    with pytest.raises(InvalidInput):
        services.return_batch(batch.pk, reason=" ", actor=office.supervisor, now=NOON)
    services.return_batch(batch.pk, reason="名单有误", actor=office.supervisor, now=NOON)
    assert {row.state for row in Application.objects.all()} == {AidState.APPROVED}
    assert waiting()["payout"].ended([batch.number.lower()]) == {batch.number.lower(): "已退回"}
    office.batch(rows)


def test_a_batch_with_the_bank_is_not_void(office):
    batch = office.sent()
    with pytest.raises(IllegalMove):
        services.void_batch(batch.pk, reason="不发了", actor=office.clerk, now=NOON)


def test_a_batch_is_reconciled_when_everything_agrees_and_opens_again_when_money_comes_back(office):
    batch = office.paid()
    done = services.reconcile_batch(batch.pk, actor=office.supervisor, now=NOON)
    assert done.state == BatchState.RECONCILED
    ref = office.lines(batch)[0].ref
    office.answered(batch, {ref: (Status.RETURNED, "账户已注销")}, is_whole=False)
    batch.refresh_from_db()
    assert batch.state == BatchState.PARTLY_PAID
    with pytest.raises(NotReconciled, match="应退回而未到账"):
        services.reconcile_batch(batch.pk, actor=office.supervisor, now=NOON)
    office.booked(batch, kind="payout_back")
    assert services.reconcile_batch(batch.pk, actor=office.supervisor, now=NOON).state == (
        BatchState.RECONCILED
    )
