"""What lays down a rule, and what moves the clock of a demonstration."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, Problem
from bangfu.kernel.tenancy import StationRef
from shared_apps.audit.services import record
from shared_apps.policies.models import DemoClock, PolicyRule
from shared_apps.policies.rules import RULES, Value

BEGINNING = date(2000, 1, 1)
FURTHEST_STEP = timedelta(days=366)


class NotADemonstration(DomainError):
    """Only a demonstration may move its clock."""

    code = "not-a-demonstration"
    message = _("正式网络的时钟不能调整。")


@transaction.atomic
def lay_down_rule(
    *,
    key: str,
    value: Value,
    valid_from: date,
    source: str,
    actor: Actor,
    now: datetime,
    station: StationRef | None = None,
) -> PolicyRule:
    """Lay down a new version of a rule for a station and what lies below it.

    Without a station it holds for the whole network. The version before it ends where the new one
    begins. Locks the versions of that scope.

    Raises:
        NotPermitted: the actor does not manage the network.
        InvalidInput: an unknown key, a value of another kind, no source, or a day before the
            version in force began.
    """
    actor.require("network.manage")
    scope_path = station.path if station else ""
    versions = PolicyRule.objects.select_for_update().filter(key=key, scope_path=scope_path)
    last = versions.order_by("-version").first()
    problems = _problems_with(key=key, value=value, source=source)
    if last is not None and valid_from < last.valid_from:
        problems.append(
            Problem(
                code="E001",
                field="valid_from",
                message=_("生效日期不能早于上一版本的生效日期。"),
            )
        )
    if problems:
        raise InvalidInput(problems)
    if last is not None and last.valid_to is None:
        last.valid_to = valid_from
        last.save(update_fields=["valid_to"])
    rule = PolicyRule.objects.create(
        key=key,
        scope_path=scope_path,
        value=value,
        valid_from=valid_from,
        version=last.version + 1 if last else 1,
        source=source.strip(),
        laid_down_by=actor.name,
        laid_down_at=now,
    )
    record(
        event="rule.laid_down",
        actor=actor,
        subject=("rule", rule.pk),
        data={
            "key": key,
            "scope": scope_path,
            "value": value,
            "valid_from": valid_from.isoformat(),
            "version": rule.version,
        },
        now=now,
    )
    return rule


def seed_rules(model: type[PolicyRule] = PolicyRule, *, using: str = "default") -> int:
    """Give the network the rules it begins with; those it has already stay as they are.

    ``model`` and ``using`` are given by the migration that first runs it.
    """
    rows = model._default_manager.using(using)
    present = set(rows.filter(scope_path="").values_list("key", flat=True))
    missing = [
        model(
            key=declared.key,
            value=declared.starts_as,
            valid_from=BEGINNING,
            version=1,
            source=declared.source,
            laid_down_by="",
        )
        for declared in RULES.values()
        if declared.key not in present
    ]
    return len(rows.bulk_create(missing))


@transaction.atomic
def advance_clock(*, by: timedelta, actor: Actor, now: datetime) -> timedelta:
    """Let a demonstration run further ahead; returns by how much it is ahead altogether.

    Locks the clock's row. Other processes follow within a second.

    Raises:
        NotADemonstration: this network is none.
        NotPermitted: the actor may not move the clock.
        InvalidInput: not forward, or more than a year at once.
    """
    if not settings.BANGFU_DEMO:
        raise NotADemonstration
    actor.require("clock.advance")
    if not timedelta() < by <= FURTHEST_STEP:
        raise InvalidInput(
            [Problem(code="E001", field="by", message=_("每次只能向前推进，最多一年。"))]
        )
    row = DemoClock.objects.select_for_update().first() or DemoClock(id=1, ahead_by=timedelta())
    ahead_by: timedelta = row.ahead_by + by
    row.ahead_by = ahead_by
    row.advanced_by = actor.name
    row.advanced_at = now
    row.save()
    record(
        event="clock.advanced",
        actor=actor,
        subject=("clock", row.pk),
        data={
            "by_seconds": int(by.total_seconds()),
            "ahead_seconds": int(ahead_by.total_seconds()),
        },
        now=now,
    )
    transaction.on_commit(clock.forget_offset)
    return ahead_by


def _problems_with(*, key: str, value: Value, source: str) -> list[Problem]:
    declared = RULES.get(key)
    problems = []
    if declared is None:
        problems.append(Problem(code="E302", field="key", message=_("没有这项规则。")))
    elif not declared.kind.accepts(value):
        problems.append(Problem(code="E302", field="value", message=declared.kind.hint))
    if not source.strip():
        problems.append(
            Problem(code="E001", field="source", message=_("请填写依据的文件名称或文号。"))
        )
    return problems
