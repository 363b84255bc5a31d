"""What a station does with an application: take it over, return it, hand it on, refuse it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.applications.answers import packed
from tenant_apps.applications.codes import code_hash, fresh_code
from tenant_apps.applications.flow import WORKS
from tenant_apps.applications.models import Application, ApplicationState, Channel
from tenant_apps.applications.selectors import (
    SUBJECT,
    answers_of,
    get_application,
)
from tenant_apps.applications.services.applying import begin
from tenant_apps.applications.services.keeping import locked
from tenant_apps.applications.services.moving_on import advanced, checked_reason, decided
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.casework.services import (
    remove_attachment,
    show_attachment,
    start_clock,
)
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.households.mapping import number_hash
from tenant_apps.households.models import HouseholdFile, Origin
from tenant_apps.households.services import mark_paper, open_draft

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
    application, before = advanced(application_id, "take", actor=actor)
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
    decided(application, "take", before=before, actor=actor, now=now, file=str(saved.file.pk))
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
    application, before = advanced(application_id, "return", actor=actor)
    application.reason = checked_reason(reason)
    application.sent_at = None
    decided(application, "return", before=before, actor=actor, now=now, comment=reason)
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
    application, before = advanced(application_id, "refuse", actor=actor)
    application.reason = checked_reason(reason)
    decided(application, "refuse", before=before, actor=actor, now=now, comment=reason)
    return application


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
    reason = checked_reason(reason)
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
