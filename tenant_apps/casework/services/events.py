"""The timeline of a record."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from bangfu.kernel.actors import Actor
from tenant_apps.casework.models import Event
from tenant_apps.casework.subjects import Subject


@transaction.atomic(savepoint=False)
def record_event(
    *,
    subject: Subject,
    action: str,
    actor: Actor,
    now: datetime,
    from_state: str = "",
    to_state: str = "",
    comment: str = "",
    place: str = "",
    rules: Iterable[str] = (),
) -> Event:
    """Add an act to the timeline of a record.

    ``place`` names the station where it was done, when that was another one; ``rules`` the versions of
    the rules that a decision used (``Rule.reference``).
    """
    return Event.objects.create(
        subject_kind=subject[0],
        subject_id=subject[1],
        action=action,
        from_state=from_state,
        to_state=to_state,
        comment=comment.strip(),
        actor_id=actor.user_id,
        actor_name=actor.name,
        place=place,
        rules=list(rules),
        at=now,
    )
