"""Visits that are owed: made once for one cause, waited for, counted.

A round - the contacts of a quarter, the days before a festival, a campaign - has one deadline and one
to-do for all of its visits; a visit after an event or an approval has its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from bangfu.kernel.workdays import working_days_left
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.policies.selectors import Rule
from shared_apps.regions.selectors import calendar_in_force
from shared_apps.rollup.services import record_facts
from tenant_apps.casework.selectors import running_clock
from tenant_apps.casework.services import (
    close_todos,
    open_todo,
    record_event,
    start_clock,
    stop_clocks,
)
from tenant_apps.households.models import HouseholdFile
from tenant_apps.pairing.flow import DUTY_FLOW, VISITS
from tenant_apps.pairing.indicators import facts_of_duty
from tenant_apps.pairing.links import page_link
from tenant_apps.pairing.models import (
    OPEN_DUTIES,
    Duty,
    DutyState,
    Pairing,
    Round,
    RoundState,
)
from tenant_apps.pairing.rules import REGULAR, Window, quarter_name, quarter_of
from tenant_apps.pairing.selectors import standing_pairings
from tenant_apps.pairing.services.checking import subject_hash
from tenant_apps.pairing.services.counting import duties_counted

# A pairing that begins this near to the end of a quarter owes its first contact in the next.
TOO_LATE_WORKING_DAYS = 10
ROUND_CLOCK = "visit_round"
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One visit that is to be owed: by whom to whom, why, and by when."""

    file: HouseholdFile
    kind: str
    key: str
    window: Window
    pairing: Pairing | None = None
    about: str = ""


def open_round(
    *,
    kind: str,
    key: str,
    name: str,
    window: Window,
    actor: Actor,
    now: datetime,
    groups: Collection[str] = (),
) -> Round:
    """Return the round of a key, opened with its deadline and to-do where there is none yet."""
    found, is_new = Round.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "name": name,
            "opens_on": window.opens_on,
            "due_on": window.due_on,
            "groups": sorted(groups),
            "made_by": actor.name,
            "created_at": now,
        },
    )
    if is_new:
        record(
            event="round.opened",
            actor=actor,
            subject=("visit_round", found.pk),
            data={"kind": kind, "due_on": window.due_on.isoformat()},
            now=now,
        )
    return found


def owe(visits: Sequence[Owed], *, round_: Round | None, now: datetime) -> list[Duty]:
    """Let these visits be owed, each once for its key; return those that are new.

    A round begins to wait with its first visit. Three statements for each five hundred.
    """
    keys = [visit.key for visit in visits]
    known = set(Duty.objects.filter(key__in=keys).values_list("key", flat=True))
    helpers = _helpers_of([visit.file.pk for visit in visits if visit.pairing is None])
    made: dict[str, Duty] = {}
    for visit in visits:
        if visit.key in known:
            continue
        pairing = visit.pairing or helpers.get(visit.file.pk)
        made.setdefault(
            visit.key,
            Duty(
                file=visit.file,
                pairing=pairing,
                helper=pairing.helper if pairing else None,
                round=round_,
                kind=visit.kind,
                key=visit.key,
                about=visit.about[:64],
                opens_on=visit.window.opens_on,
                due_on=visit.window.due_on,
                subject=subject_hash(visit.file),
                created_at=now,
                changed_at=now,
            ),
        )
    duties = list(made.values())
    Duty.objects.bulk_create(duties, batch_size=ROWS_AT_ONCE)
    record_facts([fact for duty in duties for fact in facts_of_duty(duty)], now=now)
    if round_ is not None and duties:
        _wait_for_round(round_, now=now)
    return duties


def owe_regular_contacts(pairings: Sequence[Pairing], *, now: datetime) -> list[Duty]:
    """Let each of these pairings owe its contact of this quarter (I-P04), unless it is too late for it."""
    if not pairings:
        return []
    on = clock.local_day(now)
    calendar = calendar_in_force()
    window = quarter_of(on, calendar)
    late = working_days_left(on, window.due_on, calendar) < TOO_LATE_WORKING_DAYS
    owing = [
        pairing
        for pairing in pairings
        if not late or (pairing.started_on is not None and pairing.started_on < window.opens_on)
    ]
    if not owing or on > window.due_on:
        return []
    quarter = quarter_name(on)
    round_ = open_round(
        kind=REGULAR,
        key=f"quarter:{quarter}",
        name=kept(gettext_lazy("%(quarter)s 季度联系")) % {"quarter": quarter},
        window=window,
        actor=Actor.system("calendar", station=current_station()),
        now=now,
    )
    visits = [
        Owed(
            file=pairing.file,
            pairing=pairing,
            kind=REGULAR,
            key=f"quarter:{quarter}:{pairing.pk}",
            window=window,
        )
        for pairing in owing
    ]
    return owe(visits, round_=round_, now=now)


