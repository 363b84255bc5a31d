"""One step on many reviews at once: each is its own act, and one that is refused stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from tenant_apps.reviews.models import Review, ReviewKind
from tenant_apps.reviews.services.deciding import accept, approve
from tenant_apps.reviews.services.means import conclude_check, request_check
from tenant_apps.reviews.services.noticing import publish_notice
from tenant_apps.reviews.services.travelling import forward

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one review: the sentences that refused it, or none."""

    review_id: UUID
    file_no: str
    head_name: str
    refusals: tuple[str, ...] = ()


def take_step_on_many(
    action: str, review_ids: Iterable[UUID], *, text: str = "", actor: Actor, now: datetime
) -> list[Outcome]:
    """Take one step on each review, in the order given, at most 500.

    Raises:
        NotFound: the step is not one that is taken on many.
    """
    if action not in _MANY:
        raise NotFound
    chosen = list(dict.fromkeys(review_ids))[:MOST_AT_ONCE]
    rows = (
        Review.objects.filter(kind=ReviewKind.ADMISSION)
        .only("file_no", "head_name")
        .in_bulk(chosen)
    )
    outcomes = []
    for review_id in chosen:
        if review_id not in rows:
            continue
        refusals: tuple[str, ...] = ()
        try:
            _MANY[action](review_id, text, actor, now)
        except InvalidInput as refusal:
            refusals = tuple(str(problem.message) for problem in refusal.problems)
        except DomainError as refusal:
            refusals = (str(refusal),)
        outcomes.append(
            Outcome(
                review_id=review_id,
                file_no=rows[review_id].file_no,
                head_name=rows[review_id].head_name,
                refusals=refusals,
            )
        )
    return outcomes


Act = Callable[[UUID, str, Actor, datetime], object]
_MANY: dict[str, Act] = {
    "forward": lambda key, text, actor, now: forward(key, opinion=text, actor=actor, now=now),
    "accept": lambda key, text, actor, now: accept(key, opinion=text, actor=actor, now=now),
    "request_check": lambda key, text, actor, now: request_check(
        key, opinion=text, actor=actor, now=now
    ),
    "conclude_check": lambda key, text, actor, now: conclude_check(
        key, opinion=text, actor=actor, now=now
    ),
    "publish_notice": lambda key, text, actor, now: publish_notice(
        key, reason=text, actor=actor, now=now
    ),
    "approve": lambda key, text, actor, now: approve(key, opinion=text, actor=actor, now=now),
}
MANY = tuple(_MANY)
