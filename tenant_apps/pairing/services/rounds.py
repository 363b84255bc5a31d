"""Rounds of visits: those of the calendar open by themselves, campaigns are proposed from the files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound, Problem, refuse
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.policies.selectors import rule_in_force
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.casework.services import close_todos, record_event, stop_clocks
from tenant_apps.households.models import HouseholdFile
from tenant_apps.pairing.flow import DUTY_FLOW, MANAGES
from tenant_apps.pairing.models import COUNTED_STATES, Duty, Pairing, Round, RoundState
from tenant_apps.pairing.people import files_in_groups, files_with_children
from tenant_apps.pairing.rules import (
    CAMPAIGNS,
    FESTIVAL,
    FESTIVAL_RULE,
    Window,
    festival_window,
    quarter_name,
)
from tenant_apps.pairing.selectors import files_on_file
from tenant_apps.pairing.services.checking import (
    locked_files_on_file,
    missing,
    problem,
    unknown,
)
from tenant_apps.pairing.services.owing import (
    Owed,
    open_round,
    owe,
    owe_regular_contacts,
    past_due,
)

_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundDetails:
    """A campaign as somebody proposes it: for whom, from when to when; no group means everybody."""

    kind: str
    name: str
    opens_on: date
    due_on: date
    groups: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What one look at the calendar did in a station."""

    owed: int = 0
    missed: int = 0

    def __str__(self) -> str:
        return f"owed {self.owed}, missed {self.missed}"


@transaction.atomic
def open_campaign(details: RoundDetails, *, actor: Actor, now: datetime) -> Round:
    """Open a campaign and propose its list from the files: one visit for each household that fits.

    Raises:
        NotPermitted: the actor does not manage pairings.
        InvalidInput: P101 no name, P103 a kind or group that is none, P120 it ends before it
            opens, P121 it is over, P122 no household on file fits.
    """
    actor.require(MANAGES)
    refuse(_problems(details, on=clock.local_day(now)))
    files = list(_fitting(details.kind, details.groups, on=clock.local_day(now)))
    if not files:
        refuse([problem("P122", "groups", _("没有符合条件的在档户，请调整重点群体。"))])
    round_ = open_round(
        kind=details.kind,
        key=f"campaign:{uuid7()}",
        name=details.name.strip(),
        window=Window(details.opens_on, details.due_on),
        groups=details.groups,
        actor=actor,
        now=now,
    )
    _owe_to(files, round_, now=now)
    _note(round_, "round.opened", comment=str(len(files)), actor=actor, now=now)
    return round_


@transaction.atomic
def extend_campaign(
    round_id: UUID, *, actor: Actor, now: datetime, file_ids: Collection[UUID] | None = None
) -> int:
    """Add households to a campaign: those that fit by now, or the ones named; return how many are new.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: the round is closed, or the calendar fills it.
    """
    actor.require(MANAGES)
    round_ = _locked(round_id)
    if round_.state != RoundState.OPEN or round_.kind not in CAMPAIGNS:
        raise IllegalMove
    if file_ids is None:
        files = list(_fitting(round_.kind, round_.groups, on=clock.local_day(now)))
    else:
        files = locked_files_on_file(file_ids)
    made = _owe_to(files, round_, now=now)
    _note(round_, "round.extended", comment=str(len(made)), actor=actor, now=now)
    return len(made)


