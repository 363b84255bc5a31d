"""Programmes of aid, and campaigns: public knowledge of a part of the network, without any person."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bangfu.kernel.ids import uuid7


class Programme(models.Model):
    """One version of one programme of aid in one part of the network, from one day to another.

    ``aid`` is the kind of aid it pays (code list ``aid``): the account of spending, and what a fund may be
    earmarked for. ``terms`` holds windows, groups, standard amounts and caps, read by
    ``shared_apps.programmes.terms``. ``scope_path`` is the path of the station at whose subtree it holds,
    empty for the whole network; ``valid_to`` the first day on which it held no more, ``former_end`` the one
    that the version before had until this one cut it short. ``is_example`` marks figures of a single
    province that every place should replace. A version in force is never changed. Written by
    ``services.lay_down_programme``, ``services.withdraw_programme`` and the migration that seeds the network.
    """

    key = models.CharField(max_length=40)
    scope_path = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=60)
    english = models.CharField(max_length=80, blank=True)
    aid = models.CharField(max_length=16)
    terms = models.JSONField(default=dict)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    document_no = models.CharField(max_length=60, blank=True)
    is_example = models.BooleanField(default=False)
    former_end = models.DateField(null=True, blank=True)
    laid_down_by = models.CharField(max_length=40)
    laid_down_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=40, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # Also serves the question which version is in force.
            models.UniqueConstraint(
                name="programme_version_once", fields=["key", "scope_path", "version"]
            ),
            models.CheckConstraint(
                name="programme_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}@{self.scope_path or '*'} v{self.version}"

    @property
    def reference(self) -> str:
        """The name under which a decision keeps it: ``living@3#41``."""
        return f"{self.key}@{self.version}#{self.pk}"

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back before it came into force."""
        return self.withdrawn_at is not None

    def was_in_force(self, on: date) -> bool:
        """Tell whether it held on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


class Campaign(models.Model):
    """One campaign (两节、三八、六一、金秋助学…): called by a station, joined by every station below it.

    ``kind`` is of the code list ``campaign``; ``key`` the cycle its applications carry, so that one
    programme pays a household once in a campaign. ``rule`` says whom it is for (``tiers``, ``levels``,
    ``groups``, ``causes``, ``stages``, ``under_age`` with ``age_on``), ``groups`` which groups outside the
    files may be listed. ``amount_fen`` is the proposed amount a household, none where the programme's own
    standard holds. Each station keeps its list in its own schema. Written by ``services.call_campaign`` and
    ``services.close_campaign``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    programme = models.CharField(max_length=40)
    caller = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    scope_path = models.CharField(max_length=120)
    opens_on = models.DateField()
    closes_on = models.DateField()
    groups = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    rule = models.JSONField(default=dict, blank=True)
    amount_fen = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    called_by = models.CharField(max_length=40)
    called_at = models.DateTimeField()
    closed_by = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="campaign_closes_after_it_opens", condition=Q(closes_on__gte=F("opens_on"))
            ),
            models.CheckConstraint(
                name="campaign_amount_is_money",
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0),
            ),
        ]
        indexes = [
            # The list of campaigns a station sees, newest first.
            models.Index(name="campaign_newest", fields=["scope_path", "-opens_on"]),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, on: date) -> bool:
        """Tell whether applications may be made in it on a day."""
        return self.closed_at is None and self.opens_on <= on <= self.closes_on

    def is_waited_for(self, on: date) -> bool:
        """Tell whether its lists are waited for on a day: from its first day on, until somebody ends it."""
        return self.closed_at is None and self.opens_on <= on


class Progress(models.Model):
    """How far one station is with one campaign, without any person: what the stations above see of its list.

    ``counts`` is, by the state of an application, how many stand there and with how many fen: ``{state: [n, fen]}``,
    counted anew from the station's own list at ``counted_at``, never added to. ``nobody_at`` and ``nobody_by`` say that
    the station reported, when and through whom, that nobody there fits; where somebody is listed they are empty.
    Written by ``services.keep_progress`` and ``services.say_nobody_fits`` inside the station; row-level security lets
    it and every station above it read.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="progress", db_index=False
    )
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    counts = models.JSONField(default=dict)
    counted_at = models.DateTimeField()
    nobody_by = models.CharField(max_length=60, blank=True, default="")
    nobody_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                # Also serves the question how far everybody is.
                name="progress_of_a_station_once",
                fields=["campaign", "station"],
            ),
            models.CheckConstraint(
                name="progress_of_nobody_lists_nobody",
                condition=Q(nobody_at__isnull=True) | Q(counts={}),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.campaign_id}"
