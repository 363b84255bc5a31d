"""The public notice of an application: published, objected to, over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from tenant_apps.aid.flow import REVIEWS
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.services.stepping import (
    advance,
    locked_application,
    open_aid_todo,
    start_aid_clock,
    subject_of,
    tell_step,
)
from tenant_apps.casework.services import close_todos, stop_clock
from tenant_apps.notices import services as notices
from tenant_apps.notices.models import Notice, NoticeState, Objection, Purpose

OBJECTION = "aid.objection"
_OPEN = (NoticeState.RUNNING, NoticeState.PAUSED)


def publish_notice(row: Application, *, actor: Actor, now: datetime) -> Notice:
    """Publish whom the aid is for, masked, and the amount, for the working days the rule asks for."""
    file = row.file
    number = row.payee_id_no.reveal() if row.payee_id_no else ""
    secrets = [row.person_name, row.payee_name, number]
    if file is not None:
        secrets += [one.reveal() for one in (file.mobile, file.disease) if one is not None]
    return notices.publish(
        subject_id=row.pk,
        name=row.person_name,
        number=number,
        home_name=current_station().name,
        tier=file.tier if file else "",
        reason="",
        never_say=tuple(secrets),
        purpose=Purpose.AID,
        amount_fen=row.amount_fen,
        actor=actor,
        now=now,
    )


def take_notice_down(row: Application, *, now: datetime) -> None:
    """Take a notice off the public page: what it announced does not come about."""
    for notice in Notice.objects.select_for_update().filter(
        subject_id=row.pk, purpose=Purpose.AID, state__in=_OPEN
    ):
        notices.take_down(notice, on=clock.local_day(now))


def follow_objection(objection: Objection, now: datetime) -> None:
    """Show that a notice was objected to: the days stand still, a reviewer examines it."""
    row = locked_application(objection.notice.subject_id)
    if row.state != AidState.NOTICE:
        return
    actor = Actor.system(kept(gettext_lazy("公众")), station=current_station())
    before = advance(row, "object", actor=actor)
    row.changed_at = now
    row.save(update_fields=["state", "changed_at"])
    start_aid_clock(row, "objection", capability=REVIEWS, now=now)
    open_aid_todo(
        row, OBJECTION, capability=REVIEWS,
        title=gettext_noop("核查帮扶公示异议 %(number)s（%(name)s）"), now=now,
    )  # fmt: skip
    tell_step(row, "object", before=before, actor=actor, now=now)


@transaction.atomic
def answer_objection(
    application_id: UUID, *, answer: str, actor: Actor, now: datetime
) -> Application:
    """Answer what was objected where it does not hold: the days of the notice go on. Where it holds, decline.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnNotice: the actor published the notice.
        InvalidInput: A211 no answer is given.
    """
    row = locked_application(application_id)
    before = advance(row, "answer", actor=actor)
    if not answer.strip():
        raise InvalidInput([Problem(code="A211", field="reason", message=_("请填写核查答复。"))])
    notice = Notice.objects.select_for_update().get(
        subject_id=row.pk, purpose=Purpose.AID, state=NoticeState.PAUSED
    )
    notices.answer_all(notice, answer=answer.strip(), is_upheld=False, actor=actor, now=now)
    row.changed_at = now
    row.save(update_fields=["state", "changed_at"])
    stop_clock(subject=subject_of(row), kind="objection", now=now)
    close_todos(subject=subject_of(row), kind=OBJECTION, actor=actor, now=now)
    tell_step(row, "answer", before=before, comment=answer, actor=actor, now=now)
    return row