@transaction.atomic
def close_round(round_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Round:
    """Close a round with a word on what was left; its missed visits stay missed.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: it is closed.
        InvalidInput: P101 no reason is given.
    """
    actor.require(MANAGES)
    refuse(missing(reason, "reason", _("结束说明"), most=200))
    round_ = _locked(round_id)
    if round_.state != RoundState.OPEN:
        raise IllegalMove
    round_.state = RoundState.CLOSED
    round_.close_reason = reason.strip()
    round_.save(update_fields=["state", "close_reason"])
    _miss(
        list(
            Duty.objects.select_for_update()
            .filter(round=round_, state__in=DUTY_FLOW.steps["miss"].sources)
            .order_by("id")
        ),
        now=now,
    )
    close_todos(subject=("visit_round", round_.pk), actor=actor, now=now)
    stop_clocks(subject=("visit_round", round_.pk), now=now)
    _note(round_, "round.closed", comment=reason.strip(), actor=actor, now=now)
    return round_


@transaction.atomic
def keep_up(*, now: datetime) -> Kept:
    """Open what the calendar asks for in the station in force, and note what was missed; safe to repeat.

    The contacts of the quarter for every pairing that stands; before Spring Festival a visit to every
    household on file.
    """
    on = clock.local_day(now)
    standing = (
        Pairing.objects.filter(state__in=COUNTED_STATES)
        .exclude(duties__key__startswith=f"quarter:{quarter_name(on)}:")
        .select_related("file", "helper")
        .order_by("id")
    )
    owed = len(owe_regular_contacts(list(standing), now=now))
    rule = rule_in_force(FESTIVAL_RULE, station=current_station(), on=on)
    window = festival_window(on, days_before=rule.value, calendar=calendar_in_force())
    if window is not None:
        year = window.due_on.year
        files = list(files_on_file().exclude(duties__key__startswith=f"festival:{year}:"))
        if files:
            round_ = open_round(
                kind=FESTIVAL,
                key=f"festival:{year}",
                name=kept(gettext_lazy("%(year)s 年春节前走访")) % {"year": year},
                window=window,
                actor=Actor.system("calendar", station=current_station()),
                now=now,
            )
            owed += len(_owe_to(files, round_, prefix=f"festival:{year}", now=now))
    missed = past_due(on)
    _miss(missed, now=now)
    return Kept(owed=owed, missed=len(missed))


def _owe_to(
    files: Sequence[HouseholdFile], round_: Round, *, now: datetime, prefix: str = ""
) -> list[Duty]:
    start = prefix or f"round:{round_.pk}"
    window = Window(round_.opens_on, round_.due_on)
    visits = [
        Owed(file=file, kind=round_.kind, key=f"{start}:{file.pk}", window=window) for file in files
    ]
    return owe(visits, round_=round_, now=now)


def _fitting(kind: str, groups: Collection[str], *, on: date) -> QuerySet[HouseholdFile]:
    campaign = CAMPAIGNS[kind]
    files = files_in_groups(list(groups))
    if not campaign.has_children:
        return files
    children = files_with_children(on=on)
    if set(groups) <= set(campaign.groups):
        return (files_in_groups(campaign.groups) | children).distinct()
    return files


def _miss(duties: Sequence[Duty], *, now: datetime) -> None:
    # What was owed stays owed: no fact changes.
    actor = Actor.system("calendar", station=current_station())
    for duty in duties:
        duty.state = DUTY_FLOW.advance("miss", state=duty.state, actor=actor)
        duty.changed_at = now
    Duty.objects.bulk_update(duties, ["state", "changed_at"], batch_size=_ROWS_AT_ONCE)


def _locked(round_id: UUID) -> Round:
    found = Round.objects.select_for_update().filter(pk=round_id).first()
    if found is None:
        raise NotFound
    return found


def _note(round_: Round, event: str, *, comment: str, actor: Actor, now: datetime) -> None:
    subject = ("visit_round", round_.pk)
    record_event(
        subject=subject,
        action=event,
        to_state=round_.state,
        comment=comment,
        actor=actor,
        now=now,
    )
    record(event=event, actor=actor, subject=subject, data={"said": comment}, now=now)


def _problems(details: RoundDetails, *, on: date) -> list[Problem]:
    problems = missing(details.name, "name", _("活动名称"), most=60)
    if details.kind not in CAMPAIGNS:
        problems.append(problem("P103", "kind", _("请选择活动类别。")))
    problems += unknown(details.groups, "groups", "group")
    if details.due_on < details.opens_on:
        problems.append(problem("P120", "due_on", _("截止日期不能早于开始日期。")))
    elif details.due_on < on:
        problems.append(problem("P121", "due_on", _("截止日期不能早于今天。")))
    return problems
