"""What every record of a station shares: its timeline, its to-dos, its deadlines, its papers.

Each row names its record by ``subject_kind`` and ``subject_id``: the record's own table is the
business of its app.
"""

from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bangfu.kernel import clock
from bangfu.kernel.tenancy.models import StationModel
from bangfu.kernel.text import worded


class Event(StationModel):
    """One act on a record: who did what, when, from which state to which, with which words.

    Written by ``record_event`` and never changed. ``place`` names the station where it was done,
    when that was another one. ``rules`` are references to the versions of rules a decision used, of the
    station where it was made.
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    action = models.CharField(max_length=60)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    comment = models.TextField(blank=True)
    actor_id = models.IntegerField(null=True)
    actor_name = models.CharField(max_length=60)
    place = models.CharField(max_length=120, blank=True)
    # The rules the act rested on: ``exit.months@2#17``.
    rules = models.JSONField(default=list, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # The timeline on the page of a record.
            models.Index(name="event_of_subject", fields=["subject_kind", "subject_id", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.action}"


class Todo(StationModel):
    """One thing that waits for whoever holds a capability.

    It does not wait for the users of ``not_for``: who made something may not check it. ``title`` is the
    text in the source language with places for ``params``. Written by ``open_todo``, ``close_todos`` and
    ``close_by_hand``. Of one kind a record has at most one that is open.
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    capability = models.CharField(max_length=40)
    not_for = ArrayField(models.IntegerField(), default=list, blank=True)
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict, blank=True)
    link = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True)
    is_closed_by_hand = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.IntegerField(null=True)
    closed_by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            # Also serves closing by subject.
            models.UniqueConstraint(
                name="todo_open_once",
                fields=["subject_kind", "subject_id", "kind"],
                condition=Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="todo_link_stays_here",
                condition=Q(link="") | (Q(link__startswith="/") & ~Q(link__startswith="//")),
            ),
        ]
        indexes = [
            # The workbench: what waits, and its red count.
            models.Index(
                name="todo_waiting",
                fields=["capability", "opened_at"],
                condition=Q(closed_at__isnull=True),
            ),
            # The workbench: what I have done.
            models.Index(
                name="todo_done_by",
                fields=["closed_by_id", "-closed_at"],
                condition=Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"

    @property
    def headline(self) -> str:
        """The title in the reader's language."""
        return worded(self.title, self.params)

    def is_overdue(self, on: date) -> bool:
        """Tell whether it should have been done before a day."""
        return self.due_on is not None and self.due_on < on


class Clock(StationModel):
    """One deadline of a record, with the days that were counted to reach it.

    ``counted`` holds those days; ``rule_id`` and ``rule_version`` name the rule that set their
    number. A record has at most one running clock of a kind. It warns on ``warn_on`` and is
    overdue from the day after ``due_on``. Written by ``start_clock``, ``stop_clock``,
    ``fire_clocks`` and ``recount_clocks``.
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    reference = models.CharField(max_length=60, blank=True)
    capability = models.CharField(max_length=40, blank=True)
    link = models.CharField(max_length=300, blank=True)
    working_days = models.PositiveSmallIntegerField()
    warning_days = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    warn_on = models.DateField()
    due_on = models.DateField()
    counted = models.JSONField()
    is_provisional = models.BooleanField()
    calendar_version = models.CharField(max_length=80, blank=True)
    rule_id = models.BigIntegerField(null=True)
    rule_version = models.PositiveIntegerField(null=True)
    warned_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Also serves stopping by subject.
            models.UniqueConstraint(
                name="clock_runs_once",
                fields=["subject_kind", "subject_id", "kind"],
                condition=Q(stopped_at__isnull=True),
            ),
            models.CheckConstraint(
                name="clock_warns_before_it_is_due", condition=Q(warn_on__lte=F("due_on"))
            ),
        ]
        indexes = [
            # Firing, and the list of warnings: running clocks by the day they speak up.
            models.Index(
                name="clock_running",
                fields=["warn_on"],
                condition=Q(stopped_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"

    @property
    def started_on(self) -> date:
        """The day it was started, from which the days are counted."""
        return clock.local_day(self.started_at)

    def is_overdue(self, at: datetime) -> bool:
        """Tell whether its last day is over."""
        return self.due_on < clock.local_day(at)


class Attachment(StationModel):
    """One paper of a record: a picture or PDF, kept sealed below the station's own folder.

    ``path`` is random and says nothing; ``content_type`` is what the content was found to be, not
    what was claimed. Served only to those who may see the record. Written by ``attach`` and
    ``remove_attachment``.
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    path = models.CharField(max_length=120)
    attached_by_id = models.IntegerField(null=True)
    attached_by_name = models.CharField(max_length=60)
    attached_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            # The papers on the page of a record.
            models.Index(
                name="attachment_of_subject",
                fields=["subject_kind", "subject_id"],
                condition=Q(removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Whether it can be shown in the page."""
        return self.content_type.startswith("image/")
