"""The rows of the household file. Amounts are whole fen, percentages and decimals never floats."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.tenancy.models import StationModel


class FileState(models.TextChoices):
    """Where a file stands. Source: domain reference §3.2."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("已提交")
    FIRST_REVIEW = "first_review", _("初审")
    VISITING = "visiting", _("入户核查")
    CENTRE_REVIEW = "centre_review", _("中心审核")
    MEANS_CHECK = "means_check", _("经济状况核对")
    NOTICE = "notice", _("公示中")
    OBJECTION = "objection", _("异议核查")
    APPROVAL = "approval", _("待审批")
    ON_FILE = "on_file", _("在档")
    RECHECKING = "rechecking", _("复核中")
    EXIT_NOTICE = "exit_notice", _("退出公示")
    OUT = "out", _("已脱困")
    SECURED = "secured", _("已解困（兜底）")
    CANCELLED = "cancelled", _("已注销")
    ARCHIVED = "archived", _("归档")
    RETURNED = "returned", _("退回")
    REFUSED = "refused", _("不予建档")
    TRANSFERRING = "transferring", _("转移中")
    MOVED_OUT = "moved_out", _("已转出")
    TEMPORARY = "temporary", _("临时救助档")


EDITABLE_STATES = (FileState.DRAFT, FileState.RETURNED, FileState.TEMPORARY)
"""In these the station's own clerks fill the file in."""

CLOSED_STATES = (
    FileState.OUT,
    FileState.SECURED,
    FileState.CANCELLED,
    FileState.ARCHIVED,
    FileState.REFUSED,
    FileState.MOVED_OUT,
)
"""In these the household has no open file: the same person may be filed again."""

COUNTED_STATES = (
    FileState.ON_FILE,
    FileState.RECHECKING,
    FileState.EXIT_NOTICE,
    FileState.TRANSFERRING,
)
"""In these the household counts as on file (FIL-01)."""


class Origin(models.TextChoices):
    """How a file came to be."""

    FORM = "form", _("在线填写")
    IMPORT = "import", _("批量导入")
    API = "api", _("接口")
    APPLIED = "applied", _("职工申请")
    DEMO = "demo", _("演示数据")


class VisitPlace(models.TextChoices):
    """Where a household was visited (I-F06)."""

    HOME = "home", _("家中")
    COMMUNITY = "community", _("社区")
    ENTERPRISE = "enterprise", _("企业")
    TEAM = "team", _("班组")


def _code(**options: object) -> models.CharField[str, str]:
    return models.CharField(max_length=16, blank=True, **options)  # type: ignore[arg-type]


def _codes() -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=16), default=list, blank=True)


def _fen() -> models.BigIntegerField[int | None, int | None]:
    return models.BigIntegerField(null=True, blank=True)


def _day() -> models.DateField[str | date | None, date | None]:
    return models.DateField(null=True, blank=True)


class Person(StationModel):
    """The columns that the head and the other members of a household share.

    `id_no_hash` is the keyed hash of the normalised number: the only way to find a person by it.
    """

    name = models.CharField(max_length=32, blank=True)
    id_no = EncryptedTextField(null=True)
    id_no_hash = models.BinaryField(max_length=16, null=True, editable=False)
    sex = _code()
    birth = _day()
    ethnic = _code()
    political = _code()
    marital = _code()
    health = _code()
    disease = EncryptedTextField(null=True)
    disability = _code()
    disability_grade = _code()
    insurance = _code()
    identity = _code()
    model_title = _code()
    mobile = EncryptedTextField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta(StationModel.Meta):
        abstract = True


