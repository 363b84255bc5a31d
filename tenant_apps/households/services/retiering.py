"""Files whose tier a change of rules moves: listed, confirmed by a reviewer, brought back.

Nothing changes by itself. A file is listed; a reviewer of its own station confirms it, singly or with
others; an undo of the whole change brings back what nobody touched since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock, doorbell
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError
from bangfu.kernel.reading import in_pages
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.policies.changes import CONFIRM, note_confirming
from shared_apps.policies.movers import Moves, Rules, TakenBack
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.services import (
    close_todos,
    open_todo,
    start_clock,
    stop_clock,
)
from tenant_apps.households.happenings import Happening
from tenant_apps.households.links import file_link, retiering_link
from tenant_apps.households.models import (
    OPEN_RETIERS,
    FileState,
    HouseholdFile,
    RetierItem,
    RetierState,
)
from tenant_apps.households.rules.tiers import INPUTS, Economy, compute_tier
from tenant_apps.households.selectors import income_rule, income_rule_of
from tenant_apps.households.services.tier_moves import MovedFile, rewrite, write_moves
from tenant_apps.households.services.tiering import set_tier

SUBJECT = "tier_change"
TODO = "file.retier"
CONFIRMED = "retiered"
BROUGHT_BACK = "retier_undone"
AT_ONCE = 20
"""So many files are confirmed while one waits; more are left to a worker."""
_ROUND = 100
_INSERTED_AT_ONCE = 500
_DECIDED = (
    "state",
    "tier_before",
    "tier_after",
    "former",
    "lock_version",
    "decided_by",
    "decided_at",
)


class NothingToConfirm(DomainError):
    """None of the chosen files waits any more."""

    code = "nothing-to-confirm"
    message = gettext_lazy("所选档案都已处理，请刷新清单。")


def count_moves(*, before: Rules, after: Rules) -> Moves:
    """Count the files of the station in force whose tier differs between two sets of rules. One query."""
    return Counter((old, new) for _key, old, new, _net in _moved(before=before, after=after))


@transaction.atomic
def list_moved(change_id: UUID, *, before: Rules, after: Rules, now: datetime) -> Moves:
    """Put the files whose tier differs on the work list of the station in force; safe to repeat.

    A file that waits from an earlier change leaves that one's list for this one's. The whole list is one
    to-do and one deadline.
    """
    moved = _moved(before=before, after=after)
    files = [key for key, *_rest in moved]
    for chunk in _chunks(files):
        RetierItem.objects.filter(file_id__in=chunk, state__in=OPEN_RETIERS).exclude(
            change_id=change_id
        ).update(state=RetierState.WITHDRAWN, decided_at=now)
    RetierItem.objects.bulk_create(
        [
            RetierItem(
                file_id=key,
                change_id=change_id,
                tier_before=old,
                tier_after=new,
                net_month_fen=net,
                created_at=now,
            )
            for key, old, new, net in moved
        ],
        ignore_conflicts=True,
        batch_size=_INSERTED_AT_ONCE,
    )
    listed = RetierItem.objects.filter(change_id=change_id).values_list("tier_before", "tier_after")
    moves: Moves = Counter(listed)
    if moves:
        _open_list(change_id, files=moves.total(), now=now)
    return moves


@transaction.atomic
def confirm_retiers(item_ids: Collection[UUID], *, actor: Actor, now: datetime) -> int:
    """Give the chosen files of the work list the tier that the rules in force give them.

    Each is computed anew: what no longer moves leaves the list as it is. A household that reaches no tier any
    more keeps the one it has and is to be re-checked; it leaves by an exit. Returns how many changed tier.

    Raises:
        NotPermitted: the actor does not review files.
        NothingToConfirm: none of them waits.
    """
    actor.require("file.review")
    items = _locked(Q(pk__in=list(item_ids), state__in=OPEN_RETIERS))
    if not items:
        raise NothingToConfirm
    return _confirm(items, actor=actor, now=now)


@transaction.atomic
def ask_to_confirm(item_ids: Collection[UUID] | None, *, actor: Actor, now: datetime) -> int:
    """Have chosen files of the work list, or all (None), confirmed by a worker; returns how many.

    Raises:
        NotPermitted: the actor does not review files.
        NothingToConfirm: none waits.
    """
    actor.require("file.review")
    waiting = RetierItem.objects.filter(state=RetierState.WAITING)
    if item_ids is not None:
        waiting = waiting.filter(pk__in=list(item_ids))
    asked = waiting.update(state=RetierState.ASKED, asked_by_id=actor.user_id, asked_by=actor.name)
    if not asked:
        raise NothingToConfirm
    of_worker = RetierItem.objects.filter(state=RetierState.ASKED)
    for change_id in of_worker.values_list("change_id", flat=True).distinct():
        _note(change_id)
    record(
        event="files.retier_asked",
        actor=actor,
        subject=("station", current_station().id),
        data={"files": asked},
        now=now,
    )
    station_id = current_station().id
    transaction.on_commit(lambda: doorbell.ring(CONFIRM, station_id))
    return asked


def confirm_asked(*, now: datetime) -> int:
    """Confirm what was asked to be confirmed together, some files at a time; safe to be killed.

    Returns how many files were worked on.
    """
    done = 0
    while True:
        with transaction.atomic():
            items = _locked(Q(state=RetierState.ASKED))
            for person in {(one.asked_by_id, one.asked_by) for one in items}:
                actor = Actor(
                    user_id=person[0],
                    name=person[1],
                    station=current_station(),
                    capabilities=frozenset({"file.review"}),
                    via="system",
                )
                own = [one for one in items if (one.asked_by_id, one.asked_by) == person]
                _confirm(own, actor=actor, now=now)
        if not items:
            return done
        done += len(items)


def take_back(change_id: UUID, *, reason: str, actor: Actor, now: datetime) -> TakenBack:
    """Undo some of a change in the station in force: empty its list, bring confirmed files back.

    A file that anybody changed after its confirmation stays as it is. Safe to repeat.
    """
    of_change = Q(change_id=change_id)
    RetierItem.objects.filter(of_change, state__in=OPEN_RETIERS).update(
        state=RetierState.WITHDRAWN, decided_by=actor.name, decided_at=now
    )
    items = _locked(of_change & Q(state=RetierState.CONFIRMED))
    returned = _bring_back(items, reason=reason, actor=actor, now=now)
    if not items:
        _note(change_id)
        _close_list(change_id, actor=actor, now=now)
    return TakenBack(returned=returned, kept=len(items) - returned, is_finished=not items)


def drop_from_list(file: HouseholdFile, *, actor: Actor, now: datetime) -> None:
    """Take a file off the list once its tier was computed anew by another step, a re-check or an exit."""
    items = RetierItem.objects.filter(file_id=file.pk, state__in=OPEN_RETIERS)
    changes = set(items.values_list("change_id", flat=True))
    items.update(state=RetierState.SETTLED, decided_by=actor.name, decided_at=now)
    for change_id in changes:
        _close_if_empty(change_id, actor=actor, now=now)


def settle_with_step(happening: Happening, *, actor: Actor, now: datetime) -> None:
    """Listen to the steps after which a file needs no recomputation."""
    drop_from_list(happening.file, actor=actor, now=now)


def _moved(*, before: Rules, after: Rules) -> list[tuple[UUID, str, str, int]]:
    # Only files on file: what is under way or in a re-check is computed anew by its own next step.
    old_rule, new_rule = income_rule_of(before), income_rule_of(after)
    rows = HouseholdFile.objects.filter(state=FileState.ON_FILE).values_list("id", "tier", *INPUTS)
    moved = []
    for key, tier, *values in in_pages(rows):
        household = Economy(**dict(zip(INPUTS, values, strict=True)))
        now_due = compute_tier(household, rule=new_rule)
        if now_due is None or now_due.tier == tier:
            continue
        was_due = compute_tier(household, rule=old_rule)
        if was_due is None or was_due.tier != now_due.tier:
            moved.append((key, tier, now_due.tier, now_due.net_month_fen))
    return moved


def _locked(which: Q) -> list[RetierItem]:
    # Files before their items, as every other step locks them.
    found = RetierItem.objects.filter(which).order_by("id")
    keys = list(found.values_list("file_id", flat=True)[:_ROUND])
    list(HouseholdFile.objects.select_for_update().filter(pk__in=keys).order_by("id"))
    return list(
        found.filter(file_id__in=keys).select_for_update(of=("self",)).select_related("file")
    )


def _confirm(items: Sequence[RetierItem], *, actor: Actor, now: datetime) -> int:
    rule = income_rule(station=current_station(), on=clock.local_day(now))
    changed = []
    for item in items:
        file = item.file
        household = Economy(**{name: getattr(file, name) for name in INPUTS})
        result = compute_tier(household, rule=rule)
        item.decided_by, item.decided_at = actor.name, now
        item.state = RetierState.SETTLED
        if file.state != FileState.ON_FILE or result is None or result.tier == file.tier:
            continue
        item.tier_before, item.tier_after = file.tier, result.tier
        if not result.tier:
            _ask_for_recheck(file, now=now)
            continue
        item.state = RetierState.CONFIRMED
        item.former = {"tier": file.tier, "sub": file.tier_sub, "computation": file.computation}
        set_tier(file, household, rule=rule)
        changed.append(MovedFile(file, item.tier_before))
    write_moves(changed, CONFIRMED, actor=actor, now=now)
    for item in items:
        if item.state == RetierState.CONFIRMED:
            item.lock_version = item.file.lock_version
    rewrite(RetierItem, items, _DECIDED)
    for change_id in {item.change_id for item in items}:
        _note(change_id)
        _close_if_empty(change_id, actor=actor, now=now)
    return len(changed)


def _bring_back(items: Sequence[RetierItem], *, reason: str, actor: Actor, now: datetime) -> int:
    returned = []
    for item in items:
        file = item.file
        is_untouched = file.state == FileState.ON_FILE and file.lock_version == item.lock_version
        item.state = RetierState.UNDONE if is_untouched else RetierState.KEPT
        if is_untouched:
            returned.append(MovedFile(file, file.tier))
            file.tier, file.tier_sub = item.former["tier"], item.former["sub"]
            file.computation = item.former["computation"]
    write_moves(returned, BROUGHT_BACK, reason=reason, actor=actor, now=now)
    rewrite(RetierItem, items, ["state"])
    return len(returned)


def _ask_for_recheck(file: HouseholdFile, *, now: datetime) -> None:
    open_todo(
        subject=("file", file.pk),
        kind="file.recheck_wanted",
        capability="file.recheck",
        title=gettext_noop("%(number)s 按新标准不再符合困难类别，请复核"),
        params={"number": file.file_no},
        link=file_link(file.pk),
        is_closed_by_hand=True,
        now=now,
    )


def _open_list(change_id: UUID, *, files: int, now: datetime) -> None:
    subject = (SUBJECT, change_id)
    rule = rule_in_force("clock.retier", station=current_station(), on=clock.local_day(now))
    open_todo(
        subject=subject,
        kind=TODO,
        capability="file.review",
        title=gettext_noop("档次待重算：%(count)s 户"),
        params={"count": files},
        link=retiering_link(),
        now=now,
    )
    start_clock(
        subject=subject,
        kind="retier",
        working_days=rule.value,
        rule=rule,
        capability="file.review",
        link=retiering_link(),
        now=now,
    )


def _close_if_empty(change_id: UUID, *, actor: Actor, now: datetime) -> None:
    if not waiting_items().filter(change_id=change_id).exists():
        _close_list(change_id, actor=actor, now=now)


def _close_list(change_id: UUID, *, actor: Actor, now: datetime) -> None:
    close_todos(subject=(SUBJECT, change_id), kind=TODO, actor=actor, now=now)
    stop_clock(subject=(SUBJECT, change_id), kind="retier", now=now)


def _note(change_id: UUID) -> None:
    decided = RetierItem.objects.filter(
        change_id=change_id, state__in=[RetierState.CONFIRMED, RetierState.SETTLED]
    )
    asked = RetierItem.objects.filter(change_id=change_id, state=RetierState.ASKED)
    note_confirming(change_id, asked=asked.count(), confirmed=decided.count())


def waiting_items() -> QuerySet[RetierItem]:
    """The files of the station in force that wait on the work list, oldest first."""
    return RetierItem.objects.filter(state__in=OPEN_RETIERS).order_by("id")


def _chunks(keys: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (
        keys[start : start + _INSERTED_AT_ONCE] for start in range(0, len(keys), _INSERTED_AT_ONCE)
    )


class FileMover:
    """What the rules of the network may ask of the files of a station."""

    def count(self, *, before: Rules, after: Rules) -> Moves:
        """Count the files that would move."""
        return count_moves(before=before, after=after)

    def put_on_list(self, change_id: UUID, *, before: Rules, after: Rules, now: datetime) -> Moves:
        """List them."""
        return list_moved(change_id, before=before, after=after, now=now)

    def take_back(self, change_id: UUID, *, reason: str, actor: Actor, now: datetime) -> TakenBack:
        """Undo some of it."""
        return take_back(change_id, reason=reason, actor=actor, now=now)
