"""Samples of aided households, and what was answered. Written by ``tenant_apps.surveys`` inside their station."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.ids import uuid7


class Stratum(models.TextChoices):
    """Where the file of a household stood when it was drawn. Source: domain §3.15, NR31."""

    ON_FILE = "on_file", _("在档")
    OUT = "out", _("已脱困")
    CANCELLED = "cancelled", _("已注销")
    NEVER = "never", _("未建档")


class Answer(models.TextChoices):
    """What a household said to how it was helped."""

    NONE = "", _("待回访")
    SATISFIED = "satisfied", _("满意")
    PARTLY = "partly", _("基本满意")
    DISSATISFIED = "dissatisfied", _("不满意")
    NOT_REACHED = "not_reached", _("未联系上")


class Sample(models.Model):
    """One draw among the households that a station aided in a year, of one programme or (empty) of any.

    ``frame`` households were drawn from, ``size`` of them drawn; ``strata`` is both by stratum. With ``seed`` the same
    households are drawn again from the same frame, which ``frame_digest`` (SM3) tells. How many answered what is
    kept here in numbers: the stations above read this row and never the households. One that was drawn by mistake is
    void, with a reason, and counts no more. ``asked_by`` is the station above and its person by whose order it was
    drawn; then nobody here drew it (``drawn_by_id`` is empty, ``drawn_by`` the one who ordered).

    Source: domain §3.15, I-T06, NR31, GOV-05.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    programme = models.CharField(max_length=40, blank=True)
    seed = models.CharField(max_length=64)
    frame = models.PositiveIntegerField()
    frame_digest = models.BinaryField(max_length=32)
    size = models.PositiveIntegerField()
    strata = models.JSONField()
    satisfied = models.PositiveIntegerField(default=0)
    partly = models.PositiveIntegerField(default=0)
    dissatisfied = models.PositiveIntegerField(default=0)
    not_reached = models.PositiveIntegerField(default=0)
    drawn_on = models.DateField()
    drawn_by_id = models.BigIntegerField(null=True)
    drawn_by = models.CharField(max_length=60)
    asked_by = models.CharField(max_length=200, blank=True, default="", db_default="")
    drawn_at = models.DateTimeField()
    void_on = models.DateField(null=True)
    void_by = models.CharField(max_length=60, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="sample_stands_once",
                fields=["station", "year", "programme"],
                condition=Q(void_on__isnull=True),
            ),
            models.CheckConstraint(
                name="sample_of_its_frame", condition=Q(size__gt=0, size__lte=F("frame"))
            ),
            models.CheckConstraint(
                name="sample_answered_by_its_own",
                condition=Q(
                    size__gte=F("satisfied") + F("partly") + F("dissatisfied") + F("not_reached")
                ),
            ),
            models.CheckConstraint(
                name="sample_void_for_a_reason",
                condition=Q(void_on__isnull=True) | ~Q(void_reason=""),
            ),
            models.CheckConstraint(
                name="sample_drawn_by_somebody_or_asked_for",
                condition=Q(drawn_by_id__isnull=False) | ~Q(asked_by=""),
            ),
        ]
        indexes = [
            # The list of samples, newest year first.
            models.Index(name="sample_list", fields=["station", "-year", "-drawn_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.programme} {self.size}/{self.frame}"

    @property
    def answered(self) -> int:
        """How many said something."""
        return self.satisfied + self.partly + self.dissatisfied

    @property
    def left(self) -> int:
        """How many nobody has tried to reach yet."""
        return self.size - self.answered - self.not_reached


class Drawn(models.Model):
    """One household of a sample, and its answer. Only its own station reads it.

    It is named by the keys of its file (none outside the files) and of the aid it got last in the year; who it is
    stands in the station's own rows. ``remark`` is sealed, and gone with the words of the file.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sample = models.ForeignKey(
        Sample, on_delete=models.PROTECT, related_name="drawn", db_index=False
    )
    place = models.PositiveIntegerField()
    stratum = models.CharField(max_length=12, choices=Stratum)
    file_id = models.UUIDField(null=True)
    application_id = models.UUIDField()
    answer = models.CharField(max_length=12, choices=Answer, blank=True, default=Answer.NONE)
    remark = EncryptedTextField(null=True)
    answered_on = models.DateField(null=True)
    answered_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            # Also the list of a sample, in its order.
            models.UniqueConstraint(name="drawn_place_once", fields=["station", "sample", "place"]),
            models.CheckConstraint(
                name="drawn_answered_on_a_day",
                condition=Q(answer="") | Q(answered_on__isnull=False),
            ),
        ]
        indexes = [
            # What is to be erased with a file; outside the files, what is to be erased after its years.
            models.Index(name="drawn_of_file", fields=["station", "file_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.place}"


class Order(models.Model):
    """One act by which a station has every station of its subtree draw: of a year, of one programme or (empty) of any.

    ``number`` or ``percent`` is what was asked for; a number that ``is_shared`` is of all stations together. ``sizes``
    is how many each station is to draw by its key (none where per cent are asked for). ``seed`` was named or drawn; a
    station draws with this seed and its own code. One taken back keeps its line and the reason. Read by its own
    station alone; what became of it stands in ``OrderPart``.

    Source: domain §3.15, NR31.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    programme = models.CharField(max_length=40, blank=True)
    number = models.PositiveIntegerField(null=True)
    percent = models.PositiveSmallIntegerField(null=True)
    is_shared = models.BooleanField(default=False)
    seed = models.CharField(max_length=40)
    sizes = models.JSONField()
    asked_by_id = models.BigIntegerField()
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    back_at = models.DateTimeField(null=True)
    back_by = models.CharField(max_length=60, blank=True)
    back_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            # Also the list of the orders of a station.
            models.UniqueConstraint(
                name="order_stands_once",
                fields=["station", "year", "programme"],
                condition=Q(back_at__isnull=True),
            ),
            models.CheckConstraint(
                name="order_of_a_number_or_per_cent",
                condition=Q(number__isnull=False, percent__isnull=True)
                | Q(number__isnull=True, percent__isnull=False, is_shared=False),
            ),
            models.CheckConstraint(
                name="order_taken_back_for_a_reason",
                condition=Q(back_at__isnull=True) | ~Q(back_reason=""),
            ),
        ]
        indexes = [
            # The list of orders, newest first.
            models.Index(name="order_list", fields=["station", "-asked_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.programme} {self.seed}"


class Outcome(models.TextChoices):
    """What a station did when it was asked to draw."""

    DRAWN = "drawn", _("已抽取")
    STANDS = "stands", _("本站已有抽样")
    NOBODY = "nobody", _("没有受助户可抽")
    NO_SHARE = "no_share", _("未分到户数")
    RECALLED = "recalled", _("抽取前已收回")


class OrderPart(models.Model):
    """What one station did about one order, in numbers alone: the stations above read it.

    ``sample`` is what was drawn, or what stood before; ``recalled_at`` when the order was taken back here. Written by
    ``tenant_apps.surveys`` when the message arrives; it is how a message is known to have taken effect.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The order is a row of another station: no foreign key reaches it.
    order_id = models.UUIDField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    sample = models.ForeignKey(
        Sample, on_delete=models.PROTECT, related_name="+", db_index=False, null=True
    )
    came_at = models.DateTimeField()
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Also what the station above asks: how far everybody is with an order.
            models.UniqueConstraint(name="order_part_once", fields=["order_id", "station"]),
            models.CheckConstraint(
                name="order_part_has_its_sample",
                condition=Q(outcome__in=["drawn", "stands"], sample__isnull=False)
                | (~Q(outcome__in=["drawn", "stands"]) & Q(sample__isnull=True)),
            ),
        ]
        indexes = [
            # What a backup reads of a station.
            models.Index(name="order_part_of_station", fields=["station"]),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.station_id} {self.outcome}"
