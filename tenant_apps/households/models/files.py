"""The rows of the household file. Amounts are whole fen, percentages and decimals never floats."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.tenancy.models import StationModel
from tenant_apps.households.models.columns import code_column, codes_column, day_column, fen_column


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


class Person(StationModel):
    """The columns that the head and the other members of a household share.

    `id_no_hash` is the keyed hash of the normalised number: the only way to find a person by it.
    """

    name = models.CharField(max_length=32, blank=True)
    id_no = EncryptedTextField(null=True)
    id_no_hash = models.BinaryField(max_length=16, null=True, editable=False)
    sex = code_column()
    birth = day_column()
    ethnic = code_column()
    political = code_column()
    marital = code_column()
    health = code_column()
    disease = EncryptedTextField(null=True)
    disability = code_column()
    disability_grade = code_column()
    insurance = code_column()
    identity = code_column()
    model_title = code_column()
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
    file_level = code_column()
    scheme = models.CharField(max_length=16, default="2020")
    tier_applied = code_column()
    tier = code_column()
    tier_sub = code_column()
    file_kind = code_column()
    key_group = code_column()
    batch_measures = codes_column()
    groups = codes_column()

    applied_on = day_column()
    submitted_at = models.DateTimeField(null=True, blank=True)
    on_file_on = day_column()
    rechecked_on = day_column()
    next_recheck_on = day_column()
    closed_on = day_column()
    nat_entry_on = day_column()
    nat_no = models.CharField(max_length=32, blank=True)
    # When the household last declared itself anew; the day it was put on file counts as the first.
    declared_on = day_column()
    # The last day of a temporary file.
    expires_on = day_column()
    means_checked_on = day_column()
    stamp_community_on = day_column()
    stamp_community_by = models.CharField(max_length=64, blank=True)
    stamp_street_on = day_column()
    stamp_street_by = models.CharField(max_length=64, blank=True)
    stamp_union_on = day_column()
    stamp_union_by = models.CharField(max_length=64, blank=True)

    # First letters of the name's pinyin, for the search box.
    initials = models.CharField(max_length=32, blank=True)
    id_type = models.CharField(max_length=16, default="resident")
    education = code_column()

    hukou = code_column()
    hukou_region = models.CharField(max_length=12, blank=True)
    residence = models.CharField(max_length=12, blank=True)
    address = EncryptedTextField(null=True)
    zip = models.CharField(max_length=6, blank=True)
    other_phone = EncryptedTextField(null=True)
    disability_cert = EncryptedTextField(null=True)

    employer = models.CharField(max_length=64, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    emp_kind = code_column()
    emp_state = code_column()
    industry = code_column()
    work_state = code_column()
    work_start = day_column()
    contract_on = day_column()
    contract_months = models.IntegerField(null=True, blank=True)
    contract_ended_on = day_column()
    member = models.BooleanField(null=True, blank=True)
    member_no = models.CharField(max_length=32, blank=True)
    model_year = models.IntegerField(null=True, blank=True)
    skills = models.CharField(max_length=128, blank=True)
    job_wish = code_column()
    wished_job = models.CharField(max_length=64, blank=True)
    wished_pay_fen = fen_column()
    start_up = models.BooleanField(null=True, blank=True)
    loan_wish_fen = fen_column()
    own_income_fen = fen_column()

    persons = models.IntegerField(null=True, blank=True)
    living_together = models.IntegerField(null=True, blank=True)
    inc_wages_fen = fen_column()
    inc_business_fen = fen_column()
    inc_property_fen = fen_column()
    inc_transfer_fen = fen_column()
    inc_other_fen = fen_column()
    cost_illness_fen = fen_column()
    cost_disability_fen = fen_column()
    cost_school_fen = fen_column()
    cost_housing_fen = fen_column()
    cost_work_fen = fen_column()
    cost_other_fen = fen_column()
    sudden_net_fen = fen_column()
    dibao = models.BooleanField(null=True, blank=True)
    dibao_no = models.CharField(max_length=32, blank=True)
    dibao_month_fen = fen_column()
    debts_fen = fen_column()
    savings_fen = fen_column()
    # The computed tier's inputs, terms, result and the rule versions used, as shown to people.
    computation = models.JSONField(default=dict, blank=True)

    housing_kind = code_column()
    area = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    homes = models.IntegerField(null=True, blank=True)
    rent_fen = fen_column()
    car = models.BooleanField(null=True, blank=True)
    car_use = models.CharField(max_length=64, blank=True)
    shop = models.BooleanField(null=True, blank=True)

    main_cause = code_column()
    other_causes = codes_column()
    story = models.TextField(blank=True)
    mood = code_column()
    needs6 = codes_column()
    needs = codes_column()
    single_parent = models.BooleanField(null=True, blank=True)
    zero_employment = models.BooleanField(null=True, blank=True)
    self_reliant = models.BooleanField(null=True, blank=True)

    private_school = models.BooleanField(null=True, blank=True)
    shareholder = models.BooleanField(null=True, blank=True)
    refuses_check = models.BooleanField(null=True, blank=True)
    hides_income = models.BooleanField(null=True, blank=True)
    refuses_work = models.BooleanField(null=True, blank=True)
    authorised_on = day_column()
    consent_on = day_column()

    bank = models.CharField(max_length=64, blank=True)
    bank_branch = models.CharField(max_length=64, blank=True)
    card_no = EncryptedTextField(null=True)
    card_no_hash = models.BinaryField(max_length=16, null=True, editable=False)
    card_name = models.CharField(max_length=32, blank=True)
    card_proxy = models.CharField(max_length=64, blank=True)

    helper_name = models.CharField(max_length=32, blank=True)
    measures = models.TextField(blank=True)
    target_on = day_column()

    exit_kind = code_column()
    exit_reason = code_column()
    exit_measure = code_column(default="")
    exit_incomes_fen = ArrayField(models.BigIntegerField(), default=list, blank=True)
    keep_until = day_column()

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
            # What a list is narrowed by and the work lists are ordered by, so that a far page and how many there
            # are in all come out of this index and not out of the rows, of some two thousand bytes each.
            models.Index(
                F("id").desc(),
                include=[
                    "state",
                    "tier",
                    "main_cause",
                    "file_kind",
                    "residence",
                    "nat_entry_on",
                    "on_file_on",
                ],
                name="file_filters",
            ),
            # The households on file, the longest first, and what they are grouped by: those without a helper, and
            # the special groups, are found and counted in it.
            models.Index(
                F("on_file_on").asc(nulls_first=True),
                F("id").asc(),
                include=["state", "groups", "single_parent", "sex"],
                condition=Q(state__in=list(COUNTED_STATES)),
                name="file_on_file",
            ),
            # The search box: the beginning of a name or of its initials.
            models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="file_by_name"),
            models.Index(
                fields=["initials"], opclasses=["varchar_pattern_ops"], name="file_by_initials"
            ),
            # The search by identity number, over closed files too.
            models.Index(fields=["id_no_hash"], name="file_by_number"),
            # The files of the same household before and after, on the page of a file.
            models.Index(
                fields=["former_id"],
                condition=Q(former_id__isnull=False),
                name="file_by_former",
            ),
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

    # Found by the beginning of ``member_once_in_household``.
    file = models.ForeignKey(
        HouseholdFile, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    relation = code_column()
    workplace = models.CharField(max_length=64, blank=True)
    stage = code_column()
    enrolled_year = models.IntegerField(null=True, blank=True)
    study_years = models.IntegerField(null=True, blank=True)
    tuition_fen = fen_column()
    income_fen = fen_column()
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
