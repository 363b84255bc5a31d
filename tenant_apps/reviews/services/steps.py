"""What every act on a review is made of: lock, check against the flow, write, tell those below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.exchange.services import post
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.services import (
    close_todos,
    open_todo,
    record_event,
    start_clock,
    stop_clocks,
)
from tenant_apps.households.basis import rules_behind
from tenant_apps.households.dossiers import Opinion
from tenant_apps.households.transitions import OwnEntry, stream_of
from tenant_apps.reviews.basis import RULES_BEHIND_REVIEWS
from tenant_apps.reviews.flow import ONLY_BELOW, ONLY_CENTRE, REVIEW_FLOW, SENT_DOWN
from tenant_apps.reviews.models import Review, ReviewKind, ReviewState
from tenant_apps.reviews.selectors import review_link

DECIDED = "dossier.decided"
NAMESPACE = uuid5(NAMESPACE_URL, "urn:bangfu:review")
# Whoever took one of these steps reviewed the file, and does not also approve it.
REVIEWING = frozenset(
    {
        "accept",
        "request_check",
        "conclude_check",
        "confirm_means",
        "publish_notice",
        "renew_notice",
    }
)
# What waits in each state: for whom, and in which words.
_WAITING: dict[str, tuple[str, str]] = {
    ReviewState.OFFERED: ("review.decide", gettext_noop("受理上报 %(number)s（%(home)s）")),
    ReviewState.CENTRE_REVIEW: (
        "review.decide",
        gettext_noop("核对经济状况 %(number)s（%(home)s）"),
    ),
    ReviewState.CHECKING: ("review.decide", gettext_noop("发送核对名单 %(number)s（%(home)s）")),
    ReviewState.MEANS_CHECK: ("notice.publish", gettext_noop("发布公示 %(number)s（%(home)s）")),
    ReviewState.OBJECTION: ("review.decide", gettext_noop("核查异议 %(number)s（%(home)s）")),
    ReviewState.APPROVAL: ("review.approve", gettext_noop("审批 %(number)s（%(home)s）")),
}


def review_key(home_id: int, file_id: str, offer: int, *, second_round: bool = False) -> UUID:
    """Return the key that the review of one offer has at every station on the way.

    A second look is another row, at the centre only.
    """
    key = f"{home_id}|{file_id}|{offer}"
    return uuid5(NAMESPACE, f"{key}|2" if second_round else key)


def locked(review_id: UUID) -> Review:
    """Lock and return a review of the station in force.

    Raises:
        NotFound: there is none.
    """
    review: Review | None = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None:
        raise NotFound
    return review


def advance(review: Review, action: str, *, actor: Actor) -> str:
    """Move a review by its flow, unsaved; returns the state it leaves.

    Raises:
        NotPermitted, IllegalMove: as the flow says; or the step is taken at another level.
        OwnEntry: the actor entered the file at home.
    """
    before = review.state
    target = REVIEW_FLOW.advance(action, state=before, actor=actor)
    elsewhere = ONLY_BELOW if review.is_centre else ONLY_CENTRE
    if action in elsewhere or review.kind != ReviewKind.ADMISSION:
        raise IllegalMove
    if actor.user_id is not None and actor.user_id in review.entered_by:
        raise OwnEntry
    review.state = target
    return before


def decided(
    review: Review,
    action: str,
    *,
    before: str,
    text: str,
    actor: Actor,
    now: datetime,
    on: date | None = None,
    next_code: str = "",
) -> Review:
    """Write a step that ``advance`` made: timeline, deadlines, to-dos, message down, audit.

    The timeline, the review and the message keep the versions of the rules the step rests on
    (``basis``).
    """
    rules = rules_behind(action, on=clock.local_day(now), table=RULES_BEHIND_REVIEWS)
    review.rules |= read_references(rules)
    if actor.user_id is not None and action in REVIEWING:
        review.acted_by = sorted({*review.acted_by, actor.user_id})
    review.changed_at, review.changed_by, review.last_text = now, actor.name, text
    subject = subject_of(review)
    record_event(
        subject=subject,
        action=action,
        from_state=before,
        to_state=review.state,
        comment=text,
        actor=actor,
        rules=rules,
        now=now,
    )
    stop_clocks(subject=subject, now=now)
    step = REVIEW_FLOW.steps[action]
    if step.clock:
        start_review_clock(review, step.clock, capability=_waiting(review)[0], now=now)
    wait_for_people(review, actor=actor, now=now)
    send_down(
        review,
        SENT_DOWN[action],
        text=text,
        actor=actor,
        on=on,
        now=now,
        next_code=next_code,
        rules=rules,
    )
    review.save()
    record(
        event=f"review.{action}",
        actor=actor,
        subject=subject,
        data={
            "from": before,
            "to": review.state,
            "file_no": review.file_no,
            "home": review.home_code,
            "rules": rules,
        },
        now=now,
    )
    return review


def send_down(
    review: Review,
    action: str,
    *,
    text: str,
    actor: Actor,
    on: date | None,
    now: datetime,
    next_code: str = "",
    rules: Sequence[str] = (),
) -> None:
    """Tell the station that sent the file up, and keep what was said: so it can be said again."""
    station = current_station()
    review.steps += 1
    key = f"{review.pk}:{station.code}:{review.steps}"
    body = {
        "key": key,
        "file": str(review.file_id),
        "offer": review.offer,
        "home": review.home_id,
        "action": action,
        "station": {"code": station.code, "name": station.name, "level": station.level},
        "actor": actor.name,
        "text": text,
        "on": (on or clock.local_day(now)).isoformat(),
        "next": next_code,
        "rules": list(rules),
    }
    pass_down(review, body, now=now)


def pass_down(review: Review, body: Mapping[str, Any], *, now: datetime) -> None:
    """Post a decision to the station that sent the file up; the review remembers it, unsaved."""
    if all(one["key"] != body["key"] for one in review.sent):
        review.sent = [*review.sent, dict(body)]
    post(
        kind=DECIDED,
        recipient=review.offered_by_id,
        stream=stream_of(review.file_id),
        key=body["key"],
        body=body,
        now=now,
    )


def read_references(references: Iterable[str]) -> dict[str, dict[str, int]]:
    """Read references of rules, by key: the row and its version."""
    read = {}
    for reference in references:
        key, _at, rest = reference.partition("@")
        version, _hash, row = rest.partition("#")
        read[key] = {"id": int(row), "version": int(version)}
    return read


def subject_of(review: Review) -> tuple[str, UUID]:
    """Name a review as casework and the audit chain do."""
    return ("review", review.pk)


def opinion_of(text: str, *, stamp: str, actor: Actor, now: datetime) -> Opinion:
    """Give the opinion of the station in force with its stamp."""
    station = current_station()
    return Opinion(
        station_code=station.code,
        station_name=station.name,
        level=station.level,
        name=actor.name,
        text=text.strip(),
        on=clock.local_day(now).isoformat(),
        stamp=stamp,
    )


def waits_for(review: Review) -> str:
    """Return the capability of whoever takes the next step here; empty when nobody here does."""
    return _waiting(review)[0]


def _waiting(review: Review) -> tuple[str, str]:
    return _WAITING.get(review.state, ("", ""))


def wait_for_people(review: Review, *, actor: Actor, now: datetime) -> None:
    """Let the review wait for whoever takes the next step, and for nobody else."""
    subject = subject_of(review)
    close_todos(subject=subject, actor=actor, now=now)
    capability, title = _waiting(review)
    if capability:
        open_todo(
            subject=subject,
            kind=f"review.{review.state}",
            capability=capability,
            title=title,
            params={"number": review.file_no, "home": review.home_name},
            link=review_link(review.pk),
            now=now,
        )


def start_review_clock(review: Review, kind: str, *, capability: str, now: datetime) -> None:
    """Start a deadline of a review, of as many working days as the rule in force says."""
    rule = rule_in_force(f"clock.{kind}", station=current_station(), on=clock.local_day(now))
    start_clock(
        subject=subject_of(review),
        kind=kind,
        working_days=rule.value,
        rule=rule,
        capability=capability,
        reference=review.file_no,
        link=review_link(review.pk),
        now=now,
    )