class HouseholdFile(Person):
    """One household's file in the station that opened it; the head is the applicant.

    Written by the services of this app and by its transitions, always with `lock_version` raised by
    one, so that two people who edit at once are told. Never holds a number, telephone, address or
    illness in the open.
    """

    file_no = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=16, choices=FileState, default=FileState.DRAFT)
    # Code of the station whose turn it is; empty while it is the own station's.
    custody = models.CharField(max_length=20, blank=True)
    opened_level = models.PositiveSmallIntegerField()
    file_level = _code()
    scheme = models.CharField(max_length=16, default="2020")
    tier_applied = _code()
    tier = _code()
    tier_sub = _code()
    file_kind = _code()
    key_group = _code()
    batch_measures = _codes()
    groups = _codes()

    applied_on = _day()
    submitted_at = models.DateTimeField(null=True, blank=True)
    on_file_on = _day()
    rechecked_on = _day()
    next_recheck_on = _day()
    closed_on = _day()
    nat_entry_on = _day()
    nat_no = models.CharField(max_length=32, blank=True)
    # When the household last declared itself anew; the day it was put on file counts as the first.
    declared_on = _day()
    # The last day of a temporary file.
    expires_on = _day()
    means_checked_on = _day()
    stamp_community_on = _day()
    stamp_community_by = models.CharField(max_length=64, blank=True)
    stamp_street_on = _day()
    stamp_street_by = models.CharField(max_length=64, blank=True)
    stamp_union_on = _day()
    stamp_union_by = models.CharField(max_length=64, blank=True)

    # First letters of the name's pinyin, for the search box.
    initials = models.CharField(max_length=32, blank=True)
    id_type = models.CharField(max_length=16, default="resident")
    education = _code()

    hukou = _code()
    hukou_region = models.CharField(max_length=12, blank=True)
    residence = models.CharField(max_length=12, blank=True)
    address = EncryptedTextField(null=True)
    zip = models.CharField(max_length=6, blank=True)
    other_phone = EncryptedTextField(null=True)
    disability_cert = EncryptedTextField(null=True)

    employer = models.CharField(max_length=64, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    emp_kind = _code()
    emp_state = _code()
    industry = _code()
    work_state = _code()
    work_start = _day()
    contract_on = _day()
    contract_months = models.IntegerField(null=True, blank=True)
    contract_ended_on = _day()
    member = models.BooleanField(null=True, blank=True)
    member_no = models.CharField(max_length=32, blank=True)
    model_year = models.IntegerField(null=True, blank=True)
    skills = models.CharField(max_length=128, blank=True)
    job_wish = _code()
    wished_job = models.CharField(max_length=64, blank=True)
    wished_pay_fen = _fen()
    start_up = models.BooleanField(null=True, blank=True)
    loan_wish_fen = _fen()
    own_income_fen = _fen()

    persons = models.IntegerField(null=True, blank=True)
    living_together = models.IntegerField(null=True, blank=True)
    inc_wages_fen = _fen()
    inc_business_fen = _fen()
    inc_property_fen = _fen()
    inc_transfer_fen = _fen()
    inc_other_fen = _fen()
    cost_illness_fen = _fen()
    cost_disability_fen = _fen()
    cost_school_fen = _fen()
    cost_housing_fen = _fen()
    cost_work_fen = _fen()
    cost_other_fen = _fen()
    sudden_net_fen = _fen()
    dibao = models.BooleanField(null=True, blank=True)
    dibao_no = models.CharField(max_length=32, blank=True)
    dibao_month_fen = _fen()
    debts_fen = _fen()
    savings_fen = _fen()
    # The computed tier's inputs, terms, result and the rule versions used, as shown to people.
    computation = models.JSONField(default=dict, blank=True)

    housing_kind = _code()
    area = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    homes = models.IntegerField(null=True, blank=True)
    rent_fen = _fen()
    car = models.BooleanField(null=True, blank=True)
    car_use = models.CharField(max_length=64, blank=True)
    shop = models.BooleanField(null=True, blank=True)

    main_cause = _code()
    other_causes = _codes()
    story = models.TextField(blank=True)
    mood = _code()
    needs6 = _codes()
    needs = _codes()
    single_parent = models.BooleanField(null=True, blank=True)
    zero_employment = models.BooleanField(null=True, blank=True)
    self_reliant = models.BooleanField(null=True, blank=True)

    private_school = models.BooleanField(null=True, blank=True)
    shareholder = models.BooleanField(null=True, blank=True)
    refuses_check = models.BooleanField(null=True, blank=True)
    hides_income = models.BooleanField(null=True, blank=True)
    refuses_work = models.BooleanField(null=True, blank=True)
    authorised_on = _day()
    consent_on = _day()

    bank = models.CharField(max_length=64, blank=True)
    bank_branch = models.CharField(max_length=64, blank=True)
    card_no = EncryptedTextField(null=True)
    card_no_hash = models.BinaryField(max_length=16, null=True, editable=False)
    card_name = models.CharField(max_length=32, blank=True)
    card_proxy = models.CharField(max_length=64, blank=True)

    helper_name = models.CharField(max_length=32, blank=True)
    measures = models.TextField(blank=True)
    target_on = _day()

    exit_kind = _code()
    exit_reason = _code()
    exit_incomes_fen = ArrayField(models.BigIntegerField(), default=list, blank=True)
    keep_until = _day()

    # The household's file before this one, after a return to hardship or a split.
    former_id = models.UUIDField(null=True, blank=True)

    origin = models.CharField(max_length=8, choices=Origin, default=Origin.FORM)
    # The run of an import that made the file, so that the run can be undone.
    origin_id = models.UUIDField(null=True, blank=True)
    opened_by_id = models.BigIntegerField(null=True, blank=True)
    opened_by = models.CharField(max_length=64, blank=True)
    changed_by_id = models.BigIntegerField(null=True, blank=True)
    changed_by = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    lock_version = models.PositiveIntegerField(default=1)

    class Meta(Person.Meta):
        db_table = "households_file"
        constraints = [
            models.UniqueConstraint(
                fields=["id_no_hash"],
                condition=~Q(state__in=CLOSED_STATES),
                name="one_open_file_per_head",
            ),
            models.UniqueConstraint(
                fields=["file_no"], condition=~Q(file_no=""), name="file_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in FileState]),
                name="file_state_known",
            ),
        ]
        indexes = [
            # The list of files, narrowed by state, newest first.
            models.Index(fields=["state", "-id"], name="file_list"),
            # The search box: the beginning of a name or of its initials.
            models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="file_by_name"),
            models.Index(
                fields=["initials"], opclasses=["varchar_pattern_ops"], name="file_by_initials"
            ),
            # The search by identity number, over closed files too.
            models.Index(fields=["id_no_hash"], name="file_by_number"),
            # The page of one import run, and its undo.
            models.Index(
                fields=["origin_id"], condition=Q(origin_id__isnull=False), name="file_by_origin"
            ),
        ]

    def __str__(self) -> str:
        return self.file_no or str(self.pk)

    @property
    def is_editable(self) -> bool:
        """Whether the own station may change what is filled in: a re-check too, until it is sent up."""
        return self.state in EDITABLE_STATES or (
            self.state == FileState.RECHECKING and not self.custody
        )

    @property
    def is_closed(self) -> bool:
        """Whether the household has left."""
        return self.state in CLOSED_STATES

    @property
    def has_three_stamps(self) -> bool:
        """Whether community, street and union have all stamped (I-F01)."""
        return bool(self.stamp_community_on and self.stamp_street_on and self.stamp_union_on)


