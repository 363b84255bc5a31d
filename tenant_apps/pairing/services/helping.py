"""Helpers: who looks after households, and who is the default owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, NotFound, Problem, refuse
from bangfu.kernel.identity import phone_problems, tidied_phone
from shared_apps.audit.services import record
from tenant_apps.casework.services import record_event
from tenant_apps.pairing.flow import MANAGES, VISITS
from tenant_apps.pairing.models import COUNTED_STATES, Helper, Pairing
from tenant_apps.pairing.services.checking import missing, problem, too_long, unknown

SHORTEST_REASON = 4
_FIELDS = ("name", "unit", "duty", "kind", "user_id", "is_default", "note")


class HelperHasHouseholds(DomainError):
    """A helper who still looks after households is not taken off the list."""

    code = "helper-has-households"
    message = gettext_lazy("该责任人名下还有 %(load)d 户，请先改派或结束结对。")


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperDetails:
    """What is said of a helper; ``phone`` None leaves the one that is kept, empty takes it away."""

    name: str
    kind: str
    unit: str = ""
    duty: str = ""
    phone: str | None = None
    user_id: int | None = None
    is_default: bool = False
    note: str = ""


@transaction.atomic
def add_helper(details: HelperDetails, *, actor: Actor, now: datetime) -> Helper:
    """Add a helper; a default owner takes the place of the former.

    Raises:
        NotPermitted: the actor does not manage pairings.
        InvalidInput: name or kind is missing, the telephone is none.
    """
    actor.require(MANAGES)
    refuse(_problems(details))
    helper = Helper(created_at=now)
    _write(helper, details, now=now)
    helper.save(force_insert=True)
    _tell(helper, "helper.added", actor=actor, now=now)
    return helper


@transaction.atomic
def change_helper(
    helper_id: UUID, details: HelperDetails, *, actor: Actor, now: datetime
) -> Helper:
    """Change what is said of a helper. Pairings keep the kind they began with.

    Raises:
        NotPermitted, NotFound, InvalidInput: as their names say.
    """
    actor.require(MANAGES)
    refuse(_problems(details))
    helper = _locked(helper_id)
    _write(helper, details, now=now)
    helper.save()
    _tell(helper, "helper.changed", actor=actor, now=now)
    return helper


@transaction.atomic
def retire_helper(helper_id: UUID, *, actor: Actor, now: datetime) -> Helper:
    """Take a helper off the list of those who can be chosen.

    Raises:
        NotPermitted, NotFound: as for any record.
        HelperHasHouseholds: somebody would be left without one.
    """
    actor.require(MANAGES)
    helper = _locked(helper_id)
    load = Pairing.objects.filter(helper=helper, state__in=COUNTED_STATES).count()
    if load:
        raise HelperHasHouseholds(load=load)
    helper.is_active = False
    helper.is_default = False
    helper.changed_at = now
    helper.save(update_fields=["is_active", "is_default", "changed_at"])
    _tell(helper, "helper.retired", actor=actor, now=now)
    return helper


@transaction.atomic
def restore_helper(helper_id: UUID, *, actor: Actor, now: datetime) -> Helper:
    """Put a helper back on the list. Raises: as for any record."""
    actor.require(MANAGES)
    helper = _locked(helper_id)
    helper.is_active = True
    helper.changed_at = now
    helper.save(update_fields=["is_active", "changed_at"])
    _tell(helper, "helper.restored", actor=actor, now=now)
    return helper


@transaction.atomic
def reveal_phone(helper_id: UUID, *, reason: str, actor: Actor, now: datetime) -> str:
    """Give a helper's telephone in the open and write who looked and why.

    Raises:
        NotPermitted, NotFound: as for any record.
        InvalidInput: P130 no reason of at least four characters.
    """
    actor.require(VISITS)
    helper = _locked(helper_id)
    said = reason.strip()
    if len(said) < SHORTEST_REASON:
        message = _("请写明理由，不少于 %(least)d 个字。") % {"least": SHORTEST_REASON}
        refuse([problem("P130", "reason", message)])
    refuse(too_long(said, "reason", _("理由"), most=200))
    record(
        event="helper.revealed",
        actor=actor,
        subject=("helper", helper.pk),
        data={"field": "phone", "reason": said},
        now=now,
    )
    return helper.phone.reveal() if helper.phone is not None else ""


def helper_named(name: str, *, now: datetime) -> Helper:
    """Return the helper of that name, made as a union cadre where there is none yet.

    For files that name their helper in words: the same name is the same person within a station.
    """
    known = Helper.objects.filter(name=name, is_active=True).order_by("created_at").first()
    if known is not None:
        return known
    return Helper.objects.create(name=name, kind="union_cadre", created_at=now, changed_at=now)


def _locked(helper_id: UUID) -> Helper:
    helper = Helper.objects.select_for_update().filter(pk=helper_id).first()
    if helper is None:
        raise NotFound
    return helper


def _write(helper: Helper, details: HelperDetails, *, now: datetime) -> None:
    if details.is_default:
        Helper.objects.filter(is_default=True).exclude(pk=helper.pk).update(is_default=False)
    for name in _FIELDS:
        value = getattr(details, name)
        setattr(helper, name, value.strip() if isinstance(value, str) else value)
    if details.phone is not None:
        helper.phone = tidied_phone(details.phone) or None
    helper.changed_at = now


def _problems(details: HelperDetails) -> Sequence[Problem]:
    problems = missing(details.name, "name", _("姓名或单位名称"), most=32)
    problems += unknown([details.kind], "kind", "helper_kind")
    problems += too_long(details.unit, "unit", _("单位"), most=64)
    problems += too_long(details.duty, "duty", _("职务"), most=32)
    problems += too_long(details.note, "note", _("备注"), most=200)
    return problems + phone_problems(details.phone or "", code="P104")


def _tell(helper: Helper, event: str, *, actor: Actor, now: datetime) -> None:
    subject = ("helper", helper.pk)
    record(event=event, actor=actor, subject=subject, data={"kind": helper.kind}, now=now)
    record_event(subject=subject, action=event, actor=actor, now=now)
