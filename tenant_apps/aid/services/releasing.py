"""The budget of an application: held when it is approved, let go when it will not be paid."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.text import kept
from tenant_apps.aid.errors import NoFundChosen
from tenant_apps.aid.models import AidState, Application
from tenant_apps.funds.rules import Somebody
from tenant_apps.funds.services import release_budget, reserve_budget


class Person:
    """Somebody of the station, by key and name at that time."""

    def __init__(self, user_id: int | None, name: str) -> None:
        self.user_id = user_id
        self.name = name


def reserve(row: Application, *, maker: Somebody, actor: Actor, now: datetime) -> None:
    """Hold the amount of an application in the budget of its fund.

    Raises:
        NoFundChosen: it has none.
        BelowFloor, PeriodNotOpen, FundClosed: there is no such budget.
    """
    if row.fund_id is None:
        raise NoFundChosen
    reserve_budget(
        ref=row.budget_ref,
        fund_id=row.fund_id,
        amount_fen=row.amount_fen,
        on=clock.local_day(now),
        memo=kept(gettext_lazy("批准帮扶 %(number)s")) % {"number": row.number},
        maker=maker,
        actor=actor,
        now=now,
        of_promise=True,
    )


def release(row: Application, *, before: str, actor: Actor, now: datetime) -> None:
    """Let go what was held for an application that left ``approved`` unpaid; nothing from any other state."""
    if before != AidState.APPROVED or row.fund_id is None:
        return
    approver = Person(row.approved_by_id, row.approved_by)
    reviewer = Person(row.reviewed_by_id or row.entered_by_id, row.reviewed_by or row.entered_by)
    release_budget(
        ref=row.budget_ref,
        fund_id=row.fund_id,
        amount_fen=row.amount_fen,
        on=clock.local_day(now),
        memo=kept(gettext_lazy("不再发放 %(number)s")) % {"number": row.number},
        maker=reviewer if approver.user_id == actor.user_id else approver,
        actor=actor,
        now=now,
    )
