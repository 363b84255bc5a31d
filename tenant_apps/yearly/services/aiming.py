"""Targets of a year: laid down by a station, their progress said by it, and answered by the station above.

What is said goes up, the answer comes down by message. A target belongs to its station: nobody else writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.exchange.services import post, post_lost_again
from shared_apps.notifications.services import notify
from shared_apps.targets.models import Reached, Target, Verdict
from tenant_apps.casework.models import Event, Todo
from tenant_apps.casework.services import close_todos, open_todo, record_event
from tenant_apps.yearly.aims import FILLS, REVIEWS, SUBJECT, WAITS, countable
from tenant_apps.yearly.links import page_link
from tenant_apps.yearly.rules.columns import OLDEST_YEAR

SAID, ANSWERED = "target.said", "target.answered"
STREAM = "target"
_LATEST_YEAR = 9998
_MOST_GOAL = 10**14


@transaction.atomic
def lay_down_target(
    *,
    year: int,
    title: str,
    indicator: str = "",
    goal: int | None = None,
    due_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> Target:
    """Set a target for a year: in words, or a number of an indicator (``goal`` in the smallest part of its unit).

    Raises:
        NotPermitted: the actor may not.
        InvalidInput: Y501 no words, or too many · Y502 no such year · Y503 no such indicator · Y504 no goal above
            zero, or one without an indicator.
    """
    actor.require(FILLS)
    if actor.user_id is None:
        raise NotPermitted
    title = " ".join(title.split())
    problems = []
    if not 0 < len(title) <= 120:
        problems.append(_problem("Y501", "title", _("请填写目标，120 字以内。")))
    if not OLDEST_YEAR <= year <= _LATEST_YEAR:
        problems.append(_problem("Y502", "year", _("请填写年度。")))
    if indicator and indicator not in {one.code for one in countable()}:
        problems.append(_problem("Y503", "indicator", _("没有这个指标。")))
    if indicator and not (goal is not None and 0 < goal <= _MOST_GOAL):
        problems.append(_problem("Y504", "goal", _("请填写大于零的目标数。")))
    if goal is not None and not indicator:
        problems.append(_problem("Y504", "goal", _("目标数须对应一个指标；没有指标的用文字说明。")))
    if problems:
        raise InvalidInput(problems)
    station = current_station()
    rows = Target.objects.filter(station_id=station.id, year=year).select_for_update()
    last = max(rows.values_list("position", flat=True), default=0)
    target = Target.objects.create(
        station_id=station.id,
        year=year,
        position=last + 1,
        title=title,
        indicator=indicator,
        goal=goal,
        due_on=due_on,
        made_by_id=actor.user_id,
        made_by=actor.name,
        made_at=now,
    )
    _traced(target, "lay_down", actor=actor, now=now, comment=title)
    return target


@transaction.atomic
def drop_target(target_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Target:
    """Give a target up, with a reason that stays in the report.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: it was given up, or the station above agreed that it is done.
        InvalidInput: Y505 no reason.
    """
    actor.require(FILLS)
    target = _locked(target_id)
    if target.is_dropped or target.verdict == Verdict.AGREED:
        raise IllegalMove
    reason = _said(reason, 200, _("请写明放弃的原因。"))
    target.dropped_by, target.dropped_on = actor.name, clock.local_day(now)
    target.drop_reason = reason
    target.save()
    _traced(target, "drop", actor=actor, now=now, comment=reason)
    return target


@transaction.atomic
def say_progress(
    target_id: UUID, *, reached: str, words: str, actor: Actor, now: datetime
) -> Target:
    """Say how far a target is; the station above is asked to confirm it. Said again, the answer is awaited anew.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: it was given up.
        InvalidInput: Y505 no words, Y506 no such progress.
    """
    actor.require(FILLS)
    target = _locked(target_id)
    if target.is_dropped:
        raise IllegalMove
    if reached not in Reached.values:
        raise InvalidInput([_problem("Y506", "reached", _("请选择进展。"))])
    target.words = _said(words, 500, _("请说明进展。"))
    target.reached, target.round = reached, target.round + 1
    target.said_on, target.said_by = clock.local_day(now), actor.name
    target.verdict, target.verdict_on = Verdict.NONE, None
    target.verdict_words = target.verdict_by = target.verdict_place = ""
    target.save()
    _traced(target, "say", actor=actor, now=now, comment=f"{target.get_reached_display()}：{words}")
    parent = current_station().parent_id
    if parent is not None:
        post(kind=SAID, recipient=parent, stream=_stream(target.pk), key=_key(target),
             body=_said_body(target), now=now)  # fmt: skip
    return target


def take_in_said(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> None:
    """Let what a station below said wait for somebody here to confirm; safe to repeat."""
    if is_taken_in(body):
        return
    subject = (SUBJECT, UUID(body["target"]))
    system = Actor.system(body["station"], station=current_station())
    record_event(
        subject=subject, action=_round("came", body), comment=body["words"],
        place=body["station"], actor=system, now=now,
    )  # fmt: skip
    # Of one target only what was said last is answered.
    close_todos(subject=subject, kind=WAITS, now=now)
    open_todo(
        subject=subject,
        kind=WAITS,
        capability=REVIEWS,
        title=gettext_noop("核定年度目标进展：%(station)s“%(title)s”"),
        params={
            "station": body["station"],
            "title": body["title"],
            "from": sender_id,
            "said": dict(body),  # type: ignore[dict-item]
        },
        link=page_link("target", UUID(body["target"])),
        now=now,
    )


@transaction.atomic
def answer_said(target_id: UUID, *, agrees: bool, words: str, actor: Actor, now: datetime) -> None:
    """Confirm what a station right below said of a target, or return it with the reason.

    Raises:
        NotPermitted: the actor may not.
        NotFound: nothing of such a target waits here.
        InvalidInput: Y505 it is returned without a reason.
    """
    actor.require(REVIEWS)
    todos = Todo.objects.select_for_update().filter(
        subject_kind=SUBJECT, subject_id=target_id, kind=WAITS, closed_at__isnull=True
    )
    todo = todos.order_by("-pk").first()
    if todo is None:
        raise NotFound
    words = words.strip()[:300]
    if not agrees:
        words = _said(words, 300, _("请写明退回的原因。"))
    said: dict[str, Any] = todo.params["said"]
    action = _round("agree" if agrees else "return", said)
    subject = (SUBJECT, target_id)
    record_event(subject=subject, action=action, comment=words, actor=actor, now=now)
    close_todos(subject=subject, kind=WAITS, actor=actor, now=now)
    record(
        event=f"target.{'agreed' if agrees else 'returned'}",
        actor=actor,
        subject=subject,
        data={"station": said["station"], "title": said["title"], "round": said["round"]},
        now=now,
    )
    _post_answer(said, todo, now=now)


def follow_answer(body: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what the station above answered to what was said last; safe to repeat."""
    target = (
        Target.objects.select_for_update()
        .filter(pk=UUID(body["target"]), station_id=current_station().id)
        .first()
    )
    if target is None or target.round != body["round"] or target.verdict:
        return
    target.verdict = Verdict.AGREED if body["agrees"] else Verdict.RETURNED
    target.verdict_words, target.verdict_by = body["words"], body["by"]
    target.verdict_place, target.verdict_on = body["place"], date.fromisoformat(body["on"])
    target.save()
    by = Actor.system(body["by"], station=current_station())
    _traced(
        target, "agreed" if body["agrees"] else "returned", actor=by, now=now,
        comment=body["words"], place=body["place"],
    )  # fmt: skip
    if not body["agrees"]:
        notify(
            station_id=current_station().id, capability=FILLS, kind="target",
            title=gettext_noop("年度目标“%(title)s”的进展被上级退回"), params={"title": target.title},
            body=body["words"], link=page_link("targets"), key=f"{_key(target)}:{target.pk}", now=now,
        )  # fmt: skip


