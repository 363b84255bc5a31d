"""A batch that cannot be entered in the national system is put away all the same: one person asks, the head agrees.

Source: domain §3.4: closing asks for the entry in the national system; NR25.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted, Problem
from bangfu.kernel.text import kept
from tenant_apps.casework.services import close_todos, open_todo, stop_clock
from tenant_apps.payouts.errors import WaivedByOne
from tenant_apps.payouts.flow import APPROVES
from tenant_apps.payouts.links import page_link
from tenant_apps.payouts.models import Batch
from tenant_apps.payouts.services.national import CLOCK, TODO, nationally_left
from tenant_apps.payouts.services.steps import advance, locked_batch, subject_of, tell_step

WAITS = "payout.waive"


@transaction.atomic
def ask_waiver(batch_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Batch:
    """Ask that a batch be put away though not all of it is entered in the national system.

    Asked again, another reason stands.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: the batch was not compared yet, all of it is entered, or it was agreed.
        InvalidInput: P41 no reason.
    """
    batch = locked_batch(batch_id)
    before = advance(batch, "waive_ask", actor=actor)
    if actor.user_id is None:
        raise NotPermitted
    if batch.is_waived or nationally_left(batch) == 0:
        raise IllegalMove
    reason = _reason(reason, _("请写明不能录入全国系统的原因。"))
    batch.nat_waiver = {
        "why": reason, "by_id": actor.user_id, "by": actor.name, "at": now.isoformat(),
    }  # fmt: skip
    _saved(batch, now=now)
    close_todos(subject=subject_of(batch), kind=WAITS, actor=actor, now=now)
    tell_step(batch, "waive_ask", before=before, actor=actor, now=now, comment=reason)
    open_todo(
        subject=subject_of(batch), kind=WAITS, capability=APPROVES, not_for=[actor.user_id],
        title=gettext_noop("审批免于录入全国系统：发放批次 %(number)s（%(title)s）"),
        params={"number": batch.number, "title": batch.title},
        link=page_link("batch", batch.pk), now=now,
    )  # fmt: skip
    return batch


@transaction.atomic
def agree_waiver(batch_id: UUID, *, actor: Actor, now: datetime) -> Batch:
    """Agree, as another person: nothing waits for the entry any more, and the batch can be put away.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: nobody asked, or it was agreed.
        WaivedByOne: the actor asked.
    """
    batch = locked_batch(batch_id)
    before = advance(batch, "waive_agree", actor=actor)
    _check_asked(batch)
    if actor.user_id is None:
        raise NotPermitted
    if actor.user_id == batch.nat_waiver["by_id"]:
        raise WaivedByOne(number=batch.number)
    left = nationally_left(batch)
    batch.nat_waiver = batch.nat_waiver | {
        "agreed_id": actor.user_id, "agreed": actor.name, "agreed_at": now.isoformat(),
        "left": left,
    }  # fmt: skip
    _saved(batch, now=now)
    stop_clock(subject=subject_of(batch), kind=CLOCK, now=now)
    for kind in (WAITS, TODO):
        close_todos(subject=subject_of(batch), kind=kind, actor=actor, now=now)
    tell_step(
        batch, "waive_agree", before=before, actor=actor, now=now,
        comment=kept(gettext_lazy("%(count)s 笔免于录入：%(why)s")) % {"count": left, "why": batch.nat_waiver["why"]},
        data={"left": left, "asked": batch.nat_waiver["by_id"]},
    )  # fmt: skip
    return batch


@transaction.atomic
def refuse_waiver(batch_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Batch:
    """Do not agree: the entry is still waited for.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: nobody asked, or it was agreed.
        InvalidInput: P41 no reason.
    """
    batch = locked_batch(batch_id)
    before = advance(batch, "waive_refuse", actor=actor)
    _check_asked(batch)
    reason = _reason(reason, _("请写明不同意的原因。"))
    batch.nat_waiver = {}
    _saved(batch, now=now)
    close_todos(subject=subject_of(batch), kind=WAITS, actor=actor, now=now)
    tell_step(batch, "waive_refuse", before=before, actor=actor, now=now, comment=reason)
    return batch


def _check_asked(batch: Batch) -> None:
    if not batch.nat_waiver or batch.is_waived:
        raise IllegalMove


def _reason(reason: str, missing: str) -> str:
    reason = reason.strip()[:300]
    if not reason:
        raise InvalidInput([Problem(code="P41", field="reason", message=missing)])
    return reason


def _saved(batch: Batch, *, now: datetime) -> None:
    batch.changed_at = now
    batch.save(update_fields=["nat_waiver", "changed_at"])
