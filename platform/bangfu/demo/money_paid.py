"""How the money of the story is paid: batches that four people sign, the bank's answers, and who signed for it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from bangfu.demo import plan
from bangfu.demo.bank import Booked, answer
from bangfu.demo.desk import Desk
from bangfu.demo.money_aid import AUTUMN, FESTIVALS, approved_of
from bangfu.demo.signing import signature_of_name
from bangfu.kernel import clock
from bangfu.kernel.identity import fictitious_card
from shared_apps.accounts.roles import Role
from tenant_apps.aid import services as aid
from tenant_apps.aid.models import Application
from tenant_apps.payouts import services as payouts
from tenant_apps.payouts.bankfile import Status
from tenant_apps.payouts.models import Batch, Line, LineState

FESTIVAL_TITLE, STUDENTS_TITLE = "元旦春节送温暖慰问金", "金秋助学金"
AGAIN, ONCE_MORE = "送温暖慰问金补发", "金秋助学金退票重发"
SECOND_PART = "元旦春节送温暖慰问金（第二批）"
_GENERIC, _GBK, _FIXED = "generic", "gbk-csv", "fixed"
# So many receipts of the festival wait for a visitor with a phone.
_UNSIGNED = 2


def pay_festival(desk: Desk) -> None:
    """The street pays both its lists, but for one visit; of one account the name is wrong: the money comes back."""
    batches = _both_sent(desk, approved_of(FESTIVALS)[:-1])
    festival = batches[0]
    wrong = festival.lines.order_by("serial")[1]
    for one in batches:
        failed = {wrong.ref: (Status.FAILED, "户名不符")} if one is festival else {}
        _answered(desk, one, failed, 10)
    back = _credit(desk, festival, wrong.amount_fen, 9, "退汇")
    desk.statement(8, back, fund=desk.fund("central"))
    for one in batches:
        payouts.reconcile_batch(one.pk, **desk.by(Role.SUPERVISOR, 8, 15))


def pay_lists(desk: Desk) -> None:
    """A township pays both its lists, and everything arrives."""
    for one in _both_sent(desk, approved_of(FESTIVALS)):
        _answered(desk, one, {}, 10)
        payouts.reconcile_batch(one.pk, **desk.by(Role.SUPERVISOR, 8, 15))


def pay_again(desk: Desk) -> None:
    """The account is corrected by two people, and the payment made again; the supervisor has not compared it."""
    rows = _corrected(desk, 8)
    batch = _sent(desk, rows, AGAIN, _GENERIC, 7)
    if batch is None:
        return
    desk.statement(5, _debit(desk, batch, 6), fund=desk.fund("central"))
    _answered(desk, batch, {}, 5)


def pay_students(desk: Desk) -> None:
    """The county pays its students; days later the bank returns one payment."""
    batch = _sent(desk, approved_of(AUTUMN), STUDENTS_TITLE, _FIXED, 13)
    if batch is None:
        return
    fund = desk.fund("central")
    desk.statement(10, _debit(desk, batch, 11), fund=fund)
    _answered(desk, batch, {}, 10)
    back = batch.lines.order_by("-serial")[0]
    _answered(desk, batch, {back.ref: (Status.RETURNED, "账户已销户")}, 8, is_whole=False)
    desk.statement(6, _credit(desk, batch, back.amount_fen, 7, "退票"), fund=fund)
    payouts.reconcile_batch(batch.pk, **desk.by(Role.SUPERVISOR, 6, 15))


def leave_batch_waiting(desk: Desk) -> None:
    """The returned payment is prepared anew: finance has checked it, the supervisor has not."""
    rows = _corrected(desk, 5)
    if not rows:
        return
    batch = _prepared(desk, rows, ONCE_MORE, _FIXED, 3)
    payouts.check_batch(batch.pk, **desk.by(Role.FINANCE, 2))


def leave_second_part_waiting(desk: Desk) -> None:
    """The visit that was left out of the street's batch stands in a second one, which finance has not checked."""
    _prepared(desk, approved_of(FESTIVALS), SECOND_PART, _GENERIC, 2)


def put_away(desk: Desk) -> None:
    """Everybody who was paid signs, and finance closes the batches."""
    for batch in Batch.objects.order_by("number"):
        for line in batch.lines.filter(state=LineState.PAID).order_by("serial"):
            _sign(desk, line)
        payouts.export_summary(batch.pk, **desk.by(Role.FINANCE, 3))
        _enter_nationally(desk, batch)
        payouts.close_batch(batch.pk, **desk.by(Role.FINANCE, 3, 15))


