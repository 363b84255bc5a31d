"""What an applicant does: draft, save, submit. Nobody is signed in here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.identity import normalised
from bangfu.kernel.tenancy import in_network
from shared_apps.accounts import links
from shared_apps.notifications.services import notify
from shared_apps.onboarding.errors import LinkNotGood, ParentNotOpen, TooManyApplications
from shared_apps.onboarding.models import Application, ApplicationState, Batch, Origin
from shared_apps.onboarding.rules import (
    DRAFT_LASTS,
    INVITED_DRAFT_LASTS,
    PER_ADDRESS,
    PER_CONTACT,
    SAVES_PER_HOUR,
    region_problem,
    uscc_problem,
    written_problems,
)
from shared_apps.onboarding.services.history import audit, move
from shared_apps.regions.selectors import region_exists
from tenants.models import Level, Station, StationState
from tenants.provisioning import WrongParent, check_parenthood

PURPOSE = "application"
REVIEWING_STATES = frozenset({StationState.TRIAL, StationState.ACTIVE})
# What an applicant may say; everything else is ours.
FIELDS = (
    "name",
    "kind",
    "region_code",
    "union_name",
    "union_uscc",
    "address",
    "founding_paper_no",
    "contact_name",
    "contact_phone",
    "contact_email",
    "liaison_name",
    "liaison_phone",
    "staff",
    "windows",
)


def allow_one_more(*, address: str, contact: str) -> None:
    """Count an application of a network address and a contact; refuse when an hour holds too many.

    Raises:
        TooManyApplications: either has reached its limit.
    """
    for slot, limit in (
        (f"join:address:{address}", PER_ADDRESS),
        (f"join:contact:{contact}", PER_CONTACT),
    ):
        cache.add(slot, 0, 3600)
        if cache.incr(slot) > limit:
            raise TooManyApplications


def allow_one_more_save(application: Application) -> None:
    """Count a save of an application; refuse when an hour holds too many.

    Raises:
        TooManyApplications: it was saved too often.
    """
    slot = f"join:save:{application.pk}"
    cache.add(slot, 0, 3600)
    if cache.incr(slot) > SAVES_PER_HOUR:
        raise TooManyApplications


@transaction.atomic
def open_application(
    *,
    parent: Station,
    level: int | None,
    said: Mapping[str, Any],
    now: datetime,
    origin: str = Origin.PUBLIC,
    batch: Batch | None = None,
) -> Application:
    """Start an application below ``parent``. It is a draft; nothing is reserved by it.

    Raises:
        ParentNotOpen: the parent does not work now.
        InvalidInput: a field is wrong; every problem is listed.
    """
    wanted = parent.level + 1 if level is None else level
    _check_parent(parent, wanted)
    application = Application(
        nonce=links.fresh_nonce(),
        origin=origin,
        batch=batch,
        parent=parent,
        parent_code=parent.code,
        level=wanted,
        made_at=now,
    )
    _write(application, said)
    application.save(force_insert=True)
    return application


@transaction.atomic
def apply_at_once(
    *, parent: Station, level: int | None, said: Mapping[str, Any], now: datetime
) -> Application:
    """Start an application and hand it in: one call of an integrator. All or nothing."""
    application = open_application(parent=parent, level=level, said=said, now=now)
    return submit_application(application=application, now=now)


@transaction.atomic
def save_draft(
    *,
    application: Application,
    said: Mapping[str, Any],
    paper: "UploadedFile[Any] | None" = None,
) -> Application:
    """Keep what the applicant has filled in so far.

    Raises:
        InvalidInput: a field is wrong; every problem is listed.
        IllegalMove: it was submitted meanwhile.
    """
    locked = _locked(application)
    if locked.state not in {ApplicationState.DRAFT, ApplicationState.CORRECTING}:
        raise LinkNotGood
    _write(locked, said)
    before = locked.founding_paper.name
    if paper is not None:
        locked.founding_paper = paper
    locked.save()
    if paper is not None and before:
        # What a page replaced is not kept: nobody can reach it, and links may be used again and again.
        transaction.on_commit(partial(default_storage.delete, before))
    return locked


@transaction.atomic
def submit_application(*, application: Application, now: datetime) -> Application:
    """Hand the application to the parent and start its clock of three working days.

    Papers that are missing do not stop it: the parent lists them when it returns the application.

    Raises:
        InvalidInput: name, contact or region are missing.
        ParentNotOpen: the parent does not work now.
        IllegalMove: it was submitted already.

    Source: domain §3.1.
    """
    locked = _locked(application)
    parent = locked.parent
    if parent is None:
        raise ParentNotOpen
    _check_parent(parent, locked.level)
    _raise_all(_problems_for_submission(locked))
    applicant = _applicant(locked)
    move(locked, "submit", actor=applicant, now=now)
    locked.submitted_at = now
    locked.missing = []
    locked.save()
    audit(locked, "submit", actor=applicant, now=now)
    notify(
        station_id=parent.pk,
        capability="onboarding.decide",
        kind="onboarding.applied",
        title=_("%(name)s申请入驻"),
        params={"name": locked.name},
        link=f"/s/{parent.code}/onboarding/{locked.pk}/",
        now=now,
        key=f"applied:{locked.pk}:{len(locked.history)}",
    )
    return locked


def path_of(application: Application) -> str:
    """Return the path of the applicant's own link; whoever has it may go on with the application."""
    return f"/join/{application.pk}/{secret_of(application)}/"


