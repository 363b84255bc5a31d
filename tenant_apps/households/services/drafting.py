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
from bangfu.kernel.crypto import blind_index
from bangfu.kernel.errors import Conflict, IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.selectors import rows_of_subject
from shared_apps.audit.services import record
from shared_apps.register.services import (
    Household,
    forget_split,
    register_households,
    unregister_household,
)
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.casework.services import record_event, remove_attachment
from tenant_apps.households.drafts import FILE_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.mapping import (
    complete_from_number,
    draft_of,
    fill_file,
    fill_member,
    number_hash,
)
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdMember,
    Origin,
)
from tenant_apps.households.rules import (
    IncomeRule,
    Stage,
    check_household,
    tier_of_today,
)
from tenant_apps.households.selectors import check_context, income_rule, members_of
from tenant_apps.households.services.stepping import locked_file
from tenant_apps.households.services.tiering import set_tier

LEVEL_OF_FILE = {1: "3", 2: "4", 3: "5", 4: "5"}
"""The file level proposed by the level of the station that opens it."""

_ROWS_AT_ONCE = 200


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
    draft = _completed(draft, now=now)
    ctx = check_context(draft, station=current_station(), on=on, stage=Stage.DRAFT)
    warnings = _refuse_errors(check_household(draft, ctx))
    rule = income_rule(station=current_station(), on=on)
    file = _row(draft, rule=rule, actor=actor, now=now, origin=origin, origin_id=origin_id)
    _save_new([(file, draft)])
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
        draft = _completed(one, now=now)
        file = _row(draft, rule=rule, actor=actor, now=now, origin=origin, origin_id=origin_id)
        pairs.append((file, draft))
    _save_new(pairs)
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
    draft = _completed(apply(deepcopy(before)), now=now)
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
        raise _duplicate() from error
    if draft.members != before.members:
        HouseholdMember.objects.filter(file_id=file.pk).delete()
        HouseholdMember.objects.bulk_create(_member_rows(file, draft))
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


def _duplicate() -> InvalidInput:
    message = _("该证件号码刚刚在本站点建了档案，一户只建一份档案。")
    return InvalidInput([Problem(code="E201", field="id_no", message=message)])


def _completed(draft: HouseholdDraft, *, now: datetime) -> HouseholdDraft:
    on = clock.local_day(now)
    people: list[HouseholdDraft | MemberDraft] = [draft, *draft.members]
    for person in people:
        if person.id_no:
            complete_from_number(person, on=on)
    draft.id_type = draft.id_type or "resident"
    draft.applied_on = draft.applied_on or on
    draft.file_level = draft.file_level or LEVEL_OF_FILE[current_station().level]
    if draft.identity and not draft.file_kind:
        draft.file_kind = "migrant" if draft.identity == "migrant" else "urban"
    if draft.file_kind == "migrant" and not draft.key_group:
        draft.key_group = "4"
    return draft


def _row(
    draft: HouseholdDraft,
    *,
    rule: IncomeRule,
    actor: Actor,
    now: datetime,
    origin: str,
    origin_id: UUID | None,
) -> HouseholdFile:
    file = HouseholdFile(
        opened_level=current_station().level,
        origin=origin,
        origin_id=origin_id,
        opened_by_id=actor.user_id,
        opened_by=actor.name,
        changed_by_id=actor.user_id,
        changed_by=actor.name,
        created_at=now,
        changed_at=now,
    )
    older = tier_of_today(draft.tier_applied)
    if older.tier != draft.tier_applied:
        draft.tier_applied, file.scheme = older.tier, older.scheme
    fill_file(file, draft)
    set_tier(file, draft, rule=rule)
    return file


def _save_new(pairs: Sequence[tuple[HouseholdFile, HouseholdDraft]]) -> None:
    try:
        with transaction.atomic():
            HouseholdFile.objects.bulk_create([file for file, _ in pairs], batch_size=_ROWS_AT_ONCE)
            HouseholdMember.objects.bulk_create(
                [row for file, draft in pairs for row in _member_rows(file, draft)],
                batch_size=_ROWS_AT_ONCE,
            )
    except IntegrityError as error:
        raise _duplicate() from error
    register_households([household_of(file, draft) for file, draft in pairs])


def _member_rows(file: HouseholdFile, draft: HouseholdDraft) -> list[HouseholdMember]:
    rows = []
    for position, member in enumerate(draft.members):
        row = HouseholdMember(file=file, position=position)
        fill_member(row, member)
        rows.append(row)
    return rows


def household_of(file: HouseholdFile, draft: HouseholdDraft) -> Household:
    """Give the keyed hashes by which the register knows a file."""
    return Household(
        subject=file.pk,
        head=number_hash(draft.id_no) if draft.id_no else None,
        members=tuple(number_hash(one.id_no) for one in draft.members if one.id_no),
        card=bytes(file.card_no_hash) if file.card_no_hash else None,
        phones=(blind_index(draft.mobile, purpose="phone"),) if draft.mobile else (),
    )


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
