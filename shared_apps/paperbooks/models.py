"""What a station brought along: rows of past aid, and totals on paper behind which no rows stand."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.ids import uuid7


class BookKind(models.TextChoices):
    """Whether a book holds one row for each act, or only totals."""

    ROWS = "rows", _("逐行台账")
    TOTALS = "totals", _("汇总数字")


class BookState(models.TextChoices):
    """Whether a book counts."""

    KEPT = "kept", _("已录入")
    UNDONE = "undone", _("已撤销")


class Bound(models.TextChoices):
    """How exactly a number was said. One that is not exact is never compared to the last unit."""

    EXACT = "", _("准确数")
    OVER = "over", _("余")
    MORE = "more", _("多")
    ABOUT = "about", _("约")


class Role(models.TextChoices):
    """What a total on paper is beside the rows of the same station."""

    WHOLE = "whole", _("全部合计")
    """What the station reported as the whole: rows are parts of it and have to add up to it."""
    PART = "part", _("另有单位")
    """What a unit without rows reported: it comes on top of the rows."""


class Book(models.Model):
    """One ledger or one list of totals that a station brought along from before it was on the network.

    ``source`` says where the numbers come from (a ledger, a printed report). ``warnings`` is what was found
    when it was taken in. An undone book keeps its line here and nothing else. Written by
    ``tenant_apps.yearly.services``; holds nothing about persons.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=8, choices=BookKind)
    state = models.CharField(max_length=8, choices=BookState, default=BookState.KEPT)
    source = models.CharField(max_length=120)
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=list, blank=True)
    kept_by_id = models.BigIntegerField(null=True)
    kept_by = models.CharField(max_length=60)
    kept_at = models.DateTimeField()
    undone_by = models.CharField(max_length=60, blank=True)
    undone_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="paperbooks_book_known",
                condition=Q(kind__in=BookKind.values, state__in=BookState.values),
            ),
            # The same file counts once.
            models.UniqueConstraint(
                name="paperbooks_file_once",
                fields=["station", "kind", "digest"],
                condition=Q(state="kept"),
            ),
        ]
        indexes = [models.Index(name="paperbooks_newest", fields=["station", "-kept_at"])]

    def __str__(self) -> str:
        return f"{self.source} ({self.filename})"


class PastRow(models.Model):
    """One act of the past: money, goods, a relief, a certificate, tickets, a donation, an income.

    ``subject`` is the keyed hash of an identity number, or of the running number the paper gives, within that
    book; ``who`` shows the running number or the number of a file, and nothing of an identity number. ``dims``
    holds the codes under which it counts. Amounts are fen, ``quantity`` thousandths of the unit (pieces for
    tickets). ``bound`` says whether the paper gives the amount exactly. Nothing else about a person is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(
        Book, on_delete=models.CASCADE, related_name="past_rows", db_index=False
    )
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    who = models.CharField(max_length=40, blank=True)
    subject = models.BinaryField(max_length=16)
    is_identified = models.BooleanField(default=False)
    on = models.DateField()
    dims = models.JSONField(default=dict)
    amount_fen = models.BigIntegerField(default=0)
    goods_fen = models.BigIntegerField(default=0)
    quantity = models.BigIntegerField(default=0)
    bound = models.CharField(max_length=8, blank=True, choices=Bound)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="paperbooks_row_once", fields=["book", "number"]),
            models.CheckConstraint(
                name="paperbooks_row_amounts",
                condition=Q(amount_fen__gte=0, goods_fen__gte=0, quantity__gte=0),
            ),
        ]
        indexes = [
            # What the books tell of a person; the rows that go into a backup of the station, and its recount.
            models.Index(name="paperbooks_row_of", fields=["station", "subject"]),
            # Which numbers are not exact.
            models.Index(
                name="paperbooks_row_bound", fields=["station", "kind"], condition=~Q(bound="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Total(models.Model):
    """One number that stands on paper with no rows behind it: it is never counted once over stations.

    ``indicator`` is a code of the catalogue, ``dims`` the value of each dimension it is about. It covers the
    months ``first`` to ``last``. ``value`` is in fen, thousandths of a ton, or whole units, as its unit says.
    ``variant`` names a reading where the paper leaves two open: only one of them can be true, none is counted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="totals", db_index=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField()
    indicator = models.CharField(max_length=16)
    dims = models.JSONField(default=dict, blank=True)
    first = models.DateField()
    last = models.DateField()
    value = models.BigIntegerField()
    bound = models.CharField(max_length=8, blank=True, choices=Bound)
    role = models.CharField(max_length=8, choices=Role, default=Role.WHOLE)
    unit_name = models.CharField(max_length=60, blank=True)
    variant = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="paperbooks_total_once", fields=["book", "number"]),
            models.CheckConstraint(
                name="paperbooks_total_in_order",
                condition=Q(last__gte=F("first"), value__gte=0),
            ),
        ]
        indexes = [
            models.Index(name="paperbooks_total_of", fields=["station", "indicator", "first"]),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.first:%Y-%m}: {self.value}"
