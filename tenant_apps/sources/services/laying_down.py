"""What is laid down for a fund: the donor's rule, the plan of a year, the share that goes to the station above."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station, in_network
from bangfu.ui.templatetags.ui import yuan
from shared_apps.audit.services import record
from tenant_apps.funds.models import Fund
from tenant_apps.sources.errors import NoSuchPartner, OverCommitted
from tenant_apps.sources.models import Donation, DonationKind, Side, Transfer, TransferState
from tenant_apps.sources.rules import DonorRule, share_of
from tenant_apps.sources.selectors import GIVEN, PLANNED, RULE, SPLIT, means_of
from tenant_apps.sources.services.planning import plan_transfer
from tenants.models import Station

_YEARS = range(2000, 2100)


@transaction.atomic
def lay_down_rule(
    fund_id: UUID,
    *,
    students: int,
    each_fen: int,
    actor: Actor,
    now: datetime,
    until: int | None = None,
) -> int:
    """Lay down what a donor wants of a named fund; return how long its means last, in tenths of a year.

    With an end, everything promised until then must be there or pledged; without one, the first year must.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: S201 no students or no sum, S202 an end that has passed.
        OverCommitted: more is promised than is there and pledged.
    """
    actor.require("fund.manage")
    fund = _locked(fund_id)
    year = clock.local_day(now).year
    problems = []
    if students <= 0 or each_fen <= 0:
        problems.append(
            Problem(code="S201", field="students", message=_("请填写名额和每人每年金额。"))
        )
    if until is not None and until < year:
        problems.append(Problem(code="S202", field="until", message=_("截止年度不能早于今年。")))
    if problems:
        raise InvalidInput(problems)
    rule = DonorRule(students=students, each_fen=each_fen, until=until)
    means = means_of(fund).total_fen
    committed = rule.committed_fen(year)
    if committed > means:
        raise OverCommitted(fund=fund.name, committed=yuan(committed), means=yuan(means))
    said = {"students": students, "each_fen": each_fen, "until": until}
    _write(fund, RULE, said, actor=actor, now=now)
    return rule.tenths_of_years(means)


@transaction.atomic
def plan_fund(fund_id: UUID, *, year: int, planned_fen: int, actor: Actor, now: datetime) -> Fund:
    """Lay down how much should come to a fund in a year (配套计划); nothing takes the plan away.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: S203 no such year, or less than nothing.
    """
    actor.require("fund.manage")
    fund = _locked(fund_id)
    if planned_fen < 0 or year not in _YEARS:
        raise InvalidInput(
            [Problem(code="S203", field="planned", message=_("请填写年度和计划金额。"))]
        )
    planned = dict(fund.terms.get(PLANNED, {}))
    planned.pop(str(year), None)
    if planned_fen:
        planned[str(year)] = planned_fen
    _write(fund, PLANNED, planned, actor=actor, now=now)
    return fund


@transaction.atomic
def lay_down_share(fund_id: UUID, *, part: int, whole: int, actor: Actor, now: datetime) -> Fund:
    """Lay down what share of the donations to a fund goes to the station above, as 155 of 221.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: S204 no share between nothing and all.
    """
    actor.require("fund.manage")
    fund = _locked(fund_id)
    if not 0 < part <= whole:
        raise InvalidInput(
            [Problem(code="S204", field="part", message=_("上缴比例须大于零、不超过全部。"))]
        )
    _write(fund, SPLIT, {"part": part, "whole": whole}, actor=actor, now=now)
    return fund


@transaction.atomic
def plan_share(fund_id: UUID, *, payee: str, actor: Actor, now: datetime) -> Transfer:
    """Plan the share of the donations received so far that has not gone up, as a transfer to the station above.

    Raises:
        NotPermitted, NotFound: as their names say.
        NoSuchPartner: there is no station above.
        InvalidInput: S205 no share is laid down, or nothing is left of it; otherwise as ``plan_transfer``.
    """
    fund = _locked(fund_id)
    share = fund.terms.get(SPLIT)
    here = current_station()
    if here.parent_id is None:
        raise NoSuchPartner
    given = Donation.objects.filter(fund=fund, kind=DonationKind.CASH, state__in=GIVEN).aggregate(
        total=Sum("amount_fen", default=0)
    )["total"]
    gone = (
        Transfer.objects.filter(fund=fund, side=Side.OUT, direction="up")
        .exclude(state__in=[TransferState.CANCELLED, TransferState.RETURNED])
        .aggregate(total=Sum("amount_fen", default=0))["total"]
    )
    left = share_of(given, **share) - gone if share else 0
    if left <= 0:
        raise InvalidInput(
            [Problem(code="S205", field="fund", message=_("没有待上缴的捐款份额。"))]
        )
    with in_network():
        above = Station.objects.get(pk=here.parent_id).code
    return plan_transfer(
        to_code=above,
        fund_id=fund.pk,
        amount_fen=left,
        purpose=_("%(fund)s上缴份额") % {"fund": fund.name},
        payee=payee,
        year=clock.local_day(now).year,
        actor=actor,
        now=now,
    )


def _locked(fund_id: UUID) -> Fund:
    fund = Fund.objects.select_for_update().filter(pk=fund_id, closed_on=None).first()
    if fund is None:
        raise NotFound
    return fund


def _write(fund: Fund, name: str, said: Any, *, actor: Actor, now: datetime) -> None:
    fund.terms = {**fund.terms, name: said}
    fund.save(update_fields=["terms"])
    record(
        event=f"fund.{name}_laid_down",
        actor=actor,
        subject=("fund", fund.pk),
        data={"said": said},
        now=now,
    )