def is_taken_in(body: Mapping[str, Any]) -> bool:
    """Tell whether what was said in this round arrived here."""
    return Event.objects.filter(
        subject_kind=SUBJECT, subject_id=UUID(body["target"]), action=_round("came", body)
    ).exists()


def is_followed(body: Mapping[str, Any]) -> bool:
    """Tell whether an answer stands with the target, or the target has gone on since."""
    target = Target.objects.filter(pk=UUID(body["target"]), station_id=current_station().id).first()
    return target is None or target.round != body["round"] or bool(target.verdict)


def send_again(target_id: UUID, recipient: int, *, now: datetime) -> bool:
    """Send once more what vanished: at home what was said last, above what was answered."""
    own = Target.objects.filter(pk=target_id, station_id=current_station().id).first()
    if own is not None:
        if own.round == 0 or recipient != current_station().parent_id:
            return False
        post_lost_again(kind=SAID, recipient=recipient, stream=_stream(own.pk), key=_key(own),
                        body=_said_body(own), now=now)  # fmt: skip
        return True
    todos = Todo.objects.filter(subject_kind=SUBJECT, subject_id=target_id, kind=WAITS)
    answered = False
    for todo in todos.order_by("pk"):
        if todo.params["from"] == recipient and _answer_of(todo.params["said"]) is not None:
            _post_answer(todo.params["said"], todo, now=now, lost=True)
            answered = True
    return answered


