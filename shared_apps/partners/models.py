"""Partners of stations and what was agreed with them. Written by ``tenant_apps.benefits`` inside the station."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.ids import uuid7


class AgreementState(models.TextChoices):
    """Whether an agreement is worked by."""

    DRAFT = "draft", _("草拟")
    IN_FORCE = "in_force", _("执行中")
    ENDED = "ended", _("已终止")


class Partner(models.Model):
    """One supermarket, hospital, pharmacy, school, corner or community that works with a station.

    ``outlets`` are the names of the shops it has, none where it is one place. The stations below the one
    whose it is see it, and may not change it.

    Source: domain I-J01, I-J04, I-J06, I-J13, I-K13, I-N01, I-N02, I-N09.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=80)
    contact = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=120, blank=True)
    outlets = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    # How many places the partner counted as from which day on, newest last: [["2026-03-01", 36], …].
    counted = models.JSONField(default=list)

    class Meta:
        constraints = [
            # Also the list of a station's partners.
            models.UniqueConstraint(
                name="partners_partner_once", fields=["station", "kind", "name"]
            ),
            models.CheckConstraint(
                name="partners_partner_closed_after_opening",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        """Whether the station still works with it."""
        return self.closed_on is None

    @property
    def places(self) -> int:
        """How many places it has: its outlets, or itself."""
        return len(self.outlets) or 1


class Agreement(models.Model):
    """What was agreed with a partner: from when to when, who pays how much of a purchase, for which goods.

    ``union_basis_points`` is the share of the union in ten thousandths (88 % is 8800); the partner bears the
    rest. ``discount_basis_points`` is what a partner lets off at once (5 % is 500). ``goods`` names the kinds
    that may be bought; none means any. One that ``goes_down`` holds for every station below as well.

    Source: domain I-N02, I-N03, I-N12, I-O22, I-J04, I-J07.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="agreements", db_index=False
    )
    number = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=AgreementState, default=AgreementState.DRAFT)
    valid_from = models.DateField()
    valid_to = models.DateField()
    union_basis_points = models.PositiveSmallIntegerField(default=10_000)
    discount_basis_points = models.PositiveSmallIntegerField(default=0)
    goods = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    goes_down = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    made_by_id = models.BigIntegerField()
    made_by = models.CharField(max_length=60)
    confirmed_by_id = models.BigIntegerField(null=True)
    confirmed_by = models.CharField(max_length=60, blank=True)
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="partners_agreement_number_once", fields=["station", "number"]
            ),
            models.CheckConstraint(
                name="partners_agreement_lasts", condition=Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="partners_agreement_shares_are_parts",
                condition=Q(union_basis_points__lte=10_000, discount_basis_points__lte=10_000),
            ),
            models.CheckConstraint(
                name="partners_agreement_by_two_people",
                condition=Q(confirmed_by_id__isnull=True) | ~Q(made_by_id=F("confirmed_by_id")),
            ),
            models.CheckConstraint(
                name="partners_agreement_in_force_confirmed",
                condition=Q(state=AgreementState.DRAFT) | Q(confirmed_by_id__isnull=False),
            ),
        ]
        indexes = [
            # The agreements of a partner, and those in force.
            models.Index(name="partners_agreement_of", fields=["partner", "state"]),
        ]

    def __str__(self) -> str:
        return self.number

    def covers(self, day: date) -> bool:
        """Whether the agreement is worked by on a day."""
        last = min(self.valid_to, self.ended_on) if self.ended_on else self.valid_to
        return self.state != AgreementState.DRAFT and self.valid_from <= day <= last
