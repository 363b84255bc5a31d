"""Applications that workers fill in themselves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.tenancy.models import StationModel


class ApplicationState(models.TextChoices):
    """Where an application stands until it has become a file."""

    DRAFT = "draft", _("填写中")
    SENT = "sent", _("已提交")
    RETURNED = "returned", _("退回补正")
    TAKEN = "taken", _("已受理")
    REFERRED = "referred", _("已转送")
    REFUSED = "refused", _("不予受理")
    WITHDRAWN = "withdrawn", _("已撤回")


class Channel(models.TextChoices):
    """How an application came to be."""

    ONLINE = "online", _("网上申请")
    COUNTER = "counter", _("窗口登记")
    REFERRED = "referred", _("其他站点转来")


class Application(StationModel):
    """What one worker filled in, from the first page until it is taken over into a file.

    Everything the worker said is sealed as one text; the personal code is kept as a keyed hash
    only, so nobody of the station can read it again. Written by the services of this app, with
    `version` raised by one. Never holds a name or number in the open.
    """

    state = models.CharField(
        max_length=12, choices=ApplicationState, default=ApplicationState.DRAFT
    )
    channel = models.CharField(max_length=12, choices=Channel, default=Channel.ONLINE)
    code_hash = models.BinaryField(max_length=16, unique=True, editable=False)
    id_no_hash = models.BinaryField(max_length=16, null=True, editable=False)
    answers = EncryptedTextField(null=True)
    version = models.PositiveIntegerField(default=1)
    file_id = models.UUIDField(null=True, blank=True)
    # Why it was returned or refused, in words for the worker.
    reason = models.TextField(blank=True)
    # How often it was handed on; a copy that comes back counts as newer by it.
    hop = models.PositiveSmallIntegerField(default=0)
    # Pictures that were announced with it and are still on their way: kind and digest of each.
    awaited = models.JSONField(default=list, blank=True)
    came_from = models.CharField(max_length=120, blank=True)
    went_to = models.CharField(max_length=120, blank=True)
    went_to_code = models.CharField(max_length=20, blank=True)
    opened_by = models.CharField(max_length=64, blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="application_taken_has_its_file",
                condition=~Q(state="taken") | Q(file_id__isnull=False),
            ),
        ]
        indexes = [
            # The clerk's inbox.
            models.Index(fields=["state", "-sent_at"], name="application_inbox"),
            # Other applications of the same person, and the search by number.
            models.Index(fields=["id_no_hash"], name="application_by_number"),
            # The application behind a file.
            models.Index(
                fields=["file_id"],
                condition=Q(file_id__isnull=False),
                name="application_of_file",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_over(self) -> bool:
        """Whether it ended, or has become a file: nothing more is kept with it."""
        return self.state in {
            ApplicationState.TAKEN,
            ApplicationState.REFUSED,
            ApplicationState.WITHDRAWN,
        }

    @property
    def number(self) -> str:
        """What the worker and the clerk call it; says nothing of the person and opens nothing."""
        return f"SQ{self.made_at:%y%m%d}-{self.pk.hex[-4:].upper()}"
