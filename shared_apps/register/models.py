"""The register of identities: which station has which person on an open file, by keyed hash alone."""

from __future__ import annotations

from django.db import models

from bangfu.kernel.ids import uuid7


class IdentityRole(models.TextChoices):
    """What the person is in the household."""

    HEAD = "head", "head"
    MEMBER = "member", "member"


class IdentityEntry(models.Model):
    """One person on one open file of one station.

    Holds no name and no number. A station reads and writes its own rows only; the duplicate check
    reads over all stations and answers with the name of a station.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    id_hash = models.BinaryField(max_length=16)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    role = models.CharField(max_length=8, choices=IdentityRole)
    # The file; the same for its head and its members.
    subject = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "id_hash"], name="identity_once_in_household"
            ),
        ]
        indexes = [
            # The duplicate check, over all stations.
            models.Index(fields=["id_hash"], name="identity_by_hash"),
            # What a station has registered, and its removal with the station.
            models.Index(fields=["station"], name="identity_by_station"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.role}"
