"""What a station does with an application: take it over, return it, hand it on, refuse it."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import seal, unseal
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.exchange.services import post, post_lost_again
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.applications.answers import packed
from tenant_apps.applications.codes import code_hash, fresh_code
from tenant_apps.applications.errors import WrongDestination
from tenant_apps.applications.flow import APPLICATION_FLOW, WORKS
from tenant_apps.applications.models import Application, ApplicationState, Channel
from tenant_apps.applications.selectors import (
    SUBJECT,
    answers_of,
    destinations,
    get_application,
)
from tenant_apps.applications.services.applying import begin
from tenant_apps.applications.services.keeping import locked, told, wait_for_clerk
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.casework.services import (
    close_todos,
    remove_attachment,
    show_attachment,
    start_clock,
    stop_clocks,
)
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.households.mapping import number_hash
from tenant_apps.households.models import HouseholdFile, Origin
from tenant_apps.households.services import mark_paper, open_draft
from tenants.selectors import station_with_code

REFERRED = "application.referred"
_PLACE = "applications.referral"
_SHORTEST_REASON = 4
_LONGEST_REASON = 500
_SENSITIVE = frozenset(spec.name for spec in FILE_FIELDS if spec.sensitive)
_SENSITIVE_OF_MEMBER = frozenset(spec.name for spec in MEMBER_FIELDS if spec.sensitive)


@transaction.atomic
def take_over(application_id: UUID, *, actor: Actor, now: datetime) -> HouseholdFile:
    """Make a draft file of an application, filled in, with its pictures as papers of the file.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: a person is on an open file already, or an answer is wrong.

    Source: domain §3.2, 申请登记.
    """
    application, before = _step(application_id, "take", actor=actor)
    answers = answers_of(application)
    saved = open_draft(
        answers.draft, actor=actor, now=now, origin=Origin.APPLIED, origin_id=application.pk
    )
    for picture in attachments_of((SUBJECT, application.pk)):
        content = show_attachment(picture, actor=actor, now=now)
        mark_paper(
            saved.file.pk,
            kind=picture.kind,
            upload=ContentFile(content, name=picture.name),
            actor=actor,
            now=now,
        )
        remove_attachment(picture.pk, actor=actor, now=now)
    application.file_id = saved.file.pk
    _decided(application, "take", before=before, actor=actor, now=now, file=str(saved.file.pk))
    return saved.file


@transaction.atomic
def return_to_worker(
    application_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Application:
    """Give an application back to the worker, saying in plain words what is missing.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given, or one that is too long.
    """
    application, before = _step(application_id, "return", actor=actor)
    application.reason = _checked(reason)
    application.sent_at = None
    _decided(application, "return", before=before, actor=actor, now=now, comment=reason)
    rule = rule_in_force("clock.returned", station=current_station(), on=clock.local_day(now))
    start_clock(
        subject=(SUBJECT, application.pk),
        kind="returned",
        working_days=rule.value,
        rule=rule,
        capability=WORKS,
        reference=application.number,
        now=now,
    )
    return application


@transaction.atomic
def refuse(application_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Application:
    """End an application that cannot become a file, saying why. Raises: as `return_to_worker`."""
    application, before = _step(application_id, "refuse", actor=actor)
    application.reason = _checked(reason)
    _decided(application, "refuse", before=before, actor=actor, now=now, comment=reason)
    return application


@transaction.atomic
def refer(
    application_id: UUID, *, to_code: str, reason: str, actor: Actor, now: datetime
) -> Application:
    """Hand an application on to the station that is to open the file. Source: NR10.

    What was filled in travels sealed; the worker's code opens it there from then on. Pictures stay
    where they are and are wiped: the new station asks for them again.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        WrongDestination: the station is neither above, below nor beside this one.
        InvalidInput: no reason is given, or one that is too long.
    """
    application, before = _step(application_id, "refer", actor=actor)
    target = next((one for one in destinations() if one.code == to_code), None)
    if target is None:
        raise WrongDestination
    application.reason = _checked(reason)
    application.went_to, application.went_to_code = target.name, target.code
    application.hop += 1
    recipient = station_with_code(target.code).pk
    body = _parcel(application)
    for picture in attachments_of((SUBJECT, application.pk)):
        remove_attachment(picture.pk, actor=actor, now=now)
    _decided(
        application,
        "refer",
        before=before,
        actor=actor,
        now=now,
        comment=f"{target.name}：{reason.strip()}",
        to=target.code,
    )
    post(
        kind=REFERRED,
        recipient=recipient,
        stream=f"application:{application.pk}",
        key=f"{application.pk}:{application.hop}",
        body=body,
        now=now,
    )
    return application


@transaction.atomic
def receive(body: dict[str, Any], *, now: datetime) -> None:
    """Put an application that another station handed on on the desk here; safe to repeat."""
    key = UUID(body["application"])
    application = Application.objects.select_for_update().filter(pk=key).first()
    if application is not None and application.hop >= body["hop"]:
        return
    before = ""
    if application is None:
        application = Application(
            pk=key, made_at=datetime.fromisoformat(body["made_at"]), changed_at=now
        )
    else:
        before = application.state
    application.state = ApplicationState.SENT
    application.channel = Channel.REFERRED
    application.code_hash = base64.b64decode(body["code"])
    application.answers = unseal(base64.b64decode(body["sealed"]), place=_PLACE)
    given = answers_of(application).draft.id_no
    application.id_no_hash = number_hash(given) if given else None
    application.hop = body["hop"]
    application.came_from = body["station"]
    application.reason = application.went_to = application.went_to_code = ""
    application.sent_at = application.changed_at = now
    application.save()
    wait_for_clerk(application, now=now)
    told(
        application,
        "arrive",
        before=before,
        actor=Actor.system(body["station"], station=current_station()),
        comment=body["reason"],
        now=now,
    )


def send_again(application_id: UUID, *, recipient: int, now: datetime) -> bool:
    """Post an application once more whose message vanished; False where it was not handed on there."""
    application = Application.objects.select_for_update().filter(pk=application_id).first()
    if application is None or application.state != ApplicationState.REFERRED:
        return False
    if station_with_code(application.went_to_code).pk != recipient:
        return False
    post_lost_again(
        kind=REFERRED,
        recipient=recipient,
        stream=f"application:{application.pk}",
        key=f"{application.pk}:{application.hop}",
        body=_parcel(application),
        now=now,
    )
    return True


@transaction.atomic
def begin_at_counter(*, actor: Actor, now: datetime) -> tuple[Application, str]:
    """Begin an application for a worker at the counter; gives it and the code for the slip."""
    actor.require(WORKS)
    return begin(actor=actor, channel=Channel.COUNTER, now=now)


@transaction.atomic
def give_new_code(
    application_id: UUID, *, id_no: str, actor: Actor, now: datetime
) -> tuple[Application, str]:
    """Give a worker who lost the slip a new code; the old one is dead from then on.

    The clerk types the number from the identity card that was shown.

    Raises:
        NotPermitted, NotFound: as for any application.
        IllegalMove: it is a matter of another station now.
        InvalidInput: the number is not the applicant's.
    """
    actor.require(WORKS)
    get_application(application_id, actor=actor)
    application = locked(application_id)
    if application.state == ApplicationState.REFERRED:
        raise IllegalMove
    given = answers_of(application).draft.id_no
    typed = "".join(id_no.split()).upper()
    if not typed or (given and given != typed and given != typed[-4:]):
        message = _("身份证号与申请人填写的不符，请核对证件。")
        raise InvalidInput([Problem(code="identity", field="id_no", message=message)])
    return application, _new_code(application, actor=actor, now=now)


@transaction.atomic
def give_code_for_file(
    file: HouseholdFile, *, id_no: str, actor: Actor, now: datetime
) -> tuple[Application, str]:
    """Give a worker whose file was not applied for online a code to follow it by.

    Raises:
        NotPermitted: the actor does not work on applications.
        InvalidInput: the number is not that of the head of the household.
    """
    actor.require(WORKS)
    typed = "".join(id_no.split()).upper()
    if file.id_no is None or file.id_no.reveal() != typed:
        message = _("身份证号与档案户主不符，请核对证件。")
        raise InvalidInput([Problem(code="identity", field="id_no", message=message)])
    known = Application.objects.select_for_update().filter(file_id=file.pk).first()
    if known is not None:
        return known, _new_code(known, actor=actor, now=now)
    application, code = begin(actor=actor, channel=Channel.COUNTER, now=now)
    answers = answers_of(application)
    answers.draft.id_no, answers.draft.name = typed, file.name
    application.answers = packed(answers)
    application.id_no_hash = number_hash(typed)
    application.state = ApplicationState.TAKEN
    application.file_id = file.pk
    application.decided_at = application.sent_at = now
    application.decided_by = actor.name
    application.save(force_update=True)
    return application, code


@transaction.atomic
def reveal(
    application_id: UUID,
    *,
    field: str,
    reason: str,
    actor: Actor,
    now: datetime,
    member: int | None = None,
) -> str:
    """Give a masked answer in the open and write who looked, at what and why.

    Raises:
        NotPermitted, NotFound: as for any application, or there is no such masked answer.
        InvalidInput: no reason is given.
    """
    actor.require("file.reveal")
    application = get_application(application_id, actor=actor)
    reason = _checked(reason)
    draft = answers_of(application).draft
    if field not in (_SENSITIVE if member is None else _SENSITIVE_OF_MEMBER) or (
        member is not None and not 0 <= member < len(draft.members)
    ):
        raise NotFound
    record(
        event="application.revealed",
        actor=actor,
        subject=(SUBJECT, application.pk),
        data={"field": field, "member": member, "reason": reason},
        now=now,
    )
    value: str = getattr(draft if member is None else draft.members[member], field)
    return value


def _new_code(application: Application, *, actor: Actor, now: datetime) -> str:
    code = fresh_code()
    application.code_hash = code_hash(code)
    application.save(update_fields=["code_hash"])
    record(
        event="application.code_renewed",
        actor=actor,
        subject=(SUBJECT, application.pk),
        data={"number": application.number},
        now=now,
    )
    return code


def _step(application_id: UUID, action: str, *, actor: Actor) -> tuple[Application, str]:
    actor.require(APPLICATION_FLOW.steps[action].capability)
    application = locked(application_id)
    before = application.state
    application.state = APPLICATION_FLOW.advance(action, state=before, actor=actor)
    return application, before


def _decided(
    application: Application,
    action: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    comment: str = "",
    **data: Any,
) -> None:
    application.decided_at, application.decided_by = now, actor.name
    application.changed_at = now
    application.version += 1
    application.save(force_update=True)
    subject = (SUBJECT, application.pk)
    told(application, action, before=before, actor=actor, comment=comment, now=now, **data)
    close_todos(subject=subject, now=now, actor=actor)
    stop_clocks(subject=subject, now=now)


def _parcel(application: Application) -> dict[str, Any]:
    text = application.answers.reveal() if application.answers is not None else ""
    return {
        "application": str(application.pk),
        "hop": application.hop,
        "made_at": application.made_at.isoformat(),
        "code": base64.b64encode(bytes(application.code_hash)).decode(),
        "sealed": base64.b64encode(seal(text, place=_PLACE)).decode(),
        "station": current_station().name,
        "reason": application.reason,
    }


def _checked(reason: str) -> str:
    reason = reason.strip()
    if not _SHORTEST_REASON <= len(reason) <= _LONGEST_REASON:
        message = _("请写明理由（%(least)d 至 %(most)d 个字），申请人会看到。") % {
            "least": _SHORTEST_REASON,
            "most": _LONGEST_REASON,
        }
        raise InvalidInput([Problem(code="reason", field="reason", message=message)])
    return reason
