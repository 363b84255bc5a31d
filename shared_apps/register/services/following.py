"""What a station does when it hears of a case: each time once, however often the message comes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy import current_station, in_network
from shared_apps.notifications.services import notify
from shared_apps.register.holders import FileFace, holder
from shared_apps.register.links import case_link
from shared_apps.register.models import CasePart, CaseState, DuplicateCase, PartState, Verdict
from shared_apps.register.services.finding import DECIDE
from shared_apps.register.services.telling import (
    ANSWERED,
    ANSWERS,
    ASKED,
    DECIDED,
    FOUND,
    GONE,
    LEAVES,
    UNDONE,
    VANISHED,
)

_TITLES: Mapping[str, Text] = {
    FOUND: gettext_noop("核对疑似重复建档 %(number)s"),
    ASKED: gettext_noop("“%(station)s”请核对疑似重复档案 %(number)s：%(question)s"),
    UNDONE: gettext_noop("重复认定已撤销，请核对档案 %(number)s"),
}


def follow(kind: str, body: Mapping[str, Any], *, now: datetime) -> None:
    """Do what a message about one file of a case asks of its station."""
    case_id, subject = UUID(body["case"]), UUID(body["subject"])
    case = DuplicateCase.objects.filter(pk=case_id).first()
    if case is None:
        return
    face = holder().face(subject)
    number = face.number if face else ""
    if number:
        _write_number(case_id, subject, number)
    if kind in {FOUND, ASKED}:
        if case.state == CaseState.OPEN and face is not None:
            _wait_for_answer(kind, case_id, {"number": number, **_said(body)}, now=now)
    elif kind == DECIDED:
        holder().done(case_id=case_id, kind=ANSWERS, now=now)
        _act_on_verdict(case_id, subject, body, face=face, now=now)
    elif kind == UNDONE:
        holder().done(case_id=case_id, kind=LEAVES, now=now)
        _wait_for_answer(kind, case_id, {"number": number}, now=now)
    elif kind == ANSWERED:
        _notify(
            gettext_lazy("“%(station)s”已答复疑似重复档案 %(number)s"),
            case_id,
            {"station": str(body["station"]), "number": number},
            key=f"{ANSWERED}:{case_id}:{body['step']}",
            now=now,
        )
    elif kind in {GONE, VANISHED}:
        holder().done(case_id=case_id, now=now)


def _act_on_verdict(
    case_id: UUID,
    subject: UUID,
    body: Mapping[str, Any],
    *,
    face: FileFace | None,
    now: datetime,
) -> None:
    with in_network():
        part = CasePart.objects.filter(case_id=case_id, subject=subject).first()
    number = face.number if face else ""
    verdict = Verdict(body["verdict"])
    if part is not None and part.state == PartState.EXIT_ASKED and face is not None:
        holder().wait(
            case_id=case_id,
            kind=LEAVES,
            capability=DECIDE,
            title=gettext_noop("按重复认定注销或转出档案 %(number)s"),
            params={"number": number},
            link=face.link,
            now=now,
        )
        return
    _notify(
        gettext_lazy("疑似重复档案 %(number)s 已认定：%(verdict)s"),
        case_id,
        {"number": number, "verdict": str(verdict.label)},
        key=f"{DECIDED}:{case_id}:{body['step']}",
        now=now,
    )


def _wait_for_answer(
    kind: str, case_id: UUID, params: Mapping[str, str | int], *, now: datetime
) -> None:
    holder().wait(
        case_id=case_id,
        kind=ANSWERS,
        capability=DECIDE,
        title=_TITLES[kind],
        params=params,
        link=case_link(case_id),
        now=now,
    )


def _notify(
    title: Text, case_id: UUID, params: Mapping[str, str | int], *, key: str, now: datetime
) -> None:
    notify(
        station_id=current_station().id,
        capability=DECIDE,
        kind="duplicate",
        title=title,
        params=params,
        link=case_link(case_id),
        key=key,
        now=now,
    )


def _write_number(case_id: UUID, subject: UUID, number: str) -> None:
    own = CasePart.objects.filter(case_id=case_id, subject=subject, station_id=current_station().id)
    with in_network():
        own.exclude(file_no=number).update(file_no=number)


def _said(body: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(body[name])[:80] for name in ("station", "question") if name in body}
