"""Receipts nobody can claim that go back to whoever paid: agreed by two people, proved by the bank's own debit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.bankfiles.models import Line, LineState
from tenant_apps.banking.selectors import voucher_of
from tenant_apps.banking.wishes import Act, is_going_back
from tenant_apps.funds.chart import BANK, UNIDENTIFIED
from tenant_apps.funds.expectations import Booking, Expectation
from tenant_apps.funds.models import Journal, JournalKind
from tenant_apps.funds.rules import Leg, Somebody
from tenant_apps.funds.services import post_journal

KIND = "refund"
_MARK = "TK"
_REF = re.compile(rf"{_MARK}(\d{{4}})-(\d{{5,}})", re.IGNORECASE)


def ref_of(journal: Journal) -> str:
    """Return what the bank prints on the refund of a receipt: the number of the voucher that holds it."""
    return f"{_MARK}{journal}"


def refund_ref(line: Line) -> str:
    """Return the same of a receipt that is held."""
    return ref_of(voucher_of(line))


class Refunds:
    """Waits for the bank to pay back what two people agreed to send back."""

    def expected(self, *, on: date) -> Iterable[Expectation]:
        """Return what is to leave the account."""
        del on
        lines = {line.journal_id: line for line in _going_back() if line.journal_id}
        journals = Journal.objects.filter(pk__in=list(lines))
        for journal in journals.order_by("year", "number"):
            line = lines[journal.pk]
            yield Expectation(
                kind=KIND,
                ref=ref_of(journal),
                amount_fen=line.amount_fen,
                incoming=False,
                fund_id=line.statement.fund_id,
                counterparty=line.wish["payee"],
                due_on=date.fromisoformat(line.wish["on"]),
            )

    @transaction.atomic
    def settle(
        self,
        ref: str,
        bookings: tuple[Booking, ...],
        *,
        maker: Somebody,
        actor: Actor,
        now: datetime,
    ) -> Journal:
        """Post what the bank paid back; the receipt is settled with it.

        Raises:
            NotFound, IllegalMove: it is not to go back any more, or the bank paid another amount.
        """
        line = _receipt(ref)
        key = f"{KIND}:{line.pk}:{bookings[0].serial}"[:80]
        known = Journal.objects.filter(kind=JournalKind.BANK_OUT, ref=key).first()
        if known is not None:
            return known
        if not is_going_back(line) or line.amount_fen != sum(one.amount_fen for one in bookings):
            raise IllegalMove
        fund_id, fen = line.statement.fund_id, line.amount_fen
        journal = post_journal(
            kind=JournalKind.BANK_OUT,
            ref=key,
            effective_on=max(one.booked_on for one in bookings),
            memo=kept(gettext_lazy("退回待认领收款 %(ref)s：%(name)s"))
            % {"ref": ref, "name": line.wish["payee"]},
            legs=[
                Leg(code=UNIDENTIFIED, fund_id=fund_id, amount_fen=fen),
                Leg(code=BANK, fund_id=fund_id, amount_fen=-fen),
            ],
            maker=maker,
            actor=actor,
            now=now,
        )
        line.wish = line.wish | {"type": line.break_type}
        line.state, line.break_type, line.settled_at = LineState.MATCHED, "", now
        line.save(update_fields=["wish", "state", "break_type", "settled_at"])
        return journal

    def ended(self, refs: Iterable[str]) -> Mapping[str, str]:
        """Return which refunds were called off before the bank paid."""
        found: dict[str, str] = {}
        for ref in refs:
            line = _line_of(ref)
            if line is not None and line.state != LineState.MATCHED and not is_going_back(line):
                found[ref] = _("没有批准退回，或退回已取消")
        return found


def _going_back() -> QuerySet[Line]:
    return (
        Line.objects.filter(
            station_id=current_station().id, is_void=False, state=LineState.HELD, wish__act=Act.BACK
        )
        .select_related("statement")
        .defer("other_account", "statement__upload")
    )


def _line_of(ref: str) -> Line | None:
    said = _REF.fullmatch(ref.strip())
    if said is None:
        return None
    journal = Journal.objects.filter(year=int(said[1]), number=int(said[2])).first()
    if journal is None:
        return None
    rows = Line.objects.filter(
        station_id=current_station().id, journal_id=journal.pk, is_void=False
    )
    return rows.select_related("statement").first()


def _receipt(ref: str) -> Line:
    line = _line_of(ref)
    if line is None:
        raise NotFound
    return Line.objects.select_for_update(of=("self",)).select_related("statement").get(pk=line.pk)