def secret_of(application: Application) -> str:
    """Return the secret part of the applicant's link."""
    return links.secret_of(PURPOSE, key=application.pk, nonce=application.nonce)


def application_behind(key: UUID, secret: str, *, now: datetime) -> Application:
    """Return the application that a link leads to. A draft is good for seven days, invited ones sixty.

    Raises:
        LinkNotGood: the link is wrong or the draft too old.
    """
    with in_network():
        application = Application.objects.select_related("parent", "station").filter(pk=key).first()
    if application is None or not links.secret_fits(
        secret, PURPOSE, key=key, nonce=application.nonce
    ):
        raise LinkNotGood
    lasts = DRAFT_LASTS if application.origin == Origin.PUBLIC else INVITED_DRAFT_LASTS
    if application.state == ApplicationState.DRAFT and application.made_at + lasts < now:
        raise LinkNotGood
    return application


def note_seen(application: Application, *, now: datetime) -> None:
    """Note that an invited applicant opened the link, for the board."""
    Application.objects.filter(pk=application.pk, first_seen_at__isnull=True).update(
        first_seen_at=now
    )


def _check_parent(parent: Station, level: int) -> None:
    if parent.state not in REVIEWING_STATES:
        raise ParentNotOpen
    check_parenthood(level=level, parent=parent)


def _write(application: Application, said: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in said:
            setattr(application, name, said[name])
    parent = application.parent
    if parent is None:
        raise WrongParent
    if not application.region_code and application.level == Level.ENTERPRISE:
        application.region_code = parent.region_code
    application.contact_phone = normalised(application.contact_phone).removeprefix("+86")
    application.liaison_phone = normalised(application.liaison_phone).removeprefix("+86")
    application.union_uscc = normalised(application.union_uscc)
    problems = [
        problem
        for problem in (
            region_problem(
                level=application.level,
                region_code=application.region_code,
                parent_region=parent.region_code,
            ),
            _unknown_region(application),
            uscc_problem(application.union_uscc),
        )
        if problem is not None
    ]
    problems += written_problems(vars(application))
    if not application.name.strip():
        problems.append(_required("name", _("请填写站点名称。")))
    if not application.contact_name.strip():
        problems.append(_required("contact_name", _("请填写联系人姓名。")))
    _raise_all(problems)


def _unknown_region(application: Application) -> Problem | None:
    if application.region_code.isdigit() and region_exists(
        application.region_code, on=clock.today()
    ):
        return None
    return Problem(
        code="unknown-region",
        field="region_code",
        message=_("没有这个行政区划代码，请从列表中选择。"),
    )


def _problems_for_submission(application: Application) -> Sequence[Problem]:
    if application.contact_email or application.contact_phone:
        return []
    return [_required("contact_email", _("请填写联系人的电子邮箱或手机，以便通知办理结果。"))]


def _required(field: str, message: Any) -> Problem:
    return Problem(code="required", field=field, message=message)


def _raise_all(problems: Sequence[Problem]) -> None:
    if problems:
        raise InvalidInput(problems)


def _applicant(application: Application) -> Actor:
    return Actor(
        user_id=None,
        name=application.contact_name,
        capabilities=frozenset({"onboarding.apply"}),
    )


def _locked(application: Application) -> Application:
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("parent")
        .get(pk=application.pk)
    )
