"""Laying down programmes, and calling campaigns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted, Problem
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import StationRef, in_network
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.programmes.models import Campaign, Programme, Progress
from shared_apps.programmes.selectors import (
    get_programme,
    programme_above,
    scopes_above,
    terms_of,
)
from shared_apps.programmes.shipped import SHIPPED
from shared_apps.programmes.terms import looser_problems, read_terms, terms_problems

BEGINNING = date(2000, 1, 1)
MANAGES = "policy.manage"
CALLS = "aid.campaign"
_RULE_LISTS = {
    "tiers": "tier",
    "levels": "file_level",
    "groups": "group",
    "causes": "cause",
    "stages": "aid_stage",
}


class ProgrammeInForce(IllegalMove):
    """A version that holds, or held, is never taken back: another version follows it."""

    code = "programme-in-force"
    message = gettext_lazy("已生效的项目标准不能撤回，请另定新的版本。")


def programme_problems(
    *,
    key: str,
    name: str,
    aid: str,
    terms: Mapping[str, Any],
    source: str,
    valid_from: date,
    valid_to: date | None,
    station: StationRef | None,
) -> list[Problem]:
    """Say everything that keeps a version from being laid down; nothing where it could be.

    G001 no key or name · G002 no such kind of aid · G003 no source · G004 ends before it begins · G101-G105, as
    ``terms_problems`` · G110 looser than above.
    """
    problems = []
    if not key or not key.replace("_", "").isalnum() or not key.isascii() or len(key) > 40:
        problems.append(_problem("G001", "key", _("代码用小写英文字母、数字和下划线。")))
    if not name.strip():
        problems.append(_problem("G001", "name", _("请填写项目名称。")))
    if aid not in CODE_LISTS["aid"]:
        problems.append(_problem("G002", "aid", _("请选择帮扶项目类别。")))
    if not source.strip():
        problems.append(_problem("G003", "source", _("请填写依据的文件名称。")))
    if valid_to is not None and valid_to <= valid_from:
        problems.append(_problem("G004", "valid_to", _("失效日期应晚于生效日期。")))
    said = terms_problems(terms)
    above = programme_above(key, station=station, on=valid_from)
    if not said and above is not None:
        said = looser_problems(read_terms(terms), terms_of(above))
    return problems + said


@transaction.atomic
def lay_down_programme(
    *,
    key: str,
    name: str,
    aid: str,
    terms: Mapping[str, Any],
    valid_from: date,
    source: str,
    actor: Actor,
    now: datetime,
    station: StationRef | None = None,
    english: str = "",
    document_no: str = "",
    valid_to: date | None = None,
    is_example: bool = False,
) -> Programme:
    """Lay down a new version of a programme for a station and everything below it.

    Without a station it holds for the whole network. The version before it ends where this one begins.

    Raises:
        NotPermitted: the actor does not manage the rules of that part of the network.
        InvalidInput: as ``programme_problems``; G005 it begins before the version it follows.
    """
    _require_manager(actor, station)
    scope_path = station.path if station else ""
    with in_network():
        versions = list(
            Programme.objects.select_for_update()
            .filter(key=key, scope_path=scope_path)
            .order_by("-version")
        )
        last = next((row for row in versions if not row.is_withdrawn), None)
        problems = programme_problems(
            key=key,
            name=name,
            aid=aid,
            terms=terms,
            source=source,
            valid_from=valid_from,
            valid_to=valid_to,
            station=station,
        )
        if last is not None and valid_from < last.valid_from:
            said = _("生效日期不能早于上一版本的生效日期（%(day)s）。")
            problems.append(
                _problem("G005", "valid_from", said % {"day": last.valid_from.isoformat()})
            )
        if problems:
            raise InvalidInput(problems)
        former_end = last.valid_to if last else None
        if last is not None and (former_end is None or former_end > valid_from):
            last.valid_to = valid_from
            last.save(update_fields=["valid_to"])
        row = Programme.objects.create(
            key=key,
            scope_path=scope_path,
            name=name.strip(),
            english=english.strip(),
            aid=aid,
            terms=dict(terms),
            valid_from=valid_from,
            valid_to=valid_to,
            version=versions[0].version + 1 if versions else 1,
            source=source.strip(),
            document_no=document_no.strip(),
            is_example=is_example,
            former_end=former_end,
            laid_down_by=actor.name[:40],
            laid_down_at=now,
        )
    record(
        event="programme.laid_down",
        actor=actor,
        subject=("programme", row.pk),
        data={"key": key, "scope": scope_path, "version": row.version, "terms": dict(terms)},
        now=now,
    )
    return row


@transaction.atomic
def withdraw_programme(
    programme_id: int, *, actor: Actor, now: datetime, station: StationRef | None = None
) -> Programme:
    """Take back a version that is not in force yet; the one before it goes on as it would have.

    Raises:
        NotPermitted, NotFound: as for any rule.
        ProgrammeInForce: it holds already, was taken back, or a later version rests on it.
    """
    _require_manager(actor, station)
    scope_path = station.path if station else ""
    with in_network():
        row = (
            Programme.objects.select_for_update()
            .filter(pk=programme_id, scope_path=scope_path)
            .first()
        )
        if row is None:
            raise NotFound
        versions = list(
            Programme.objects.select_for_update()
            .filter(key=row.key, scope_path=scope_path, withdrawn_at__isnull=True)
            .order_by("-version")[:2]
        )
        if not versions or versions[0] != row or row.valid_from <= clock.local_day(now):
            raise ProgrammeInForce
        if versions[1:] and versions[1].valid_to == row.valid_from:
            versions[1].valid_to = row.former_end
            versions[1].save(update_fields=["valid_to"])
        row.withdrawn_by, row.withdrawn_at = actor.name[:40], now
        row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    record(
        event="programme.withdrawn",
        actor=actor,
        subject=("programme", row.pk),
        data={"key": row.key, "scope": scope_path, "version": row.version},
        now=now,
    )
    return row


def seed_programmes(model: type[Programme] = Programme, *, using: str = "default") -> int:
    """Give the network the programmes it begins with; those it has stay as they are."""
    rows = model._default_manager.using(using)
    present = set(rows.filter(scope_path="").values_list("key", flat=True))
    missing = [
        model(
            key=one.key,
            name=one.name,
            english=one.english,
            aid=one.aid,
            terms=one.terms,
            valid_from=BEGINNING,
            version=1,
            source=one.source,
            is_example=one.is_example,
            laid_down_by="",
        )
        for one in SHIPPED
        if one.key not in present
    ]
    return len(rows.bulk_create(missing))


@transaction.atomic
def call_campaign(
    *,
    kind: str,
    name: str,
    programme: str,
    opens_on: date,
    closes_on: date,
    station: StationRef,
    actor: Actor,
    now: datetime,
    groups: Sequence[str] = (),
    rule: Mapping[str, Any] | None = None,
    amount_fen: int | None = None,
    note: str = "",
) -> Campaign:
    """Call a campaign for a station and every station below it; each lists its own households.

    Raises:
        NotPermitted: the actor may not.
        InvalidInput: G201 kind, name, programme or groups are not as they should be · G202 it closes before it opens ·
            G203 an amount above what the programme allows at a time.
    """
    actor.require(CALLS)
    problems = _campaign_problems(kind, name, groups=groups, rule=rule or {})
    if closes_on < opens_on:
        problems.append(_problem("G202", "closes_on", _("截止日期不能早于开始日期。")))
    try:
        held = get_programme(programme, station=station, on=clock.local_day(now))
    except NotFound:
        problems.append(_problem("G201", "programme", _("请选择帮扶项目。")))
    else:
        most = terms_of(held).per_time_fen
        if amount_fen is not None and (amount_fen <= 0 or (most is not None and amount_fen > most)):
            problems.append(_problem("G203", "amount_fen", _("金额超过项目的每次上限。")))
    if problems:
        raise InvalidInput(problems)
    key = uuid7()
    with in_network():
        row = Campaign.objects.create(
            id=key,
            key=f"{kind}-{opens_on:%Y}-{key.hex[-8:]}",
            kind=kind,
            name=name.strip(),
            programme=programme,
            caller_id=station.id,
            scope_path=station.path,
            opens_on=opens_on,
            closes_on=closes_on,
            groups=list(groups),
            rule=dict(rule or {}),
            amount_fen=amount_fen,
            note=note.strip(),
            called_by=actor.name[:40],
            called_at=now,
        )
    record(
        event="campaign.called",
        actor=actor,
        subject=("campaign", row.pk),
        data={"kind": kind, "programme": programme, "rule": dict(rule or {})},
        now=now,
    )
    return row


@transaction.atomic
def close_campaign(
    campaign_id: UUID, *, station: StationRef, actor: Actor, now: datetime
) -> Campaign:
    """End a campaign before its last day; what was listed goes on its way.

    Raises:
        NotPermitted, NotFound: as their names say; only the station that called it may end it.
        IllegalMove: it has ended.
    """
    actor.require(CALLS)
    with in_network():
        row = (
            Campaign.objects.select_for_update()
            .filter(pk=campaign_id, scope_path__in=scopes_above(station)[-1:])
            .first()
        )
        if row is None:
            raise NotFound
        if row.closed_at is not None:
            raise IllegalMove
        row.closed_by, row.closed_at = actor.name[:40], now
        row.save(update_fields=["closed_by", "closed_at"])
    record(event="campaign.closed", actor=actor, subject=("campaign", row.pk), data={}, now=now)
    return row


def _campaign_problems(
    kind: str, name: str, *, groups: Sequence[str], rule: Mapping[str, Any]
) -> list[Problem]:
    problems = []
    if kind not in CODE_LISTS["campaign"]:
        problems.append(_problem("G201", "kind", _("请选择活动类别。")))
    if not name.strip():
        problems.append(_problem("G201", "name", _("请填写活动名称。")))
    if any(group not in CODE_LISTS["warmth_group"] for group in groups):
        problems.append(_problem("G201", "groups", _("请从“慰问对象类别”中选择。")))
    for field, code_list in _RULE_LISTS.items():
        if any(value not in CODE_LISTS[code_list] for value in rule.get(field, ())):
            problems.append(_problem("G201", field, _("请从所列各项中选择。")))
    return problems


def _require_manager(actor: Actor, station: StationRef | None) -> None:
    actor.require(MANAGES)
    if actor.station is not None and actor.station != station:
        raise NotPermitted
    if station is None:
        actor.require("network.manage")


def _problem(code: str, field: str, message: str) -> Problem:
    return Problem(code=code, field=field, message=message)


@transaction.atomic
def keep_progress(
    campaign_id: UUID,
    count: Callable[[], Mapping[str, tuple[int, int]]],
    *,
    station: StationRef,
    now: datetime,
) -> Progress:
    """Keep how far a station is with a campaign: how many of its list stand in each state, and with how many fen.

    ``count`` is asked when the row is locked, so that of two who count at once the later sees what the earlier saw.
    That nobody fits ends as soon as somebody is listed.
    """
    Progress.objects.bulk_create(
        [Progress(campaign_id=campaign_id, station_id=station.id, counted_at=now)],
        ignore_conflicts=True,
    )
    row = Progress.objects.select_for_update().get(campaign_id=campaign_id, station_id=station.id)
    row.counts = {state: list(pair) for state, pair in count().items()}
    row.counted_at = now
    if row.counts:
        row.nobody_by, row.nobody_at = "", None
    row.save(update_fields=["counts", "counted_at", "nobody_by", "nobody_at"])
    return row


def say_nobody_fits(row: Progress, *, by: str, at: datetime | None) -> None:
    """Keep that a station reported that nobody there fits a campaign; without a time, that it took it back.

    The caller holds the row as ``keep_progress`` gave it, in the same transaction.
    """
    row.nobody_by, row.nobody_at = (by, at) if at is not None else ("", None)
    row.save(update_fields=["nobody_by", "nobody_at"])
