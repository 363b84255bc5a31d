"""Signing and sending an application, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput
from bangfu.kernel.tenancy import current_station
from tenant_apps.applications.answers import Answers, packed
from tenant_apps.applications.flow import APPLICATION_FLOW
from tenant_apps.applications.models import Application, ApplicationState
from tenant_apps.applications.rules import (
    counted,
    problems_before_sending,
    problems_of_signing,
)
from tenant_apps.applications.selectors import (
    SUBJECT,
    answers_of,
    paper_kinds_held,
    region_known,
    stale_drafts,
)
from tenant_apps.applications.services.keeping import (
    locked,
    noted,
    owner,
    save_answers,
    told,
    touch,
    wait_for_clerk,
)
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.casework.services import (
    close_todos,
    remove_attachment,
    stop_clocks,
)
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.selectors import paper_rule


@transaction.atomic
def send(
    application_id: UUID,
    *,
    signature: str,
    consents: bool,
    authorises: bool,
    actor: Actor,
    now: datetime,
) -> Application:
    """Sign an application and send it to the station: a to-do for its clerks, and a clock.

    Raises:
        IllegalMove: it was sent already, or is closed.
        InvalidInput: pages are incomplete or the signature is missing; every problem is listed.

    Source: domain §3.2, 提交; NR09.
    """
    application = locked(application_id)
    before = application.state
    after = APPLICATION_FLOW.advance("send", state=before, actor=owner(actor))
    answers = answers_of(application)
    on = clock.local_day(now)
    counted(answers.draft)
    problems = problems_before_sending(
        answers,
        papers=paper_kinds_held(application),
        rule=paper_rule(station=current_station(), on=on),
        on=on,
        region_exists=region_known(),
    )
    problems += problems_of_signing(
        answers.draft, signature=signature, consents=consents, authorises=authorises
    )
    if problems:
        raise InvalidInput(problems)
    answers.signature = signature.strip()
    answers.draft.applied_on = answers.draft.consent_on = answers.draft.authorised_on = on
    application.state = after
    application.sent_at = now
    application.reason = ""
    save_answers(application, answers, now=now)
    wait_for_clerk(application, now=now)
    told(application, "send", before=before, actor=owner(actor), now=now)
    return application


@transaction.atomic
def withdraw(application_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take an application back. What was filled in is wiped; a draft that nobody saw disappears.

    Raises:
        IllegalMove: the station has taken it over already.
    """
    application = locked(application_id)
    before = application.state
    application.state = APPLICATION_FLOW.advance("withdraw", state=before, actor=owner(actor))
    for picture in attachments_of((SUBJECT, application.pk)):
        remove_attachment(picture.pk, actor=owner(actor), now=now)
    if before == ApplicationState.DRAFT:
        noted(application, "application.dropped", actor=actor, now=now)
        application.delete()
        return
    application.id_no_hash = None
    application.decided_at = now
    # Only what the worker needs to come in again stays: the end of the number.
    tail = answers_of(application).draft.id_no[-4:]
    application.answers = packed(Answers(draft=HouseholdDraft(id_no=tail)))
    touch(application, now=now)
    close_todos(subject=(SUBJECT, application.pk), now=now, actor=owner(actor))
    stop_clocks(subject=(SUBJECT, application.pk), now=now)
    told(application, "withdraw", before=before, actor=owner(actor), now=now)


@transaction.atomic
def drop_stale_drafts(*, now: datetime) -> int:
    """Delete drafts that nobody touched for sixty days, with their pictures; says how many."""
    system = Actor.system("applications", station=current_station())
    stale: Sequence[Application] = list(stale_drafts(now=now).select_for_update()[:200])
    for application in stale:
        for picture in attachments_of((SUBJECT, application.pk)):
            remove_attachment(picture.pk, actor=system, now=now)
        noted(application, "application.dropped", actor=system, now=now)
        application.delete()
    return len(stale)
