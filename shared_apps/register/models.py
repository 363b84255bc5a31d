"""The register of identities: which station has which person on an open file, by keyed hash alone.

And what follows from it: cases of files that share a person, and households known by another hash. Beside
it, which numbers of files each station has given.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.ids import uuid7


class IdentityRole(models.TextChoices):
    """What the hash stands for: a person of the household, its bank card or its telephone."""

    HEAD = "head", _("户主")
    MEMBER = "member", _("家庭成员")
    CARD = "card", _("银行卡")
    PHONE = "phone", _("手机号码")


PEOPLE = (IdentityRole.HEAD, IdentityRole.MEMBER)
# A telephone is shared by neighbours and villages: it only strengthens what another hash says.
STRONG = (*PEOPLE, IdentityRole.CARD)


class IdentityEntry(models.Model):
    """One person, card or telephone on one open file of one station.

    Holds no name and no number. A station reads and writes its own rows only; the duplicate check
    reads over all stations and answers with the name of a station. ``is_new`` until the check for
    duplicates has looked at it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    id_hash = models.BinaryField(max_length=16)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    role = models.CharField(max_length=8, choices=IdentityRole)
    # The file; the same for its head and its members.
    subject = models.UUIDField()
    is_new = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "id_hash"], name="identity_once_in_household"
            ),
        ]
        indexes = [
            # The duplicate check, over all stations.
            models.Index(fields=["id_hash"], name="identity_by_hash"),
            # What a station has registered, and its removal with the station.
            models.Index(fields=["station"], name="identity_by_station"),
            # What the check for duplicates has not looked at yet.
            models.Index(fields=["id"], condition=Q(is_new=True), name="identity_new"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.role}"


class AliasReason(models.TextChoices):
    """Why a household is known by another hash than that of its head."""

    SPLIT = "split", _("分户")
    NEW_HEAD = "new_head", _("变更户主")
    DUPLICATE = "duplicate", _("重复建档")


class Alias(models.Model):
    """One hash that stands for the household of another: distinct counts take them for one.

    ``given_hash`` is what was said, ``new_hash`` the end of the chain, which the folder reads.
    Written by ``add_alias`` and ``remove_alias``; one that was removed stays until the facts of its
    household were counted anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    old_hash = models.BinaryField(max_length=16)
    given_hash = models.BinaryField(max_length=16)
    new_hash = models.BinaryField(max_length=16)
    reason = models.CharField(max_length=12, choices=AliasReason)
    case_id = models.UUIDField(null=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["old_hash"], condition=Q(removed_at__isnull=True), name="alias_once"
            ),
            models.CheckConstraint(
                condition=~Q(old_hash=models.F("new_hash")), name="alias_of_another"
            ),
        ]
        indexes = [
            # The list behind a number: which hashes stand for this household.
            models.Index(fields=["new_hash"], name="alias_by_household"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"


class SplitAlias(models.Model):
    """The hash by which a household was known before one of its members became head of an own one.

    Both are households from then on and count each for itself: the folder never reads this. It says
    where the history of the new household begins, wherever either file moves. Written by
    ``note_split``, never changed; erased with either file.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The head of the new household, and that of the one it left.
    head_hash = models.BinaryField(max_length=16)
    former_hash = models.BinaryField(max_length=16)
    # The file that was opened, and the one it came from.
    subject = models.UUIDField(unique=True)
    former_subject = models.UUIDField()
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    split_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(head_hash=models.F("former_hash")), name="split_from_another"
            ),
        ]
        indexes = [
            # Where the history of somebody's household begins, and which households left one.
            models.Index(fields=["head_hash"], name="split_by_head"),
            models.Index(fields=["former_hash"], name="split_by_former"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} < {self.former_subject}"


class CaseState(models.TextChoices):
    """Where a case of duplicates stands."""

    OPEN = "open", _("待核查")
    SETTLED = "settled", _("已认定")
    VANISHED = "vanished", _("已不再重复")
    MERGED = "merged", _("已并入")


class Verdict(models.TextChoices):
    """What the common parent found."""

    SAME_PERSON = "same_person", _("同一人重复建档")
    SAME_HOUSEHOLD = "same_household", _("同一家庭重复建档")
    DIFFERENT = "different", _("不是重复")


class DuplicateCase(models.Model):
    """Files of the network that share a person or a card: one case for one cluster.

    Holds hashes, no name and no number of a person. Read by the stations in ``station_ids`` - those
    that hold a file of it, and ``overseer``, their nearest common station, which decides. Written on
    the network alone. ``history`` says who did what, for people.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.UUIDField()
    overseer = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    station_ids = ArrayField(models.BigIntegerField())
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.OPEN)
    verdict = models.CharField(max_length=16, choices=Verdict, blank=True)
    kept_subject = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    # Which kinds of hash are shared: roles of ``IdentityRole``.
    signals = ArrayField(models.CharField(max_length=8), default=list)
    steps = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    history = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state="open"), name="duplicate_case_once"
            ),
        ]
        indexes = [
            # The list of a station, newest first.
            models.Index(fields=["state", "-changed_at"], name="duplicate_case_list"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"


class PartState(models.TextChoices):
    """What is to happen with one file of a case."""

    WAITING = "waiting", _("待认定")
    KEPT = "kept", _("保留")
    EXIT_ASKED = "exit_asked", _("待注销或转出")
    GONE = "gone", _("已注销或转出")


class Answer(models.TextChoices):
    """What a station says of its own file."""

    KEEP = "keep", _("信息属实，应保留本站点档案")
    LEAVE = "leave", _("确属重复，可注销本站点档案")
    ANOTHER = "another", _("不是同一人（号码录入有误）")
    ONE_HOUSEHOLD = "one_household", _("同一家庭，成员另立了档案")


class CasePart(models.Model):
    """One file of a case: its station and its number, which is all the others learn of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(DuplicateCase, on_delete=models.CASCADE, related_name="parts")
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    subject = models.UUIDField()
    file_no = models.CharField(max_length=32, blank=True)
    # As what the shared people stand in this file: roles of ``IdentityRole``.
    roles = ArrayField(models.CharField(max_length=8), default=list)
    state = models.CharField(max_length=10, choices=PartState, default=PartState.WAITING)
    answer = models.CharField(max_length=16, choices=Answer, blank=True)
    answer_text = models.CharField(max_length=500, blank=True)
    answered_by = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "subject"], name="duplicate_part_once"),
        ]
        indexes = [
            # Is this file in a case already? And what was found about it before?
            models.Index(fields=["subject"], name="duplicate_part_by_file"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.file_no}"


class FileSerial(models.Model):
    """The last serial a station gave a file in a year; its row is locked while a number is given.

    Written by ``tenant_apps.households`` inside the station.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="serial_once_a_year", fields=["station", "year"])
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
