"""Publish notices, count their days, keep what is objected."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import mask_id_no, mask_name
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from bangfu.kernel.workdays import add_working_days, working_days_left
from shared_apps.policies.selectors import rule_in_force
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.notices.models import Notice, NoticeState, Objection

DEFAULT_REASON = gettext_lazy("家庭生活困难，符合建档条件。")
_LONGEST_REASON = 300
_LONGEST_TEXT = 2000


class NoticeStillRunning(DomainError):
    """The days of the public notice are not over yet."""

    code = "notice-still-running"
    message = gettext_lazy("公示期未满（至 %(due)s），期满且无异议后才能审批。")


class NoticeNotOpen(DomainError):
    """The notice takes no objections any more."""

    code = "notice-not-open"
    message = gettext_lazy("公示已结束，不再受理异议；如有情况反映，请与帮扶中心联系。")


@transaction.atomic
def publish(
    *,
    subject_id: UUID,
    name: str,
    number: str,
    home_name: str,
    tier: str,
    reason: str,
    never_say: tuple[str, ...],
    actor: Actor,
    now: datetime,
) -> Notice:
    """Publish a notice for the working days the rule asks for, counted from the day after.

    ``never_say`` are the texts that may not stand in the reason: name, number, illness.

    Raises:
        InvalidInput: V401 the reason is too long, V402 it says what may not be public.
    """
    reason = reason.strip() or kept(DEFAULT_REASON)
    if len(reason) > _LONGEST_REASON:
        message = _("公示理由请控制在 300 字以内。")
        raise InvalidInput([Problem(code="V401", field="reason", message=message)])
    if any(secret and secret in reason for secret in never_say):
        message = _("公示内容不能出现姓名全称、证件号码、电话或疾病。")
        raise InvalidInput([Problem(code="V402", field="reason", message=message)])
    on = clock.local_day(now)
    rule = rule_in_force("notice.working_days", station=current_station(), on=on)
    return Notice.objects.create(
        subject_id=subject_id,
        masked_name=mask_name(name),
        masked_number=mask_id_no(number),
        home_name=home_name,
        tier=tier,
        reason=reason,
        working_days=rule.value,
        rule_id=rule.id,
        rule_version=rule.version,
        published_on=on,
        published_by=actor.name,
        due_on=add_working_days(on, rule.value, calendar_in_force()),
    )


@transaction.atomic
def end_if_over(notice: Notice, *, now: datetime) -> None:
    """End a running notice whose last day has passed.

    Raises:
        NoticeStillRunning: it has not.
    """
    on = clock.local_day(now)
    if notice.state != NoticeState.RUNNING or on <= notice.due_on:
        raise NoticeStillRunning(due=f"{notice.due_on:%Y-%m-%d}")
    notice.state = NoticeState.ENDED
    notice.ended_on = on
    notice.save(update_fields=["state", "ended_on"])


@transaction.atomic
def object_to(
    notice_id: UUID, *, text: str, name: str = "", contact: str = "", now: datetime
) -> Objection:
    """Keep an objection and let the days of the notice stand still until it is answered.

    Raises:
        NotFound: there is no such notice.
        NoticeNotOpen: its days are over.
        InvalidInput: V410 nothing is said, or too much.
    """
    notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    on = clock.local_day(now)
    if notice.state not in {NoticeState.RUNNING, NoticeState.PAUSED} or (
        notice.state == NoticeState.RUNNING and on > notice.due_on
    ):
        raise NoticeNotOpen
    if not text.strip() or len(text) > _LONGEST_TEXT:
        message = _("请写明异议的内容，不超过 2000 字。")
        raise InvalidInput([Problem(code="V410", field="text", message=message)])
    if notice.state == NoticeState.RUNNING:
        notice.state = NoticeState.PAUSED
        notice.days_left = max(1, working_days_left(on, notice.due_on, calendar_in_force()))
        notice.save(update_fields=["state", "days_left"])
    return Objection.objects.create(
        notice=notice,
        text=text.strip(),
        name=name.strip()[:32],
        contact=contact.strip()[:60],
        received_at=now,
    )


@transaction.atomic
def answer_all(
    notice: Notice, *, answer: str, is_upheld: bool, actor: Actor, now: datetime
) -> None:
    """Answer every open objection; unless one is upheld, the days go on where they stood still."""
    notice.objections.filter(answered_at__isnull=True).update(
        answer=answer, is_upheld=is_upheld, answered_at=now, answered_by=actor.name
    )
    if is_upheld:
        take_down(notice, on=clock.local_day(now))
        return
    notice.state = NoticeState.RUNNING
    notice.due_on = add_working_days(
        clock.local_day(now), notice.days_left or 1, calendar_in_force()
    )
    notice.days_left = None
    notice.save(update_fields=["state", "due_on", "days_left"])


def take_down(notice: Notice, *, on: date) -> None:
    """Take a notice off the public page: the household is not filed."""
    notice.state = NoticeState.WITHDRAWN
    notice.ended_on = on
    notice.save(update_fields=["state", "ended_on"])
