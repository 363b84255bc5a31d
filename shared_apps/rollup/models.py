"""Facts of the whole network: appended by the stations, folded into totals by one folder.

The tables have no foreign keys: the key of the station comes from its role or from the list of stations,
stations are never deleted, and the check would lock the station's row in every write.
"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q


class WrittenJson(models.JSONField):
    """JSON that is checked when it is written and taken apart when it is read: a write costs a third of ``jsonb``."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "json"

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        return value


class PlaceInTable(models.Field):  # type: ignore[type-arg]
    """Where PostgreSQL keeps a row (``ctid``): tells rows apart that are never changed, and has no column."""

    def db_type(self, connection: BaseDatabaseWrapper) -> None:
        return None


class RoleName(models.CharField):  # type: ignore[type-arg]
    """The role that wrote a row, as PostgreSQL says it when the row comes: nobody else has a say."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"max_length": 63, "editable": False})

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "name"


class Delta(models.Model):
    """The facts of one write of one station, waiting to be folded.

    Appended in the writer's own transaction, under the station's role; taken away by the folder alone.
    ``facts`` is a list of objects: ``i`` indicator, ``p`` month, ``d`` dimensions, ``n``, ``v`` value,
    ``s`` subject in hexadecimal. Never holds a name or a number of a person.

    Every write of every station lands here, so a row costs as little as it can. It has no key, which four
    writers at once would queue for. Whose it is the database notes by itself, from the role that writes: a
    station may give ``at`` and ``facts``, so there is no row to check and no station to look up.
    """

    place = PlaceInTable(primary_key=True, db_column="ctid")
    role = RoleName()
    at = models.DateTimeField()
    facts = WrittenJson()

    class Meta:
        db_table = "rollup_delta"

    def __str__(self) -> str:
        return f"{self.role} {self.at:%F %T}"


class Cell(models.Model):
    """One number: an indicator in a month, in total or under one value of one dimension.

    The total has an empty ``dimension`` and ``key``. Written by the folder alone.
    """

    indicator = models.CharField(max_length=16)
    dimension = models.CharField(max_length=24)
    key = models.CharField(max_length=40)
    period = models.DateField()
    n = models.BigIntegerField()
    value = models.BigIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.indicator} {self.period:%Y-%m} {self.dimension}={self.key}: {self.n}"


class Leaf(Cell):
    """What one station itself recorded; a recount of its records must come out equal."""

    # The order serves the totals of a page: one station, one indicator, one dimension, all months.
    pk = models.CompositePrimaryKey("station_id", "indicator", "dimension", "key", "period")
    station = models.ForeignKey(
        "tenants.Station",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        db_table = "rollup_leaf"


class Tree(Cell):
    """The sum of the leaves of a station and of all stations below it."""

    pk = models.CompositePrimaryKey("ancestor_id", "indicator", "dimension", "key", "period")
    ancestor = models.ForeignKey(
        "tenants.Station",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        db_table = "rollup_tree"


class Member(models.Model):
    """Which household stands behind a number of a station, by keyed hash, with its dimensions.

    ``cell`` is the dimensions as canonical text. Serves the list behind a cell in the own station, and
    the counting of each household once over stations.
    """

    pk = models.CompositePrimaryKey("station_id", "indicator", "subject", "period", "cell")
    station = models.ForeignKey(
        "tenants.Station",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    indicator = models.CharField(max_length=16)
    subject = models.BinaryField(max_length=16)
    period = models.DateField()
    cell = models.TextField()
    dims = models.JSONField()
    n = models.BigIntegerField()
    value = models.BigIntegerField()

    class Meta:
        db_table = "rollup_member"
        indexes = [
            # Folding asks whether a household is counted at another station too.
            models.Index(name="rollup_member_subject", fields=["subject", "indicator"]),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period:%Y-%m} {self.cell}: {self.n}"


class SharedSubject(models.Model):
    """A household that more than one station has counted: only these can be counted twice."""

    pk = models.CompositePrimaryKey("indicator", "subject")
    indicator = models.CharField(max_length=16)
    subject = models.BinaryField(max_length=16)

    class Meta:
        db_table = "rollup_shared"

    def __str__(self) -> str:
        return self.indicator


class FoldState(models.Model):
    """When the folder last took everything that waited: the "as of" of every page. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    folded_at = models.DateTimeField()
    folds = models.BigIntegerField(default=0)
    deltas = models.BigIntegerField(default=0)

    class Meta:
        db_table = "rollup_fold"
        constraints = [models.CheckConstraint(name="rollup_fold_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.folded_at:%F %T}"
