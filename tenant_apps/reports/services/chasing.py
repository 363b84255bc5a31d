"""Urge those on who have not reported."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove, InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from tenant_apps.reports.models import OWING, Received
from tenant_apps.reports.services.noting import LONGEST_TEXT, locked_report, locked_unit, note, send

CHASED = "report.chased"
NOT_AGAIN_WITHIN = timedelta(hours=20)


class ChasedRecently(DomainError):
    """The unit was urged on less than a day ago."""

    code = "chased-recently"
    http_status = 429
    message = gettext_lazy("今天已经催报过“%(unit)s”，每个单位每天只能催一次。")


@transaction.atomic
def chase(unit_id: UUID, *, text: str = "", actor: Actor, now: datetime) -> Received:
    """Tell a unit below that its report is waited for; at most once a day.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: nothing is waited for, or it is a unit that reports on paper.
        ChasedRecently: it was urged on within a day.
        InvalidInput: E902 the words are too long.
    """
    actor.require("report.review")
    _report, unit = locked_unit(unit_id)
    if unit.state not in OWING or unit.station_id is None:
        raise IllegalMove
    if unit.chased_at is not None and now - unit.chased_at < NOT_AGAIN_WITHIN:
        raise ChasedRecently(unit=unit.name)
    words = text.strip()
    if len(words) > LONGEST_TEXT:
        problem = Problem(code="E902", field="text", message=_("请控制在 500 字以内。"))
        raise InvalidInput([problem])
    unit.chased_at = now
    unit.times_chased += 1
    unit.save(update_fields=["chased_at", "times_chased"])
    note(unit, "chase", before=unit.state, text=words, actor=actor, now=now)
    send(
        CHASED,
        unit,
        to=unit.station_id,
        key=f"chased:{unit.times_chased}",
        body={"text": words, "by": actor.name, "place": current_station().name},
        now=now,
    )
    return unit


@transaction.atomic
def chase_all(report_id: UUID, *, text: str = "", actor: Actor, now: datetime) -> int:
    """Urge on everybody who has not reported and was not urged on within a day; return how many.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: E902 the words are too long.
    """
    actor.require("report.review")
    report = locked_report(report_id)
    chased = 0
    owing = Received.objects.filter(
        form=report.form, period=report.period, state__in=OWING, station_id__isnull=False
    )
    for unit in owing.order_by("code"):
        if unit.chased_at is None or now - unit.chased_at >= NOT_AGAIN_WITHIN:
            chase(unit.pk, text=text, actor=actor, now=now)
            chased += 1
    return chased
