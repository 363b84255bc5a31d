"""The exits that a centre asks for itself."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.tenancy.models import StationModel


class ExitSource(models.TextChoices):
    """From where a centre knows that a household should leave."""

    AUDIT = "audit", _("审计、检查发现")
    MEANS = "means", _("经济状况核对不符")
    DEATH = "death", _("亡故信息比对")
    REPORT = "report", _("群众反映")
    OTHER = "other", _("其他")


class ExitRequestState(models.TextChoices):
    """What became of an exit that this station asked for."""

    ASKED = "asked", _("已发出")
    TAKEN = "taken", _("办理中")
    RETURNED = "returned", _("退回建档站点补充")
    DECLINED = "declined", _("未能受理")
    LEFT = "left", _("已退出")
    STOPPED = "stopped", _("不予退出")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN_REQUESTS = (ExitRequestState.ASKED, ExitRequestState.TAKEN, ExitRequestState.RETURNED)


class ExitRequest(StationModel):
    """One exit that this centre asked for, of a file below it or of its own.

    ``said`` is what was sent - reason in words, kind, reason code, monthly incomes - sealed as one text.
    ``state`` follows what the holding station tells. Written by ``life.asking``.
    """

    file_no = models.CharField(max_length=32)
    holder_id = models.BigIntegerField()
    holder_name = models.CharField(max_length=120)
    source = models.CharField(max_length=8, choices=ExitSource)
    exit_kind = models.CharField(max_length=16)
    exit_reason = models.CharField(max_length=16)
    said = EncryptedTextField()
    state = models.CharField(
        max_length=10, choices=ExitRequestState, default=ExitRequestState.ASKED
    )
    answer = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    asked_by_id = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()
    # Why it was taken back, in the words that were sent.
    withdrawn_for = models.CharField(max_length=500, blank=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="one_open_exit_request_a_file",
                fields=["file_no"],
                condition=Q(state__in=OPEN_REQUESTS),
            ),
        ]
        indexes = [
            # The list of what was asked for, newest first.
            models.Index(fields=["-asked_at"], name="exit_request_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.file_no} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be taken back."""
        return self.state in OPEN_REQUESTS
