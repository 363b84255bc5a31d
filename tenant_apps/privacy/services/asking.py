"""A station above asks to look into a file that was not sent to it (调阅).

The asking station never reads a row of the home station. It sends a reason; the home station
(``answering``) answers with a sealed picture that expires, or with a refusal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove, InvalidInput, Problem
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import current_station
from shared_apps.exchange.services import post
from tenant_apps.casework.services import open_todo
from tenant_apps.households.dossiers import Dossier, opened_dossier
from tenant_apps.households.parsing import is_storable
from tenant_apps.privacy.models import LookRequest, LookState, Side
from tenant_apps.privacy.services.doors import link_to
from tenant_apps.privacy.services.looks import (
    LOOKED,
    REQUESTED,
    WITHDRAWN,
    audit_look,
    locked_look,
    stream_of_look,
)
from tenants.models import Station
from tenants.selectors import stations_below

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
        stream=stream_of_look(row.pk),
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
    audit_look(row, "access.asked", actor=actor, now=now)
    return row


@transaction.atomic
def withdraw_request(request_id: UUID, *, actor: Actor, now: datetime) -> LookRequest:
    """Take back a request, or give back a picture before it expires: it is wiped here at once.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: there is nothing to take back.
    """
    actor.require("access.request")
    row = locked_look(request_id, actor=actor)
    if row.side != Side.ASKING or row.state not in {LookState.ASKED, LookState.GRANTED}:
        raise IllegalMove
    row.state, row.snapshot = LookState.WITHDRAWN, None
    row.save(update_fields=["state", "snapshot"])
    post(
        kind=WITHDRAWN,
        recipient=row.other_id,
        stream=stream_of_look(row.pk),
        key=f"{row.pk}:withdrawn",
        body={"request": str(row.pk)},
        now=now,
    )
    audit_look(row, "access.withdrawn", actor=actor, now=now)
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
    audit_look(row, f"access.answer_{state}", actor=actor, now=now)
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
def look_at_picture(
    request_id: UUID, *, actor: Actor, now: datetime
) -> tuple[LookRequest, Dossier]:
    """Open the picture for somebody; noted here, and told to the home station and so to the worker.

    Raises:
        NotPermitted, NotFound: as for any record.
        PictureExpired: it is not readable, or not any more.
    """
    actor.require("access.request")
    row = locked_look(request_id, actor=actor)
    if row.side != Side.ASKING or not row.may_be_read(now) or row.snapshot is None:
        raise PictureExpired
    row.looks += 1
    row.save(update_fields=["looks"])
    station = current_station()
    post(
        kind=LOOKED,
        recipient=row.other_id,
        stream=stream_of_look(row.pk),
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
    audit_look(row, "access.viewed", actor=actor, now=now)
    dossier: Dossier = json.loads(row.snapshot.reveal())
    return row, dossier


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
        audit_look(row, "access.expired", actor=actor, now=now)
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
