"""An exit that a station above asks for: the holding station takes it up at once, with the reason given.

The request finds the file by its number, and goes after it where the file has moved. From there it is an
exit like any other: sent up to the centre that decides, published where the rule asks for it, confirmed by
the head. Whoever asked may take the request back until then. Source: domain §3.2, rechecking → exit_notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.exchange.services import post, post_lost_again
from shared_apps.notifications.services import notify
from tenant_apps.households.dossiers import opened_dossier
from tenant_apps.households.links import file_link
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdRecheck,
    HouseholdTransfer,
    RecheckKind,
    RecheckState,
    TransferRole,
    TransferState,
)
from tenant_apps.households.services.findings import EXIT, Findings
from tenant_apps.households.services.rechecking import (
    AskedFromAbove,
    drop_recheck,
    send_recheck,
    withdraw_recheck,
)
from tenant_apps.households.services.stepping import (
    advance,
    locked_file,
    save_step,
    tell_step,
)
from tenants.selectors import refs_of

EXIT_ASKED = "exit.asked"
EXIT_WITHDRAWN = "exit.withdrawn"
EXIT_ANSWERED = "exit.answered"
ASKED_EVENT = "exit"
TAKEN, DECLINED, RETURNED = "taken", "declined", "returned"
LEFT, STOPPED, WITHDRAWN = "left", "stopped", "withdrawn"
_BECAME: dict[str, str] = {
    RecheckState.FILLING: RETURNED,
    RecheckState.SENT: TAKEN,
    RecheckState.EXITING: TAKEN,
    RecheckState.EXITED: LEFT,
    RecheckState.CONTINUED: STOPPED,
    RecheckState.CANCELLED: WITHDRAWN,
}


@transaction.atomic
def take_up_exit(body: Mapping[str, Any], *, now: datetime) -> None:
    """Take up an exit that a station above asks for, or say why it cannot be; once."""
    if rechecks_asked_by(body["request"]).exists() or _gone_after(EXIT_ASKED, body, now=now):
        return
    file = _file_in(body)
    refusal = _why_not(file, body)
    if file is None or refusal:
        answer_request(body, DECLINED, text=refusal, now=now)
        return
    try:
        with transaction.atomic():
            _sent_up(file, body, now=now)
    except InvalidInput as refused:
        text = " ".join(str(problem.message) for problem in refused.problems)
        answer_request(body, DECLINED, text=text, now=now)
        return
    except AskedFromAbove as refused:
        # Another station above asked before, and its exit was given back to be filled in again.
        answer_request(body, DECLINED, text=str(refused), now=now)
        return
    notify(
        station_id=current_station().id,
        capability="file.recheck",
        kind="exit",
        title=gettext_noop("%(station)s发起档案 %(number)s 退出，已按程序上报"),
        params={"station": body["centre"]["name"], "number": file.file_no},
        link=file_link(file.pk),
        key=f"{EXIT_ASKED}:{body['request']}",
        now=now,
    )
    answer_request(body, TAKEN, text="", now=now)


@transaction.atomic
def give_up_exit(body: Mapping[str, Any], *, now: datetime) -> None:
    """Take an exit back that a station above asked for and has thought better of; too late once decided."""
    if _gone_after(EXIT_WITHDRAWN, body, now=now):
        return
    recheck = (
        rechecks_asked_by(body["request"])
        .filter(state__in=[RecheckState.FILLING, RecheckState.SENT, RecheckState.EXITING])
        .select_for_update()
        .first()
    )
    if recheck is None:
        return
    actor = _asker(body)
    recheck.asked = {**recheck.asked, "is_withdrawn": True}
    recheck.save(update_fields=["asked"])
    if recheck.state == RecheckState.FILLING:
        file = locked_file(recheck.file_id)
        forget_asked(file, recheck, text=body["reason"], actor=actor, now=now)
        save_step(file, actor=actor, now=now)
        answer_request(recheck.asked, WITHDRAWN, text=body["reason"], now=now)
        return
    withdraw_recheck(recheck.file_id, reason=body["reason"], actor=actor, now=now)


def rechecks_asked_by(request: str) -> QuerySet[HouseholdRecheck]:
    """The re-check that was opened for a request from above, if it was."""
    return HouseholdRecheck.objects.filter(asked__request=request)


def forget_asked(
    file: HouseholdFile, recheck: HouseholdRecheck, *, text: str, actor: Actor, now: datetime
) -> None:
    """Let a household stay on file whose exit was asked for and taken back; the file is not saved."""
    before = advance(file, "drop_recheck", actor=actor)
    recheck.state, recheck.decision = RecheckState.CANCELLED, text
    recheck.decided_on, recheck.decided_by = clock.local_day(now), actor.name
    recheck.save()
    tell_step(file, "drop_recheck", before=before, comment=text, actor=actor, now=now)


def answer_request(asked: Mapping[str, Any], state: str, *, text: str, now: datetime) -> None:
    """Tell the station that asked for an exit what became of it; nothing where none asked."""
    if not asked:
        return
    post(**_answer(asked, state, text=text, now=now), now=now)


@transaction.atomic
def answer_lost_again(request: str, *, recipient: int, now: datetime) -> bool:
    """Say once more what became of an exit that was asked for, into the place of an answer that vanished.

    False where nothing was taken up for it here, or it was another station that asked.
    """
    recheck = rechecks_asked_by(request).first()
    if recheck is None or recheck.asked["centre"]["id"] != recipient:
        return False
    is_withdrawn = recheck.asked.get("is_withdrawn", False)
    became = _BECAME[recheck.state]
    letter = _answer(
        recheck.asked,
        WITHDRAWN if became == STOPPED and is_withdrawn else became,
        text=recheck.decision,
        now=now,
    )
    post_lost_again(**letter, now=now)
    return True


def _answer(asked: Mapping[str, Any], state: str, *, text: str, now: datetime) -> dict[str, Any]:
    station = current_station()
    return {
        "kind": EXIT_ANSWERED,
        "recipient": asked["centre"]["id"],
        "stream": f"exit:{asked['request']}",
        "key": f"{asked['request']}:{state}:{now.isoformat()}",
        "body": {
            "request": asked["request"],
            "state": state,
            "text": text,
            "home": {"code": station.code, "name": station.name},
        },
    }


def _sent_up(file: HouseholdFile, body: Mapping[str, Any], *, now: datetime) -> None:
    actor, on = _asker(body), clock.local_day(now)
    said = opened_dossier(body["dossier"])
    label = kept(gettext_lazy("上级发起退出"))
    if file.state == FileState.RECHECKING:
        file = drop_recheck(file.pk, reason=label, actor=actor, now=now)
    before = advance(file, "start_recheck", actor=actor)
    HouseholdRecheck.objects.create(
        file=file,
        kind=RecheckKind.EVENT,
        period=f"asked{UUID(body['request']).hex[:19]}",
        due_on=on,
        state=RecheckState.FILLING,
        event=ASKED_EVENT,
        tier_before=file.tier,
        filled_by=actor.name,
        asked={
            "request": body["request"],
            "centre": body["centre"],
            "by": body["by"],
            "by_id": body["by_id"],
            "source": body["source"],
        },
        opened_at=now,
    )
    save_step(file, actor=actor, now=now)
    tell_step(file, "start_recheck", before=before, comment=label, actor=actor, now=now)
    findings = Findings(
        text=said["text"],
        proposal=EXIT,
        exit_kind=said["exit_kind"],
        exit_reason=said["exit_reason"],
        incomes_fen=said["incomes_fen"],
        is_cause_gone=said["is_cause_gone"],
    )
    send_recheck(file.pk, findings, actor=actor, now=now)


def _file_in(body: Mapping[str, Any]) -> HouseholdFile | None:
    found: HouseholdFile | None = (
        HouseholdFile.objects.select_for_update().filter(file_no=body["file_no"]).first()
    )
    return found


def _gone_after(kind: str, body: Mapping[str, Any], *, now: datetime) -> bool:
    """Send a message on to where the file moved; False where it is here, or was never."""
    file = HouseholdFile.objects.filter(file_no=body["file_no"]).first()
    if file is None or file.state != FileState.MOVED_OUT:
        return False
    moved = (
        HouseholdTransfer.objects.filter(
            file_id=file.pk, role=TransferRole.GIVING, state=TransferState.DONE
        )
        .order_by("-offered_at")
        .first()
    )
    if moved is None:
        return False
    post(
        kind=kind,
        recipient=moved.taking_id,
        stream=f"exit:{body['request']}",
        key=body["request"],
        body=body,
        now=now,
    )
    return True


def _why_not(file: HouseholdFile | None, body: Mapping[str, Any]) -> str:
    centre_id = body["centre"]["id"]
    centre = refs_of([centre_id])[centre_id]
    if file is None:
        return kept(gettext_lazy("没有这个编号的档案。"))
    if not current_station().is_below(centre):
        return kept(gettext_lazy("档案已由不属于发起单位管辖的站点管理。"))
    is_free = file.state in {FileState.ON_FILE, FileState.RECHECKING} and not file.custody
    if is_free:
        return ""
    text = kept(gettext_lazy("档案现在“%(state)s”，不能发起退出。"))
    return text % {"state": kept(FileState(file.state).label)}


def _asker(body: Mapping[str, Any]) -> Actor:
    name = f"{body['centre']['name']} {body['by']}"[:60]
    return Actor.system(name, station=current_station())
