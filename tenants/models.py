"""Rows that say which stations there are and in which schema each one lives."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from bangfu.kernel.tenancy import StationRef


class Level(models.IntegerChoices):
    """The four levels of the network."""

    CITY = 1, _("市级")
    COUNTY = 2, _("县（区）级")
    TOWNSHIP = 3, _("乡镇（街道）级")
    ENTERPRISE = 4, _("企业（社区）级")


class StationState(models.TextChoices):
    """Where an open station stands. Source: domain §3.1, from ``trial`` on."""

    TRIAL = "trial", _("试运行")
    ACTIVE = "active", _("正式运行")
    SUSPENDED = "suspended", _("暂停")
    MERGING = "merging", _("合并中")
    CLOSED = "closed", _("已撤销")
    ARCHIVED = "archived", _("已归档")


class StationKind(models.TextChoices):
    """What a station is for. Source: domain I-A01, I-A23."""

    COMPREHENSIVE = "comprehensive", _("综合帮扶中心（站）")
    TRAINING = "training", _("培训中心")
    RIGHTS = "rights", _("维权站")
    POINT = "point", _("帮扶点")


class Station(TenantMixin):
    """One station of the network and the schema it lives in.

    A row exists from the moment the station is provisioned; before that there is only an application.
    Written by ``tenants.provisioning`` and ``tenants.lifecycle``. Its schema name is opaque and never
    derives from its code; its code is its own and never changes when regions are renumbered.
    """

    auto_create_schema = False
    auto_drop_schema = False

    code = models.CharField(max_length=20, unique=True)
    # Codes it had before, or has on forms of others; they lead here too and are never given again.
    other_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    name = models.CharField(max_length=120)
    level = models.PositiveSmallIntegerField(choices=Level)
    kind = models.CharField(max_length=20, choices=StationKind, default=StationKind.COMPREHENSIVE)
    state = models.CharField(max_length=12, choices=StationState, default=StationState.TRIAL)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # Keys of the ancestors and of the station itself, root first, each followed by a dot.
    path = models.CharField(max_length=120, unique=True)
    region_code = models.CharField(max_length=12)
    union_name = models.CharField(max_length=120, blank=True)
    union_uscc = models.CharField(max_length=18, blank=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    founded_on = models.DateField(null=True, blank=True)
    # A level is skipped below this station only where it says so: units directly under a city or county.
    takes_direct_units = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    trial_until = models.DateField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="station_level_known", condition=Q(level__in=Level.values)),
            models.CheckConstraint(
                name="station_only_the_city_has_no_parent",
                condition=Q(level=Level.CITY, parent__isnull=True)
                | (Q(level__gt=Level.CITY) & Q(parent__isnull=False)),
            ),
        ]
        indexes = [
            # Subtrees: ``path LIKE '1.5.%'``.
            models.Index(
                name="station_path_prefix", fields=["path"], opclasses=["varchar_pattern_ops"]
            ),
            # An address or a sheet that names a station by another code.
            GinIndex(name="station_other_codes", fields=["other_codes"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def ref(self) -> StationRef:
        """What the code needs to know of this station at all times."""
        return StationRef(
            id=self.pk,
            code=self.code,
            name=self.name,
            level=self.level,
            schema=self.schema_name,
            path=self.path,
            parent_id=self.parent_id,
        )


class StationDomain(DomainMixin):
    """A host name that leads to one station, for those that have their own address."""

    def __str__(self) -> str:
        return str(self.domain)


class StationTemplate(models.Model):
    """The compact DDL of a station, rendered from a schema that real migrations built.

    One row a fingerprint; the newest is in force. Written by ``tenants.template`` alone.
    """

    fingerprint = models.CharField(max_length=64, primary_key=True)
    ddl = models.TextField()
    migrations = ArrayField(models.CharField(max_length=300))
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.fingerprint[:12]


class StationSchema(models.Model):
    """One schema made for a station, whether given to one already or still waiting in the pool.

    ``migrations`` is the applied state that schema changes are planned from, so that planning for a
    thousand stations reads one table. Role and grants of the schema exist as long as the row does.
    """

    name = models.CharField(max_length=63, primary_key=True)
    station = models.OneToOneField(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="schema_row"
    )
    migrations = ArrayField(models.CharField(max_length=300))
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            # The pool: the oldest schema that waits.
            models.Index(name="schema_pool", fields=["made_at"], condition=Q(station__isnull=True))
        ]

    def __str__(self) -> str:
        return self.name


class SchemaChange(models.Model):
    """One run of the schema-change runner over all schemas, kept so that a killed run shows how far it came."""

    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    failed = ArrayField(models.TextField(), default=list, blank=True)

    def __str__(self) -> str:
        return f"{self.done}/{self.total}"
