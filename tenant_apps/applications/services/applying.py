"""What a worker does: begin, fill in step by step, photograph papers, sign and send, withdraw.

Nobody is signed in here. The actor is whoever came in with the personal code; rows of the audit chain
call that person the applicant and never by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.applications.answers import Answers, packed
from tenant_apps.applications.codes import code_hash, fresh_code
from tenant_apps.applications.errors import NotYoursToChange, SavedElsewhere
from tenant_apps.applications.flow import APPLICATION_FLOW, FILLED_IN_STATES, OWNS, WORKS
from tenant_apps.applications.links import application_link
from tenant_apps.applications.models import Application, ApplicationState, Channel
from tenant_apps.applications.rules import (
    MOST_MEMBERS,
    MOST_PAPERS,
    counted,
    problems_before_sending,
    problems_of_member,
    problems_of_signing,
    problems_of_step,
)
from tenant_apps.applications.selectors import (
    SUBJECT,
    answers_of,
    paper_kinds_held,
    region_known,
    stale_drafts,
)
from tenant_apps.applications.steps import STEP_BY_NAME
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.casework.services import (
    attach,
    close_todos,
    open_todo,
    record_event,
    remove_attachment,
    start_clock,
    stop_clocks,
)
from tenant_apps.households.drafts import HouseholdDraft, MemberDraft
from tenant_apps.households.mapping import number_hash
from tenant_apps.households.selectors import paper_rule

APPLICANT = gettext_lazy("申请人")
TODO = "application.work"


def applicant() -> Actor:
    """The actor of whoever came in with the personal code of an application."""
    return Actor(
        user_id=None,
        name=kept(APPLICANT),
        station=current_station(),
        capabilities=frozenset({OWNS}),
    )


@transaction.atomic
def begin(*, actor: Actor, now: datetime, channel: str = Channel.ONLINE) -> tuple[Application, str]:
    """Begin an application; gives it and its personal code, which is told this once and not kept."""
    code = fresh_code()
    application = Application(
        channel=channel,
        code_hash=code_hash(code),
        opened_by="" if channel == Channel.ONLINE else actor.name,
        made_at=now,
        changed_at=now,
    )
    application.save(force_insert=True)
    _noted(application, "application.begun", actor=actor, now=now, channel=channel)
    return application, code


@transaction.atomic
def save_step(
    application_id: UUID,
    *,
    step: str,
    changes: Mapping[str, Any],
    seen: int,
    actor: Actor,
    now: datetime,
) -> list[Problem]:
    """Keep what one page says, right or wrong, so that nothing typed is lost; gives what is wrong.

    `seen` is how often the page had been saved when it was opened.

    Raises:
        NotYoursToChange: it was sent, or is closed.
        SavedElsewhere: another window saved this page since.
    """
    application, answers = _open(application_id, actor)
    if answers.saved.get(step, 0) != seen:
        raise SavedElsewhere
    page = STEP_BY_NAME[step]
    values = {name: value for name, value in changes.items() if name in page.field_names}
    answers.draft = replace(answers.draft, **values)
    _save(application, answers, step=step, now=now)
    return problems_of_step(
        page, answers.draft, on=clock.local_day(now), region_exists=region_known()
    )


@transaction.atomic
def save_member(
    application_id: UUID,
    *,
    place: int | None,
    changes: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """Add a person of the family, or change the one at `place`, counted from 0.

    Raises:
        NotYoursToChange: it was sent, or is closed.
        NotFound: there is nobody at that place.
        InvalidInput: something about the person is wrong; fields are the person's own.
    """
    application, answers = _open(application_id, actor)
    people = list(answers.draft.members)
    if place is None:
        if len(people) >= MOST_MEMBERS:
            message = _("家里人最多填 %(most)d 位，更多的请到窗口登记。") % {"most": MOST_MEMBERS}
            raise InvalidInput([Problem(code="too-many", field="", message=message)])
        people.append(MemberDraft(**changes))
        at = len(people) - 1
    elif 0 <= place < len(people):
        people[place] = replace(people[place], **changes)
        at = place
    else:
        raise NotFound
    answers.draft.members = people
    counted(answers.draft)
    problems = problems_of_member(people[at], answers.draft, place=at, on=clock.local_day(now))
    if problems:
        raise InvalidInput(problems)
    _save(application, answers, step="family", now=now)


@transaction.atomic
def remove_member(application_id: UUID, *, place: int, actor: Actor, now: datetime) -> None:
    """Take a person of the family off again. Raises: as `save_member`."""
    application, answers = _open(application_id, actor)
    if not 0 <= place < len(answers.draft.members):
        raise NotFound
    del answers.draft.members[place]
    counted(answers.draft)
    _save(application, answers, step="family", now=now)


@transaction.atomic
def confirm_family(application_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Note that everybody of the family is named, be it nobody but the worker."""
    application, answers = _open(application_id, actor)
    counted(answers.draft)
    _save(application, answers, step="family", now=now)


