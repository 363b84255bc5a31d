"""Funds, years and months: opened, closed, and opened again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from bangfu.kernel.text import kept
from bangfu.ui.templatetags.ui import yuan
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.funds.chart import CHART
from tenant_apps.funds.errors import (
    FundClosed,
    FundNotEmpty,
    MonthNotInOrder,
    PeriodNotOpen,
    YearNotInOrder,
)
from tenant_apps.funds.models import Account, Fund, Journal, JournalKind, Period, PeriodState
from tenant_apps.funds.rules import Leg, Somebody, worded_account
from tenant_apps.funds.services.locking import lock_open_years
from tenant_apps.funds.services.posting import check_people, post_journal

LAST_MONTH = 12


@transaction.atomic
def open_fund(
    *,
    code: str,
    name: str,
    source: str,
    actor: Actor,
    now: datetime,
    programmes: Sequence[str] = (),
    keeper: str = "",
    note: str = "",
) -> Fund:
    """Open a purse of its own for one source of money. The same code again is the same fund.

    Raises:
        NotPermitted: the actor may not.
        InvalidInput: L101 no code or name · L102 no such source · L103 no such kind of aid · L104 the code
            belongs to a fund of another source.
    """
    actor.require("fund.manage")
    code, name = code.strip(), name.strip()
    problems = []
    if not code or not name:
        problems.append(Problem(code="L101", field="code", message=_("请填写资金编号和名称。")))
    if source not in CODE_LISTS["fund_source"]:
        problems.append(Problem(code="L102", field="source", message=_("请选择资金来源。")))
    if any(programme not in CODE_LISTS["aid"] for programme in programmes):
        problems.append(Problem(code="L103", field="programmes", message=_("没有这个帮扶项目。")))
    known = Fund.objects.filter(code=code).first()
    if known is not None and (known.source != source or known.name != name):
        problems.append(
            Problem(code="L104", field="code", message=_("这个编号已用于另一项资金，请换一个。"))
        )
    if problems:
        raise InvalidInput(problems)
    if known is not None:
        return known
    fund, is_new = Fund.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "source": source,
            "programmes": list(programmes),
            "keeper": keeper.strip(),
            "note": note.strip(),
            "opened_on": clock.local_day(now),
        },
    )
    if not is_new:
        # Somebody opened one under this code at the same moment: it is looked at as any other.
        return open_fund(
            code=code, name=name, source=source, programmes=programmes, actor=actor, now=now
        )
    record(
        event="fund.opened",
        actor=actor,
        subject=("fund", fund.pk),
        data={"code": code, "source": source, "programmes": list(programmes)},
        now=now,
    )
    return fund


@transaction.atomic
def close_fund(fund_id: UUID, *, actor: Actor, now: datetime) -> Fund:
    """Let a fund take no journals any more; its history stays.

    Raises:
        NotPermitted, NotFound: as their names say.
        FundClosed: it is closed.
        FundNotEmpty: one of its accounts in the open years has a balance that would be carried on.
    """
    actor.require("fund.manage")
    open_years = [head.year for head in lock_open_years()]
    fund = Fund.objects.select_for_update().filter(pk=fund_id).first()
    if fund is None:
        raise NotFound
    if fund.closed_on is not None:
        raise FundClosed(fund=fund.name)
    for account in Account.objects.filter(fund=fund, year__in=open_years).order_by("code"):
        if CHART[account.code].carries_to == "itself" and account.balance_fen:
            if account.code in {"3001", "8000"}:
                continue
            raise FundNotEmpty(
                fund=fund.name,
                account=worded_account(account.code),
                balance=yuan(account.balance_fen),
            )
    fund.closed_on = clock.local_day(now)
    fund.save(update_fields=["closed_on"])
    record(event="fund.closed", actor=actor, subject=("fund", fund.pk), data={}, now=now)
    return fund


@transaction.atomic
def open_year(
    *,
    year: int,
    maker: Somebody,
    actor: Actor,
    now: datetime,
    journal_id: UUID | None = None,
) -> Journal | None:
    """Open the books of a year and carry over what the year before closed with.

    Income and spending close into the surplus, what was executed into the source of the budget. The year
    before takes no journals from then on. Returns the journal that carried, None where nothing was there.

    Raises:
        NotPermitted, SamePerson: the two are not two people who may.
        YearNotInOrder: it is open, does not follow the last, or the last has open months.
    """
    actor.require("fund.check")
    check_people(maker, actor)
    lock_open_years()
    before = Period.objects.filter(month=0).order_by("-year").first()
    if before is not None:
        _check_follows(year, before)
        before.state = PeriodState.CLOSED
        before.closed_at, before.closed_by = now, actor.name
        before.save(update_fields=["state", "closed_at", "closed_by"])
    Period.objects.create(
        year=year, month=0, last_hash=bytes(before.last_hash) if before else bytes(32)
    )
    Period.objects.bulk_create(Period(year=year, month=month) for month in range(1, 13))
    record(
        event="ledger.year_opened",
        actor=actor,
        subject=("ledger", year),
        data={"after": before.year if before else None},
        now=now,
    )
    legs = _carried(before.year) if before else []
    if not legs:
        return None
    return post_journal(
        kind=JournalKind.OPENING,
        ref=str(year),
        effective_on=date(year, 1, 1),
        memo=kept(gettext_lazy("结转 %(year)s 年余额")) % {"year": year - 1},
        legs=legs,
        maker=maker,
        actor=actor,
        now=now,
        journal_id=journal_id,
    )


def check_year(year: int) -> None:
    """Return only if a year can be opened now.

    Raises:
        YearNotInOrder: as ``open_year``.
    """
    before = Period.objects.filter(month=0).order_by("-year").first()
    if before is not None:
        _check_follows(year, before)


@transaction.atomic
def close_period(*, year: int, month: int, actor: Actor, now: datetime) -> Period:
    """Close a month: no journal of its days is posted any more.

    Raises:
        NotPermitted, NotFound: as their names say.
        PeriodNotOpen: it is closed.
        MonthNotInOrder: an earlier month is open.
    """
    actor.require("fund.manage")
    months = _locked_months(year, month)
    if months[month].state == PeriodState.CLOSED:
        raise PeriodNotOpen(month=f"{year}-{month:02d}")
    for earlier in range(1, month):
        if months[earlier].state == PeriodState.OPEN:
            raise MonthNotInOrder(month=f"{year}-{earlier:02d}")
    return _set_state(months[month], PeriodState.CLOSED, reason="", actor=actor, now=now)


@transaction.atomic
def reopen_period(*, year: int, month: int, reason: str, actor: Actor, now: datetime) -> Period:
    """Open a closed month again, saying why; the reason stays in the audit chain.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: L105 no reason.
        MonthNotInOrder: a later month is closed, or the year is.
    """
    actor.require("fund.reopen")
    if len(reason.strip()) < 4:
        raise InvalidInput(
            [
                Problem(
                    code="L105", field="reason", message=_("请写明重新开账的原因（至少 4 个字）。")
                )
            ]
        )
    months = _locked_months(year, month)
    if months[0].state == PeriodState.CLOSED:
        raise MonthNotInOrder(month=f"{year + 1}")
    for later in range(LAST_MONTH, month, -1):
        if months[later].state == PeriodState.CLOSED:
            raise MonthNotInOrder(month=f"{year}-{later:02d}")
    if months[month].state == PeriodState.OPEN:
        return months[month]
    return _set_state(months[month], PeriodState.OPEN, reason=reason.strip(), actor=actor, now=now)


def _locked_months(year: int, month: int) -> dict[int, Period]:
    months = {
        row.month: row
        for row in Period.objects.select_for_update().filter(year=year).order_by("month")
    }
    if not 1 <= month <= LAST_MONTH or month not in months:
        raise NotFound
    return months


def _set_state(
    period: Period, state: PeriodState, *, reason: str, actor: Actor, now: datetime
) -> Period:
    is_closed = state == PeriodState.CLOSED
    period.state = state
    period.closed_at = now if is_closed else None
    period.closed_by = actor.name if is_closed else ""
    period.save(update_fields=["state", "closed_at", "closed_by"])
    record(
        event="ledger.period_closed" if is_closed else "ledger.period_reopened",
        actor=actor,
        subject=("ledger", str(period)),
        data={"reason": reason} if reason else {},
        now=now,
    )
    return period


def _check_follows(year: int, before: Period) -> None:
    if year != before.year + 1:
        raise YearNotInOrder(why=_("下一个年度是 %(year)s 年。") % {"year": before.year + 1})
    waiting = Period.objects.filter(year=before.year, month__gte=1, state=PeriodState.OPEN)
    first = waiting.order_by("month").first()
    if first is not None:
        raise YearNotInOrder(why=_("%(month)s 尚未结账。") % {"month": str(first)})


def _carried(year: int) -> list[Leg]:
    sums: dict[tuple[str, UUID], int] = defaultdict(int)
    for account in Account.objects.filter(year=year):
        sums[CHART[account.code].successor, account.fund_id] += account.balance_fen
    return [
        Leg(code=code, fund_id=fund_id, amount_fen=amount)
        for (code, fund_id), amount in sorted(sums.items())
        if amount
    ]