def _post_answer(said: Mapping[str, Any], todo: Todo, *, now: datetime, lost: bool = False) -> None:
    event = _answer_of(said)
    if event is None:
        raise NotFound
    send = post_lost_again if lost else post
    send(
        kind=ANSWERED,
        recipient=todo.params["from"],
        stream=_stream(UUID(said["target"])),
        key=f"{said['target']}:{said['round']}",
        body={
            "target": said["target"],
            "round": said["round"],
            "agrees": event.action.startswith("agree"),
            "words": event.comment,
            "by": event.actor_name,
            "place": current_station().name,
            "on": clock.local_day(event.at).isoformat(),
        },
        now=now,
    )


def _answer_of(said: Mapping[str, Any]) -> Event | None:
    events = Event.objects.filter(
        subject_kind=SUBJECT,
        subject_id=UUID(said["target"]),
        action__in=[_round("agree", said), _round("return", said)],
    )
    return events.order_by("-at", "-pk").first()


def _said_body(target: Target) -> dict[str, Any]:
    return {
        "target": str(target.pk),
        "round": target.round,
        "year": target.year,
        "title": target.title,
        "reached": target.reached,
        "words": target.words,
        "station": current_station().name,
    }


def _round(action: str, body: Mapping[str, Any]) -> str:
    return f"{action}:{body['round']}"


def _stream(target_id: UUID) -> str:
    return f"{STREAM}:{target_id}"


def _key(target: Target) -> str:
    return f"{target.pk}:{target.round}"


def _locked(target_id: UUID) -> Target:
    target = (
        Target.objects.select_for_update()
        .filter(pk=target_id, station_id=current_station().id)
        .first()
    )
    if target is None:
        raise NotFound
    return target


def _said(words: str, most: int, missing: str) -> str:
    words = words.strip()[:most]
    if not words:
        raise InvalidInput([_problem("Y505", "words", missing)])
    return words


def _problem(code: str, field: str, message: str) -> Problem:
    return Problem(code=code, field=field, message=message)


def _traced(
    target: Target, action: str, *, actor: Actor, now: datetime, comment: str, place: str = ""
) -> None:
    subject = (SUBJECT, target.pk)
    record_event(subject=subject, action=action, comment=comment, place=place, actor=actor, now=now)
    record(
        event=f"target.{action}",
        actor=actor,
        subject=subject,
        data={
            "year": target.year,
            "title": target.title,
            "reached": target.reached,
            "round": target.round,
        },
        now=now,
    )
