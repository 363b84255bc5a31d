"""What was sent up to a station, the outside checks it asks for, and the meetings that deliberate."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy.models import StationModel
from tenant_apps.reviews.life.models import ExitRequest  # noqa: F401  (a table of this app)


class ReviewState(models.TextChoices):
    """Where a review stands. Source: domain §3.2, from ``centre_review`` on."""

    OFFERED = "offered", _("待受理")
    FORWARDED = "forwarded", _("已上报")
    CENTRE_REVIEW = "centre_review", _("中心审核")
    CHECKING = "checking", _("经济状况核对中")
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


LIFE_STATES: dict[tuple[str, str], Text] = {
    (ReviewKind.RECHECK, ReviewState.OFFERED): _("待审核"),
    (ReviewKind.RECHECK, ReviewState.APPROVED): _("继续在档"),
    (ReviewKind.EXIT, ReviewState.OFFERED): _("待审核"),
    (ReviewKind.EXIT, ReviewState.NOTICE): _("退出公示中"),
    (ReviewKind.EXIT, ReviewState.APPROVAL): _("待确认退出"),
    (ReviewKind.EXIT, ReviewState.APPROVED): _("已办结"),
    (ReviewKind.EXIT, ReviewState.REFUSED): _("不予退出"),
}
"""What a state is called where it is not about a household that wants to be filed."""

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
    # A refused household may ask once for a second look: that is another round of the same offer.
    round = models.PositiveSmallIntegerField(default=1)
    former = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="second_round"
    )
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
    # The last day on which a refused household may ask for a second look.
    second_look_until = models.DateField(null=True)
    # Whom the head asked to see to it; anybody with the capability still may.
    assigned_to_id = models.BigIntegerField(null=True)
    assigned_to = models.CharField(max_length=60, blank=True)
    # The rules that the decisions rest on: key, row and version.
    rules = models.JSONField(default=dict)
    # Counts the decisions sent down, so that each has a key of its own.
    steps = models.PositiveIntegerField(default=0)
    # The decisions as they were sent down, so that one that vanished can be sent again.
    sent = models.JSONField(default=list)
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60, blank=True)
    last_text = models.TextField(blank=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="one_review_an_offer", fields=["home_id", "file_id", "offer", "round"]
            )
        ]
        indexes = [
            # The inbox, narrowed by state, newest first.
            models.Index(fields=["state", "-received_at"], name="review_inbox"),
            # The inbox of everything, newest first.
            models.Index(fields=["-received_at"], name="review_newest"),
            # The other offers of a file: what was decided of it before, and what to send again.
            models.Index(fields=["file_id", "offer"], name="review_of_file"),
        ]

    def __str__(self) -> str:
        return f"{self.file_no} #{self.offer}"

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is decided of it here."""
        return self.state in CLOSED

    @property
    def life_state(self) -> Text:
        """What the state is called where the review is about a re-check or an exit."""
        return LIFE_STATES.get((self.kind, self.state), ReviewState(self.state).label)


class MeansState(models.TextChoices):
    """Where a means check stands. Source: domain §3.17."""

    PREPARED = "prepared", _("待发送")
    SENT = "sent", _("已发送，待反馈")
    OVERDUE = "overdue", _("逾期未反馈")
    ANSWERED = "answered", _("已反馈")
    CONFLICT = "conflict", _("有出入，待核实")
    SETTLED = "settled", _("已办结")
    CANCELLED = "cancelled", _("已撤回")


OPEN_CHECKS = (
    MeansState.PREPARED,
    MeansState.SENT,
    MeansState.OVERDUE,
    MeansState.ANSWERED,
    MeansState.CONFLICT,
)
AWAITED_CHECKS = (MeansState.SENT, MeansState.OVERDUE, MeansState.ANSWERED, MeansState.CONFLICT)
"""In these the outside unit has the request, and its answer may come, or come again."""


