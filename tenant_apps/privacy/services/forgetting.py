"""What people without a file said is forgotten: at once when they ask for it, all of it when its years are over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.models import Event
from tenant_apps.casework.subjects import pass_door
from tenant_apps.households.services.stepping import years_after
from tenant_apps.privacy.models import Disposal, DisposalState
from tenant_apps.privacy.outsiders import Outsiders, every_kind, outsiders_of
from tenant_apps.privacy.services.disposing import RULE, next_number, reason_given
from tenant_apps.privacy.services.doors import require_any
from tenant_apps.privacy.services.erasing import certificate_digest, erase_papers
from tenant_apps.privacy.services.reaching import hanging_on
from tenant_apps.privacy.services.scrubbing import GONE, scrub
from tenant_apps.privacy.services.staying import counted_under

BY_THEMSELVES = gettext_noop("本人")
YEARS_OVER = gettext_noop("保管期满")
_AT_ONCE = 200


@transaction.atomic
def forget_outsider(
    kind: str, row_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Disposal:
    """Forget what somebody without a file said, because they ask for it; give the certificate.

    Where no money rests on the row, who it was is forgotten too. Amounts, days and numbers stay.

    Raises:
        NotPermitted, NotFound: as for any record; also where it belongs to a file.
        IllegalMove: it is still under way, or nothing is left to forget.
        InvalidInput: P501 no reason is given.
    """
    require_any(actor, "privacy.manage")
    outsiders = outsiders_of(kind)
    pass_door((kind, row_id), actor=actor)
    reason = reason_given(reason)
    row = outsiders.ended().select_for_update(of=("self",)).filter(pk=row_id).first()
    if row is None or not left_to_forget(outsiders, row):
        raise IllegalMove
    return _forgotten(
        outsiders,
        row,
        whole=not outsiders.was_paid(row),
        disposal=Disposal(
            rule_id=None, reason=reason, proposed_by=BY_THEMSELVES,
            decided_by_id=actor.user_id, decided_by=actor.name, keep_until=clock.local_day(now),
        ),
        actor=actor,
        now=now,
    )  # fmt: skip


@transaction.atomic
def forget_old_outsiders(*, now: datetime) -> int:
    """Forget what people without a file said and who they were, once the years that a file is kept are over.

    Returns how many rows; each has a certificate. So many at once only, the rest the next day.
    """
    station, today = current_station(), clock.local_day(now)
    rule = rule_in_force(RULE, station=station, on=today)
    before = datetime.combine(years_after(today, -rule.value), time(), tzinfo=clock.LOCAL)
    actor = Actor.system("privacy", station=station)
    count = 0
    for outsiders in every_kind():
        rows = outsiders.ended().select_for_update(of=("self",)).filter(changed_at__lt=before)
        for row in rows.exclude(**{outsiders.who[0]: GONE}).order_by("pk")[:_AT_ONCE]:
            ended_on = clock.local_day(row.changed_at)
            disposal = Disposal(
                rule_id=rule.id, rule_version=rule.version, reason=YEARS_OVER,
                proposed_by=actor.name, decided_by=actor.name,
                keep_until=years_after(ended_on, rule.value),
            )  # fmt: skip
            _forgotten(outsiders, row, whole=True, disposal=disposal, actor=actor, now=now)
            count += 1
    return count


def left_to_forget(outsiders: Outsiders, row: models.Model) -> bool:
    """Whether there is anything that the person may have forgotten at once."""
    names = outsiders.words if outsiders.was_paid(row) else outsiders.words + outsiders.who
    said = any(_says_something(getattr(row, name)) for name in names)
    return said or any(_blanked(getattr(row, name), keys)[1] for name, keys in _inside(outsiders))


def may_forget(kind: str, row_id: UUID, *, actor: Actor) -> bool:
    """Whether the page of a record offers the actor to forget what its person said."""
    if not actor.may("privacy.manage"):
        return False
    outsiders = outsiders_of(kind)
    row = outsiders.ended().filter(pk=row_id).first()
    return row is not None and left_to_forget(outsiders, row)


def _forgotten(
    outsiders: Outsiders,
    row: Any,
    *,
    whole: bool,
    disposal: Disposal,
    actor: Actor,
    now: datetime,
) -> Disposal:
    hashes = {bytes(held) for name in outsiders.hashes if (held := getattr(row, name))}
    erased: Counter[str] = Counter()
    names = outsiders.words + (outsiders.who if whole else ())
    said = Event.objects.filter(subject_kind=outsiders.kind, subject_id=row.pk)
    if not whole:
        said = said.filter(
            Q(comment__in=[getattr(row, name) for name in outsiders.words])
            | Q(action__in=outsiders.steps)
        )
    changed = [name for name in names if _blank(row, name)]
    changed += [name for name, keys in _inside(outsiders) if _blank_inside(row, name, keys)]
    if changed:
        row.save(update_fields=changed)
        erased[row._meta.label_lower] = 1
    erased["casework.event"] = said.exclude(comment__in=["", GONE]).update(comment=GONE)
    scope: dict[type[models.Model], set[UUID]] = {type(row): {row.pk}}
    if whole:
        scope = hanging_on(row)
        erased.update(erase_papers({key for keys in scope.values() for key in keys}))
        erased.update(
            scrub({model: keys for model, keys in scope.items() if model is not type(row)})
        )
    disposal.record, disposal.file_id, disposal.file_no = outsiders.kind, row.pk, row.number
    disposal.state, disposal.number = DisposalState.DELETED, next_number(clock.local_day(now))
    disposal.proposed_at = disposal.decided_at = now
    disposal.erased = {label: count for label, count in sorted(erased.items()) if count}
    disposal.kept = counted_under(hashes, scope)
    disposal.digest = certificate_digest(disposal, b"")
    disposal.save(force_insert=True)
    record(
        event="privacy.outsider_forgotten",
        actor=actor,
        subject=(outsiders.kind, row.pk),
        data={
            "number": row.number,
            "certificate": disposal.number,
            "whole": whole,
            "rule": [disposal.rule_id, disposal.rule_version],
            "erased": disposal.erased,
            "kept": disposal.kept,
            "digest": disposal.digest.hex(),
        },
        now=now,
    )
    return disposal


def _inside(outsiders: Outsiders) -> Iterable[tuple[str, tuple[str, ...]]]:
    return outsiders.inside.items()


def _blank_inside(row: models.Model, name: str, keys: tuple[str, ...]) -> bool:
    fresh, changed = _blanked(getattr(row, name), keys)
    setattr(row, name, fresh)
    return changed


def _blanked(value: Any, keys: tuple[str, ...]) -> tuple[Any, bool]:
    """Return what is held without the words under these names, at any depth, and whether there were any."""
    if isinstance(value, list):
        parts = [_blanked(part, keys) for part in value]
        return [fresh for fresh, _changed in parts], any(changed for _fresh, changed in parts)
    if not isinstance(value, dict):
        return value, False
    fresh: dict[str, Any] = {}
    changed = False
    for name, part in value.items():
        if name in keys and isinstance(part, str):
            fresh[name] = GONE if _says_something(part) else part
            changed |= _says_something(part)
        else:
            fresh[name], within = _blanked(part, keys)
            changed |= within
    return fresh, changed


def _says_something(value: object) -> bool:
    return (
        bool(value) if isinstance(value, bytes) else value is not None and value not in ("", GONE)
    )


def _blank(row: models.Model, name: str) -> bool:
    if not _says_something(getattr(row, name)):
        return False
    setattr(row, name, None if row._meta.get_field(name).null else GONE)
    return True
