"""What payouts wait for at the bank: a batch to leave the account, and what reached nobody to come back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Literal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import sm3
from bangfu.kernel.errors import NotFound
from bangfu.kernel.text import kept
from bangfu.ui.templatetags.ui import yuan
from tenant_apps.funds.chart import BANK, PAYOUTS, RETURNED
from tenant_apps.funds.expectations import Booking, Expectation, Part
from tenant_apps.funds.models import Journal, JournalKind
from tenant_apps.funds.rules import Leg, Somebody
from tenant_apps.funds.services import post_journal
from tenant_apps.payouts.errors import NotExpected
from tenant_apps.payouts.models import GIVEN_UP, Batch, Line, LineState
from tenant_apps.payouts.services.answering import go_on
from tenant_apps.payouts.services.steps import tell_step
from tenant_apps.payouts.services.taking import SERIAL_DIGITS

PAYOUT, COMES_BACK = "payout", "payout_back"

_LEAVING = Q(state__in=(LineState.SENT, LineState.UNKNOWN), moved_on=None)
_COMING_BACK = Q(
    state__in=(LineState.FAILED, LineState.RETURNED), moved_on__isnull=False, back_on=None
)


class Leaving:
    """The money of a batch leaves the own account: 1001 → 1201."""

    def expected(self, *, on: date) -> Iterable[Expectation]:
        """Return the batches that were sent and are not booked."""
        return _expected(PAYOUT, _LEAVING, incoming=False, on=on)

    def settle(
        self,
        ref: str,
        bookings: tuple[Booking, ...],
        *,
        maker: Somebody,
        actor: Actor,
        now: datetime,
    ) -> Journal:
        """Post what the bank booked, then use a return file that waited for it. Raises: as ``Waiting.settle``."""
        return _settle(
            ref, bookings, waiting=_LEAVING, kind=JournalKind.PAYOUT_SENT, day="moved_on",
            to=PAYOUTS, out_of=BANK, memo=kept(gettext_lazy("发放付款 %(number)s %(title)s")),
            maker=maker, actor=actor, now=now,
        )  # fmt: skip

    def ended(self, refs: Iterable[str]) -> Mapping[str, str]:
        """Return the batches among ``refs`` that were given up, and why."""
        return _given_up(refs)


class ComingBack:
    """What failed or was returned comes back to the own account: 1301 → 1001."""

    def expected(self, *, on: date) -> Iterable[Expectation]:
        """Return what has to come back, batch by batch."""
        return _expected(COMES_BACK, _COMING_BACK, incoming=True, on=on)

    def settle(
        self,
        ref: str,
        bookings: tuple[Booking, ...],
        *,
        maker: Somebody,
        actor: Actor,
        now: datetime,
    ) -> Journal:
        """Post what came back. Raises: as ``Waiting.settle``."""
        return _settle(
            ref, bookings, waiting=_COMING_BACK, kind=JournalKind.BANK_IN, day="back_on",
            to=BANK, out_of=RETURNED, memo=kept(gettext_lazy("发放退回到账 %(number)s %(title)s")),
            maker=maker, actor=actor, now=now,
        )  # fmt: skip


def _given_up(refs: Iterable[str]) -> Mapping[str, str]:
    numbers = [ref.upper() for ref in refs]
    batches = Batch.objects.filter(number__in=numbers, state__in=GIVEN_UP)
    return {batch.number.lower(): batch.get_state_display() for batch in batches}


def _expected(kind: str, waiting: Q, *, incoming: bool, on: date) -> Iterable[Expectation]:
    lines = (
        Line.objects.filter(waiting, batch__sent_on__lte=on)
        # The files of a batch are as long as the batch: they must not come along with each of its lines.
        .select_related("batch")
        .defer("batch__file", "batch__answer")
        .order_by("batch__number", "serial")
    )
    batches: dict[str, list[Line]] = {}
    for line in lines:
        batches.setdefault(line.batch.number, []).append(line)
    for number, some in batches.items():
        batch = some[0].batch
        yield Expectation(
            kind=kind,
            ref=number,
            amount_fen=sum(line.amount_fen for line in some),
            incoming=incoming,
            fund_id=batch.fund_id,
            counterparty="",
            due_on=batch.sent_on or on,
            parts=tuple(
                Part(ref=line.ref, amount_fen=line.amount_fen, counterparty=line.payee_name)
                for line in some
            ),
        )


@transaction.atomic
def _settle(
    number: str,
    bookings: tuple[Booking, ...],
    *,
    waiting: Q,
    kind: Literal[JournalKind.PAYOUT_SENT, JournalKind.BANK_IN],
    day: Literal["moved_on", "back_on"],
    to: str,
    out_of: str,
    memo: str,
    maker: Somebody,
    actor: Actor,
    now: datetime,
) -> Journal:
    batch = Batch.objects.select_for_update().filter(number=number).first()
    if batch is None:
        raise NotFound
    ref = f"{number}:{_digest(bookings)}"
    posted = Journal.objects.filter(kind=kind, ref=ref).first()
    if posted is not None:
        return posted
    open_lines = batch.lines.select_for_update().filter(waiting).order_by("serial")
    booked = booked_lines(batch, open_lines, bookings)
    amount = sum(booking.amount_fen for booking in bookings)
    booked_on = max(booking.booked_on for booking in bookings)
    journal = post_journal(
        kind=kind,
        ref=ref,
        effective_on=booked_on,
        memo=(memo % {"number": number, "title": batch.title})[:200],
        legs=[
            Leg(code=to, fund_id=batch.fund_id, amount_fen=amount),
            Leg(code=out_of, fund_id=batch.fund_id, amount_fen=-amount),
        ],
        maker=maker,
        actor=actor,
        now=now,
    )
    Line.objects.filter(pk__in=[line.pk for line in booked]).update(**{day: booked_on})
    tell_step(
        batch, day, before=batch.state, actor=actor, now=now,
        comment=kept(gettext_lazy("银行记账 %(amount)s 元")) % {"amount": yuan(amount)},
        data={"journal": str(journal), "amount_fen": amount, "lines": len(booked)},
    )  # fmt: skip
    go_on(batch, now=now)
    return journal


def booked_lines(
    batch: Batch, open_lines: QuerySet[Line], bookings: Sequence[Booking]
) -> list[Line]:
    """Return the lines that bookings are: all that are open, or those the bank named or can only mean.

    Raises:
        NotExpected: they add up to neither, or fit more than one line.
    """
    lines = list(open_lines)
    total = sum(booking.amount_fen for booking in bookings)
    if bookings and total == sum(line.amount_fen for line in lines):
        return lines
    # The bank may book each of ten thousand payees by itself: no line is looked at for every booking.
    by_ref = {line.ref: line for line in lines}
    by_name: dict[tuple[int, str], dict[str, Line]] = defaultdict(dict)
    for line in lines:
        by_name[line.amount_fen, line.payee_name][line.ref] = line
    ref_in = re.compile(rf"{re.escape(batch.number)}\d{{{SERIAL_DIGITS}}}")
    found: list[Line] = []
    for booking in bookings:
        said = {by_ref[ref] for ref in ref_in.findall(booking.text) if ref in by_ref}
        left = by_name[booking.amount_fen, booking.counterparty]
        named = [line for line in said if line.amount_fen == booking.amount_fen] or list(
            islice(left.values(), 2)
        )
        if len(named) != 1:
            raise NotExpected(
                number=batch.number,
                expected=yuan(sum(line.amount_fen for line in lines)),
                booked=yuan(total),
            )
        (line,) = named
        found.append(line)
        del by_ref[line.ref], by_name[line.amount_fen, line.payee_name][line.ref]
    return found


def _digest(bookings: Sequence[Booking]) -> str:
    said = "\n".join(sorted(f"{one.serial} {one.amount_fen}" for one in bookings))
    return sm3(said.encode()).hex()[:32]
