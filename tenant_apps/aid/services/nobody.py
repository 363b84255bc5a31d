"""A station where nobody fits a campaign says so: its list is in, although it is empty."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.programmes.models import Progress
from shared_apps.programmes.selectors import get_campaign
from shared_apps.programmes.services import say_nobody_fits
from tenant_apps.aid.flow import ENTERS
from tenant_apps.aid.selectors import CAMPAIGN
from tenant_apps.aid.services.judging import Judge
from tenant_apps.aid.services.listing import proposals_of
from tenant_apps.aid.services.progressing import count_campaign


class ListNotEmpty(DomainError):
    """Somebody is on the list, or was left off it with a reason: the list itself says how it stands."""

    code = "campaign-list-not-empty"
    http_status = 409
    message = _("名单上已有 %(n)s 户（人），请逐户办理，不能报“无符合条件对象”。")


class SomebodyFits(DomainError):
    """The campaign is for households on file here: they are listed, and left off with a reason each."""

    code = "campaign-somebody-fits"
    http_status = 409
    message = _("按规则还有 %(n)s 户（人）符合条件，请先拟定名单，不列入的逐户写明理由。")


@transaction.atomic
def report_nobody(campaign_id: UUID, *, actor: Actor, now: datetime) -> Progress:
    """Report that nobody here fits a campaign; the stations above wait no more. Again, it stays as it was said.

    What was said ends by itself as soon as somebody is listed.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: the campaign is not waited for.
        ListNotEmpty, SomebodyFits: as their names say.
    """
    kept = _counted(campaign_id, actor=actor, now=now)
    if kept.counts:
        raise ListNotEmpty(n=sum(n for n, _fen in kept.counts.values()))
    if kept.nobody_at is not None:
        return kept
    campaign = get_campaign(campaign_id, station=current_station())
    fitting = proposals_of(campaign, Judge(on=clock.local_day(now)), actor=actor, now=now)
    if fitting:
        raise SomebodyFits(n=len(fitting))
    return _said(kept, campaign_id, event="campaign.nobody_fits", actor=actor, now=now, at=now)


@transaction.atomic
def take_back_nobody(campaign_id: UUID, *, actor: Actor, now: datetime) -> Progress:
    """Take back that nobody fits: the list is waited for as before.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: it was not said, or the campaign is not waited for.
    """
    kept = _counted(campaign_id, actor=actor, now=now)
    if kept.nobody_at is None:
        raise IllegalMove
    return _said(
        kept, campaign_id, event="campaign.nobody_taken_back", actor=actor, now=now, at=None
    )


def _counted(campaign_id: UUID, *, actor: Actor, now: datetime) -> Progress:
    """The own count as it stands, its row locked until the end."""
    actor.require(ENTERS)
    campaign = get_campaign(campaign_id, station=current_station())
    if not campaign.is_waited_for(clock.local_day(now)):
        raise IllegalMove
    return count_campaign(campaign.pk, now=now)


def _said(
    kept: Progress,
    campaign_id: UUID,
    *,
    event: str,
    actor: Actor,
    now: datetime,
    at: datetime | None,
) -> Progress:
    say_nobody_fits(kept, by=actor.name, at=at)
    record(event=event, actor=actor, subject=(CAMPAIGN, campaign_id), data={}, now=now)
    # What the station above waited for rests, or waits again.
    return count_campaign(campaign_id, now=now)
