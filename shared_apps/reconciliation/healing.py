"""How each kind of break is brought right: from the files, from the leaves, from the sender's records."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.exchange import doorbell
from shared_apps.exchange.models import Message, MessageState
from shared_apps.reconciliation.errors import CannotHeal
from shared_apps.reconciliation.kinds import AUDITED
from shared_apps.reconciliation.models import Break, BreakKind
from shared_apps.reconciliation.proofs import resend_of
from shared_apps.rollup.selectors import tree_differences_of
from shared_apps.rollup.services import (
    Differences,
    correct_station,
    correct_totals,
    recount_station,
)


def heal_facts(case: Break, station: StationRef, _now: datetime) -> str:
    """Bring the facts of one number and month to what the files give."""
    found = recount_station(station)
    place = (case.detail["indicator"], case.detail["month"])
    here = Differences(
        cells=tuple(one for one in found.cells if (one.indicator, f"{one.period:%Y-%m}") == place),
        members=tuple(
            one for one in found.members if (one.indicator, f"{one.period:%Y-%m}") == place
        ),
    )
    correct_station(station, here)
    return _("按档案重算，更正 %(cells)s 个数字、%(households)s 户。") % {
        "cells": len(here.cells),
        "households": len(here.members),
    }


def heal_totals(case: Break, station: StationRef, _now: datetime) -> str:
    """Bring the totals of one number and month to the sum of the stations below."""
    place = (case.detail["indicator"], case.detail["month"])
    here = [
        one
        for one in tree_differences_of(station)
        if (one.indicator, f"{one.period:%Y-%m}") == place
    ]
    correct_totals(station, here)
    return _("按下级站点重新汇总，更正 %(cells)s 个数字。") % {"cells": len(here)}


def heal_message(case: Break, station: StationRef, now: datetime) -> str:
    """Send again what vanished, from the sender's own records, or apply again what left no effect."""
    if "message" in case.detail:
        return _apply_again(case)
    stream, recipient = case.detail["stream"], case.detail["recipient"]
    resend = resend_of(stream)
    if resend is None:
        raise CannotHeal
    with in_station(station), transaction.atomic():
        if not resend(stream, recipient, now=now):
            raise CannotHeal
    _try_what_came_after(station, stream, recipient)
    return _("已按发送方记录重新发送。")


def refuse(_case: Break, _station: StationRef, _now: datetime) -> str:
    """Leave it to people: a broken chain, or a sealed report that no longer agrees, is evidence."""
    raise CannotHeal


def _try_what_came_after(sender: StationRef, stream: str, recipient: int) -> None:
    """Let messages be tried at once that failed only because the one before them was missing."""
    with in_network():
        Message.objects.filter(
            sender_id=sender.id,
            recipient_id=recipient,
            stream=stream,
            state__in=[MessageState.NEW, MessageState.PARKED],
            wish="",
        ).update(state=MessageState.NEW, attempts=0, next_at=Now(), lease_until=None)
        transaction.on_commit(lambda: doorbell.ring(recipient))


def _apply_again(case: Break) -> str:
    with in_network():
        message = Message.objects.get(pk=case.detail["message"])
        Message.objects.filter(pk=message.pk).update(
            state=MessageState.NEW, attempts=0, next_at=Now(), lease_until=None, done_at=None
        )
        transaction.on_commit(lambda: doorbell.ring(message.recipient_id))
    return _("已让收件站点重新办理这条消息。")


Healing = Callable[[Break, StationRef, datetime], str]

HEALINGS: Mapping[str, Healing] = {
    BreakKind.FACTS_VS_FILES: heal_facts,
    BreakKind.MESSAGE_UNAPPLIED: heal_message,
    BreakKind.CHILDREN_VS_PARENT: heal_totals,
    BreakKind.AUDIT_CHAIN: refuse,
    BreakKind.SEALED_REPORT: refuse,
    **dict.fromkeys(AUDITED, refuse),
    BreakKind.BANK: refuse,
    BreakKind.MONEY: refuse,
}
