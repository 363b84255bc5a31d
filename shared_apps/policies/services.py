"""What lays down a rule, and what moves the clock of a demonstration."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bangfu.kernel import clock, doorbell
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import (
    DomainError,
    IllegalMove,
    InvalidInput,
    NotPermitted,
    Problem,
    Text,
)
from bangfu.kernel.tenancy import StationRef, in_network
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.notifications.services import notify
from shared_apps.policies.kinds import Value
from shared_apps.policies.models import DemoClock, PolicyRule
from shared_apps.policies.rules import RULES
from shared_apps.policies.selectors import get_rule, looser_below, names_of_scopes, rule_above
from shared_apps.policies.wording import value_in_words

BEGINNING = date(2000, 1, 1)
FURTHEST_STEP = timedelta(days=366)


class NotADemonstration(DomainError):
    """Only a demonstration may move its clock."""

    code = "not-a-demonstration"
    message = _("正式网络的时钟不能调整。")


class LooserThanAbove(InvalidInput):
    """The value is looser than the rule above allows; the rule is named."""

    code = "looser-than-above"


class InForceAlready(IllegalMove):
    """A version that holds, or held, is never taken back: another version follows it."""

    code = "rule-in-force"
    message = _("已生效的规则不能撤回，请另定新的版本。")


@transaction.atomic
def lay_down_rule(
    *,
    key: str,
    value: Value,
    valid_from: date,
    source: str,
    document_no: str,
    actor: Actor,
    now: datetime,
    station: StationRef | None = None,
    valid_to: date | None = None,
) -> PolicyRule:
    """Lay down a new version of a rule for a station and what lies below it.

    Without a station it holds for the whole network. The version before it ends where the new one
    begins; ``valid_to`` is the first day on which the new one no longer holds. Locks the versions of that
    scope and of the network. Stations below whose own version thereby becomes looser are told.

    Raises:
        NotPermitted: the actor does not manage the rules of that part of the network.
        InvalidInput: an unknown key, a value of another kind, no document, or a day before the
            version in force began.
        LooserThanAbove: a rule above forbids it.
    """
    _require_manager(actor, station)
    scope_path = station.path if station else ""
    with in_network():
        # With the network's own rows, which always exist: of two first versions one waits for the other.
        held = PolicyRule.objects.select_for_update().filter(
            key=key, scope_path__in={"", scope_path}
        )
        versions = [row for row in held.order_by("-version") if row.scope_path == scope_path]
        last = next((row for row in versions if not row.is_withdrawn), None)
        problems = [
            *_problems_with(key=key, value=value, source=source, document_no=document_no),
            *_problems_with_days(valid_from=valid_from, valid_to=valid_to, last=last),
        ]
        if problems:
            raise InvalidInput(problems)
        _refuse_looser(key, value, station=station, on=valid_from)
        former_end = last.valid_to if last else None
        if last is not None and (former_end is None or former_end > valid_from):
            last.valid_to = valid_from
            last.save(update_fields=["valid_to"])
        rule = PolicyRule.objects.create(
            key=key,
            scope_path=scope_path,
            value=value,
            valid_from=valid_from,
            valid_to=valid_to,
            version=versions[0].version + 1 if versions else 1,
            source=source.strip(),
            document_no=document_no.strip(),
            former_end=former_end,
            laid_down_by=actor.name[:40],
            laid_down_at=now,
        )
        _tell_looser(rule, station=station, on=clock.local_day(now), now=now)
    record(
        event="rule.laid_down",
        actor=actor,
        subject=("rule", rule.pk),
        data={
            "key": key,
            "scope": scope_path,
            "value": value,
            "before": last.value if last else None,
            "valid_from": valid_from.isoformat(),
            "version": rule.version,
            "document_no": rule.document_no,
        },
        now=now,
    )
    if RULES[key].moves_tiers and valid_from <= clock.local_day(now):
        transaction.on_commit(lambda: doorbell.ring("policies.sweep"))
    return rule


@transaction.atomic
def withdraw_rule(
    rule_id: int,
    *,
    actor: Actor,
    now: datetime,
    station: StationRef | None = None,
) -> PolicyRule:
    """Take back a version that is not in force yet; the one before it goes on as it would have.

    Raises:
        NotPermitted: the actor does not manage the rules of that part of the network.
        NotFound: that part laid down no such version.
        InForceAlready: it holds already, was taken back before, or a later version rests on it.
    """
    _require_manager(actor, station)
    scope_path = station.path if station else ""
    with in_network():
        rule = get_rule(rule_id, scope_path=scope_path)
        versions = list(
            PolicyRule.objects.select_for_update()
            .filter(key=rule.key, scope_path=scope_path, withdrawn_at__isnull=True)
            .order_by("-version")[:2]
        )
        if rule not in versions or rule.valid_from <= clock.local_day(now):
            raise InForceAlready
        if versions[0] != rule:
            raise InForceAlready(_("在它之后还有待生效的版本，请先撤回后面的版本。"))
        if versions[1:] and versions[1].valid_to == rule.valid_from:
            versions[1].valid_to = rule.former_end
            versions[1].save(update_fields=["valid_to"])
        rule.withdrawn_by, rule.withdrawn_at = actor.name[:40], now
        rule.save(update_fields=["withdrawn_by", "withdrawn_at"])
    record(
        event="rule.withdrawn",
        actor=actor,
        subject=("rule", rule.pk),
        data={"key": rule.key, "scope": scope_path, "version": rule.version},
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


def _require_manager(actor: Actor, station: StationRef | None) -> None:
    """Let pass who manages the rules of a station where he sits, or of the whole network."""
    actor.require("policy.manage")
    if actor.station is not None and actor.station != station:
        raise NotPermitted
    if station is None:
        actor.require("network.manage")


def _refuse_looser(key: str, value: Value, *, station: StationRef | None, on: date) -> None:
    direction = RULES[key].strictness
    above = rule_above(key, station=station, on=on)
    if direction is None or above is None or not direction.is_looser(value, above.value):
        return
    message = _(
        "不能比上级规定宽松：%(scope)s 规定“%(label)s”为 %(value)s（%(source)s），%(words)s。"
    )
    params = {
        "scope": names_of_scopes([above.scope_path])[above.scope_path],
        "label": RULES[key].label,
        "value": value_in_words(key, above.value),
        "source": " ".join(filter(None, (above.source, above.document_no))),
        "words": direction.words,
    }
    raise LooserThanAbove([Problem(code="E303", field="value", message=message % params)])


def _tell_looser(rule: PolicyRule, *, station: StationRef | None, on: date, now: datetime) -> None:
    for looser in looser_below(station=station, on=on):
        if looser.row.key == rule.key:
            notify(
                station_id=looser.station.pk,
                capability="policy.manage",
                kind="rule.looser",
                title=gettext_noop("上级收紧了“%(label)s”，本站规定已不符合，请按新要求修订"),
                params={"label": kept(RULES[rule.key].label)},
                link=f"/s/{looser.station.code}/policies/{rule.key}/",
                key=f"rule.looser:{rule.pk}:{looser.row.pk}",
                now=now,
            )


def _problems_with(*, key: str, value: Value, source: str, document_no: str) -> list[Problem]:
    declared = RULES.get(key)
    problems = []
    if declared is None:
        problems.append(Problem(code="E302", field="key", message=_("没有这项规则。")))
    elif not declared.kind.accepts(value):
        message = _("“%(label)s”应为：%(hint)s。") % {
            "label": declared.label,
            "hint": declared.kind.hint,
        }
        problems.append(Problem(code="E302", field="value", message=message))
    documents: tuple[tuple[str, str, int, Text], ...] = (
        ("source", source, 200, _("请填写依据的文件名称。")),
        ("document_no", document_no, 60, _("请填写依据文件的文号；没有文号的写“无文号”。")),
    )
    for field, given, longest, empty in documents:
        if not given.strip():
            problems.append(Problem(code="E001", field=field, message=empty))
        elif len(given.strip()) > longest:
            message = _("不能超过 %(longest)d 个字。") % {"longest": longest}
            problems.append(Problem(code="E001", field=field, message=message))
    return problems


def _problems_with_days(
    *, valid_from: date, valid_to: date | None, last: PolicyRule | None
) -> list[Problem]:
    problems = []
    if last is not None and valid_from < last.valid_from:
        message = _("生效日期不能早于上一版本的生效日期（%(day)s）。") % {
            "day": last.valid_from.isoformat()
        }
        problems.append(Problem(code="E001", field="valid_from", message=message))
    if valid_to is not None and valid_to <= valid_from:
        problems.append(
            Problem(code="E001", field="valid_to", message=_("失效日期应晚于生效日期。"))
        )
    return problems
