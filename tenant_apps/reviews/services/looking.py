"""Looks at what is masked or sealed; none goes without a trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from shared_apps.audit.services import record
from tenant_apps.households.dossiers import draft_in
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.households.services.revealing import checked_reason
from tenant_apps.reviews.models import MeansCheck, MeansItem, Review
from tenant_apps.reviews.selectors import dossier_of, get_admission, items_of
from tenant_apps.reviews.services.steps import subject_of


@transaction.atomic
def look_at(review_id: UUID, *, actor: Actor, now: datetime) -> tuple[Review, dict[str, Any]]:
    """Open the picture of a review for somebody; that they looked is noted.

    Raises:
        NotPermitted, NotFound: as ``get_admission``.
    """
    review = get_admission(review_id, actor=actor)
    record(
        event="review.viewed",
        actor=actor,
        subject=subject_of(review),
        data={"file_no": review.file_no, "home": review.home_code},
        now=now,
    )
    return review, dossier_of(review)


@transaction.atomic
def reveal(
    review_id: UUID,
    *,
    field: str,
    reason: str,
    actor: Actor,
    now: datetime,
    member: int | None = None,
) -> str:
    """Show one masked value of the picture in the open, for a reason that is noted.

    Raises:
        NotPermitted, NotFound: as ``get_admission``; or there is no such value.
        InvalidInput: no reason of four characters, or one with a number in it.
    """
    actor.require("file.reveal")
    review = get_admission(review_id, actor=actor)
    reason = checked_reason(reason)
    draft = draft_in(dossier_of(review)["snapshot"])
    specs = FILE_FIELDS if member is None else MEMBER_FIELDS
    people = [draft] if member is None else draft.members
    position = member or 0
    if position >= len(people) or field not in {spec.name for spec in specs if spec.sensitive}:
        raise NotFound
    record(
        event="review.revealed",
        actor=actor,
        subject=subject_of(review),
        data={"field": field, "member": member, "reason": reason, "file_no": review.file_no},
        now=now,
    )
    return str(getattr(people[position], field) or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedItem:
    """One item of a means check, opened: what was declared beside what was found."""

    item: MeansItem
    declared: str
    found: str


@transaction.atomic
def look_at_items(check: MeansCheck, *, actor: Actor, now: datetime) -> list[ComparedItem]:
    """Open what a household declared and what was found, side by side; that somebody looked is noted.

    Raises:
        NotPermitted: the actor may not decide on it.
    """
    actor.require("review.decide")
    record(
        event="means.viewed",
        actor=actor,
        subject=("review", check.review_id),
        data={"check": check.number},
        now=now,
    )
    return [
        ComparedItem(
            item=item,
            declared=item.declared.reveal(),
            found=item.found.reveal() if item.found is not None else "",
        )
        for item in items_of(check)
    ]