@transaction.atomic
def replace_answers(
    application_id: UUID, *, changes: Mapping[str, Any], seen: int, actor: Actor, now: datetime
) -> Application:
    """Change any of the answers at once, as a program does; `members`, where given, are all of them.

    Raises:
        NotYoursToChange: it was sent, or is closed.
        SavedElsewhere: somebody saved it since `seen`, the application's version.
    """
    application, answers = _open(application_id, actor)
    if application.version != seen:
        raise SavedElsewhere
    answers.draft = replace(answers.draft, **changes)
    counted(answers.draft)
    for name in STEP_BY_NAME:
        answers.saved[name] = answers.saved.get(name, 0) + 1
    _save(application, answers, now=now)
    return application


@transaction.atomic
def add_paper(
    application_id: UUID, *, kind: str, upload: File[bytes], actor: Actor, now: datetime
) -> None:
    """Keep a picture of a paper; what it is is judged by its content.

    Raises:
        NotYoursToChange: it was sent, or is closed.
        InvalidInput: there is no such paper, it is no picture and no PDF, too large, or one too many.
    """
    application, answers = _open(application_id, actor)
    if kind not in CODE_LISTS["paper"]:
        message = _("没有这一种材料，请从单子里选。")
        raise InvalidInput([Problem(code="E302", field="kind", message=message)])
    if attachments_of((SUBJECT, application.pk)).count() >= MOST_PAPERS:
        message = _("照片已经够多了（%(most)d 张），不需要的可以先删掉几张。") % {
            "most": MOST_PAPERS
        }
        raise InvalidInput([Problem(code="too-many", field="file", message=message)])
    # The name a phone gives a picture may say where and when; it is not kept.
    upload.name = _picture_name(kind)
    attach(
        subject=(SUBJECT, application.pk), kind=kind, upload=upload, actor=_owner(actor), now=now
    )
    answers.lacking = tuple(one for one in answers.lacking if one != kind)
    _save(application, answers, step="papers", now=now)


