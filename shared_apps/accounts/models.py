"""People of the whole network. A station sees only its own memberships."""

from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from shared_apps.accounts.roles import Role


class User(AbstractUser):
    """One person who signs in, known to the whole network by one name and one password.

    What they may do is said by their memberships. Holds no data of workers in hardship.
    """

    name = models.CharField(max_length=40)
    mobile = models.CharField(max_length=11, blank=True)
    must_change_password = models.BooleanField(default=False)
    is_network_administrator = models.BooleanField(default=False)
    previous_sign_in_at = models.DateTimeField(null=True, blank=True)
    # A session that began before this moment is over: a membership ended, or the password changed.
    sessions_valid_from = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name or self.username


class Membership(models.Model):
    """That a person belongs to a station, and the roles they play there, from one day to another."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    station = models.ForeignKey("tenants.Station", on_delete=models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=24, choices=Role))
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    post = models.CharField(max_length=40, blank=True)
    is_full_time = models.BooleanField(default=True)
    is_liaison = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_running_membership_each",
                fields=["user", "station"],
                condition=Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}@{self.station_id}"


class Invitation(models.Model):
    """That somebody was asked to join a station, until they accept or the days run out.

    The link is not stored: it is derived from the key and ``nonce``, so that who may invite can print
    the letter again; a new nonce makes every earlier link worthless. Written by ``services.invitations``.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=40)
    email = models.EmailField(blank=True)
    mobile = models.CharField(max_length=11, blank=True)
    roles = ArrayField(models.CharField(max_length=24, choices=Role))
    post = models.CharField(max_length=40, blank=True)
    is_liaison = models.BooleanField(default=False)
    nonce = models.CharField(max_length=32)
    invited_by_id = models.IntegerField(null=True, blank=True)
    invited_by_name = models.CharField(max_length=60)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # The people page: invitations of a station that are still open.
            models.Index(
                name="invitations_open",
                fields=["station", "invited_at"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}@{self.station_id}"


class ApiToken(models.Model):
    """A key by which one person's programs act at one station, or at the network when it is empty.

    Only the digest is kept; the token itself is shown once.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    station = models.ForeignKey(
        "tenants.Station", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