def sign_receipts(desk: Desk) -> None:
    """Who was paid signs on the clerk's phone; the students' batch is put away, two visits are still to make."""
    for batch in Batch.objects.order_by("number"):
        lines = list(batch.lines.filter(state=LineState.PAID).order_by("serial"))
        if batch.title == FESTIVAL_TITLE:
            lines = lines[: len(lines) - _UNSIGNED]
        for line in lines:
            _sign(desk, line)
        payouts.export_summary(batch.pk, **desk.by(Role.FINANCE, 3))
        if batch.title == STUDENTS_TITLE:
            _enter_nationally(desk, batch)
            payouts.close_batch(batch.pk, **desk.by(Role.FINANCE, 3, 15))


def _enter_nationally(desk: Desk, batch: Batch) -> None:
    who = desk.by(Role.FINANCE, 3, 14)
    payouts.enter_nationally(batch.pk, entered_on=clock.local_day(who["now"]), **who)


def _sign(desk: Desk, line: Line) -> None:
    payouts.sign_on_screen(
        line.pk,
        drawn=signature_of_name(line.payee_name, seed=f"{plan.SEED}:{line.ref}"),
        **desk.by(Role.CLERK, 4, 14),
    )


def _prepared(desk: Desk, rows: Sequence[Application], title: str, layout: str, day: int) -> Batch:
    batch = payouts.prepare_batch(
        [row.pk for row in rows], title=title, layout=layout, **desk.by(Role.CLERK, day, 9)
    )
    return payouts.freeze_batch(batch.pk, **desk.by(Role.CLERK, day, 10))


def _both_sent(desk: Desk, festival: Sequence[Application]) -> list[Batch]:
    """Let the bank have the batch of the festival and that of the students, where there are any, and book both."""
    sent = [
        _sent(desk, festival, FESTIVAL_TITLE, _GENERIC, 13),
        _sent(desk, approved_of(AUTUMN), STUDENTS_TITLE, _GBK, 13),
    ]
    batches = [one for one in sent if one is not None]
    desk.statement(10, *(_debit(desk, one, 11) for one in batches), fund=desk.fund("central"))
    return batches


def _sent(
    desk: Desk, rows: Sequence[Application], title: str, layout: str, day: int
) -> Batch | None:
    """Let four people sign a batch, and the bank have it; None where there is nobody to pay."""
    if not rows:
        return None
    batch = _prepared(desk, rows, title, layout, day)
    payouts.check_batch(batch.pk, **desk.by(Role.FINANCE, day, 15))
    payouts.audit_batch(batch.pk, **desk.by(Role.SUPERVISOR, day - 1, 9))
    payouts.approve_batch(batch.pk, **desk.by(Role.HEAD, day - 1, 11))
    return payouts.send_batch(batch.pk, **desk.by(Role.FINANCE, day - 1, 15))


def _answered(
    desk: Desk,
    batch: Batch,
    results: dict[str, tuple[Status, str]],
    day: int,
    *,
    is_whole: bool = True,
) -> None:
    """Let finance bring the bank's return file."""
    _batch, instruction = payouts.take_bank_file(batch.pk, **desk.by(Role.FINANCE, day, 14))
    data = answer(batch.layout, instruction, results=results, is_whole=is_whole)
    payouts.receive_answer(batch.pk, data, **desk.by(Role.FINANCE, day, 14))


def _corrected(desk: Desk, day: int) -> list[Application]:
    """Let the clerk correct the accounts the bank refused, and the reviewer agree; return what can be paid."""
    doubtful = Application.objects.filter(payee_state="doubtful").order_by("pk")
    rows = list(doubtful)
    chance = Random(f"{plan.SEED}:corrected:{desk.station.code}")  # noqa: S311
    for row in rows:
        aid.correct_payee(
            row.pk,
            bank="演示银行",
            card_no=fictitious_card(chance),
            reason="与本人核对后更正收款账户",
            **desk.by(Role.CLERK, day, 9),
        )
        aid.agree_to_payee(row.pk, **desk.by(Role.REVIEWER, day, 11))
    return rows


def _debit(desk: Desk, batch: Batch, day: int) -> Booked:
    return Booked(
        on=desk.on(day), fen=-batch.total_fen, name="代发业务专户", text="批量代发",
        reference=batch.number,
    )  # fmt: skip


def _credit(desk: Desk, batch: Batch, fen: int, day: int, text: str) -> Booked:
    return Booked(on=desk.on(day), fen=fen, name="代发业务专户", text=text, reference=batch.number)
