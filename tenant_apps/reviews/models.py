"""The row of what was sent up to a station."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.tenancy.models import StationModel


class ReviewState(models.TextChoices):
    """Where a review stands. Source: domain §3.2, from ``centre_review`` on."""

    OFFERED = "offered", _("待受理")
    FORWARDED = "forwarded", _("已上报")
    CENTRE_REVIEW = "centre_review", _("中心审核")
    MEANS_CHECK = "means_check", _("核对符合，待公示")
    NOTICE = "notice", _("公示中")
    OBJECTION = "objection", _("异议核查")
    APPROVAL = "approval", _("待审批")
    APPROVED = "approved", _("已建档")
    RETURNED = "returned", _("已退回")
    REFUSED = "refused", _("不予建档")
    WITHDRAWN = "withdrawn", _("已撤回")


class ReviewKind(models.TextChoices):
    """What is asked: to file a household, to keep it on file, to let it leave."""

    ADMISSION = "admission", _("建档")
    RECHECK = "recheck", _("复核")
    EXIT = "exit", _("退出")


CLOSED = frozenset(
    {
        ReviewState.APPROVED,
        ReviewState.RETURNED,
        ReviewState.REFUSED,
        ReviewState.WITHDRAWN,
    }
)
"""In these nothing more is decided here."""


class Review(StationModel):
    """One file that a station below sent up, as it was sent, and what was decided of it here.

    Its key derives from the home station, the file and the number of the offer, so the review has the
    same key at every station on the way. ``dossier`` is the frozen picture, sealed; nothing of the home
    station's own rows is ever read. Written by the services of this app; after it was sent on, its state
    follows the station above.
    """

    # Re-checks and exits have their own steps and services: ``life``.
    kind = models.CharField(max_length=12, choices=ReviewKind, default=ReviewKind.ADMISSION)
    file_id = models.UUIDField()
    offer = models.PositiveIntegerField()
    file_no = models.CharField(max_length=32)
    home_id = models.BigIntegerField()
    home_code = models.CharField(max_length=20)
    home_name = models.CharField(max_length=120)
    home_level = models.PositiveSmallIntegerField()
    offered_by_id = models.BigIntegerField()
    # Whether this station decides; a township only gives its opinion and sends on.
    is_centre = models.BooleanField()
    state = models.CharField(max_length=16, choices=ReviewState, default=ReviewState.OFFERED)
    head_name = models.CharField(max_length=32)
    tier = models.CharField(max_length=16, blank=True)
    main_cause = models.CharField(max_length=16, blank=True)
    dossier = EncryptedTextField()
    opinions = models.JSONField(default=list)
    # Users who entered the file at home, and those who acted on it here: neither may approve it.
    entered_by = ArrayField(models.BigIntegerField(), default=list)
    acted_by = ArrayField(models.BigIntegerField(), default=list)
    means_checked_on = models.DateField(null=True)
    # Counts the decisions sent down, so that each has a key of its own.
    steps = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60, blank=True)
    last_text = models.TextField(blank=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="one_review_an_offer", fields=["home_id", "file_id", "offer"]
            )
        ]
        indexes = [
            # The inbox, narrowed by state, newest first.
            models.Index(fields=["state", "-received_at"], name="review_inbox"),
            # The inbox of everything, newest first.
            models.Index(fields=["-received_at"], name="review_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.file_no} #{self.offer}"

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is decided of it here."""
        return self.state in CLOSED
