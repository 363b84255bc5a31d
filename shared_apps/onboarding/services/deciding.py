"""What the station above does with an application: accept, return, reject, approve."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, NotFound
from bangfu.kernel.tenancy import in_network
from shared_apps.onboarding import doorbell
from shared_apps.onboarding.errors import ParentNotOpen, ReasonMissing, StationExists
from shared_apps.onboarding.models import Application, ApplicationState, Letter
from shared_apps.onboarding.rules import base_code, next_code
from shared_apps.onboarding.services.history import audit, move, owe
from tenants.models import Level, Station, StationState
from tenants.provisioning import check_parenthood


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What became of each application of a batch: how many went through, and why others did not."""

    done: int
    refused: Sequence[tuple[str, str]]


@transaction.atomic
def accept_application(*, application_id: UUID, actor: Actor, now: datetime) -> Application:
    """Take the application on; five working days to decide begin.

    Raises:
        StationExists: the region has a station of the kind already.
    """
    application = locked_application(application_id)
    move(application, "accept", actor=actor, now=now)
    _refuse_second_station(application)
    application.save()
    audit(application, "accept", actor=actor, now=now)
    return application


@transaction.atomic
def return_application(
    *,
    application_id: UUID,
    missing: Sequence[Mapping[str, str]],
    comment: str,
    actor: Actor,
    now: datetime,
) -> Application:
    """Send the application back once, with one list of everything that is missing.

    Raises:
        ReasonMissing: neither an item nor a comment was given.
    """
    application = locked_application(application_id)
    move(application, "return", actor=actor, now=now, comment=comment)
    if not missing and not comment.strip():
        raise ReasonMissing
    application.missing = [dict(item) for item in missing]
    application.comment = comment
    _write(application, Letter.RETURNED)
    application.save()
    audit(application, "return", actor=actor, now=now, comment=comment)
    return application


@transaction.atomic
def reject_application(
    *, application_id: UUID, reason: str, actor: Actor, now: datetime
) -> Application:
    """Refuse the application for a reason. The unit may apply anew.

    Raises:
        ReasonMissing: no reason was given.
    """
    application = locked_application(application_id)
    move(application, "reject", actor=actor, now=now, comment=reason)
    if not reason.strip():
        raise ReasonMissing
    application.comment = reason
    application.decided_at = now
    application.assigned_code = ""
    _write(application, Letter.REJECTED)
    application.save()
    audit(application, "reject", actor=actor, now=now, comment=reason)
    return application


@transaction.atomic
def approve_application(*, application_id: UUID, actor: Actor, now: datetime) -> Application:
    """Approve the application, give the station its code and have it opened in the background.

    The parent's row is locked while the code is chosen, so two approvals at once get two codes.

    Raises:
        StationExists: the region has a station of the kind already.
        ParentNotOpen: the parent does not work now.
    """
    application = locked_application(application_id)
    move(application, "approve", actor=actor, now=now)
    _assign_code(application)
    application.decided_at = now
    application.failure = ""
    application.missing = []
    application.save()
    audit(application, "approve", actor=actor, now=now)
    transaction.on_commit(lambda: doorbell.ring(application.pk))
    return application


def approve_many(*, application_ids: Iterable[UUID], actor: Actor, now: datetime) -> BatchAnswer:
    """Approve one by one; one that cannot be approved does not stop the others."""
    done, refused = 0, []
    for key in application_ids:
        try:
            approve_application(application_id=key, actor=actor, now=now)
        except DomainError as error:
            refused.append((_name_of(key), str(error)))
        else:
            done += 1
    return BatchAnswer(done, refused)


def locked_application(application_id: UUID) -> Application:
    """Return the application, locked; a station reaches only those below itself.

    Raises:
        NotFound: there is none here.
    """
    application = (
        Application.objects.select_for_update(of=("self",)).filter(pk=application_id).first()
    )
    if application is None:
        raise NotFound
    return application


def _write(application: Application, letter: Letter) -> None:
    owe(application, letter)
    transaction.on_commit(doorbell.ring_for_letters)


def _assign_code(application: Application) -> None:
    with in_network():
        parent = _locked_parent(application)
        if parent is None or parent.state not in {StationState.TRIAL, StationState.ACTIVE}:
            raise ParentNotOpen
        check_parenthood(level=application.level, parent=parent)
        _refuse_second_station(application)
        if application.assigned_code:
            # The code that a list gave it, kept for it when its station could not be opened at once.
            return
        base = base_code(
            level=application.level,
            region_code=application.region_code,
            parent_code=parent.code,
        )
        application.assigned_code = next_code(
            level=application.level, base=base, taken=_codes_from(base)
        )


def _locked_parent(application: Application) -> Station | None:
    if application.parent_id is None:
        return None
    return Station.objects.select_for_update().get(pk=application.parent_id)


def _codes_from(base: str) -> set[str]:
    stations = Station.objects.filter(code__startswith=base).values_list("code", flat=True)
    promised = Application.objects.filter(assigned_code__startswith=base).values_list(
        "assigned_code", flat=True
    )
    return {*stations, *promised}


def _refuse_second_station(application: Application) -> None:
    if application.level == Level.ENTERPRISE:
        return
    same = Q(region_code=application.region_code, kind=application.kind, level=application.level)
    with in_network():
        station = (
            Station.objects.filter(same)
            .exclude(state__in=[StationState.CLOSED, StationState.ARCHIVED])
            .first()
        )
        promised = (
            Application.objects.filter(same, state=ApplicationState.PROVISIONING)
            .exclude(pk=application.pk)
            .first()
        )
    other = station or promised
    if other is not None:
        raise StationExists(name=other.name)


def _name_of(key: UUID) -> str:
    application = Application.objects.filter(pk=key).first()
    return application.name if application else str(key)