@transaction.atomic
def remove_paper(application_id: UUID, *, paper_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a picture off again.

    Raises:
        NotYoursToChange: it was sent, or is closed.
        NotFound: it is not a picture of this application.
    """
    application, answers = _open(application_id, actor)
    if not attachments_of((SUBJECT, application.pk)).filter(pk=paper_id).exists():
        raise NotFound
    remove_attachment(paper_id, actor=_owner(actor), now=now)
    _save(application, answers, step="papers", now=now)


@transaction.atomic
def say_lacking(
    application_id: UUID, *, kind: str, lacks: bool, actor: Actor, now: datetime
) -> None:
    """Note that the worker does not have a paper, or has it after all."""
    application, answers = _open(application_id, actor)
    if kind not in CODE_LISTS["paper"]:
        raise NotFound
    rest = tuple(one for one in answers.lacking if one != kind)
    answers.lacking = (*rest, kind) if lacks else rest
    _save(application, answers, step="papers", now=now)


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
    after = APPLICATION_FLOW.advance("send", state=before, actor=_owner(actor))
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
    _save(application, answers, now=now)
    wait_for_clerk(application, now=now)
    told(application, "send", before=before, actor=_owner(actor), now=now)
    return application


@transaction.atomic
def withdraw(application_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take an application back. What was filled in is wiped; a draft that nobody saw disappears.

    Raises:
        IllegalMove: the station has taken it over already.
    """
    application = locked(application_id)
    before = application.state
    application.state = APPLICATION_FLOW.advance("withdraw", state=before, actor=_owner(actor))
    for picture in attachments_of((SUBJECT, application.pk)):
        remove_attachment(picture.pk, actor=_owner(actor), now=now)
    if before == ApplicationState.DRAFT:
        _noted(application, "application.dropped", actor=actor, now=now)
        application.delete()
        return
    application.id_no_hash = None
    application.decided_at = now
    # Only what the worker needs to come in again stays: the end of the number.
    tail = answers_of(application).draft.id_no[-4:]
    application.answers = packed(Answers(draft=HouseholdDraft(id_no=tail)))
    _touch(application, now=now)
    close_todos(subject=(SUBJECT, application.pk), now=now, actor=_owner(actor))
    stop_clocks(subject=(SUBJECT, application.pk), now=now)
    told(application, "withdraw", before=before, actor=_owner(actor), now=now)


@transaction.atomic
def drop_stale_drafts(*, now: datetime) -> int:
    """Delete drafts that nobody touched for sixty days, with their pictures; says how many."""
    system = Actor.system("applications", station=current_station())
    stale: Sequence[Application] = list(stale_drafts(now=now).select_for_update()[:200])
    for application in stale:
        for picture in attachments_of((SUBJECT, application.pk)):
            remove_attachment(picture.pk, actor=system, now=now)
        _noted(application, "application.dropped", actor=system, now=now)
        application.delete()
    return len(stale)


def locked(application_id: UUID) -> Application:
    """Give an application with its row locked.

    Raises:
        NotFound: there is none here.
    """
    found: Application | None = (
        Application.objects.select_for_update().filter(pk=application_id).first()
    )
    if found is None:
        raise NotFound
    return found


def wait_for_clerk(application: Application, *, now: datetime) -> None:
    """Put an application that came in on the list of the station's clerks, with its clock."""
    subject, link = (SUBJECT, application.pk), application_link(application.pk)
    stop_clocks(subject=subject, now=now)
    close_todos(subject=subject, now=now)
    rule = rule_in_force("clock.first_review", station=current_station(), on=clock.local_day(now))
    start_clock(
        subject=subject,
        kind="first_review",
        working_days=rule.value,
        rule=rule,
        capability=WORKS,
        reference=application.number,
        link=link,
        now=now,
    )
    open_todo(
        subject=subject,
        kind=TODO,
        capability=WORKS,
        title=gettext_noop("处理网上申请 %(number)s"),
        params={"number": application.number},
        link=link,
        now=now,
    )


def told(
    application: Application,
    action: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    comment: str = "",
    **data: Any,
) -> None:
    """Write a step to the timeline and to the audit chain."""
    record_event(
        subject=(SUBJECT, application.pk),
        action=action,
        from_state=before,
        to_state=application.state,
        comment=comment,
        actor=actor,
        now=now,
    )
    _noted(application, f"application.{action}", actor=actor, now=now, **data)


def _open(application_id: UUID, actor: Actor) -> tuple[Application, Answers]:
    actor.require(OWNS)
    application = locked(application_id)
    if application.state not in FILLED_IN_STATES:
        raise NotYoursToChange
    return application, answers_of(application)


def _save(application: Application, answers: Answers, *, now: datetime, step: str = "") -> None:
    if step:
        answers.saved[step] = answers.saved.get(step, 0) + 1
    application.answers = packed(answers)
    given = answers.draft.id_no
    application.id_no_hash = number_hash(given) if given else None
    _touch(application, now=now)


def _touch(application: Application, *, now: datetime) -> None:
    application.changed_at = now
    application.version += 1
    application.save(force_update=True)


def _picture_name(kind: str) -> str:
    named = CODE_LISTS["paper"].get(kind)
    return named.label if named else kind


def _owner(actor: Actor) -> Actor:
    actor.require(OWNS)
    return actor


def _noted(
    application: Application, event: str, *, actor: Actor, now: datetime, **data: Any
) -> None:
    record(
        event=event,
        actor=actor,
        subject=(SUBJECT, application.pk),
        data={"number": application.number, **data},
        now=now,
    )
