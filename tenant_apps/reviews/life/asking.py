"""An exit that a centre starts itself: it asks the station that holds the file, and hears what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import StationRef, current_station
from shared_apps.audit.services import record
from shared_apps.exchange.services import post, post_what_is_lost
from shared_apps.notifications.services import notify
from shared_apps.policies.rules import TIER_RULES
from shared_apps.policies.selectors import Rule, rules_in_force
from shared_apps.register.selectors import station_holding
from tenant_apps.casework.services import record_event
from tenant_apps.households.dossiers import sealed_dossier
from tenant_apps.households.leaving import exit_problems
from tenant_apps.households.selectors import income_rule_of
from tenant_apps.households.services.asked_exits import EXIT_ASKED, EXIT_WITHDRAWN
from tenant_apps.households.services.findings import Findings
from tenant_apps.households.services.stepping import needed_reason
from tenant_apps.reviews.life.models import (
    OPEN_REQUESTS,
    ExitRequest,
    ExitRequestState,
    ExitSource,
)
from tenant_apps.reviews.life.selectors import requests_link
from tenant_apps.reviews.models import Review
from tenant_apps.reviews.selectors import is_centre
from tenants.selectors import open_stations

_HEARD = frozenset(ExitRequestState) - {ExitRequestState.ASKED}
_LONGEST_REASON = 500
SUBJECT = "exit_request"
_BEHIND_AN_EXIT = (*TIER_RULES, "exit.months")


class AskedAlready(DomainError):
    """An exit of the same file was asked for and is not over."""

    code = "asked-already"
    message = gettext_lazy("这份档案的退出已经发起，正在办理。")


def get_request(request_id: UUID, *, actor: Actor) -> ExitRequest:
    """Return one exit the station in force asked for.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require("review.view")
    found = ExitRequest.objects.filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def requests_of(actor: Actor, *, state: str = "") -> QuerySet[ExitRequest]:
    """The exits the station in force asked for, newest first; ``open`` are those not over.

    Raises:
        NotPermitted: the actor may not look at reviews.
    """
    actor.require("review.view")
    requests = ExitRequest.objects.order_by("-asked_at", "-id")
    if state == "open":
        return requests.filter(state__in=OPEN_REQUESTS)
    return requests.filter(state=state) if state in ExitRequestState.values else requests


@transaction.atomic
def ask_exit(
    *, file_no: str, source: str, findings: Findings, actor: Actor, now: datetime
) -> ExitRequest:
    """Ask that a household below, or an own one, leaves: the holding station takes it up with this reason.

    It is decided like any other exit, and whoever asks does not also confirm it. Incomes are per head and
    month, the oldest first.

    Raises:
        NotPermitted: the actor may not decide on reviews.
        IllegalMove: the station is no centre.
        AskedAlready: an exit of the file was asked for and is not over.
        InvalidInput: V350 no such file at or below the station, V351 no source, V340 no reason in words,
            V342-V346 an exit that may not be.
    """
    actor.require("review.decide")
    if not is_centre(current_station()):
        raise IllegalMove
    number = "".join(file_no.split())
    holder = _holder_of(number)
    # What an exit must show is asked of the station that holds the file, so its rules count.
    on, at = clock.local_day(now), holder or current_station()
    rules = rules_in_force(_BEHIND_AN_EXIT, station=at, on=on)
    problems = _problems_with(source, findings, holder=holder, rules=rules)
    if problems or holder is None:
        raise InvalidInput(problems)
    if ExitRequest.objects.filter(file_no=number, state__in=OPEN_REQUESTS).exists():
        raise AskedAlready
    request = ExitRequest.objects.create(
        file_no=number,
        holder_id=holder.id,
        holder_name=holder.name,
        source=source,
        exit_kind=findings.exit_kind,
        exit_reason=findings.exit_reason,
        said=json.dumps(
            {
                "text": findings.text.strip(),
                "exit_kind": findings.exit_kind,
                "exit_reason": findings.exit_reason,
                "incomes_fen": list(findings.incomes_fen),
                "is_cause_gone": findings.is_cause_gone,
            },
            ensure_ascii=False,
        ),
        asked_at=now,
        changed_at=now,
        asked_by=actor.name,
        asked_by_id=actor.user_id,
    )
    post(**_letter(request), now=now)
    references = [rules[key].reference for key in _BEHIND_AN_EXIT]
    record_event(
        subject=(SUBJECT, request.pk),
        action="ask_exit",
        to_state=request.state,
        rules=references,
        actor=actor,
        now=now,
    )
    _audit(request, "exit.asked", actor=actor, now=now, rules=references)
    return request


