"""Households that change: another head, a split, a return to hardship.

Source: domain §3.2 (返困重新建档) and §4.2.6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, Problem
from shared_apps.register.services import add_alias, note_split
from tenant_apps.households.drafts import HouseholdDraft, MemberDraft
from tenant_apps.households.flow import LEFT
from tenant_apps.households.mapping import draft_of, number_hash
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.selectors import members_of
from tenant_apps.households.services.drafting import open_draft, replace_draft
from tenant_apps.households.services.stepping import locked_file, save_step, tell_step

_OF_A_PERSON = tuple(
    one.name
    for one in fields(MemberDraft)
    if one.name in {another.name for another in fields(HouseholdDraft)}
    and one.name != "living_together"
)
# What belongs to the former head alone, and what the new one has to sign himself.
_OF_THE_FORMER_HEAD: dict[str, object] = {
    "bank": "",
    "bank_branch": "",
    "card_no": "",
    "card_name": "",
    "card_proxy": "",
    "member_no": "",
    "disability_cert": "",
    "other_phone": "",
    "work_state": "",
    "authorised_on": None,
    "consent_on": None,
}
_SIGNED_ANEW: dict[str, object] = {"applied_on": None, "authorised_on": None, "consent_on": None}


@transaction.atomic
def change_head(
    file_id: UUID,
    *,
    position: int,
    former_head_as: str = "",
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> HouseholdFile:
    """Make another member the head of a household, after a death or a divorce.

    The former head stays as a member with the relation ``former_head_as``, or leaves. The file and its
    number stay; distinct counts know the household by both hashes. What the former head signed and
    his bank card are taken off.

    Raises:
        NotPermitted, NotFound, NotEditable, FileChanged: as ``change_draft``; the file of a household on
            file is changed in a re-check.
        InvalidInput: V380 no such member, or one without a number; or the household is wrong now.
    """
    actor.require("file.edit")
    file = locked_file(file_id)
    old = draft_of(file, members_of(file))
    if not 0 <= position < len(old.members) or not old.members[position].id_no:
        message = _("请选择一位有证件号码的家庭成员作为新户主。")
        raise InvalidInput([Problem(code="V380", field="position", message=message)])
    chosen = old.members[position]
    others = [one for place, one in enumerate(old.members) if place != position]
    if former_head_as:
        shared = {name: getattr(old, name) for name in _OF_A_PERSON}
        stays = MemberDraft(
            **shared,
            relation=former_head_as,
            workplace=old.employer,
            income_fen=old.own_income_fen,
            living_together=True,
        )
        others.append(stays)
    draft = replace(
        old,
        **_OF_THE_FORMER_HEAD,  # type: ignore[arg-type]
        **{name: getattr(chosen, name) for name in _OF_A_PERSON},
        employer=chosen.workplace,
        education=chosen.stage,
        own_income_fen=chosen.income_fen,
        persons=1 + len(others),
        members=others,
    )
    saved = replace_draft(
        file_id, draft, expected_version=expected_version, actor=actor, now=now
    ).file
    add_alias(
        old_hash=number_hash(old.id_no),
        new_hash=number_hash(chosen.id_no),
        reason="new_head",
        now=now,
    )
    tell_step(
        saved,
        "change_head",
        before=saved.state,
        rules=saved.computation.get("rules", ()),
        actor=actor,
        now=now,
    )
    return saved


@transaction.atomic
def split_household(
    file_id: UUID,
    *,
    positions: Sequence[int],
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> HouseholdFile:
    """Let some members form a household of their own: they leave the file, and a draft is opened.

    The first of ``positions`` is the head of the new one. Both are households from then on, each
    counted for itself; the new file names the one it came from, and the register keeps by which hash
    the household of the new head was known before.

    Raises:
        NotPermitted, NotFound, NotEditable, FileChanged: as ``change_draft``.
        InvalidInput: V381 nobody chosen, or nobody would be left to choose from; or as ``open_draft``.
    """
    actor.require("file.edit")
    file = locked_file(file_id)
    old = draft_of(file, members_of(file))
    leaving = [place for place in dict.fromkeys(positions) if 0 <= place < len(old.members)]
    if not leaving or len(leaving) != len(positions):
        message = _("请选择要分户的家庭成员，第一位作为新户的户主。")
        raise InvalidInput([Problem(code="V381", field="positions", message=message)])
    staying = [one for place, one in enumerate(old.members) if place not in leaving]
    rest = replace(
        old,
        members=staying,
        persons=1 + len(staying),
        living_together=1 + sum(one.living_together is not False for one in staying),
    )
    replace_draft(file_id, rest, expected_version=expected_version, actor=actor, now=now)
    head, *followers = [old.members[place] for place in leaving]
    shared = {name: getattr(head, name) for name in _OF_A_PERSON}
    fresh = HouseholdDraft(
        **shared,
        applied_on=clock.local_day(now),
        hukou=old.hukou,
        hukou_region=old.hukou_region,
        residence=old.residence,
        employer=head.workplace,
        education=head.stage,
        own_income_fen=head.income_fen,
        file_kind=old.file_kind,
        persons=len(leaving),
        living_together=len(leaving),
        members=list(followers),
    )
    made = open_draft(fresh, actor=actor, now=now).file
    made.former_id = file.pk
    save_step(made, actor=actor, now=now)
    if head.id_no and old.id_no:
        note_split(
            head_hash=number_hash(head.id_no),
            former_hash=number_hash(old.id_no),
            subject=made.pk,
            former_subject=file.pk,
            on=clock.local_day(now),
        )
    data = {"new": str(made.pk)}
    file.refresh_from_db()
    tell_step(
        file,
        "split",
        before=file.state,
        data=data,
        rules=file.computation.get("rules", ()),
        actor=actor,
        now=now,
    )
    return made


@transaction.atomic
def file_again(file_id: UUID, *, actor: Actor, now: datetime) -> HouseholdFile:
    """Open a new draft for a household that fell back into hardship, linked to its former file.

    What was filled in is taken over; what has to be signed is not. The former file stays as it was.

    Raises:
        NotPermitted, NotFound: as for any file.
        IllegalMove: the household has not left.
        InvalidInput: somebody of it is on an open file already; or as ``open_draft``.
    """
    actor.require("file.edit")
    former = locked_file(file_id)
    if former.state not in {*LEFT, FileState.ARCHIVED} - {FileState.MOVED_OUT}:
        raise IllegalMove
    draft = draft_of(former, members_of(former))
    draft = replace(draft, **_SIGNED_ANEW)  # type: ignore[arg-type]
    file = open_draft(draft, actor=actor, now=now).file
    file.former_id = former.pk
    save_step(file, actor=actor, now=now)
    tell_step(
        former,
        "filed_again",
        before=former.state,
        data={"new": str(file.pk)},
        actor=actor,
        now=now,
    )
    return file
