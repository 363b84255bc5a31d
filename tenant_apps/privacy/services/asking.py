"""A station above asks to look into a file that was not sent to it (调阅): both ends of the protocol.

The asking station never reads a row of the home station. It sends a reason; the home station answers
with a sealed picture that expires, or with a refusal. Each look is told to the home station, so that
the worker can see it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.exchange.services import post
from tenant_apps.casework.services import close_todos, open_todo, record_event
from tenant_apps.households.dossiers import Dossier, opened_dossier, sealed_dossier
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.parsing import is_storable
from tenant_apps.households.selectors import members_of, visits_of
from tenant_apps.households.services import snapshot_of
from tenant_apps.privacy.models import LookRequest, LookState, Side
from tenant_apps.privacy.selectors import get_look_request, is_erased
from tenant_apps.privacy.services.doors import link_to, require_any
from tenants.models import Station
from tenants.selectors import stations_below

REQUESTED = "access.requested"
GRANTED = "access.granted"
REFUSED = "access.refused"
WITHDRAWN = "access.withdrawn"
LOOKED = "access.looked"
READABLE = timedelta(days=7)
LONGEST_DAYS = 30
_TODO = "access.answer"
_SHORTEST_REASON = 4
_LONGEST_REASON = 500


class AskedAlready(DomainError):
    """A request for the same file waits for its answer."""

    code = "access-asked-already"
    message = gettext_lazy("这份档案已有一份调阅申请待答复。")


class PictureExpired(DomainError):
    """The picture was wiped, or was never there."""

    code = "access-expired"
    http_status = 410
    message = gettext_lazy("调阅已到期或已撤回，内容已清除；确有需要请重新申请。")


@transaction.atomic
def request_look(
    *, home_code: str, file_no: str, reason: str, actor: Actor, now: datetime
) -> LookRequest:
    """Ask a station below for a picture of one of its files, for a reason that the worker will see.

    Raises:
        NotPermitted: the actor may not ask.
        InvalidInput: P401 no such station below, P402 no file number, P403 no proper reason.
        AskedAlready: a request for the file waits.
    """
    actor.require("access.request")
    home = stations_below(current_station()).filter(code=home_code.strip()).first()
    problems = _problems(home=home, file_no=file_no, reason=reason)
    if problems or home is None:
        raise InvalidInput(problems)
    try:
        with transaction.atomic():
            row = LookRequest.objects.create(
                id=uuid7(),
                side=Side.ASKING,
                other_id=home.pk,
                other_code=home.code,
                other_name=home.name,
                file_no=file_no.strip(),
                reason=reason.strip(),
                asked_by_id=actor.user_id,
                asked_by=actor.name,
                asked_at=now,
            )
    except IntegrityError as error:
        raise AskedAlready from error
    station = current_station()
    post(
        kind=REQUESTED,
        recipient=home.pk,
        stream=_stream(row.pk),
        key=str(row.pk),
        body={
            "request": str(row.pk),
            "file_no": row.file_no,
            "reason": row.reason,
            "station": {"id": station.id, "code": station.code, "name": station.name},
            "by": actor.name,
        },
        now=now,
    )
    _audit(row, "access.asked", actor=actor, now=now)
    return row


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
    _audit(row, "access.requested", actor=actor, now=now)
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
        stream=_stream(row.pk),
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
    _audit(row, "access.granted", actor=actor, now=now)
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
def withdraw_request(request_id: UUID, *, actor: Actor, now: datetime) -> LookRequest:
    """Take back a request, or give back a picture before it expires: it is wiped here at once.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: there is nothing to take back.
    """
    actor.require("access.request")
    row = _locked(request_id, actor=actor)
    if row.side != Side.ASKING or row.state not in {LookState.ASKED, LookState.GRANTED}:
        raise IllegalMove
    row.state, row.snapshot = LookState.WITHDRAWN, None
    row.save(update_fields=["state", "snapshot"])
    post(
        kind=WITHDRAWN,
        recipient=row.other_id,
        stream=_stream(row.pk),
        key=f"{row.pk}:withdrawn",
        body={"request": str(row.pk)},
        now=now,
    )
    _audit(row, "access.withdrawn", actor=actor, now=now)
    return row


@transaction.atomic
def take_in_answer(
    body: Mapping[str, Any], *, state: LookState, now: datetime
) -> LookRequest | None:
    """Take in the answer of the home station; a picture that comes after a withdrawal is not kept."""
    row = LookRequest.objects.select_for_update().filter(pk=UUID(body["request"])).first()
    if row is None or row.side != Side.ASKING or row.state != LookState.ASKED:
        return row
    row.state = state
    row.answer, row.answered_by, row.answered_at = body["answer"], body["by"], now
    if state is LookState.GRANTED:
        row.expires_at = datetime.fromisoformat(body["expires_at"])
        row.snapshot = json.dumps(opened_dossier(body["dossier"]), ensure_ascii=False)
    row.save()
    actor = Actor.system("relay", station=current_station())
    _audit(row, f"access.answer_{state}", actor=actor, now=now)
    open_todo(
        subject=("look", row.pk),
        kind="access.answered",
        capability="access.request",
        title=gettext_noop("调阅申请已答复 %(number)s（%(station)s）"),
        params={"number": row.file_no, "station": row.other_name},
        link=link_to("privacy:look", row.pk),
        is_closed_by_hand=True,
        now=now,
    )
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
    _audit(row, "access.withdrawn", actor=Actor.system("relay", station=current_station()), now=now)


@transaction.atomic
def look_at_picture(
    request_id: UUID, *, actor: Actor, now: datetime
) -> tuple[LookRequest, Dossier]:
    """Open the picture for somebody; noted here, and told to the home station and so to the worker.

    Raises:
        NotPermitted, NotFound: as for any record.
        PictureExpired: it is not readable, or not any more.
    """
    actor.require("access.request")
    row = _locked(request_id, actor=actor)
    if row.side != Side.ASKING or not row.may_be_read(now) or row.snapshot is None:
        raise PictureExpired
    row.looks += 1
    row.save(update_fields=["looks"])
    station = current_station()
    post(
        kind=LOOKED,
        recipient=row.other_id,
        stream=_stream(row.pk),
        key=f"{row.pk}:look:{row.looks}",
        body={
            "request": str(row.pk),
            "look": row.looks,
            "by": actor.name,
            "station": station.name,
            "at": now.isoformat(),
        },
        now=now,
    )
    _audit(row, "access.viewed", actor=actor, now=now)
    dossier: Dossier = json.loads(row.snapshot.reveal())
    return row, dossier


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


@transaction.atomic
def wipe_expired(*, now: datetime) -> int:
    """Wipe the pictures whose time is over in the station in force; return how many."""
    rows = LookRequest.objects.select_for_update().filter(
        state=LookState.GRANTED, expires_at__lte=now
    )
    wiped = list(rows.defer("snapshot"))
    if not wiped:
        return 0
    LookRequest.objects.filter(pk__in=[row.pk for row in wiped]).update(
        state=LookState.EXPIRED, snapshot=None
    )
    actor = Actor.system("privacy", station=current_station())
    for row in wiped:
        _audit(row, "access.expired", actor=actor, now=now)
    return len(wiped)


def _problems(*, home: Station | None, file_no: str, reason: str) -> list[Problem]:
    problems = []
    if home is None:
        message = _("请选择一个下级站点。")
        problems.append(Problem(code="P401", field="home_code", message=message))
    if not file_no.strip() or len(file_no.strip()) > 32 or not is_storable(file_no):
        message = _("请填写档案编号。")
        problems.append(Problem(code="P402", field="file_no", message=message))
    length = len(reason.strip())
    if not _SHORTEST_REASON <= length <= _LONGEST_REASON or not is_storable(reason):
        message = _("请写明调阅理由，4 至 500 字；职工会看到。")
        problems.append(Problem(code="P403", field="reason", message=message))
    return problems


def _file_with(file_no: str) -> HouseholdFile | None:
    file = HouseholdFile.objects.filter(file_no=file_no).exclude(state=FileState.DRAFT).first()
    return None if file is None or is_erased(file.pk) else file


def _locked(request_id: UUID, *, actor: Actor) -> LookRequest:
    get_look_request(request_id, actor=actor)
    row = LookRequest.objects.select_for_update().filter(pk=request_id).first()
    if row is None:
        raise NotFound
    return row


def _open_here(request_id: UUID, *, actor: Actor) -> tuple[LookRequest, HouseholdFile]:
    require_any(actor, "access.answer")
    row = _locked(request_id, actor=actor)
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
        stream=_stream(row.pk),
        key=f"{row.pk}:refused",
        body={"request": str(row.pk), "answer": row.answer, "by": actor.name},
        now=now,
    )
    _audit(row, "access.refused", actor=actor, now=now)


def _audit(row: LookRequest, event: str, *, actor: Actor, now: datetime) -> None:
    file_id = row.file_id if row.side == Side.HOME else None
    record(
        event=event,
        actor=actor,
        subject=("file", file_id) if file_id else ("look", row.pk),
        data={
            "request": str(row.pk),
            "file_no": row.file_no,
            "station": row.other_name,
            "who": row.asked_by,
            "reason": row.reason,
        },
        now=now,
    )


def _stream(request_id: UUID) -> str:
    return f"look:{request_id}"
