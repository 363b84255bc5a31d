"""What a re-check found and what is proposed, and whether it may be sent up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.policies.rules import TIER_RULES
from shared_apps.policies.selectors import rules_in_force
from tenant_apps.households.leaving import exit_problems
from tenant_apps.households.models import (
    HouseholdFile,
    HouseholdPaper,
    HouseholdRecheck,
    RecheckKind,
)
from tenant_apps.households.selectors import income_rule_of
from tenant_apps.households.services.stepping import named

CONTINUE, EXIT = "continue", "exit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a re-check found and what is proposed; incomes are per head and month, the oldest first."""

    text: str
    proposal: str = CONTINUE
    exit_kind: str = ""
    exit_reason: str = ""
    exit_measure: str = ""
    incomes_fen: Sequence[int] = field(default_factory=tuple)
    is_cause_gone: bool = False


def nothing_found() -> Problem:
    """Return what is said where nothing was found."""
    return Problem(code="V340", field="findings", message=_("请填写复核情况。"))


def check_findings(
    file: HouseholdFile, recheck: HouseholdRecheck, findings: Findings, *, on: date
) -> None:
    """See that findings may be sent up; the re-check, unsaved, keeps the rules they were held against.

    Raises:
        InvalidInput: as ``send_recheck``.
    """
    problems = []
    if not findings.text.strip():
        problems.append(nothing_found())
    if recheck.needs_visit and recheck.visit_id is None:
        message = _("这份档案被抽中入户核查，请先登记入户走访。")
        problems.append(Problem(code="V341", field="visit", message=message))
    if recheck.kind == RecheckKind.REDECLARE and findings.proposal == CONTINUE:
        papers = HouseholdPaper.objects.filter(
            file=file, kind="application", created_at__gte=recheck.opened_at
        )
        if not papers.exists():
            message = _("重新申报须有本人新签名的申请书，请先在材料清单中上传或登记。")
            problems.append(Problem(code="V345", field="papers", message=message))
    rules = rules_in_force((*TIER_RULES, "exit.months"), station=current_station(), on=on)
    rule = income_rule_of(rules)
    recheck.rules = list(rule.source)
    if findings.proposal == EXIT:
        months = rules["exit.months"]
        recheck.rules += named([months])
        problems += exit_problems(
            kind=findings.exit_kind,
            reason=findings.exit_reason,
            measure=findings.exit_measure,
            incomes_fen=findings.incomes_fen,
            is_cause_gone=findings.is_cause_gone,
            months=months.value,
            rule=rule,
        )
    elif findings.proposal != CONTINUE:
        message = _("请选择继续在档或退出。")
        problems.append(Problem(code="V342", field="proposal", message=message))
    if problems:
        raise InvalidInput(problems)
