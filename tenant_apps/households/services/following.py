"""What the home station makes of the centre's decision on a re-check or an exit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.policies.rules import TIER_RULES
from shared_apps.policies.selectors import rules_in_force
from shared_apps.register.services import unregister_household
from tenant_apps.casework.services import close_todos, stop_clocks
from tenant_apps.households.basis import joined
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.happenings import FileStep, Happening, tell
from tenant_apps.households.indicators import RECHECKED
from tenant_apps.households.leaving import STEP_AFTER
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import (
    RECHECK_WAITS,
    HouseholdFile,
    HouseholdRecheck,
    RecheckKind,
    RecheckState,
)
from tenant_apps.households.rules import IncomeRule
from tenant_apps.households.selectors import income_rule_of, members_of
from tenant_apps.households.services import asked_exits
from tenant_apps.households.services.rechecking import TODO_RECHECK
from tenant_apps.households.services.rounds import period_of, settle_round
from tenant_apps.households.services.stepping import (
    locked_file,
    named,
    open_file_todo,
    save_step,
    subject_of,
    tell_step,
    years_after,
)
from tenant_apps.households.services.tiering import set_tier
from tenant_apps.households.services.versions import record_version

LIFE_DECIDED = "life.decided"
_COUNTS_FOR_THE_QUARTER = (RecheckKind.QUARTERLY, RecheckKind.YEARLY)
# Which older re-checks of the file are done with one.
_MADE_UP_FOR: dict[str, tuple[str, ...]] = {
    RecheckKind.QUARTERLY: (*_COUNTS_FOR_THE_QUARTER, RecheckKind.EVENT),
    RecheckKind.YEARLY: (*_COUNTS_FOR_THE_QUARTER, RecheckKind.EVENT),
    RecheckKind.EVENT: (RecheckKind.EVENT,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeDecision:
    """One decision of the centre; ``step`` counts those on one offer, so that none is followed twice."""

    offer: int
    step: int
    action: str
    station_code: str
    station_name: str
    actor_name: str
    text: str
    on: date
    rules: tuple[str, ...] = ()


@transaction.atomic
def follow_life(file_id: UUID, decision: LifeDecision, *, now: datetime) -> bool:
    """Follow what the centre decided; False when it is about an offer that is over, or was followed.

    Raises:
        NotFound: the station has no such file.
        IllegalMove: the step does not follow from where the file stands.
    """
    file = locked_file(file_id)
    recheck = (
        HouseholdRecheck.objects.select_for_update()
        .filter(
            file=file,
            offer=decision.offer,
            state__in=[RecheckState.SENT, RecheckState.EXITING],
            followed__lt=decision.step,
        )
        .first()
    )
    if recheck is None or decision.action not in _EFFECTS:
        return False
    actor = Actor.system(decision.actor_name, station=current_station())
    before = file.state
    file.state = FILE_FLOW.advance(decision.action, state=before, actor=actor)
    recheck.followed = decision.step
    recheck.decision = decision.text
    recheck.decided_by = f"{decision.station_name} {decision.actor_name}"[:200]
    recheck.decided_on = decision.on
    _EFFECTS[decision.action](_Followed(file, recheck, decision, actor, now))
    tell_step(
        file,
        decision.action,
        before=before,
        comment=decision.text,
        place=decision.station_name,
        data={"station": decision.station_code, "offer": decision.offer},
        rules=joined(decision.rules, recheck.rules if decision.action in _ENDS else ()),
        actor=actor,
        now=now,
    )
    return True


def steps_followed(file_ids: Iterable[UUID]) -> dict[tuple[str, int], int]:
    """Return by file and offer how many decisions were followed of those offers that wait for more."""
    waiting = HouseholdRecheck.objects.filter(
        file_id__in=set(file_ids), state__in=[RecheckState.SENT, RecheckState.EXITING]
    )
    rows = waiting.values_list("file_id", "offer", "followed")
    return {(str(file), offer): done for file, offer, done in rows if offer is not None}


@dataclass(frozen=True, slots=True)
class _Followed:
    file: HouseholdFile
    recheck: HouseholdRecheck
    decision: LifeDecision
    actor: Actor
    now: datetime

    def save(self, event: str = "") -> None:
        """Save both rows, and a version where the decision is one."""
        save_step(self.file, actor=self.actor, now=self.now)
        self.recheck.save()
        if event:
            record_version(
                file=self.file,
                event=event,
                reason=self.decision.text,
                actor=self.actor,
                now=self.now,
            )

    def tell(self, step: FileStep, **data: Any) -> None:
        """Let the apps above act with the step."""
        happening = Happening(step=step, file=self.file, on=self.decision.on, data=data)
        tell(happening, actor=self.actor, now=self.now)


def _continue(done: _Followed) -> None:
    file, recheck, on = done.file, done.recheck, done.decision.on
    recheck.state = RecheckState.CONTINUED
    rules = rules_in_force((*TIER_RULES, "recheck.months"), station=current_station(), on=on)
    recheck.tier_after = _recomputed(file, recheck, rule=income_rule_of(rules))
    file.custody = ""
    file.rechecked_on = on
    months = rules["recheck.months"].value
    following = period_of(on, months=months).last + timedelta(days=1)
    file.next_recheck_on = period_of(following, months=months).last
    if recheck.kind == RecheckKind.REDECLARE:
        file.declared_on = on
    done.save(RECHECKED if recheck.kind in _COUNTS_FOR_THE_QUARTER else f"{RECHECKED}_other")
    _settle(done)
    done.tell(FileStep.RECHECKED, kind=recheck.kind)
    if recheck.tier_after != recheck.tier_before:
        done.tell(FileStep.TIER_CHANGED, before=recheck.tier_before, after=recheck.tier_after)


def _recomputed(file: HouseholdFile, recheck: HouseholdRecheck, *, rule: IncomeRule) -> str:
    # Above the line a household stays in its tier until it has been so for the months of an exit.
    draft = draft_of(file, members_of(file))
    set_tier(file, draft, rule=rule, is_on_file=True)
    recheck.rules = list(rule.source)
    return file.tier


def _give_back(done: _Followed) -> None:
    asked, text = done.recheck.asked, done.decision.text
    done.file.custody = ""
    if asked.get("is_withdrawn"):
        asked_exits.forget_asked(done.file, done.recheck, text=text, actor=done.actor, now=done.now)
        done.save("drop_recheck")
        asked_exits.answer_request(asked, asked_exits.WITHDRAWN, text=text, now=done.now)
        return
    done.recheck.state = RecheckState.FILLING
    done.save()
    asked_exits.answer_request(asked, asked_exits.RETURNED, text=text, now=done.now)
    open_file_todo(
        done.file,
        TODO_RECHECK,
        capability="file.recheck",
        title=gettext_noop("%(number)s 复核被退回，请补充后重新上报"),
        now=done.now,
    )


def _agree_exit(done: _Followed) -> None:
    file, recheck = done.file, done.recheck
    recheck.state = RecheckState.EXITING
    file.exit_kind, file.exit_reason = recheck.exit_kind, recheck.exit_reason
    file.exit_measure = recheck.exit_measure
    file.exit_incomes_fen = recheck.incomes_fen
    done.save("exit_agreed")


def _note(done: _Followed) -> None:
    done.save()


def _stop_exit(done: _Followed) -> None:
    file = done.file
    done.recheck.state = RecheckState.CONTINUED
    file.custody = file.exit_kind = file.exit_reason = file.exit_measure = ""
    file.exit_incomes_fen = []
    file.rechecked_on = done.decision.on
    done.save("exit_stopped")
    asked = done.recheck.asked
    became = asked_exits.WITHDRAWN if asked.get("is_withdrawn") else asked_exits.STOPPED
    asked_exits.answer_request(asked, became, text=done.decision.text, now=done.now)
    _settle(done)


def _leave(done: _Followed) -> None:
    file, recheck, on = done.file, done.recheck, done.decision.on
    rules = rules_in_force(["retention.years"], station=current_station(), on=on)
    recheck.state = RecheckState.EXITED
    recheck.rules = [*recheck.rules, *named(rules.values())]
    file.custody = ""
    file.closed_on = on
    file.keep_until = years_after(on, rules["retention.years"].value)
    done.save("exit")
    asked_exits.answer_request(
        recheck.asked, asked_exits.LEFT, text=done.decision.text, now=done.now
    )
    unregister_household(file.pk)
    stop_clocks(subject=subject_of(file), now=done.now)
    close_todos(subject=subject_of(file), actor=done.actor, now=done.now)
    open_file_todo(
        file,
        "file.left",
        capability="file.edit",
        title=gettext_noop("%(number)s 已退出，请告知本人并在全国系统中办理"),
        is_closed_by_hand=True,
        now=done.now,
    )
    _settle(done)
    done.tell(FileStep.EXITED, exit_kind=file.exit_kind, exit_reason=file.exit_reason)


def _settle(done: _Followed) -> None:
    """Let go of other re-checks of the file that this one made up for, and of rounds that are over."""
    others = HouseholdRecheck.objects.filter(file=done.file, state__in=RECHECK_WAITS)
    if not done.file.is_closed:
        made_up_for = _MADE_UP_FOR.get(done.recheck.kind, ())
        others = others.filter(kind__in=made_up_for, opened_at__lte=done.recheck.opened_at)
    rounds = set(others.values_list("round_id", flat=True)) | {done.recheck.round_id}
    others.update(
        state=RecheckState.CANCELLED,
        decision=kept(gettext_lazy("已由较晚的复核一并办理。")),
        decided_on=done.decision.on,
    )
    for round_id in rounds - {None}:
        settle_round(round_id, now=done.now)


# With these the re-check is decided, and the rules it was filled in and computed by count too.
_ENDS = frozenset({"continued", "exit_agreed", "exit_stopped", *STEP_AFTER.values()})
_EFFECTS: dict[str, Callable[[_Followed], None]] = {
    "continued": _continue,
    "recheck_returned": _give_back,
    "exit_agreed": _agree_exit,
    "exit_objected": _note,
    "exit_resumed": _note,
    "exit_notice_ended": _note,
    "exit_stopped": _stop_exit,
    "left_out": _leave,
    "left_secured": _leave,
    "left_cancelled": _leave,
}
