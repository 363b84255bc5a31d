"""Open the station of an approved application: all of it or nothing, safe to repeat."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.clock import local_day
from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import Invitation
from shared_apps.accounts.roles import STATION_ROLES, Role
from shared_apps.accounts.services import mail
from shared_apps.accounts.services.invitations import invite
from shared_apps.notifications.services import notify
from shared_apps.onboarding.models import Application, ApplicationState, Origin
from shared_apps.onboarding.rules import TRIAL_LASTS
from shared_apps.onboarding.services.history import audit, move
from tenants.models import Station
from tenants.provisioning import CodeTaken, open_station

log = structlog.get_logger(__name__)

SYSTEM = "系统"
# A row of an import waits until the station above it, perhaps of the same file, is open.
_PARENT_IS_OPEN = (
    Q(parent__isnull=False)
    | Q(parent_code="")
    | Exists(Station.objects.filter(code=OuterRef("parent_code")))
)
# What somebody gets who named themselves as the contact: they bring in the others.
FIRST_ROLES = (Role.ADMINISTRATOR, Role.CLERK)


def open_approved(application_id: UUID, *, now: datetime, site: str = "") -> Station | None:
    """Open the station of an application; None when there is nothing to do or it failed.

    Schema, station, invitations, notification and the application's new state are one transaction. When
    it fails nothing of it remains, and the application goes back to the parent with the reason.
    """
    try:
        with in_network(), transaction.atomic():
            application = _claimed(application_id)
            if application is None:
                return None
            station, invitations = _open(application, now=now)
    except (DomainError, DatabaseError) as error:
        log.warning("station_not_opened", application=str(application_id), error=str(error))
        taken = isinstance(error, CodeTaken)
        _give_back(application_id, reason=_reason_of(error), loses_code=taken, now=now)
        return None
    for invitation in invitations:
        if site and mail.send_invitation(invitation, site=site, station_name=station.name):
            with in_network():
                Application.objects.filter(pk=application_id).update(letter_sent_at=now)
    return station


def open_waiting(*, now: datetime, limit: int, site: str = "") -> int:
    """Open up to ``limit`` stations that wait, those of higher levels first; return how many opened.

    Another worker doing the same takes other rows.
    """
    with in_network():
        waiting = list(
            Application.objects.filter(_PARENT_IS_OPEN, state=ApplicationState.PROVISIONING)
            .order_by("level", "pk")
            .values_list("pk", flat=True)[:limit]
        )
    return sum(1 for key in waiting if open_approved(key, now=now, site=site))


def _claimed(application_id: UUID) -> Application | None:
    application = (
        Application.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("parent")
        .filter(pk=application_id, state=ApplicationState.PROVISIONING)
        .first()
    )
    if application is None:
        return None
    if application.parent is None:
        # A row of an import whose parent stood in the same file.
        application.parent = Station.objects.filter(code=application.parent_code).first()
    return application


def _open(application: Application, *, now: datetime) -> tuple[Station, Sequence[Invitation]]:
    station = open_station(
        code=application.assigned_code,
        name=application.name,
        level=application.level,
        parent=application.parent,
        region_code=application.region_code,
        kind=application.kind,
        union_name=application.union_name,
        union_uscc=application.union_uscc,
        trial_until=local_day(now) + TRIAL_LASTS,
        now=now,
    )
    station.address = application.address
    station.phone = application.contact_phone
    station.save(update_fields=["address", "phone"])  # type: ignore[no-untyped-call]
    invitations = _invite_people(application, station, now=now)
    application.station = station
    actor = Actor.system(SYSTEM)
    move(application, "open", actor=actor, now=now)
    application.save()
    audit(application, "open", actor=actor, now=now)
    if application.parent is not None and application.origin != Origin.IMPORT:
        notify(
            station_id=application.parent.pk,
            capability="onboarding.view",
            kind="onboarding.opened",
            title=_("%(name)s已开通，编码 %(code)s"),
            params={"name": application.name, "code": station.code},
            link=f"/s/{application.parent.code}/onboarding/{application.pk}/",
            now=now,
            key=f"opened:{application.pk}",
        )
    return station, invitations


def _invite_people(
    application: Application, station: Station, *, now: datetime
) -> Sequence[Invitation]:
    # A row of an import without a contact opens an empty station; its people are invited later.
    if not application.contact_name:
        return ()
    actor = Actor.system(str(_("工会帮扶服务平台")), station=station.ref)
    contact = invite_contact(application, station, actor=actor, now=now)
    others = [
        person
        for person in application.staff
        if person.get("name") and person["name"] != application.contact_name
    ]
    with in_station(station.ref):
        return [
            contact,
            *(
                invite(
                    station=station.ref,
                    name=person["name"],
                    mobile=person.get("phone", "")[:11],
                    email=person.get("email", ""),
                    roles=[_role_of(person)],
                    actor=actor,
                    now=now,
                )
                for person in others[:4]
            ),
        ]


def invite_contact(
    application: Application, station: Station, *, actor: Actor, now: datetime
) -> Invitation:
    """Invite the contact of an application as the first administrator of the station."""
    with in_station(station.ref):
        return invite(
            station=station.ref,
            name=application.contact_name,
            email=application.contact_email,
            mobile=application.contact_phone[:11],
            roles=FIRST_ROLES,
            is_liaison=application.liaison_name == application.contact_name,
            actor=actor,
            now=now,
        )


def _role_of(person: dict[str, str]) -> str:
    role = person.get("role", "")
    return role if role in STATION_ROLES else Role.CLERK


def _give_back(application_id: UUID, *, reason: str, loses_code: bool, now: datetime) -> None:
    actor = Actor.system(SYSTEM)
    with in_network(), transaction.atomic():
        application = _claimed(application_id)
        if application is None:
            return
        move(application, "fail", actor=actor, now=now, comment=reason)
        application.failure = reason
        # The code of a list is the one its people know; one given by rule is given anew.
        if loses_code or application.origin != Origin.IMPORT:
            application.assigned_code = ""
        application.attempts += 1
        application.save()
        audit(application, "fail", actor=actor, now=now, comment=reason)


def _reason_of(error: Exception) -> str:
    if isinstance(error, CodeTaken):
        return str(_("站点编码刚被占用，请重新批准。"))
    if isinstance(error, DomainError):
        return str(error)
    return str(_("数据库暂时不能开通站点，请稍后重新批准。"))
