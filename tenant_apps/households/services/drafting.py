"""Open, change and delete a draft, with its members."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import Conflict, IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.selectors import rows_of_subject
from shared_apps.audit.services import record
from shared_apps.register.services import forget_split, register_households, unregister_household
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.casework.services import record_event, remove_attachment
from tenant_apps.households.drafts import FILE_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.mapping import draft_of, fill_file
from tenant_apps.households.models import FileState, HouseholdFile, HouseholdMember, Origin
from tenant_apps.households.rules import Stage, check_household
from tenant_apps.households.selectors import check_context, income_rule, members_of
from tenant_apps.households.services.draft_rows import (
    completed,
    duplicate,
    household_of,
    member_rows,
    new_row,
    save_new,
)
from tenant_apps.households.services.stepping import locked_file
from tenant_apps.households.services.tiering import set_tier


class FileChanged(Conflict):
    """Somebody else saved the file since it was read.

    `changes` tells who, when and which fields, newest first; values are never in it.
    """

    code = "file-changed"
    message = gettext_lazy("这份档案在您打开之后被别人修改过，您的修改没有保存。")

    def __init__(self, *, changes: list[dict[str, Any]]) -> None:
        self.changes = changes
        super().__init__()


class NotEditable(IllegalMove):
    """The file has been submitted: its own station may not change it now."""

    code = "file-not-editable"
    message = gettext_lazy("档案已提交，当前状态下不能修改；需要修改时请先撤回或等待退回。")


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that was saved and what was noticed on the way."""

    file: HouseholdFile
    warnings: tuple[Problem, ...] = ()


@transaction.atomic
def open_draft(
    draft: HouseholdDraft,
    *,
    actor: Actor,
    now: datetime,
    origin: str = Origin.FORM,
    origin_id: UUID | None = None,
) -> Saved:
    """Open a draft for a household in the station in force, with the members it names.

    Birthday and sex are filled from the number, level and kind are proposed where left empty.

    Raises:
        NotPermitted: the actor may not fill in files.
        InvalidInput: something given is wrong, or the head is on an open file already.
    """
    actor.require("file.edit")
    on = clock.local_day(now)
    draft = completed(draft, now=now)
    ctx = check_context(draft, station=current_station(), on=on, stage=Stage.DRAFT)
    warnings = _refuse_errors(check_household(draft, ctx))
    rule = income_rule(station=current_station(), on=on)
    file = new_row(draft, rule=rule, actor=actor, now=now, origin=origin, origin_id=origin_id)
    save_new([(file, draft)])
    record(
        event="file.opened",
        actor=actor,
        subject=("file", file.pk),
        data={"origin": origin},
        now=now,
    )
    _note(file, "open", to_state=file.state, actor=actor, now=now)
    return Saved(file, warnings)


@transaction.atomic
def open_drafts(
    drafts: Sequence[HouseholdDraft],
    *,
    actor: Actor,
    now: datetime,
    origin: str = Origin.IMPORT,
    origin_id: UUID | None = None,
) -> list[HouseholdFile]:
    """Open many drafts that were checked already, in a few statements; one audit row for all.

    The answer is in the order of `drafts`. A head who got an open file meanwhile refuses the whole
    batch; check again, and leave that one out.

    Raises:
        NotPermitted: the actor may neither fill in files nor import them.
        InvalidInput: a head is on an open file of this station already.
    """
    if not actor.may("import.run"):
        actor.require("file.edit")
    rule = income_rule(station=current_station(), on=clock.local_day(now))
    pairs = []
    for one in drafts:
        draft = completed(one, now=now)
        file = new_row(draft, rule=rule, actor=actor, now=now, origin=origin, origin_id=origin_id)
        pairs.append((file, draft))
    save_new(pairs)
    if pairs:
        record(
            event="file.opened_many",
            actor=actor,
            subject=("run", origin_id or pairs[0][0].pk),
            data={"origin": origin, "files": len(pairs)},
            now=now,
        )
    return [file for file, _draft in pairs]


