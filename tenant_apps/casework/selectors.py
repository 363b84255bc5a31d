"""What waits, what was done, what is due, and what happened to a record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bangfu.kernel import clock
from bangfu.kernel.actors import EVERYTHING, Actor, shown_name
from bangfu.kernel.errors import NotFound, Text
from bangfu.kernel.flow import Flow
from bangfu.kernel.text import kept
from shared_apps.policies.rules import RULES
from tenant_apps.casework.models import Attachment, Clock, Event, Todo
from tenant_apps.casework.subjects import Subject, pass_door, subject_label

# Whoever decides on what stations send up also watches over deadlines, here and below.
SUPERVISES = "review.decide"

_CLOCK_ACTIONS: dict[str, Text] = {
    "clock.warning": _("到期预警"),
    "clock.overdue": _("逾期"),
    "clock.recounted": _("日历变更，期限重新计算"),
}
_TONES = {"clock.warning": "wait", "clock.overdue": "bad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleUsed:
    """A rule that a decision used: what it is called, which version, and the reference that was kept."""

    label: Text
    version: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One line of a timeline as a page shows it; ``rules`` say on which rules it rested."""

    at: datetime
    who: str
    what: Text
    comment: str
    tone: str
    rules: tuple[RuleUsed, ...] = ()


def todos_for(actor: Actor) -> QuerySet[Todo]:
    """Return what waits for the actor and may be done by them, the earliest deadline first."""
    waiting = Todo.objects.filter(closed_at__isnull=True)
    if actor.user_id is not None:
        waiting = waiting.exclude(not_for__contains=[actor.user_id])
    if EVERYTHING not in actor.capabilities:
        waiting = waiting.filter(capability__in=actor.capabilities)
    return waiting.order_by("due_on", "opened_at")


def todos_done_by(actor: Actor) -> QuerySet[Todo]:
    """Return what the actor has done, newest first."""
    return Todo.objects.filter(closed_at__isnull=False, closed_by_id=actor.user_id).order_by(
        "-closed_at"
    )


def todos_for_subjects(actor: Actor, subjects: Iterable[Subject]) -> dict[Subject, Todo]:
    """Return, for each of these records, one thing that waits there for the actor. One query."""
    wanted = set(subjects)
    waiting = todos_for(actor).filter(subject_id__in={subject[1] for subject in wanted})
    found = {(todo.subject_kind, todo.subject_id): todo for todo in waiting}
    return {subject: found[subject] for subject in wanted & found.keys()}


def todos_of(subject: Subject) -> QuerySet[Todo]:
    """Return what still waits on a record."""
    return Todo.objects.filter(
        subject_kind=subject[0], subject_id=subject[1], closed_at__isnull=True
    ).order_by("opened_at")


def deadlines_near(on: date, *, actor: Actor) -> QuerySet[Clock]:
    """Return the running deadlines that have warned by a day or are overdue, the earliest first.

    Those of the actor's own work; whoever supervises the station sees all of them.
    """
    near = Clock.objects.filter(stopped_at__isnull=True, warn_on__lte=on)
    if not actor.may(SUPERVISES):
        near = near.filter(capability__in=actor.capabilities)
    return near.order_by("due_on", "id")


def deadlines_missed(on: date, *, actor: Actor) -> QuerySet[Clock]:
    """Return those of them whose last day is over, the oldest first."""
    return deadlines_near(on, actor=actor).filter(due_on__lt=on)


def amounts_of_work(actor: Actor, *, on: date) -> dict[str, int]:
    """Return how much waits for the actor, is late, is near or past its deadline, and was done this month.

    Three queries: a workbench is opened more often than any other page.
    """
    month = datetime(on.year, on.month, 1, tzinfo=clock.LOCAL)
    late = Count("pk", filter=Q(due_on__lt=on))
    waiting = todos_for(actor).order_by().aggregate(todo=Count("pk"), late=late)
    near = deadlines_near(on, actor=actor).order_by().aggregate(all=Count("pk"), missed=late)
    return {
        "todo": waiting["todo"],
        "todo_late": waiting["late"],
        "near": near["all"] - near["missed"],
        "overdue": near["missed"],
        "done": todos_done_by(actor).filter(closed_at__gte=month).count(),
    }


def running_clock(subject: Subject, *, kind: str) -> Clock | None:
    """Return the running deadline of a kind of a record, if there is one."""
    return Clock.objects.filter(
        subject_kind=subject[0], subject_id=subject[1], kind=kind, stopped_at__isnull=True
    ).first()


def clocks_of(subject: Subject) -> QuerySet[Clock]:
    """Return the running deadlines of a record, the earliest first."""
    return Clock.objects.filter(
        subject_kind=subject[0], subject_id=subject[1], stopped_at__isnull=True
    ).order_by("due_on")


def clock_label(kind: str) -> str:
    """Return what a deadline is called, in the source language."""
    declared = RULES.get(f"clock.{kind}") or RULES.get(f"{kind}.working_days")
    return kept(declared.label) if declared else kept(subject_label(kind)) or kind


def events_of(subject: Subject) -> QuerySet[Event]:
    """Return what happened to a record, newest first."""
    return Event.objects.filter(subject_kind=subject[0], subject_id=subject[1]).order_by(
        "-at", "-id"
    )


def timeline_of(
    subject: Subject, *, flow: Flow | None = None, label: Callable[[str], Text] | None = None
) -> list[TimelineEntry]:
    """Return the timeline of a record, newest first; a flow, or ``label``, names its actions."""
    return [
        TimelineEntry(
            at=event.at,
            who=shown_name(f"{event.place} {event.actor_name}".strip()),
            what=_action_label(event.action, flow=flow, label=label),
            comment=_comment_of(event),
            tone=_TONES.get(event.action, "info"),
            rules=tuple(rules_named(event.rules)),
        )
        for event in events_of(subject)
    ]


def _comment_of(event: Event) -> str:
    if event.action in _TONES and event.comment:
        return gettext("期限 %(day)s") % {"day": event.comment}
    return event.comment


def rules_named(references: Iterable[str]) -> list[RuleUsed]:
    """Read the references a decision kept; a rule that is declared no more goes by its key."""
    found = []
    for reference in references:
        key, _at, rest = reference.partition("@")
        version = rest.partition("#")[0]
        found.append(
            RuleUsed(
                label=RULES[key].label if key in RULES else key,
                version=int(version) if version.isdecimal() else 0,
                reference=reference,
            )
        )
    return found


def attachments_of(subject: Subject) -> QuerySet[Attachment]:
    """Return the papers of a record, in the order they came."""
    return Attachment.objects.filter(
        subject_kind=subject[0], subject_id=subject[1], removed_at__isnull=True
    ).order_by("id")


def get_attachment(attachment_id: UUID, *, actor: Actor) -> Attachment:
    """Return a paper of a record that the actor may see.

    Raises:
        NotFound: it does not exist, was removed, or its record is out of sight.
        NotPermitted: the actor lacks the capability to see such records.
    """
    attachment = Attachment.objects.filter(pk=attachment_id, removed_at__isnull=True).first()
    if attachment is None:
        raise NotFound
    pass_door((attachment.subject_kind, attachment.subject_id), actor=actor)
    return attachment


def _action_label(action: str, *, flow: Flow | None, label: Callable[[str], Text] | None) -> Text:
    if action in _CLOCK_ACTIONS:
        return _CLOCK_ACTIONS[action]
    if flow is not None and action in flow.steps:
        return flow.steps[action].label
    return label(action) if label else action