def owe_visit(visit: Owed, *, rule: Rule | None, actor: Actor, now: datetime) -> Duty | None:
    """Let one visit be owed with a deadline and to-do of its own; None where it is owed already."""
    made = owe([visit], round_=None, now=now)
    if not made:
        return None
    duty = made[0]
    subject = ("duty", duty.pk)
    link = page_link("duty", duty.pk)
    label = CODE_LISTS["visit_kind"].label(duty.kind)
    days = working_days_left(clock.local_day(now), duty.due_on, calendar_in_force())
    start_clock(
        subject=subject,
        kind=rule.key.removeprefix("clock.") if rule else ROUND_CLOCK,
        working_days=max(days, 0),
        rule=rule,
        capability=VISITS,
        reference=visit.file.file_no,
        link=link,
        now=now,
    )
    open_todo(
        subject=subject,
        kind="pairing.visit",
        capability=VISITS,
        title=gettext_noop("走访 %(number)s：%(kind)s"),
        params={"number": visit.file.file_no, "kind": label},
        link=link,
        due_on=duty.due_on,
        now=now,
    )
    record_event(
        subject=subject,
        action="owed",
        to_state=duty.state,
        comment=visit.about,
        actor=actor,
        now=now,
    )
    return duty


def end_duties_of_pairing(pairing: Pairing, *, reason: str, actor: Actor, now: datetime) -> None:
    """What a pairing still owes is not needed any more: its contacts; its must-visits stay owed."""
    duties = Duty.objects.filter(pairing=pairing, kind=REGULAR)
    cancel_open(duties.filter(state__in=OPEN_DUTIES), reason=reason, actor=actor, now=now)


def end_duties_of_file(file_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Nobody owes a visit to a household that left."""
    duties = Duty.objects.filter(file_id=file_id, state__in=OPEN_DUTIES)
    cancel_open(duties, reason=reason, actor=actor, now=now)


def cancel_open(duties: Iterable[Duty], *, reason: str, actor: Actor, now: datetime) -> list[Duty]:
    """Take visits off the list of what is owed, with the reason; they do not count as owed."""
    rows = list(duties)
    with duties_counted(rows, now=now):
        for duty in rows:
            duty.state = DUTY_FLOW.advance("cancel", state=duty.state, actor=actor)
            duty.reason = reason[:200]
            duty.changed_at = now
    Duty.objects.bulk_update(rows, ["state", "reason", "changed_at"], batch_size=ROWS_AT_ONCE)
    for duty in rows:
        settle(duty, actor=actor, now=now)
    settle_rounds({duty.round_id for duty in rows if duty.round_id}, now=now)
    return rows


def settle(duty: Duty, *, actor: Actor, now: datetime) -> None:
    """Nothing waits for this visit any more. Visits of a round wait with their round."""
    if duty.round_id is None:
        close_todos(subject=("duty", duty.pk), kind="pairing.visit", actor=actor, now=now)
        stop_clocks(subject=("duty", duty.pk), now=now)


def settle_rounds(round_ids: Iterable[UUID], *, now: datetime) -> None:
    """Stop waiting for the rounds in which nobody has to go any more."""
    for round_id in sorted(round_ids):
        if not Duty.objects.filter(round_id=round_id, state__in=OPEN_DUTIES).exists():
            close_todos(subject=("visit_round", round_id), now=now)
            stop_clocks(subject=("visit_round", round_id), now=now)


def wait_again(duty: Duty, *, now: datetime) -> None:
    """A visit that was noted by mistake is owed again: its round waits again."""
    if duty.round is not None:
        _wait_for_round(duty.round, now=now)
        return
    open_todo(
        subject=("duty", duty.pk),
        kind="pairing.visit",
        capability=VISITS,
        title=gettext_noop("走访 %(number)s：%(kind)s"),
        params={
            "number": duty.file.file_no,
            "kind": CODE_LISTS["visit_kind"].label(duty.kind),
        },
        link=page_link("duty", duty.pk),
        due_on=duty.due_on,
        now=now,
    )


def _wait_for_round(round_: Round, *, now: datetime) -> None:
    subject = ("visit_round", round_.pk)
    on = clock.local_day(now)
    if round_.state != RoundState.OPEN:
        return
    if round_.due_on >= on and running_clock(subject, kind=ROUND_CLOCK) is None:
        start_clock(
            subject=subject,
            kind=ROUND_CLOCK,
            working_days=max(working_days_left(on, round_.due_on, calendar_in_force()), 0),
            capability=VISITS,
            reference=round_.name,
            link=page_link("round", round_.pk),
            now=now,
        )
    open_todo(
        subject=subject,
        kind="pairing.round",
        capability=VISITS,
        title=gettext_noop("%(round)s：请在 %(due)s 前走访联系完毕"),
        params={"round": round_.name, "due": round_.due_on.isoformat()},
        link=page_link("round", round_.pk),
        due_on=round_.due_on,
        now=now,
    )


def _helpers_of(file_ids: Collection[UUID]) -> dict[UUID, Pairing]:
    found: dict[UUID, Pairing] = {}
    for pairing in standing_pairings(file_ids):
        found.setdefault(pairing.file_id, pairing)
    return found


def past_due(on: date) -> list[Duty]:
    """The visits whose last day has passed without them. Locked."""
    return list(
        Duty.objects.select_for_update()
        .filter(due_on__lt=on, state__in=(DutyState.DUE, DutyState.PLANNED))
        .order_by("id")
    )