class MeansCheck(StationModel):
    """One request to an outside unit about the means of a household, and what came of it.

    ``is_offline`` marks a result that came on paper and was noted by hand: who checked, when, and the
    number of the document. ``batch_id`` and ``batch_number`` name the request list it went out on
    (``printing.MeansBatch``). Written by the services of this app.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="checks")
    number = models.CharField(max_length=44)
    state = models.CharField(max_length=10, choices=MeansState, default=MeansState.PREPARED)
    is_offline = models.BooleanField(default=False)
    batch_id = models.UUIDField(null=True)
    batch_number = models.CharField(max_length=24, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    document_no = models.CharField(max_length=60, blank=True)
    authorised_on = models.DateField(null=True)
    prepared_at = models.DateTimeField()
    sent_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    settled_on = models.DateField(null=True)
    fits = models.BooleanField(null=True)
    conclusion = models.TextField(blank=True)
    asked_by = models.CharField(max_length=60)
    settled_by = models.CharField(max_length=60, blank=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(name="means_check_number_once", fields=["number"]),
            models.UniqueConstraint(
                name="one_open_check_a_review",
                fields=["review"],
                condition=Q(state__in=OPEN_CHECKS),
            ),
            models.CheckConstraint(
                name="settled_check_says_what",
                condition=~Q(state=MeansState.SETTLED)
                | Q(settled_on__isnull=False, fits__isnull=False),
            ),
        ]
        indexes = [
            # The list of checks, by state, the longest waiting first.
            models.Index(fields=["state", "prepared_at"], name="means_check_waiting"),
            # The checks of a request list.
            models.Index(
                fields=["batch_id"],
                condition=Q(batch_id__isnull=False),
                name="means_check_of_batch",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether something of it still waits."""
        return self.state in OPEN_CHECKS


class MeansKind(models.TextChoices):
    """What is looked up at the outside unit."""

    WAGES = "wages", _("工资")
    SOCIAL_INSURANCE = "social_insurance", _("社会保险")
    HOMES = "homes", _("房产")
    CARS = "cars", _("车辆")
    DEPOSITS = "deposits", _("存款")
    BUSINESS = "business", _("工商登记")
    DIBAO = "dibao", _("低保")


class MeansResult(models.TextChoices):
    """Whether what was found agrees with what the household said."""

    FITS = "fits", _("相符")
    CONFLICT = "conflict", _("不符")
    NOTHING = "nothing", _("无记录")


class MeansVerdict(models.TextChoices):
    """What a reviewer found of a conflict."""

    EXPLAINED = "explained", _("说明合理，不影响认定")
    MATERIAL = "material", _("情况属实，影响认定")


class MeansItem(StationModel):
    """One thing that is looked up: what was declared, what was found, and how a conflict was settled.

    Both values rest sealed.
    """

    # Found by the beginning of ``one_item_of_a_kind``.
    check_of = models.ForeignKey(
        MeansCheck, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    kind = models.CharField(max_length=16, choices=MeansKind)
    declared = EncryptedTextField()
    found = EncryptedTextField(null=True)
    result = models.CharField(max_length=10, choices=MeansResult, blank=True)
    verdict = models.CharField(max_length=10, choices=MeansVerdict, blank=True)
    verdict_reason = models.TextField(blank=True)
    settled_by = models.CharField(max_length=60, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(name="one_item_of_a_kind", fields=["check_of", "kind"]),
            models.CheckConstraint(
                name="verdict_has_a_reason", condition=Q(verdict="") | ~Q(verdict_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id} {self.kind}"

    @property
    def is_unsettled(self) -> bool:
        """Whether it disagrees and nobody has said what follows."""
        return self.result == MeansResult.CONFLICT and not self.verdict


class MeetingKind(models.TextChoices):
    """What kind of meeting deliberated."""

    CHAIR = "chair", _("主席办公会")
    PARTY = "party", _("党组会")
    JOINT = "joint", _("联席会议")


class Meeting(StationModel):
    """A meeting that deliberated on files, with its minutes; a scan lies with its papers."""

    kind = models.CharField(max_length=8, choices=MeetingKind)
    held_on = models.DateField()
    place = models.CharField(max_length=60)
    attendees = models.TextField()
    minutes = models.TextField()
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=60)

    class Meta(StationModel.Meta):
        indexes = [
            # The list of meetings, newest first.
            models.Index(fields=["-held_on"], name="meeting_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.held_on}"


class MeetingDecision(StationModel):
    """What a meeting said of one review."""

    # Found by the beginning of ``once_a_meeting``.
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="decisions", db_index=False
    )
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="deliberations")
    agrees = models.BooleanField()
    remark = models.CharField(max_length=300, blank=True)

    class Meta(StationModel.Meta):
        constraints = [models.UniqueConstraint(name="once_a_meeting", fields=["meeting", "review"])]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.review_id}"
