"""What a worker does to fill in an application: begin, answer page by page, photograph papers.

Nobody is signed in here. The actor is whoever came in with the personal code; rows of the audit chain
call that person the applicant and never by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.applications.codes import code_hash, fresh_code
from tenant_apps.applications.errors import SavedElsewhere
from tenant_apps.applications.models import Application, Channel
from tenant_apps.applications.rules import (
    MOST_MEMBERS,
    MOST_PAPERS,
    counted,
    problems_of_member,
    problems_of_step,
)
from tenant_apps.applications.selectors import (
    SUBJECT,
    region_known,
)
from tenant_apps.applications.services.keeping import (
    noted,
    open_answers,
    owner,
    save_answers,
)
from tenant_apps.applications.steps import STEP_BY_NAME
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.casework.services import (
    attach,
    remove_attachment,
)
from tenant_apps.households.drafts import MemberDraft


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
    noted(application, "application.begun", actor=actor, now=now, channel=channel)
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
    application, answers = open_answers(application_id, actor)
    if answers.saved.get(step, 0) != seen:
        raise SavedElsewhere
    page = STEP_BY_NAME[step]
    values = {name: value for name, value in changes.items() if name in page.field_names}
    answers.draft = replace(answers.draft, **values)
    save_answers(application, answers, step=step, now=now)
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
    application, answers = open_answers(application_id, actor)
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
    save_answers(application, answers, step="family", now=now)


@transaction.atomic
def remove_member(application_id: UUID, *, place: int, actor: Actor, now: datetime) -> None:
    """Take a person of the family off again. Raises: as `save_member`."""
    application, answers = open_answers(application_id, actor)
    if not 0 <= place < len(answers.draft.members):
        raise NotFound
    del answers.draft.members[place]
    counted(answers.draft)
    save_answers(application, answers, step="family", now=now)


@transaction.atomic
def confirm_family(application_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Note that everybody of the family is named, be it nobody but the worker."""
    application, answers = open_answers(application_id, actor)
    counted(answers.draft)
    save_answers(application, answers, step="family", now=now)


@transaction.atomic
def replace_answers(
    application_id: UUID, *, changes: Mapping[str, Any], seen: int, actor: Actor, now: datetime
) -> Application:
    """Change any of the answers at once, as a program does; `members`, where given, are all of them.

    Raises:
        NotYoursToChange: it was sent, or is closed.
        SavedElsewhere: somebody saved it since `seen`, the application's version.
    """
    application, answers = open_answers(application_id, actor)
    if application.version != seen:
        raise SavedElsewhere
    answers.draft = replace(answers.draft, **changes)
    counted(answers.draft)
    for name in STEP_BY_NAME:
        answers.saved[name] = answers.saved.get(name, 0) + 1
    save_answers(application, answers, now=now)
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
    application, answers = open_answers(application_id, actor)
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
    attach(subject=(SUBJECT, application.pk), kind=kind, upload=upload, actor=owner(actor), now=now)
    answers.lacking = tuple(one for one in answers.lacking if one != kind)
    save_answers(application, answers, step="papers", now=now)


@transaction.atomic
def remove_paper(application_id: UUID, *, paper_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a picture off again.

    Raises:
        NotYoursToChange: it was sent, or is closed.
        NotFound: it is not a picture of this application.
    """
    application, answers = open_answers(application_id, actor)
    if not attachments_of((SUBJECT, application.pk)).filter(pk=paper_id).exists():
        raise NotFound
    remove_attachment(paper_id, actor=owner(actor), now=now)
    save_answers(application, answers, step="papers", now=now)


@transaction.atomic
def say_lacking(
    application_id: UUID, *, kind: str, lacks: bool, actor: Actor, now: datetime
) -> None:
    """Note that the worker does not have a paper, or has it after all."""
    application, answers = open_answers(application_id, actor)
    if kind not in CODE_LISTS["paper"]:
        raise NotFound
    rest = tuple(one for one in answers.lacking if one != kind)
    answers.lacking = (*rest, kind) if lacks else rest
    save_answers(application, answers, step="papers", now=now)


def _picture_name(kind: str) -> str:
    named = CODE_LISTS["paper"].get(kind)
    return named.label if named else kind
