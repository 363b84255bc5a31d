"""Who belongs to a station and in which roles."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.accounts.errors import AlreadyMember, LastAdministrator, OwnAccount, StationIsFull
from shared_apps.accounts.models import Membership, User
from shared_apps.accounts.roles import STATION_ROLES, Role
from shared_apps.accounts.rules import QUOTA
from shared_apps.audit.services import record
from tenants.models import Station


def check_roles(roles: Collection[str]) -> None:
    """Raise ``InvalidInput`` unless ``roles`` names at least one part people play in a station."""
    if not roles or not set(roles) <= STATION_ROLES:
        raise InvalidInput(
            [Problem(code="roles-missing", field="roles", message=_("请至少选择一个岗位。"))]
        )


@transaction.atomic
def add_member(
    *,
    station: StationRef,
    user: User,
    roles: Collection[str],
    now: datetime,
    post: str = "",
    is_liaison: bool = False,
    is_full_time: bool = True,
    actor: Actor,
) -> Membership:
    """Make ``user`` a member of ``station``. Locks the station's row, so the quota holds.

    Raises:
        StationIsFull: the quota of the level is used up.
        AlreadyMember: the person belongs to the station.

    Source: domain NR18.
    """
    check_roles(roles)
    with in_network():
        Station.objects.select_for_update().get(pk=station.id)
        running = Membership.objects.filter(station_id=station.id, ended_at__isnull=True)
        if running.filter(user=user).exists():
            raise AlreadyMember
        quota = QUOTA[station.level]
        if running.count() >= quota:
            raise StationIsFull(quota=quota)
        membership = Membership.objects.create(
            user=user,
            station_id=station.id,
            roles=sorted(roles),
            began_at=now,
            post=post,
            is_liaison=is_liaison,
            is_full_time=is_full_time,
        )
    with in_station(station):
        _record("member.added", membership, actor=actor, now=now)
    return membership


@transaction.atomic
def change_roles(
    *, membership: Membership, roles: Collection[str], actor: Actor, now: datetime
) -> None:
    """Give a member other roles; they hold from the next page on.

    Raises:
        LastAdministrator: the station would have no administrator.
    """
    actor.require("people.manage")
    check_roles(roles)
    with in_network():
        locked = _locked(membership)
        if Role.ADMINISTRATOR in locked.roles and Role.ADMINISTRATOR not in roles:
            _require_another_administrator(locked)
        before = locked.roles
        locked.roles = sorted(roles)
        locked.save(update_fields=["roles"])
    _record("member.roles-changed", locked, actor=actor, now=now, before=before)


@transaction.atomic
def end_membership(*, membership: Membership, actor: Actor, now: datetime) -> None:
    """End a membership and every session of the person at once.

    Raises:
        OwnAccount: one's own membership is ended by somebody else.
        LastAdministrator: the station would have no administrator.

    Source: reliability §4.
    """
    actor.require("people.manage")
    with in_network():
        locked = _locked(membership)
        if locked.user_id == actor.user_id:
            raise OwnAccount
        if Role.ADMINISTRATOR in locked.roles:
            _require_another_administrator(locked)
        locked.ended_at = now
        locked.save(update_fields=["ended_at"])
        end_sessions(locked.user_id)
        locked.user.tokens.filter(station_id=locked.station_id, revoked_at__isnull=True).update(
            revoked_at=now
        )
    _record("member.ended", locked, actor=actor, now=now)


def end_sessions(user_id: int) -> None:
    """End every session of a person at once. Sessions live in real time, whatever a demo's clock says."""
    User.objects.filter(pk=user_id).update(sessions_valid_from=timezone.now())


def _record(
    event: str,
    membership: Membership,
    *,
    actor: Actor,
    now: datetime,
    before: Collection[str] | None = None,
) -> None:
    data: dict[str, object] = {"user_id": membership.user_id, "roles": membership.roles}
    if before is not None:
        data["roles_before"] = list(before)
    record(event=event, actor=actor, subject=("membership", membership.pk), data=data, now=now)


def _locked(membership: Membership) -> Membership:
    # The station first: two administrators ending each other wait here, and the second sees the first.
    Station.objects.select_for_update().get(pk=membership.station_id)
    locked = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=membership.pk, ended_at__isnull=True)
        .first()
    )
    if locked is None:
        raise NotFound
    return locked


def _require_another_administrator(membership: Membership) -> None:
    others = Membership.objects.filter(
        station_id=membership.station_id,
        ended_at__isnull=True,
        roles__contains=[Role.ADMINISTRATOR],
        user__is_active=True,
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise LastAdministrator