@transaction.atomic
def withdraw_exit(request_id: UUID, *, reason: str, actor: Actor, now: datetime) -> ExitRequest:
    """Take an exit back that was asked for; the household stays on file unless the head has confirmed it.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: it is over.
        InvalidInput: no reason is given.
    """
    actor.require("review.decide")
    request = _locked(request_id)
    if not request.is_open:
        raise IllegalMove
    request.withdrawn_for = needed_reason(reason)[:_LONGEST_REASON]
    request.state, request.changed_at = ExitRequestState.WITHDRAWN, now
    request.save()
    post(**_withdrawal(request), now=now)
    _audit(request, "exit.withdrawn", actor=actor, now=now)
    return request


@transaction.atomic
def hear_answer(body: Mapping[str, Any], *, message_id: UUID, now: datetime) -> None:
    """Show what the holding station made of an exit that was asked for; whoever asked is told."""
    request = ExitRequest.objects.select_for_update().filter(pk=UUID(body["request"])).first()
    if request is None or body["state"] not in _HEARD:
        return
    is_late = request.withdrawn_for and body["state"] in OPEN_REQUESTS
    request.holder_name = body["home"]["name"]
    if not is_late:
        request.state, request.answer = body["state"], body["text"]
    request.changed_at = now
    request.save()
    if request.asked_by_id is None:
        return
    notify(
        station_id=current_station().id,
        user_ids=[request.asked_by_id],
        kind="exit",
        title=gettext_noop("您发起的档案 %(number)s 退出：%(state)s"),
        params={"number": request.file_no, "state": str(request.get_state_display())},
        body=request.answer,
        link=requests_link(),
        key=str(message_id),
        now=now,
    )


@transaction.atomic
def ask_again(request_id: UUID, *, recipient: int, now: datetime) -> bool:
    """Post once more what vanished of a request, into its old place; False where nothing did."""
    request = ExitRequest.objects.filter(pk=request_id, holder_id=recipient).first()
    if request is None:
        return False
    letters = [_letter(request)] + ([_withdrawal(request)] if request.withdrawn_for else [])
    return post_what_is_lost(letters, now=now)


def _problems_with(
    source: str, findings: Findings, *, holder: StationRef | None, rules: Mapping[str, Rule]
) -> list[Problem]:
    problems = []
    if holder is None:
        message = _("本站点及下级站点没有这个编号的档案，请核对。")
        problems.append(Problem(code="V350", field="file_no", message=message))
    if source not in ExitSource.values:
        message = _("请选择信息来源。")
        problems.append(Problem(code="V351", field="source", message=message))
    if not findings.text.strip():
        message = _("请写明发起退出的依据。")
        problems.append(Problem(code="V340", field="findings", message=message))
    return problems + exit_problems(
        kind=findings.exit_kind,
        reason=findings.exit_reason,
        incomes_fen=findings.incomes_fen,
        is_cause_gone=findings.is_cause_gone,
        months=rules["exit.months"].value,
        rule=income_rule_of(rules),
    )


def _holder_of(number: str) -> StationRef | None:
    """Find whom to ask about a file: who gave the number, or, of a file that was decided here, who holds it."""
    own = current_station()
    beginnings = [number[:length] for length in range(1, len(number))]
    gave = open_stations().filter(code__in=beginnings).order_by("code").last()
    if gave is not None and gave.ref.is_below(own):
        return gave.ref
    known = Review.objects.filter(file_no=number).values_list("file_id", flat=True).first()
    holder = station_holding(known) if known is not None else None
    return holder if holder is not None and holder.is_below(own) else None


def _letter(request: ExitRequest) -> dict[str, Any]:
    return _addressed(
        request,
        EXIT_ASKED,
        {
            "by_id": request.asked_by_id,
            "source": request.source,
            "dossier": sealed_dossier(json.loads(request.said.reveal())),
        },
    )


def _withdrawal(request: ExitRequest) -> dict[str, Any]:
    return _addressed(request, EXIT_WITHDRAWN, {"reason": request.withdrawn_for})


def _addressed(request: ExitRequest, kind: str, more: Mapping[str, Any]) -> dict[str, Any]:
    station = current_station()
    return {
        "kind": kind,
        "recipient": request.holder_id,
        "stream": f"exit:{request.pk}",
        "key": str(request.pk),
        "body": {
            "request": str(request.pk),
            "file_no": request.file_no,
            "centre": {"id": station.id, "code": station.code, "name": station.name},
            "by": request.asked_by,
            **more,
        },
    }


def _locked(request_id: UUID) -> ExitRequest:
    found: ExitRequest | None = (
        ExitRequest.objects.select_for_update().filter(pk=request_id).first()
    )
    if found is None:
        raise NotFound
    return found


def _audit(
    request: ExitRequest, event: str, *, actor: Actor, now: datetime, rules: Sequence[str] = ()
) -> None:
    told = {
        "file_no": request.file_no,
        "source": request.source,
        "kind": request.exit_kind,
        "reason": request.exit_reason,
    }
    record(
        event=event,
        actor=actor,
        subject=(SUBJECT, request.pk),
        data=told | {"rules": list(rules)} if rules else told,
        now=now,
    )
