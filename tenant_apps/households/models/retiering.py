"""The work list of files whose tier a change of rules moves."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy.models import StationModel
from tenant_apps.households.models.files import HouseholdFile


class RetierState(models.TextChoices):
    """Where one file of the list stands."""

    WAITING = "waiting", _("待确认")
    ASKED = "asked", _("确认中")
    CONFIRMED = "confirmed", _("已确认")
    SETTLED = "settled", _("已不需要")
    WITHDRAWN = "withdrawn", _("已撤销")
    UNDONE = "undone", _("已恢复")
    KEPT = "kept", _("未恢复（此后有修改）")


OPEN_RETIERS = (RetierState.WAITING, RetierState.ASKED)


class RetierItem(StationModel):
    """One file whose tier a change of rules moves, until a reviewer of its station confirms it.

    `change_id` is the recomputation of the network that listed it. `tier_after` is what the rules gave when
    it was listed, empty where the household reaches no tier any more: confirming that opens no exit, it asks
    for a re-check. `former` keeps tier, case and computation from before the confirmation, for the undo, and
    `lock_version` the file's version right after it. Written by `services.retiering` alone.
    """

    file = models.ForeignKey(HouseholdFile, on_delete=models.CASCADE, related_name="retierings")
    change_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=RetierState, default=RetierState.WAITING)
    tier_before = models.CharField(max_length=16, blank=True)
    tier_after = models.CharField(max_length=16, blank=True)
    net_month_fen = models.BigIntegerField()
    former = models.JSONField(default=dict, blank=True)
    lock_version = models.PositiveIntegerField(null=True, blank=True)
    asked_by_id = models.BigIntegerField(null=True, blank=True)
    asked_by = models.CharField(max_length=64, blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        db_table = "households_retier"
        constraints = [
            models.UniqueConstraint(fields=["change_id", "file"], name="file_once_in_change"),
            models.UniqueConstraint(
                fields=["file"],
                condition=Q(state__in=OPEN_RETIERS),
                name="one_open_retier_of_file",
            ),
        ]
        indexes = [
            # The work list, its count, and what a worker has to confirm.
            models.Index(
                fields=["state", "id"], condition=Q(state__in=OPEN_RETIERS), name="retier_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.tier_before}>{self.tier_after}"
