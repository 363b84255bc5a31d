"""The timelines of many records at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bangfu.kernel.actors import Actor
from tenant_apps.casework.models import Event
from tenant_apps.casework.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is added to the timeline of one record: the act, the states before and after, the words.

    ``rules`` are references of the versions of rules that a decision used.
    """

    subject: Subject
    action: str
    from_state: str = ""
    to_state: str = ""
    comment: str = ""
    rules: tuple[str, ...] = ()


def record_acts(acts: Iterable[Act], *, actor: Actor, now: datetime) -> list[Event]:
    """Add an act to the timeline of each of many records: the rows ``record_event`` would write one by one."""
    return Event.objects.bulk_create(
        Event(
            subject_kind=act.subject[0],
            subject_id=act.subject[1],
            action=act.action,
            from_state=act.from_state,
            to_state=act.to_state,
            comment=act.comment.strip(),
            actor_id=actor.user_id,
            actor_name=actor.name,
            rules=list(act.rules),
            at=now,
        )
        for act in acts
    )
