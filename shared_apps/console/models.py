"""What stations have set for themselves."""

from django.db import models

from bangfu.kernel.ids import uuid7


class Desk(models.Model):
    """What a station tells the public: hours, words of welcome, and whether it takes applications.

    One row a station, made when it is first changed. Telephone and address are the station's own.
    Written by ``tenant_apps.applications`` inside the station.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.OneToOneField(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", editable=False
    )
    takes_applications = models.BooleanField(default=True)
    pause_note = models.CharField(max_length=200, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    welcome = models.CharField(max_length=500, blank=True)
    changed_by = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.station_id}: {self.hours}"
