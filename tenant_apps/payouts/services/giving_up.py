"""A batch is given up before a bank knows of it: a small one while somebody looks on, a large one by a worker.

A step is one transaction: lines, applications, timelines, audit. Where a worker dies, the next one goes on with the
lines that are still open. From the moment somebody gave it up nobody can sign, send or change the batch; each
application is free for another as soon as its own line was let go.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext_noop

from bangfu.kernel.actors import EVERYTHING, Actor
from bangfu.kernel.tenancy import current_station
from shared_apps.notifications.services import notify
from tenant_apps.aid.services.crowds import unbatch_many
from tenant_apps.payouts.doorbell import ring_to_give_up
from tenant_apps.payouts.links import page_link
from tenant_apps.payouts.models import Batch, BatchState, Line, LineState
from tenant_apps.payouts.services import taking
from tenant_apps.payouts.services.preparing import check_reason
from tenant_apps.payouts.services.steps import advance, end_waiting, locked_batch, tell_step

STEP = 500
"""Lines a worker lets go in one transaction."""
_ENDS = {"void": "voided", "return": "sent_back"}
_TOLD = {
    "void": gettext_noop("发放批次 %(number)s 已作废，%(count)s 笔申请已退回待发放"),
    "return": gettext_noop("发放批次 %(number)s 已退回，%(count)s 笔申请已退回待发放"),
}


def give_up(batch: Batch, action: str, *, reason: str, actor: Actor, now: datetime) -> Batch:
    """Give up a batch the caller has locked, by ``void`` or ``return``; more than ``taking.AT_ONCE`` by a worker.

    Raises:
        NotPermitted, IllegalMove: as their names say.
        InvalidInput: P11 no reason.
    """
    before = advance(batch, action, actor=actor)
    check_reason(reason)
    held = batch.lines.filter(state=LineState.OPEN).aggregate(
        count=Count("pk"), fen=Sum("amount_fen", default=0)
    )
    is_large = held["count"] > taking.AT_ONCE
    if is_large:
        batch.state = before
        advance(batch, "give_up", actor=Actor.system("payouts"))
    batch.wanted, batch.changed_at = [], now
    batch.given_up = {
        "action": action,
        "reason": reason.strip()[:300],
        "by": actor.name,
        "by_id": actor.user_id,
        "at": now.isoformat(),
        **held,
    }
    batch.save(update_fields=["state", "wanted", "given_up", "changed_at"])
    end_waiting(batch, now=now, actor=actor)
    if is_large:
        transaction.on_commit(lambda: ring_to_give_up(batch.pk))
    else:
        _let_go(batch, _open_lines(batch), actor=actor, now=now)
        _notify(batch, now=now)
    step = "give_up" if is_large else action
    tell_step(
        batch, step, before=before, comment=reason, actor=actor, now=now,
        data={"action": action, "lines": held["count"]},
    )  # fmt: skip
    return batch


def finish_giving_up(batch_id: UUID, *, now: datetime) -> None:
    """Go on with a batch until all its applications are given back; what takes too long is left to the next worker.

    Safe to be told again, by several workers at once, and of a batch that is given up.
    """
    began = time.monotonic()
    while go_on_giving_up(batch_id, now=now):
        if time.monotonic() - began > taking.SITTING_SECONDS:
            ring_to_give_up(batch_id)
            return


@transaction.atomic
def go_on_giving_up(batch_id: UUID, *, now: datetime) -> bool:
    """Give the next applications of a batch back; say whether others are left.

    Raises:
        NotFound: there is no such batch.
    """
    batch = locked_batch(batch_id)
    if batch.state != BatchState.GIVING_UP:
        return False
    lines = _open_lines(batch, most=STEP)
    _let_go(batch, lines, actor=_asker(batch), now=now)
    batch.changed_at = now
    batch.save(update_fields=["changed_at"])
    if len(lines) == STEP:
        return True
    _end(batch, now=now)
    return False


def _open_lines(batch: Batch, *, most: int | None = None) -> Sequence[Line]:
    return list(batch.lines.filter(state=LineState.OPEN).order_by("serial")[:most])


def _let_go(batch: Batch, lines: Sequence[Line], *, actor: Actor, now: datetime) -> None:
    reason = _said(batch)["reason"]
    Line.objects.filter(pk__in=[line.pk for line in lines]).update(
        state=LineState.VOID, reason=reason
    )
    unbatch_many([line.application_id for line in lines], reason, actor=actor, now=now)


def _end(batch: Batch, *, now: datetime) -> None:
    said = _said(batch)
    before = advance(batch, _ENDS[said["action"]], actor=_asker(batch))
    batch.save(update_fields=["state"])
    _notify(batch, now=now)
    tell_step(
        batch, _ENDS[said["action"]], before=before, comment=said["reason"], actor=_asker(batch),
        now=now, data={"lines": said["count"]},
    )  # fmt: skip


def _notify(batch: Batch, *, now: datetime) -> None:
    """Tell who made a batch that somebody else gave it up, and who gave it up that a worker is through."""
    said = _said(batch)
    told = {batch.made_by_id} - {said["by_id"]}
    if said["count"] > taking.AT_ONCE and said["by_id"] is not None:
        told.add(said["by_id"])
    if not told:
        return
    notify(
        station_id=current_station().id, user_ids=sorted(told), kind=f"payout.{batch.state}",
        title=_TOLD[said["action"]], params={"number": batch.number, "count": said["count"]},
        body=said["reason"], link=page_link("batch", batch.pk),
        key=f"payout.{batch.state}:{batch.pk}", now=now,
    )  # fmt: skip


def _said(batch: Batch) -> dict[str, Any]:
    said: dict[str, Any] = batch.given_up or {}
    return said


def _asker(batch: Batch) -> Actor:
    """Whoever gave a batch up, as the one who answers for what a worker does of it."""
    said = _said(batch)
    return Actor(
        user_id=said["by_id"],
        name=said["by"],
        station=current_station(),
        capabilities=frozenset({EVERYTHING}),
        via="system",
    )
