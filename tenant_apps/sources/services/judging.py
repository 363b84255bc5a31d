"""Which transfers are breaks: their ends differ, or nobody confirmed in time what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.workdays import WorkCalendar, count_working_days
from bangfu.ui.templatetags.ui import yuan
from shared_apps.exchange.selectors import on_their_way
from shared_apps.policies.selectors import rule_in_force
from shared_apps.reconciliation.proofs import Difference as Break
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.sources import models
from tenant_apps.sources.models import Side, Transfer, TransferState
from tenant_apps.sources.services.following import CONFIRM
from tenant_apps.sources.services.saying import stream_of

# The types of break of the design of reliability, §3.
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        models.Difference.AMOUNT: "B5",
        models.Difference.SOURCE: "B8",
        models.Difference.PAYEE: "B9",
        models.Difference.STATUS: "B10",
    }
)
NOT_RECEIVED = "B12"
_CRITICAL = ("B10",)


def differences() -> list[Break]:
    """Return every transfer of this station that is a break; two queries, the calendar and the rule."""
    return [*_of_ends(), *_of_days()]


def _of_ends() -> Iterable[Break]:
    for transfer in Transfer.objects.filter(state=TransferState.MISMATCH).order_by("id"):
        heard = transfer.heard_fen if transfer.side == Side.OUT else transfer.moved_fen
        # What the other end has not said yet, it has not said differently.
        found = yuan(heard) if heard else ""
        yield _break(transfer, _TYPES[transfer.difference], found=found)


def _of_days() -> Iterable[Break]:
    """What was sent and not confirmed in the working days given for it, though no word of it is on its way.

    The days count from the day on which the other end was told: a statement brought late tells of a debit of long
    ago, and nobody there could know of it before.
    """
    calendar, today = calendar_in_force(), clock.today()
    sent = Transfer.objects.filter(side=Side.OUT, state=TransferState.SENT, moved_on__lt=today)
    days_on = cache(_days_on)
    late = [one for one in sent.order_by("id") if _told_by(one, calendar, days_on) < today]
    waiting = on_their_way([stream_of(one) for one in late], now=clock.now()) if late else set()
    for transfer in late:
        if stream_of(transfer) not in waiting:
            yield _break(transfer, NOT_RECEIVED, found="")


def _days_on(day: date) -> int:
    """The working days that the rule of a day gives."""
    return int(rule_in_force(f"clock.{CONFIRM}", station=current_station(), on=day).value)


def _told_by(transfer: Transfer, calendar: WorkCalendar, days_on: Callable[[date], int]) -> date:
    """The last day on which the other end should have confirmed, by the rule of the day it was told."""
    told_on = clock.local_day(transfer.changed_at)
    day = max(transfer.moved_on or told_on, told_on)
    return count_working_days(day, days_on(day), calendar).due_on


def _break(transfer: Transfer, type_: str, *, found: str) -> Break:
    return Break(
        key=f"transfer:{transfer.number}",
        expected=yuan(transfer.amount_fen),
        actual=found,
        detail={
            "type": type_,
            "place": _("拨款 %(number)s，%(partner)s")
            % {"number": transfer.number, "partner": transfer.partner_name},
            "amount_fen": transfer.amount_fen,
            "page": f"sources/transfers/{transfer.pk}/",
            "critical": type_ in _CRITICAL,
        },
    )
