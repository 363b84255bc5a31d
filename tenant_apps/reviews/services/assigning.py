"""Who sees to a review: handed over by the head, and urged where it stands still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove, InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.exchange.services import post
from shared_apps.notifications.services import notify
from tenant_apps.casework.selectors import events_of
from tenant_apps.casework.services import record_event
from tenant_apps.households.services.stepping import needed_reason
from tenant_apps.households.transitions import stream_of
from tenant_apps.reviews.models import Review
from tenant_apps.reviews.selectors import colleagues, get_review, review_link, station_above
from tenant_apps.reviews.services.steps import locked, subject_of, waits_for

URGED = "dossier.urged"
BETWEEN_URGES = timedelta(hours=20)


class UrgedLately(DomainError):
    """It was urged less than a day ago."""

    code = "urged-lately"
    message = gettext_lazy("一天内已经催办过，请稍后再催。")


@transaction.atomic
def assign(
    review_ids: Sequence[UUID], *, user_id: int, actor: Actor, now: datetime
) -> list[Review]:
    """Ask a colleague to see to these reviews; anybody with the capability still may.

    Raises:
        NotPermitted, NotFound: the actor may not, or one is not here.
        IllegalMove: one of them is over.
        InvalidInput: V350 nobody of that key decides here.
    """
    actor.require("review.decide")
    person = next((one for one in colleagues() if one[0] == user_id), None)
    if person is None:
        message = _("请选择本站点有审核权限的人员。")
        raise InvalidInput([Problem(code="V350", field="user", message=message)])
    reviews = [locked(review_id) for review_id in sorted(review_ids)]
    if any(review.is_closed for review in reviews):
        raise IllegalMove
    for review in reviews:
        review.assigned_to_id, review.assigned_to = person
        review.save(update_fields=["assigned_to_id", "assigned_to"])
        record_event(
            subject=subject_of(review), action="assigned", comment=person[1], actor=actor, now=now
        )
        record(
            event="review.assigned",
            actor=actor,
            subject=subject_of(review),
            data={"user": person[0], "file_no": review.file_no},
            now=now,
        )
        notify(
            station_id=current_station().id,
            user_ids=[person[0]],
            kind="review.assigned",
            title=gettext_lazy("%(who)s 请您办理 %(number)s"),
            params={"who": actor.name, "number": review.file_no},
            link=review_link(review.pk),
            now=now,
        )
    return reviews


@transaction.atomic
def urge(review_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Review:
    """Remind whoever has the next step; where that is a station above, it hears of it.

    Raises:
        NotPermitted, NotFound: as for any review.
        IllegalMove: nothing waits any more.
        UrgedLately: it was urged less than a day ago.
        InvalidInput: no reason is given.
    """
    actor.require("review.decide")
    get_review(review_id, actor=actor)
    review = locked(review_id)
    if review.is_closed:
        raise IllegalMove
    reason = needed_reason(reason)
    _refuse_too_soon(review, now=now)
    if review.is_centre or not review.sent:
        _remind(review, reason, by=actor.name, now=now)
    else:
        post(
            kind=URGED,
            recipient=station_above().id,
            stream=stream_of(review.file_id),
            key=f"{review.pk}:{now.isoformat()}",
            body={
                "file": str(review.file_id),
                "offer": review.offer,
                "home": review.home_id,
                "by": f"{current_station().name} {actor.name}",
                "reason": reason,
            },
            now=now,
        )
    record_event(subject=subject_of(review), action="urged", comment=reason, actor=actor, now=now)
    record(
        event="review.urged",
        actor=actor,
        subject=subject_of(review),
        data={"file_no": review.file_no, "reason": reason},
        now=now,
    )
    return review


@transaction.atomic
def hear_urge(body: Mapping[str, Any], *, message_id: UUID, now: datetime) -> None:
    """Remind the people of this station of a review that a station below asked about, and pass it on up.

    Safe to repeat: what waits for nobody here, or is over, is left alone.
    """
    review = (
        Review.objects.filter(home_id=body["home"], file_id=UUID(body["file"]), offer=body["offer"])
        .order_by("-round")
        .first()
    )
    if review is None or review.is_closed:
        return
    if not review.is_centre and review.sent:
        post(
            kind=URGED,
            recipient=station_above().id,
            stream=stream_of(review.file_id),
            key=str(message_id),
            body=dict(body),
            now=now,
        )
        return
    _remind(review, body["reason"], by=body["by"], now=now, key=str(message_id))
    record_event(
        subject=subject_of(review),
        action="urged",
        comment=body["reason"],
        actor=Actor.system(body["by"], station=current_station()),
        now=now,
    )


def _remind(review: Review, reason: str, *, by: str, now: datetime, key: str = "") -> None:
    capability = waits_for(review)
    if not capability and review.assigned_to_id is None:
        return
    notify(
        station_id=current_station().id,
        capability=capability,
        user_ids=[review.assigned_to_id] if review.assigned_to_id else [],
        kind="review.urged",
        title=gettext_lazy("催办 %(number)s（%(home)s）"),
        params={"number": review.file_no, "home": review.home_name},
        body=f"{by}：{reason}",
        link=review_link(review.pk),
        key=f"urged:{key}" if key else "",
        now=now,
    )


def _refuse_too_soon(review: Review, *, now: datetime) -> None:
    last = events_of(subject_of(review)).filter(action="urged").first()
    if last is not None and now - last.at < BETWEEN_URGES:
        raise UrgedLately
