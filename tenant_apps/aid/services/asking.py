"""A sum above the own limit: the station above has the last word, and may pass it on to the one above itself.

What is sent is a picture without a name in the open: the masked name, the file's tier and level, the programme, the
amount with how it was judged, and the two meetings. The station above keeps it with the to-do that waits for its head;
what it decided stands in its timeline. Every message may arrive twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import mask_name
from bangfu.kernel.errors import DomainError, IllegalMove, NotFound
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.exchange.services import post, post_lost_again
from shared_apps.policies.selectors import rule_in_force
from shared_apps.programmes.selectors import get_programme, programmes_in_force, terms_of
from tenant_apps.aid.flow import APPROVES
from tenant_apps.aid.links import page_link
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.services.noticing import publish_notice
from tenant_apps.aid.services.stepping import (
    advance,
    locked_application,
    needed_reason,
    start_aid_clock,
    subject_of,
    tell_step,
)
from tenant_apps.casework.models import Event, Todo
from tenant_apps.casework.services import (
    close_todos,
    open_todo,
    record_event,
    start_clock,
    stop_clocks,
)

ASKED, DECIDED = "aid.asked", "aid.decided"
STREAM = "aid"
REQUEST = "aid_request"
WAITS = "aid.above"
AGREED, REFUSED, FORWARDED, CAME = "agree_asked", "refuse_asked", "forward_asked", "asked"


class AskedOfNobody(DomainError):
    """There is no station above that could decide."""

    code = "nobody-above"
    message = gettext_lazy("没有上级站点可以审批超限额的申请。")


def ask_above(row: Application, *, now: datetime) -> None:
    """Send an application that the two meetings agreed to up to the station above, in its current round.

    Raises:
        AskedOfNobody: there is none above.
    """
    body = _picture(row)
    row.asked_above = [*row.asked_above, body]
    row.save(update_fields=["asked_above"])
    _post(ASKED, body, recipient=_above(), now=now)
    start_aid_clock(row, "aid_above", capability=APPROVES, now=now)


def take_in_request(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> None:
    """Put a request from below before the head, with the days the rule gives; safe to repeat."""
    subject = (REQUEST, UUID(body["application"]))
    if is_known(body):
        return
    actor = Actor.system(body["station"]["name"], station=current_station())
    record_event(subject=subject, action=_round(CAME, body), comment="", actor=actor, now=now)
    open_todo(
        subject=subject,
        kind=WAITS,
        capability=APPROVES,
        title=gettext_noop("审批超限额帮扶 %(number)s（%(name)s，%(home)s）"),
        params={
            "number": body["number"],
            "name": body["person"],
            "home": body["station"]["name"],
            "from": sender_id,
            "asked": dict(body),  # type: ignore[dict-item]
        },
        link=page_link("asked", body["application"]),
        now=now,
    )
    rule = rule_in_force("clock.aid_above", station=current_station(), on=clock.local_day(now))
    start_clock(
        subject=subject,
        kind="aid_above",
        working_days=rule.value,
        rule=rule,
        capability=APPROVES,
        reference=body["number"],
        link=page_link("asked", body["application"]),
        now=now,
    )


@transaction.atomic
def decide_asked(
    application_id: UUID, *, agrees: bool, opinion: str, actor: Actor, now: datetime
) -> str:
    """Agree to what a station below asks, or refuse it; return what was done.

    A sum above the own limit of this station too goes on up with the opinion, where there is a station above.

    Raises:
        NotPermitted: the actor may not approve.
        NotFound: nothing was asked about such an application.
        IllegalMove: it was decided.
        InvalidInput: A211 no opinion is given.
    """
    actor.require(APPROVES)
    opinion = needed_reason(opinion)
    todo = asked_todo(application_id, lock=True)
    if todo.closed_at is not None:
        raise IllegalMove
    body: dict[str, Any] = todo.params["asked"]
    action = _action(body, agrees=agrees)
    subject = (REQUEST, application_id)
    record_event(
        subject=subject, action=_round(action, body), comment=opinion, actor=actor, now=now
    )
    close_todos(subject=subject, kind=WAITS, actor=actor, now=now)
    stop_clocks(subject=subject, now=now)
    record(
        event=f"aid.{action}",
        actor=actor,
        subject=(REQUEST, application_id),
        data={"number": body["number"], "amount_fen": body["amount_fen"]},
        now=now,
    )
    if action == FORWARDED:
        said = {"station": current_station().name, "actor": actor.name, "opinion": opinion}
        onward = {**body, "opinions": [*body["opinions"], said]}
        _post(ASKED, onward, recipient=_above(), now=now)
    else:
        _post(DECIDED, _decision(body, todo), recipient=todo.params["from"], now=now)
    return action


def follow_decision(body: Mapping[str, Any], *, now: datetime) -> None:
    """Follow what the station above decided: at home publish or refuse; between, pass it on. Safe to repeat."""
    application_id = UUID(body["application"])
    if body["home"] != current_station().id:
        _pass_on(body, application_id, now=now)
        return
    row = locked_application(application_id)
    if row.state != AidState.ASKED_ABOVE or len(row.asked_above) != body["round"]:
        return
    actor = Actor.system(body["station"], station=current_station())
    action = "agreed_above" if body["agrees"] else "refused_above"
    before = advance(row, action, actor=actor)
    row.changed_at = now
    if not body["agrees"]:
        row.reason = body["opinion"][:300]
    row.save()
    stop_clocks(subject=subject_of(row), now=now)
    if body["agrees"]:
        publish_notice(row, actor=actor, now=now)
    tell_step(
        row, action, before=before, comment=body["opinion"], place=body["station"],
        actor=Actor.system(body["actor"], station=current_station()), now=now,
    )  # fmt: skip


def send_again(application_id: UUID, recipient: int, *, now: datetime) -> bool:
    """Send once more what vanished: at home every round that was asked, above what was decided or passed on."""
    row = Application.objects.filter(pk=application_id).first()
    if row is not None and row.asked_above:
        for body in row.asked_above:
            _post(ASKED, body, recipient=recipient, now=now, lost=True)
        return True
    todos = Todo.objects.filter(subject_kind=REQUEST, subject_id=application_id).order_by("pk")
    sent = False
    for todo in todos:
        sent |= _answered_again(todo, recipient, now=now)
    return sent


def is_known(body: Mapping[str, Any]) -> bool:
    """Tell whether a request arrived here in this round."""
    return Event.objects.filter(
        subject_kind=REQUEST, subject_id=UUID(body["application"]), action=_round(CAME, body)
    ).exists()


def is_followed(body: Mapping[str, Any]) -> bool:
    """Tell whether a decision from above was followed here, or passed on."""
    if body["home"] != current_station().id:
        return Event.objects.filter(
            subject_kind=REQUEST,
            subject_id=UUID(body["application"]),
            action=_round("passed_on", body),
        ).exists()
    waiting = Application.objects.filter(
        pk=UUID(body["application"]), state=AidState.ASKED_ABOVE
    ).first()
    return waiting is None or len(waiting.asked_above) != body["round"]


def asked_todo(application_id: UUID, *, lock: bool = False) -> Todo:
    """Return the last request about an application from below.

    Raises:
        NotFound: nothing was asked.
    """
    todos = Todo.objects.filter(subject_kind=REQUEST, subject_id=application_id, kind=WAITS)
    todo: Todo | None = (todos.select_for_update() if lock else todos).order_by("-pk").first()
    if todo is None:
        raise NotFound
    return todo


def _picture(row: Application) -> dict[str, Any]:
    file = row.file
    station = current_station()
    on = row.submitted_on or clock.today()
    terms = terms_of(get_programme(row.programme, station=station, on=on))
    return {
        "application": str(row.pk),
        "round": len(row.asked_above) + 1,
        "home": station.id,
        "station": {"id": station.id, "code": station.code, "name": station.name},
        "number": row.number,
        "person": mask_name(row.person_name),
        "programme": row.programme,
        "on": on.isoformat(),
        "limits": dict(terms.own_limits_fen),
        "aid": row.aid,
        "amount_fen": row.amount_fen,
        "tier": file.tier if file else "",
        "file_level": file.file_level if file else "",
        "group": row.group,
        "assessment": dict(row.assessment),
        "meetings": [dict(one) for one in row.meetings],
        "opinions": [],
    }


def _decision(body: Mapping[str, Any], todo: Todo) -> dict[str, Any]:
    last = (
        Event.objects.filter(
            subject_kind=REQUEST,
            subject_id=todo.subject_id,
            action__in=[_round(AGREED, body), _round(REFUSED, body)],
        )
        .order_by("-at", "-pk")
        .first()
    )
    if last is None:
        raise NotFound
    return {
        "application": body["application"],
        "round": body["round"],
        "home": body["home"],
        "agrees": last.action.startswith(AGREED),
        "opinion": last.comment,
        "actor": last.actor_name,
        "station": current_station().name,
        "on": clock.local_day(last.at).isoformat(),
    }


def _pass_on(body: Mapping[str, Any], application_id: UUID, *, now: datetime) -> None:
    todo = asked_todo(application_id)
    if is_followed(body):
        return
    actor = Actor.system(body["actor"], station=current_station())
    record_event(
        subject=(REQUEST, application_id), action=_round("passed_on", body),
        comment=body["opinion"], place=body["station"], actor=actor, now=now,
    )  # fmt: skip
    _post(DECIDED, body, recipient=todo.params["from"], now=now)


def _answered_again(todo: Todo, recipient: int, *, now: datetime) -> bool:
    body: dict[str, Any] = todo.params["asked"]
    done = set(
        Event.objects.filter(subject_kind=REQUEST, subject_id=todo.subject_id).values_list(
            "action", flat=True
        )
    )
    if {_round(AGREED, body), _round(REFUSED, body)} & done and recipient == todo.params["from"]:
        _post(DECIDED, _decision(body, todo), recipient=recipient, now=now, lost=True)
        return True
    return False


def _action(body: Mapping[str, Any], *, agrees: bool) -> str:
    if not agrees:
        return REFUSED
    station = current_station()
    limit = _limits_here(body).get(str(station.level))
    goes_up = station.parent_id is not None and limit is not None and body["amount_fen"] > limit
    return FORWARDED if goes_up else AGREED


def _limits_here(body: Mapping[str, Any]) -> Mapping[str, int]:
    """Return the limits by level on the day the application was handed in.

    A programme of the station below alone does not hold here: then its own limits count, which came with the request.
    """
    on = date.fromisoformat(body["on"]) if "on" in body else clock.today()
    held = programmes_in_force(station=current_station(), on=on).get(body["programme"])
    return body.get("limits", {}) if held is None else terms_of(held).own_limits_fen


def _above() -> int:
    parent = current_station().parent_id
    if parent is None:
        raise AskedOfNobody
    return parent


def _round(action: str, body: Mapping[str, Any]) -> str:
    return f"{action}:{body['round']}"


def _post(
    kind: str, body: Mapping[str, Any], *, recipient: int, now: datetime, lost: bool = False
) -> None:
    send = post_lost_again if lost else post
    send(
        kind=kind,
        recipient=recipient,
        stream=f"{STREAM}:{body['application']}",
        key=f"{body['application']}:{body['round']}",
        body=body,
        now=now,
    )