class HouseholdMember(Person):
    """Another person of a household; the head is never repeated here. Written with its file."""

    file = models.ForeignKey(HouseholdFile, on_delete=models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    relation = _code()
    workplace = models.CharField(max_length=64, blank=True)
    stage = _code()
    enrolled_year = models.IntegerField(null=True, blank=True)
    study_years = models.IntegerField(null=True, blank=True)
    tuition_fen = _fen()
    income_fen = _fen()
    living_together = models.BooleanField(null=True, blank=True)

    class Meta(Person.Meta):
        db_table = "households_member"
        constraints = [
            models.UniqueConstraint(fields=["file", "id_no_hash"], name="member_once_in_household"),
        ]
        indexes = [
            # The duplicate check: is this number a member of one of our households?
            models.Index(fields=["id_no_hash"], name="member_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.position}"


class HouseholdVersion(StationModel):
    """What a file said from a day on, never changed afterwards.

    `counted` holds the dimensions with which the household counts as on file, or null when it does
    not: the facts of the roll-up are what differs between one version and the next. `snapshot`
    keeps every field; what is sealed in the file stays sealed in it.
    """

    file = models.ForeignKey(HouseholdFile, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    effective_on = models.DateField()
    state = models.CharField(max_length=16)
    event = models.CharField(max_length=24)
    counted = models.JSONField(null=True, blank=True)
    snapshot = models.JSONField()
    reason = models.TextField(blank=True)
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        db_table = "households_version"
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="version_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} v{self.number}"


class HouseholdPaper(StationModel):
    """One paper of a file: a scan, or the note that somebody saw the original, or both."""

    file = models.ForeignKey(HouseholdFile, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=16)
    attachment_id = models.UUIDField(null=True, blank=True)
    seen_on = _day()
    seen_by_id = models.BigIntegerField(null=True, blank=True)
    seen_by = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        db_table = "households_paper"
        constraints = [
            models.CheckConstraint(
                condition=Q(attachment_id__isnull=False) | Q(seen_on__isnull=False),
                name="paper_scanned_or_seen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.kind}"


class HouseholdVisit(StationModel):
    """One visit to a household: when, where, by which two people, and what they found."""

    file = models.ForeignKey(HouseholdFile, on_delete=models.CASCADE, related_name="visits")
    visited_on = models.DateField()
    place = models.CharField(max_length=12, choices=VisitPlace, default=VisitPlace.HOME)
    first_visitor = models.CharField(max_length=32)
    second_visitor = models.CharField(max_length=32)
    findings = models.TextField()
    agrees = models.BooleanField()
    photo_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    recorded_by_id = models.BigIntegerField(null=True, blank=True)
    recorded_by = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        db_table = "households_visit"
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_visitor=models.F("second_visitor")),
                name="visit_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.visited_on}"
