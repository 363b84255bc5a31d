"""How far the own list of a campaign is, told to the stations above in numbers: counted anew after each step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from bangfu.kernel import clock, doorbell
from bangfu.kernel.tenancy import current_station
from shared_apps.programmes.models import Progress
from shared_apps.programmes.selectors import (
    campaigns_to_count,
    get_campaign,
    progress_below,
)
from shared_apps.programmes.services import keep_progress
from tenant_apps.aid.models import Application
from tenant_apps.aid.selectors import CAMPAIGN, is_list_owing, progress_of_campaign
from tenant_apps.casework.models import Todo
from tenant_apps.casework.services import close_todos

COUNT = "aid.count_campaign"
LIST_WAITED_FOR = "aid.campaign_list"
"""The to-do of a station that was urged on about its list."""
_MOVES_FOR = timedelta(days=400)
"""For how long after the end of a campaign what it listed may still be paid, returned or closed."""


def count_soon(rows: Iterable[Application]) -> None:
    """Let the campaigns of applications that are about to change be counted once the change is committed."""
    count_campaigns_soon({row.campaign_id for row in rows if row.campaign_id is not None})


def count_campaigns_soon(campaign_ids: Iterable[UUID]) -> None:
    """Let campaigns be counted once what changes now is committed. A bell that is lost is made up for at night."""
    station_id = current_station().id
    for key in campaign_ids:
        transaction.on_commit(partial(doorbell.ring, COUNT, station_id, str(key)))


def count_campaign(campaign_id: UUID, *, now: datetime) -> Progress:
    """Count the own list of a campaign as it stands, and keep it for the stations above."""

    def count() -> dict[str, tuple[int, int]]:
        return {one.state: (one.n, one.fen) for one in progress_of_campaign(campaign_id)}

    kept = keep_progress(campaign_id, count, station=current_station(), now=now)
    _let_rest(campaign_id, kept, now=now)
    return kept


def count_all(*, now: datetime) -> int:
    """Count every campaign whose list may still move, and of which this station has one; return how many."""
    since = clock.local_day(now) - _MOVES_FOR
    listed = set(
        Application.objects.filter(campaign_id__isnull=False)
        .values_list("campaign_id", flat=True)
        .distinct()
    )
    # Where a station above waits, it may be for stations further below: nothing rings here for them.
    listed |= set(_waited_for().values_list("subject_id", flat=True))
    due = [one.pk for one in campaigns_to_count(since=since) if one.pk in listed]
    for key in due:
        count_campaign(key, now=now)
    return len(due)


def _let_rest(campaign_id: UUID, own: Progress, *, now: datetime) -> None:
    """Close what the station above waited for, once this list and those below it are in or the campaign was ended."""
    if not _waited_for().filter(subject_id=campaign_id).exists():
        return
    station = current_station()
    below = progress_below(campaign_id, station=station)
    lists = [own.counts, *(one.counts for one in below)]
    is_empty = own.nobody_at is not None and all(one.is_empty for one in below)
    listed: dict[str, tuple[int, int]] = {}
    for counts in lists:
        for state, (n, fen) in counts.items():
            known = listed.get(state, (0, 0))
            listed[state] = (known[0] + n, known[1] + fen)
    campaign = get_campaign(campaign_id, station=station)
    is_owing = is_list_owing(listed, is_empty=is_empty)
    if not is_owing or not campaign.is_waited_for(clock.local_day(now)):
        close_todos(subject=(CAMPAIGN, campaign_id), kind=LIST_WAITED_FOR, now=now)


def _waited_for() -> QuerySet[Todo]:
    return Todo.objects.filter(subject_kind=CAMPAIGN, kind=LIST_WAITED_FOR, closed_at__isnull=True)
