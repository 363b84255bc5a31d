"""What crosses from one station to another, and what background work has been done."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField


class MessageState(models.TextChoices):
    """Where a message stands."""

    NEW = "new", _("待送达")
    DONE = "done", _("已送达")
    PARKED = "parked", _("已停放")
    DISCARDED = "discarded", _("已作废")


class Wish(models.TextChoices):
    """What a first person asks for a parked message; a second one confirms it."""

    REPLAY = "replay", _("重放")
    DISCARD = "discard", _("作废")


class Stream(models.Model):
    """A row of messages of one matter between two stations, delivered strictly in order.

    ``last_seq`` is the sender's own count of what it posted: messages are numbered without a gap, so a
    message lost behind the services' back is found by it. The row is the lock that orders its writers.
    """

    sender = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recipient = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=80)
    last_seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_stream", fields=["sender", "recipient", "name"])
        ]

    def __str__(self) -> str:
        return f"{self.sender_id}→{self.recipient_id} {self.name}"


class Message(models.Model):
    """One message from a station to another. Its key derives from the business key of its sender.

    Written by ``exchange.services.post`` in the transaction of the act; moved on by
    ``exchange.relay``. Personal data in ``body`` is sealed by whoever posts. Times of the delivery
    (``next_at``, ``lease_until``) are the database's clock, ``posted_at`` and ``done_at`` the network's.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    stream = models.CharField(max_length=80)
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    sender = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recipient = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    body = models.JSONField()
    digest = models.BinaryField(max_length=32)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.NEW)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    posted_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    wish = models.CharField(max_length=8, choices=Wish, blank=True)
    wish_reason = models.CharField(max_length=200, blank=True)
    wished_by_id = models.BigIntegerField(null=True)
    wished_by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_message_a_place", fields=["sender", "recipient", "stream", "seq"]
            )
        ]
        indexes = [
            # The relay: what is due for a station, oldest first.
            models.Index(
                fields=["recipient", "next_at"], name="message_due", condition=Q(state="new")
            ),
            # The relay: whether something earlier of the stream is still open.
            models.Index(
                fields=["sender", "recipient", "stream", "seq"],
                name="message_open_before",
                condition=Q(state__in=["new", "parked"]),
            ),
            # The pages of messages, received and sent, newest first.
            models.Index(F("recipient"), F("posted_at").desc(), name="message_received"),
            models.Index(F("sender"), F("posted_at").desc(), name="message_sent"),
            # The page of messages of the whole network, newest first.
            models.Index(fields=["-posted_at"], name="message_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.stream}#{self.seq}"


class JobState(models.TextChoices):
    """How one run of a job ended."""

    RUNNING = "running", _("运行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("失败")


class JobRun(models.Model):
    """One slot of a periodic job. The slot is unique: a second beat finds it taken."""

    job = models.CharField(max_length=60)
    slot = models.DateTimeField()
    state = models.CharField(max_length=8, choices=JobState, default=JobState.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_run_a_slot", fields=["job", "slot"])]

    def __str__(self) -> str:
        return f"{self.job} {self.slot:%Y-%m-%d %H:%M:%S}"


class StationService(models.Model):
    """When a job last came round to a station, so that the one that waited longest is next."""

    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    job = models.CharField(max_length=60)
    served_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_service_a_station", fields=["job", "station"])
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.station_id}"


class EffectState(models.TextChoices):
    """What is known of an effect outside."""

    STARTED = "started", _("已发起")
    DONE = "done", _("已完成")
    FAILED = "failed", _("失败")
    UNKNOWN = "unknown", _("结果未知")


class ExternalEffect(models.Model):
    """One thing done outside the database under our own key: a mail, a short message, a bank file.

    The row is committed before the effect, so a crash leaves it ``started`` and nothing is done twice.
    """

    key = models.CharField(max_length=120, unique=True)
    station = models.ForeignKey(
        "tenants.Station", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=8, choices=EffectState, default=EffectState.STARTED)
    detail = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key} {self.state}"


class KeptAnswer(models.Model):
    """What one write with a key was answered; the same write again is given it and does nothing.

    The key, an ``Idempotency-Key`` or that of a form with ``{% once %}``, is mixed with who asked and where, that of
    a form with what was filled in too; ``asked`` is the digest of what was asked. A refusal is not kept. Written by
    ``exchange.answers`` in the transaction of the act; deleted nightly.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    station = models.ForeignKey(
        "tenants.Station", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    body = EncryptedTextField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.id} {self.status}"
