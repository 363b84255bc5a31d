"""The audit chains: one a station, and one of the network itself."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

# The chain of what happens on the network's own pages; stations have their key.
NETWORK_CHAIN = 0


class AuditRow(models.Model):
    """One thing somebody did, tied to the row before it by ``hash = SM3(prev ‖ canonical JSON)``.

    Written by ``audit.services.record`` alone, in the transaction of the act. Nobody can change or
    delete one: roles hold no such privilege, and a trigger refuses the owner as well. Holds no identity
    or card number, no illness and no secret; ``data`` says what was done, not what was seen.
    """

    # The station's key, or NETWORK_CHAIN. Chains are apart so that stations never wait for each other.
    chain = models.BigIntegerField()
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60)
    via = models.CharField(max_length=8)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    prev = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "audit_row"
        constraints = [
            models.UniqueConstraint(name="audit_one_row_a_place", fields=["chain", "seq"]),
        ]
        indexes = [
            # The audit page of a station, newest first, and its filter by period.
            models.Index(F("chain"), F("at").desc(), name="audit_page"),
            # "What happened to this file", from the file's page.
            models.Index(fields=["chain", "subject_kind", "subject_id"], name="audit_of_subject"),
        ]
        verbose_name = _("审计记录")

    def __str__(self) -> str:
        return f"{self.chain}#{self.seq} {self.event}"


class AuditHead(models.Model):
    """How long a chain is and how it ends. Its row is the lock that orders the chain's writers."""

    chain = models.BigIntegerField(primary_key=True)
    count = models.PositiveBigIntegerField(default=0)
    last_hash = models.BinaryField(max_length=32, default=bytes(32))

    class Meta:
        db_table = "audit_head"

    def __str__(self) -> str:
        return f"{self.chain}: {self.count}"


class KeyRound(models.Model):
    """How far one station, or the shared tables, has come in sealing everything with the current key.

    ``key`` names the key and cipher under which the last complete round found nothing stale. Written by
    the background job; what decides is always what lies in the tables, never this row.
    """

    # None: the tables of the shared schema.
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    key = models.CharField(max_length=60, blank=True)
    resealed = models.PositiveBigIntegerField(default=0)
    left = models.PositiveBigIntegerField(default=0)
    unreadable = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "audit_keyround"
        constraints = [
            models.UniqueConstraint(
                name="one_key_round_a_place", fields=["station"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id or 'shared'}: {self.key}"
