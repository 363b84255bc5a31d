"""What a fund of donations has promised: looked at wherever an application is to be paid from it.

The ledger refuses what the budget cannot hold when an application is approved. A fund of donations is asked earlier: a
name that is published is a promise. What was decided and is not approved yet counts, and so do the years to come where
the donor laid down an end. What was pledged counts as means, but is granted only once it came. The ledger is told of it
(``promised_of``), so that what leaves the fund in another way leaves that much in it.

Source: domain I-K11, §3.6: 50,000 cannot carry 5 × 4,000 for more than two and a half years.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.ui.templatetags.ui import yuan
from tenant_apps.aid.errors import AboveDonorsSum, FundOverCommitted, NoPlaceLeft
from tenant_apps.aid.models import GRANTED_STATES, AidState, Application
from tenant_apps.funds.chart import AVAILABLE, RESERVED
from tenant_apps.funds.models import Account, Fund
from tenant_apps.funds.promises import Promised
from tenant_apps.funds.services import lock_open_years
from tenant_apps.sources.rules import DonorRule
from tenant_apps.sources.selectors import means_of, rule_of

DONATED_SOURCE = "donation"
_PROMISED = (
    AidState.MEETING,
    AidState.PARTY_GROUP,
    AidState.ASKED_ABOVE,
    AidState.NOTICE,
    AidState.OBJECTION,
)
"""In these a fund was chosen for an application, and no budget is held for it yet."""


def check_promise(row: Application, *, now: datetime) -> None:
    """Return only if the fund of an application can promise its amount beside all that it has promised.

    Asked when the fund, the amount or the person becomes known: at the review, and of help at once. Holds the books
    until the end, so that two at once do not both promise the last of it.

    Raises:
        FundOverCommitted, NoPlaceLeft, AboveDonorsSum: as their names say; with the fund, what it has committed, what
            is wanted and what is left.
    """
    _check(row, counting=(*_PROMISED, *GRANTED_STATES), now=now)


def check_grant(row: Application, *, now: datetime) -> None:
    """Return only if the fund of an application that is approved now can carry it beside all that was approved.

    Who is approved first is not held up by those whose turn is yet to come. Raises: as ``check_promise``.
    """
    _check(row, counting=GRANTED_STATES, now=now)


def promised_of(fund: Fund, year: int) -> Promised:
    """Return what applications were promised out of a fund of donations, beside the budget held for them.

    Three queries; none for a fund of another source, which the ledger alone looks after.
    """
    if fund.source != DONATED_SOURCE:
        return Promised()
    rows = _chosen_for(fund, year, (*_PROMISED, *GRANTED_STATES))
    return Promised(
        fen=_promised_fen(rows, _years_after(year, rule_of(fund))),
        pledged_fen=means_of(fund).pledged_fen,
    )


def _check(row: Application, *, counting: tuple[AidState, ...], now: datetime) -> None:
    fund = row.fund
    if fund is None or fund.source != DONATED_SOURCE:
        return
    on = clock.local_day(now)
    held = lock_open_years()
    year = held[-1].year if held else 0
    others = [one for one in _chosen_for(fund, on.year, counting) if one.pk != row.pk]
    rule = rule_of(fund)
    if rule is not None:
        _check_rule(row, others, fund, rule)
    years = _years_after(on.year, rule)
    promised = _promised_fen(others, years)
    balances = dict(
        Account.objects.filter(fund=fund, year=year, code__in=(AVAILABLE, RESERVED)).values_list(
            "code", "balance_fen"
        )
    )
    left = balances.get(AVAILABLE, 0) + means_of(fund).pledged_fen - promised
    wanted = row.amount_fen * (1 + years)
    if wanted > left:
        raise FundOverCommitted(
            fund=fund.name,
            committed=yuan(balances.get(RESERVED, 0) + promised),
            wanted=yuan(wanted),
            years=_in_years(row.amount_fen, years, rule),
            left=yuan(max(left, 0)),
        )


def _check_rule(
    row: Application, others: Iterable[Application], fund: Fund, rule: DonorRule
) -> None:
    given: dict[tuple[bytes, bytes], int] = {}
    for one in others:
        given[_person(one)] = given.get(_person(one), 0) + one.amount_fen
    own = given.get(_person(row), 0)
    if _person(row) not in given and len(given) >= rule.students:
        raise NoPlaceLeft(
            fund=fund.name,
            places=rule.students,
            committed=len(given),
            left=max(rule.students - len(given), 0),
        )
    if own + row.amount_fen > rule.each_fen:
        raise AboveDonorsSum(
            fund=fund.name,
            each=yuan(rule.each_fen),
            name=row.person_name,
            committed=yuan(own),
            wanted=yuan(row.amount_fen),
            left=yuan(max(rule.each_fen - own, 0)),
        )


def _chosen_for(fund: Fund, year: int, states: Iterable[AidState]) -> list[Application]:
    return list(
        Application.objects.filter(
            Q(approved_on__isnull=True) | Q(approved_on__year=year), fund=fund, state__in=states
        ).only("state", "household", "member", "amount_fen")
    )


def _promised_fen(rows: Iterable[Application], years: int) -> int:
    """What applications were promised beside the budget held for them: this year's, and that of so many years after."""
    return sum(one.amount_fen * (years + (one.state in _PROMISED)) for one in rows)


def _years_after(year: int, rule: DonorRule | None) -> int:
    return max(rule.until - year, 0) if rule is not None and rule.until is not None else 0


def _person(row: Application) -> tuple[bytes, bytes]:
    return bytes(row.household), bytes(row.member)


def _in_years(amount_fen: int, years: int, rule: DonorRule | None) -> str:
    if not years or rule is None:
        return ""
    return _("（每年 %(each)s 元，到 %(until)s 年共 %(years)s 年）") % {
        "each": yuan(amount_fen),
        "until": rule.until,
        "years": years + 1,
    }