@transaction.atomic
def change_draft(
    file_id: UUID,
    *,
    changes: Mapping[str, Any],
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Saved:
    """Change fields of a draft or returned file; `changes` maps column names to read values.

    `expected_version` is the `lock_version` the person saw. What is left out stays as it is.

    Raises:
        NotPermitted, NotFound: as for any file.
        NotEditable: the file is not with its own clerks now.
        FileChanged: somebody else saved it since; says who changed which fields.
        InvalidInput: something given is wrong.
    """

    def apply(draft: HouseholdDraft) -> HouseholdDraft:
        return replace(draft, **changes)

    return _change(file_id, apply, expected_version=expected_version, actor=actor, now=now)


@transaction.atomic
def replace_draft(
    file_id: UUID, draft: HouseholdDraft, *, expected_version: int, actor: Actor, now: datetime
) -> Saved:
    """Replace everything filled in, members included, as an import that updates does.

    Raises: as `change_draft`.
    """
    return _change(
        file_id, lambda _old: draft, expected_version=expected_version, actor=actor, now=now
    )


@transaction.atomic
def add_member(
    file_id: UUID, *, member: MemberDraft, expected_version: int, actor: Actor, now: datetime
) -> Saved:
    """Add another person to the household. Raises: as `change_draft`."""

    def apply(draft: HouseholdDraft) -> HouseholdDraft:
        return replace(draft, members=[*draft.members, member])

    return _change(file_id, apply, expected_version=expected_version, actor=actor, now=now)


@transaction.atomic
def change_member(
    file_id: UUID,
    *,
    position: int,
    changes: Mapping[str, Any],
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Saved:
    """Change fields of the member at `position`, counted from 0. Raises: as `change_draft`."""

    def apply(draft: HouseholdDraft) -> HouseholdDraft:
        members = list(draft.members)
        members[_place(members, position)] = replace(members[position], **changes)
        return replace(draft, members=members)

    return _change(file_id, apply, expected_version=expected_version, actor=actor, now=now)


@transaction.atomic
def remove_member(
    file_id: UUID, *, position: int, expected_version: int, actor: Actor, now: datetime
) -> Saved:
    """Remove the member at `position`, counted from 0. Raises: as `change_draft`."""

    def apply(draft: HouseholdDraft) -> HouseholdDraft:
        members = list(draft.members)
        del members[_place(members, position)]
        return replace(draft, members=members)

    return _change(file_id, apply, expected_version=expected_version, actor=actor, now=now)


@transaction.atomic
def delete_draft(file_id: UUID, *, actor: Actor, now: datetime, expected_version: int = 0) -> None:
    """Delete a draft that was never submitted; the audit chain keeps that it was there.

    An `expected_version` of 0 deletes whatever stands there.

    Raises:
        NotPermitted, NotFound: as for any file.
        NotEditable: it has been submitted once: it can be refused or cancelled, not deleted.
        FileChanged: somebody else saved it since.
    """
    actor.require("file.edit")
    file = locked_file(file_id)
    if file.state != FileState.DRAFT or file.submitted_at is not None:
        raise NotEditable(_("提交过的档案不能删除，只能由审核人不予建档或注销。"))
    if expected_version and file.lock_version != expected_version:
        raise FileChanged(changes=_changes_since(file, expected_version))
    unregister_household(file.pk)
    forget_split(file.pk)
    for scan in attachments_of(("file", file.pk)):
        remove_attachment(scan.pk, actor=actor, now=now)
    record(
        event="file.deleted",
        actor=actor,
        subject=("file", file.pk),
        data={"origin": file.origin},
        now=now,
    )
    file.delete()


def _change(
    file_id: UUID,
    apply: Callable[[HouseholdDraft], HouseholdDraft],
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Saved:
    actor.require("file.edit")
    file = locked_file(file_id)
    if not file.is_editable:
        raise NotEditable
    if file.lock_version != expected_version:
        raise FileChanged(changes=_changes_since(file, expected_version))
    on = clock.local_day(now)
    station = current_station()
    members = members_of(file)
    before = draft_of(file, members)
    draft = completed(apply(deepcopy(before)), now=now)
    changed = _changed_fields(before, draft)
    ctx = check_context(draft, station=station, on=on, stage=Stage.DRAFT, file_id=file.pk)
    warnings = _refuse_errors(check_household(draft, ctx))
    if not changed:
        return Saved(file, warnings)
    fill_file(file, draft)
    if file.state != FileState.RECHECKING:
        # In a re-check the tier stands until the centre has decided.
        set_tier(file, draft, rule=income_rule(station=station, on=on))
    file.changed_by_id, file.changed_by, file.changed_at = actor.user_id, actor.name, now
    file.lock_version += 1
    try:
        with transaction.atomic():
            file.save(force_update=True)
    except IntegrityError as error:
        raise duplicate() from error
    if draft.members != before.members:
        HouseholdMember.objects.filter(file_id=file.pk).delete()
        HouseholdMember.objects.bulk_create(member_rows(file, draft))
    register_households([household_of(file, draft)])
    record(
        event="file.changed",
        actor=actor,
        subject=("file", file.pk),
        data={"fields": changed, "version": file.lock_version},
        now=now,
    )
    return Saved(file, warnings)


def _changes_since(file: HouseholdFile, version: int) -> list[dict[str, Any]]:
    rows = rows_of_subject("file", file.pk).filter(event="file.changed").reverse()
    return [
        {"who": row.actor_name, "at": row.at, "fields": row.data["fields"]}
        for row in rows
        if row.data["version"] > version
    ]


def _refuse_errors(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    if any(problem.severity == "error" for problem in problems):
        raise InvalidInput(problems)
    return tuple(problems)


def _changed_fields(before: HouseholdDraft, after: HouseholdDraft) -> list[str]:
    changed = [
        spec.public_name
        for spec in FILE_FIELDS
        if getattr(before, spec.name) != getattr(after, spec.name)
    ]
    if before.members != after.members:
        changed.append("members")
    return changed


def _place(members: Sequence[MemberDraft], position: int) -> int:
    if not 0 <= position < len(members):
        raise NotFound
    return position


def _note(
    file: HouseholdFile,
    action: str,
    *,
    to_state: str,
    actor: Actor,
    now: datetime,
    from_state: str = "",
) -> None:
    record_event(
        subject=("file", file.pk),
        action=action,
        from_state=from_state,
        to_state=to_state,
        actor=actor,
        now=now,
    )
