"""The home station answers who asks to look into a file, and learns of each look (调阅).

It gives a sealed picture that expires, or refuses. Each look is written down at the file, so that the worker
can see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.exchange.services import post
from tenant_apps.casework.services import close_todos, open_todo, record_event
from tenant_apps.households.dossiers import sealed_dossier
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.selectors import members_of, visits_of
from tenant_apps.households.services import snapshot_of
from tenant_apps.privacy.models import LookRequest, LookState, Side
from tenant_apps.privacy.selectors import is_erased
from tenant_apps.privacy.services.doors import link_to, require_any
from tenant_apps.privacy.services.looks import (
    GRANTED,
    REFUSED,
    audit_look,
    locked_look,
    stream_of_look,
)

LONGEST_DAYS = 30
_TODO = "access.answer"


@transaction.atomic
def receive_request(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> LookRequest:
    """Put a request from above before those who may answer; once, however often it comes.

    A number that no file here has is refused by the system at once.
    """
    known = LookRequest.objects.filter(pk=UUID(body["request"])).first()
    if known is not None:
        return known
    file = _file_with(body["file_no"])
    row = LookRequest.objects.create(
        id=UUID(body["request"]),
        side=Side.HOME,
        other_id=sender_id,
        other_code=body["station"]["code"],
        other_name=body["station"]["name"],
        file_no=body["file_no"],
        file_id=file.pk if file else None,
        reason=body["reason"],
        asked_by=body["by"],
        asked_at=now,
    )
    actor = Actor.system("relay", station=current_station())
    if file is None:
        _refuse(row, _("本站点没有这个编号的档案。"), actor=actor, now=now)
        return row
    record_event(
        subject=("file", file.pk),
        action="access_requested",
        comment=row.reason,
        actor=Actor.system(row.asked_by, station=current_station()),
        place=row.other_name,
        now=now,
    )
    audit_look(row, "access.requested", actor=actor, now=now)
    open_todo(
        subject=("look", row.pk),
        kind=_TODO,
        capability="access.answer",
        title=gettext_noop("答复调阅申请 %(number)s（%(station)s）"),
        params={"number": row.file_no, "station": row.other_name},
        link=link_to("privacy:look", row.pk),
        now=now,
    )
    return row


@transaction.atomic
def grant_look(
    request_id: UUID, *, answer: str = "", days: int = 7, actor: Actor, now: datetime
) -> LookRequest:
    """Send a sealed picture of the file as it is now, readable for ``days`` days.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: it was answered or withdrawn before.
        InvalidInput: P410 fewer than one day or more than thirty.
    """
    row, file = _open_here(request_id, actor=actor)
    if not 1 <= days <= LONGEST_DAYS:
        message = _("可查看天数请填 1 至 30。")
        raise InvalidInput([Problem(code="P410", field="days", message=message)])
    expires_at = now + timedelta(days=days)
    members = members_of(file)
    dossier = {
        "snapshot": snapshot_of(file, members),
        "computation": file.computation,
        "visits": [
            {
                "on": visit.visited_on.isoformat(),
                "visitors": [visit.first_visitor, visit.second_visitor],
                "findings": visit.findings,
            }
            for visit in visits_of(file)
        ],
        "state": file.state,
    }
    _answer(row, LookState.GRANTED, answer.strip() or _("同意调阅。"), actor=actor, now=now)
    row.expires_at = expires_at
    row.save(update_fields=["expires_at"])
    post(
        kind=GRANTED,
        recipient=row.other_id,
        stream=stream_of_look(row.pk),
        key=f"{row.pk}:granted",
        body={
            "request": str(row.pk),
            "answer": row.answer,
            "by": actor.name,
            "expires_at": expires_at.isoformat(),
            "dossier": sealed_dossier(dossier),
        },
        now=now,
    )
    audit_look(row, "access.granted", actor=actor, now=now)
    return row


@transaction.atomic
def refuse_look(request_id: UUID, *, answer: str, actor: Actor, now: datetime) -> LookRequest:
    """Decline, with a reason for the station that asked.

    Raises:
        NotPermitted, NotFound, IllegalMove: as ``grant_look``.
        InvalidInput: P411 no reason is given.
    """
    row, _file = _open_here(request_id, actor=actor)
    if not answer.strip():
        raise InvalidInput([Problem(code="P411", field="answer", message=_("请填写理由。"))])
    _refuse(row, answer.strip(), actor=actor, now=now)
    return row


@transaction.atomic
def follow_withdrawal(body: Mapping[str, Any], *, now: datetime) -> None:
    """Close a request that the asking station took back."""
    row = LookRequest.objects.select_for_update().filter(pk=UUID(body["request"])).first()
    if row is None or row.side != Side.HOME or row.state == LookState.WITHDRAWN:
        return
    row.state = LookState.WITHDRAWN
    row.save(update_fields=["state"])
    close_todos(subject=("look", row.pk), now=now)
    audit_look(
        row, "access.withdrawn", actor=Actor.system("relay", station=current_station()), now=now
    )


@transaction.atomic
def note_look(body: Mapping[str, Any], *, now: datetime) -> None:
    """Write at home that the picture was looked at; once a look."""
    row = LookRequest.objects.select_for_update().filter(pk=UUID(body["request"])).first()
    if row is None or row.side != Side.HOME or row.looks >= body["look"]:
        return
    row.looks = body["look"]
    row.save(update_fields=["looks"])
    if row.file_id is not None:
        record(
            event="access.looked",
            actor=Actor.system("relay", station=current_station()),
            subject=("file", row.file_id),
            data={"who": body["by"], "station": body["station"], "reason": row.reason},
            now=now,
        )


def _file_with(file_no: str) -> HouseholdFile | None:
    file = HouseholdFile.objects.filter(file_no=file_no).exclude(state=FileState.DRAFT).first()
    return None if file is None or is_erased(file.pk) else file


def _open_here(request_id: UUID, *, actor: Actor) -> tuple[LookRequest, HouseholdFile]:
    require_any(actor, "access.answer")
    row = locked_look(request_id, actor=actor)
    file = HouseholdFile.objects.filter(pk=row.file_id).first() if row.file_id else None
    if row.side != Side.HOME or file is None:
        raise NotFound
    if row.state != LookState.ASKED:
        raise IllegalMove
    return row, file


def _answer(
    row: LookRequest, state: LookState, answer: str, *, actor: Actor, now: datetime
) -> None:
    row.state = state
    row.answer, row.answered_by, row.answered_at = answer[:500], actor.name, now
    row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    close_todos(subject=("look", row.pk), actor=actor, now=now)
    if row.file_id is not None:
        record_event(
            subject=("file", row.file_id),
            action=f"access_{state}",
            comment=row.answer,
            actor=actor,
            now=now,
        )


def _refuse(row: LookRequest, answer: str, *, actor: Actor, now: datetime) -> None:
    _answer(row, LookState.REFUSED, answer, actor=actor, now=now)
    post(
        kind=REFUSED,
        recipient=row.other_id,
        stream=stream_of_look(row.pk),
        key=f"{row.pk}:refused",
        body={"request": str(row.pk), "answer": row.answer, "by": actor.name},
        now=now,
    )
    audit_look(row, "access.refused", actor=actor, now=now)
