"""What a draft becomes in the tables: its row, its members, what the register is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.identity import tidied_phone
from bangfu.kernel.tenancy import current_station
from shared_apps.register.services import Household, register_households
from tenant_apps.households.drafts import HouseholdDraft, MemberDraft
from tenant_apps.households.mapping import (
    complete_from_number,
    fill_file,
    fill_member,
    number_hash,
    phone_hash,
)
from tenant_apps.households.models import HouseholdFile, HouseholdMember
from tenant_apps.households.rules import IncomeRule, tier_of_today
from tenant_apps.households.services.tiering import set_tier

LEVEL_OF_FILE = {1: "3", 2: "4", 3: "5", 4: "5"}
"""The file level proposed by the level of the station that opens it."""


_ROWS_AT_ONCE = 200


def completed(draft: HouseholdDraft, *, now: datetime) -> HouseholdDraft:
    """Fill in what follows from what is given: sex and birth from the number, kind and level of the file.

    A telephone is kept as its digits, however it was typed.
    """
    on = clock.local_day(now)
    people: list[HouseholdDraft | MemberDraft] = [draft, *draft.members]
    for person in people:
        if person.id_no:
            complete_from_number(person, on=on)
        person.mobile = tidied_phone(person.mobile)
    draft.id_type = draft.id_type or "resident"
    draft.applied_on = draft.applied_on or on
    draft.file_level = draft.file_level or LEVEL_OF_FILE[current_station().level]
    if draft.identity and not draft.file_kind:
        draft.file_kind = "migrant" if draft.identity == "migrant" else "urban"
    if draft.file_kind == "migrant" and not draft.key_group:
        draft.key_group = "4"
    return draft


def new_row(
    draft: HouseholdDraft,
    *,
    rule: IncomeRule,
    actor: Actor,
    now: datetime,
    origin: str,
    origin_id: UUID | None,
) -> HouseholdFile:
    """Give the unsaved row of a draft, with the tier that its figures give."""
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


def save_new(pairs: Sequence[tuple[HouseholdFile, HouseholdDraft]]) -> None:
    """Save new files with their members, and register their people.

    Raises:
        InvalidInput: E201 somebody just opened a file of the same person here.
    """
    try:
        with transaction.atomic():
            HouseholdFile.objects.bulk_create([file for file, _ in pairs], batch_size=_ROWS_AT_ONCE)
            HouseholdMember.objects.bulk_create(
                [row for file, draft in pairs for row in member_rows(file, draft)],
                batch_size=_ROWS_AT_ONCE,
            )
    except IntegrityError as error:
        raise duplicate() from error
    register_households([household_of(file, draft) for file, draft in pairs])


def member_rows(file: HouseholdFile, draft: HouseholdDraft) -> list[HouseholdMember]:
    """Give the unsaved rows of the members of a draft, in their order."""
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
        phones=(phone_hash(draft.mobile),) if draft.mobile else (),
    )


def duplicate() -> InvalidInput:
    """Return what is said where somebody just opened a file of the same person."""
    message = _("该证件号码刚刚在本站点建了档案，一户只建一份档案。")
    return InvalidInput([Problem(code="E201", field="id_no", message=message)])
