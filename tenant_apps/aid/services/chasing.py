"""Urge on the stations below whose lists of a campaign are not in.

Who is urged on stands in the timeline of the unit: the campaign and the station together. The station gets a
notification and a to-do, which closes by itself as soon as nobody waits on its list any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.exchange.services import post, post_lost_again
from shared_apps.notifications.services import notify
from shared_apps.programmes.models import Campaign
from shared_apps.programmes.selectors import StationProgress, get_campaign, progress_below
from shared_apps.programmes.services import CALLS
from tenant_apps.aid.flow import ENTERS
from tenant_apps.aid.links import page_link
from tenant_apps.aid.selectors import (
    CAMPAIGN,
    CHASE,
    UNIT,
    chased_units,
    is_list_owing,
    unit_key,
)
from tenant_apps.aid.services.progressing import LIST_WAITED_FOR, count_campaign
from tenant_apps.casework.models import Event
from tenant_apps.casework.services import open_todo, record_event

CHASED = "aid.campaign_chased"
LONGEST_TEXT = 500


class ChasedToday(DomainError):
    """The station was urged on today."""

    code = "campaign-chased-today"
    http_status = 429
    message = gettext_lazy("今天已经催办过“%(unit)s”，每个站点每天只能催一次。")


@transaction.atomic
def chase(campaign_id: UUID, code: str, *, text: str = "", actor: Actor, now: datetime) -> None:
    """Tell a station right below that its list of a campaign is waited for; at most once a day.

    Raises:
        NotPermitted: the actor may not.
        NotFound: there is no such campaign, or no such station right below.
        IllegalMove: the campaign has not begun or was ended, or the list is in.
        ChasedToday: it was urged on today.
        InvalidInput: A241 the words are too long.
    """
    campaign, below = _below(campaign_id, text, actor=actor, now=now)
    unit = next((one for one in below if one.code == code), None)
    if unit is None:
        raise NotFound
    if not is_list_owing(unit.counts, is_empty=unit.is_empty):
        raise IllegalMove
    if unit.station_id in _chased_today(campaign, [unit], now=now):
        raise ChasedToday(unit=unit.name)
    _chase(campaign, unit, text=text.strip(), actor=actor, now=now)


@transaction.atomic
def chase_all(campaign_id: UUID, *, text: str = "", actor: Actor, now: datetime) -> int:
    """Urge on every station right below whose list is not in and that was not urged on today; return how many.

    Raises:
        NotPermitted, NotFound, IllegalMove, InvalidInput: as ``chase``.
    """
    campaign, below = _below(campaign_id, text, actor=actor, now=now)
    owing = [one for one in below if is_list_owing(one.counts, is_empty=one.is_empty)]
    known = _chased_today(campaign, owing, now=now)
    due = [one for one in owing if one.station_id not in known]
    for unit in due:
        _chase(campaign, unit, text=text.strip(), actor=actor, now=now)
    return len(due)


def follow_chase(body: Mapping[str, Any], *, now: datetime) -> None:
    """Let those who make lists know that the station above waits for this one; safe to repeat."""
    if is_followed(body):
        return
    station = current_station()
    campaign = get_campaign(UUID(body["campaign"]), station=station)
    subject = (CAMPAIGN, campaign.pk)
    record_event(
        subject=subject, action=_came(body), comment=body["text"], place=body["place"],
        actor=Actor.system(body["by"], station=station), now=now,
    )  # fmt: skip
    link = page_link("campaign", campaign.pk)
    title = gettext_noop("上级催办：报送“%(name)s”名单")
    open_todo(
        subject=subject, kind=LIST_WAITED_FOR, capability=ENTERS, title=title,
        params={"name": campaign.name}, link=link, due_on=campaign.closes_on,
        is_closed_by_hand=True, now=now,
    )  # fmt: skip
    notify(
        station_id=station.id, capability=ENTERS, kind="campaign", title=title,
        params={"name": campaign.name}, body=body["text"], link=link,
        key=f"{_came(body)}:{campaign.pk}", now=now,
    )  # fmt: skip


def is_followed(body: Mapping[str, Any]) -> bool:
    """Tell whether a station was told of being urged on that day."""
    return Event.objects.filter(
        subject_kind=CAMPAIGN, subject_id=UUID(body["campaign"]), action=_came(body)
    ).exists()


def send_again(campaign_id: UUID, recipient: int, *, now: datetime) -> bool:
    """Send once more what vanished of how a station was urged on, from the timeline of the unit."""
    campaign = get_campaign(campaign_id, station=current_station())
    known = Event.objects.filter(
        subject_kind=UNIT, subject_id=unit_key(campaign_id, recipient), action=CHASE
    ).order_by("at")
    for event in known:
        letter = _letter(campaign, recipient, text=event.comment, by=event.actor_name, at=event.at)
        post_lost_again(**letter, now=now)
    return bool(known)


def _below(
    campaign_id: UUID, text: str, *, actor: Actor, now: datetime
) -> tuple[Campaign, list[StationProgress]]:
    actor.require(CALLS)
    station = current_station()
    campaign = get_campaign(campaign_id, station=station)
    if not campaign.is_waited_for(clock.local_day(now)):
        raise IllegalMove
    if len(text.strip()) > LONGEST_TEXT:
        problem = Problem(code="A241", field="text", message=_("请控制在 500 字以内。"))
        raise InvalidInput([problem])
    # The own row of the count stays locked until the end: of two who chase at once the later sees the earlier.
    count_campaign(campaign.pk, now=now)
    return campaign, progress_below(campaign.pk, station=station)


def _chased_today(campaign: Campaign, units: list[StationProgress], *, now: datetime) -> set[int]:
    today = clock.local_day(now)
    known = chased_units(campaign.pk, [unit.station_id for unit in units])
    return {key for key, one in known.items() if clock.local_day(one.last_at) == today}


def _chase(
    campaign: Campaign, unit: StationProgress, *, text: str, actor: Actor, now: datetime
) -> None:
    record_event(
        subject=(UNIT, unit_key(campaign.pk, unit.station_id)), action=CHASE, comment=text,
        place=unit.name, actor=actor, now=now,
    )  # fmt: skip
    record(
        event="campaign.chased",
        actor=actor,
        subject=(CAMPAIGN, campaign.pk),
        data={"unit": unit.code, "words": bool(text)},
        now=now,
    )
    post(**_letter(campaign, unit.station_id, text=text, by=actor.name, at=now), now=now)


def _letter(
    campaign: Campaign, recipient: int, *, text: str, by: str, at: datetime
) -> dict[str, Any]:
    on = clock.local_day(at).isoformat()
    return {
        "kind": CHASED,
        "recipient": recipient,
        "stream": f"{CAMPAIGN}:{campaign.pk}",
        "key": f"{campaign.pk}:{on}",
        "body": {
            "campaign": str(campaign.pk),
            "on": on,
            "text": text,
            "by": by,
            "place": current_station().name,
        },
    }


def _came(body: Mapping[str, Any]) -> str:
    return f"chased:{body['on']}"
