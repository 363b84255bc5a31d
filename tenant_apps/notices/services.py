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
from shared_apps.audit.services import record
from shared_apps.policies.selectors import rule_in_force
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.households.services.revealing import checked_reason
from tenant_apps.notices.counting import Held, count
from tenant_apps.notices.models import Notice, NoticeState, Objection, Purpose
from tenant_apps.notices.purposes import handling_of
from tenant_apps.notices.selectors import notices_over
from tenant_apps.notices.wording import tells_too_much

DEFAULT_REASONS = {
    Purpose.ADMISSION: gettext_lazy("家庭生活困难，符合建档条件。"),
    Purpose.EXIT: gettext_lazy("经复核，不再符合困难职工条件。"),
    Purpose.AID: gettext_lazy("家庭生活困难，符合帮扶条件。"),
}
_LONGEST_REASON = 300
_LONGEST_TEXT = 2000


class NoticeStillRunning(DomainError):
    """The days of the public notice are not over yet."""

    code = "notice-still-running"
    message = gettext_lazy("公示期未满（至 %(due)s），期满且无异议后才能审批。")


class NoticeRuns(DomainError):
    """A notice about the same record runs already."""

    code = "notice-runs"
    message = gettext_lazy("这项公示正在进行，不能重复发布。")


class OwnNotice(DomainError):
    """What is objected is examined by somebody other than the publisher."""

    code = "own-notice"
    http_status = 403
    message = gettext_lazy("异议须由发布公示以外的人核查，请换一位审核人办理。")


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
    purpose: Purpose = Purpose.ADMISSION,
    amount_fen: int | None = None,
) -> Notice:
    """Publish a notice for the working days the rule asks for, counted from the day after.

    ``never_say`` are the texts that may not stand in the reason: name, number, illness. What follows
    when the days end is declared by ``purposes.handle_purpose``.

    Raises:
        NoticeRuns: one about the same record and of the same purpose is not over.
        InvalidInput: V401 the reason is too long, V402 it says what may not be public.
    """
    if Notice.objects.filter(
        subject_id=subject_id, purpose=purpose, state__in=[NoticeState.RUNNING, NoticeState.PAUSED]
    ).exists():
        raise NoticeRuns
    notice = Notice(
        purpose=purpose,
        subject_id=subject_id,
        masked_name=mask_name(name),
        masked_number=mask_id_no(number),
        home_name=home_name,
        tier=tier,
        reason=_publishable(reason or kept(DEFAULT_REASONS[purpose]), never_say),
        amount_fen=amount_fen,
    )
    return _begun(notice, actor=actor, now=now)


@transaction.atomic
def publish_anew(
    notice: Notice,
    *,
    answer: str,
    reason: str,
    never_say: tuple[str, ...],
    tier: str,
    actor: Actor,
    now: datetime,
) -> Notice:
    """Take a notice down whose words had to change, and publish the corrected one for the full days.

    What was objected is answered with ``answer``.

    Raises:
        OwnNotice: the actor published it.
        InvalidInput: as ``publish``.
    """
    reason = _publishable(reason or notice.reason, never_say)
    answer_all(notice, answer=answer, is_upheld=True, actor=actor, now=now)
    fresh = Notice(
        purpose=notice.purpose,
        subject_id=notice.subject_id,
        former=notice,
        masked_name=notice.masked_name,
        masked_number=notice.masked_number,
        home_name=notice.home_name,
        tier=tier,
        reason=reason,
        amount_fen=notice.amount_fen,
    )
    return _begun(fresh, actor=actor, now=now)


@transaction.atomic
def end_if_over(notice: Notice, *, now: datetime) -> None:
    """End a running notice whose last day has passed.

    Raises:
        NoticeStillRunning: it has not.
    """
    on = clock.local_day(now)
    _recount(notice, now=now)
    if notice.state != NoticeState.RUNNING or on <= notice.due_on:
        raise NoticeStillRunning(due=f"{notice.due_on:%Y-%m-%d}")
    notice.state = NoticeState.ENDED
    notice.ended_on = on
    notice.save(update_fields=["state", "ended_on"])


@transaction.atomic
def recount_notices(*, now: datetime) -> int:
    """Lengthen the notices that lost a working day when the calendar changed; returns how many.

    One that gained a day keeps the last day that was published.
    """
    open_ones = Notice.objects.select_for_update().filter(
        state__in=[NoticeState.RUNNING, NoticeState.PAUSED]
    )
    return sum(_recount(notice, now=now) for notice in open_ones.order_by("id"))


def _recount(notice: Notice, *, now: datetime) -> bool:
    counted = count(
        published_on=notice.published_on,
        working_days=notice.working_days,
        held=_held(notice),
        calendar=calendar_in_force(),
    )
    if notice.state == NoticeState.PAUSED:
        if counted.days_left is None or counted.days_left <= (notice.days_left or 0):
            return False
        notice.days_left = counted.days_left
    elif notice.state != NoticeState.RUNNING or counted.due_on <= notice.due_on:
        return False
    before, notice.due_on = notice.due_on, max(notice.due_on, counted.due_on)
    notice.save(update_fields=["due_on", "days_left"])
    record(
        event="notice.recounted",
        actor=Actor.system(kept(gettext_lazy("系统")), station=current_station()),
        subject=("notice", notice.pk),
        data={"from": before.isoformat(), "due_on": notice.due_on.isoformat()},
        now=now,
    )
    return True


def _held(notice: Notice) -> list[Held]:
    """What held a notice, in its order: objections that were answered at once count from the first of them."""
    held: dict[datetime | None, date] = {}
    for received, answered in notice.objections.order_by("received_at").values_list(
        "received_at", "answered_at"
    ):
        held.setdefault(answered, clock.local_day(received))
    return [
        Held(since, None if answered is None else clock.local_day(answered))
        for answered, since in sorted(held.items(), key=lambda one: one[1])
    ]


def end_over_notices(*, now: datetime) -> int:
    """End every notice whose days are over and let what waited for it go on; returns how many.

    Each in a transaction of its own. Safe to repeat. What the calendar lengthened goes on first.
    """
    recount_notices(now=now)
    ended = 0
    for notice_id in list(notices_over(on=clock.local_day(now)).values_list("pk", flat=True)):
        with transaction.atomic():
            notice = Notice.objects.get(pk=notice_id)
            handling = handling_of(notice.purpose)
            handling.lock(notice.subject_id)
            notice = Notice.objects.select_for_update().get(pk=notice_id)
            if notice.state != NoticeState.RUNNING:
                continue
            if handling.ended is None:
                end_if_over(notice, now=now)
            else:
                handling.ended(notice, now)
            ended += 1
    return ended


@transaction.atomic
def raise_objection(
    notice_id: UUID, *, text: str, name: str = "", contact: str = "", now: datetime
) -> Objection:
    """Take in what somebody of the public objects: the days stand still until it is examined.

    Raises:
        NotFound, NoticeNotOpen, InvalidInput: as ``object_to``.
    """
    notice = Notice.objects.filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    handling = handling_of(notice.purpose)
    handling.lock(notice.subject_id)
    objection = object_to(notice_id, text=text, name=name, contact=contact, now=now)
    record(
        event="notice.objected",
        actor=Actor.system(kept(gettext_lazy("公众")), station=current_station()),
        subject=("notice", notice.pk),
        data={"objection": str(objection.pk), "purpose": notice.purpose},
        now=now,
    )
    handling.objected(objection, now)
    return objection


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
    _recount(notice, now=now)
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
    """Answer every open objection; unless they are upheld, the days go on where they stood still.

    Raises:
        OwnNotice: the actor published the notice.
    """
    if actor.user_id is not None and actor.user_id == notice.published_by_id:
        raise OwnNotice
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
    """Take a notice off the public page: what it announced does not come about."""
    notice.state = NoticeState.WITHDRAWN
    notice.ended_on = on
    notice.save(update_fields=["state", "ended_on"])


@transaction.atomic
def reveal_objector(objection_id: UUID, *, reason: str, actor: Actor, now: datetime) -> str:
    """Show who objected and how to reach them, for a reason that is noted.

    Raises:
        NotPermitted, NotFound: the actor may not, or there is none.
        InvalidInput: no reason of four characters, or one with a number in it.
    """
    actor.require("notice.view")
    actor.require("file.reveal")
    objection = Objection.objects.filter(pk=objection_id).first()
    if objection is None:
        raise NotFound
    reason = checked_reason(reason)
    record(
        event="notice.objector_revealed",
        actor=actor,
        subject=("notice", objection.notice_id),
        data={"objection": str(objection.pk), "reason": reason},
        now=now,
    )
    said = [one.reveal() for one in (objection.name, objection.contact) if one is not None]
    return "，".join(one for one in said if one)


def _publishable(reason: str, never_say: tuple[str, ...]) -> str:
    reason = reason.strip()
    if len(reason) > _LONGEST_REASON:
        message = _("公示理由请控制在 300 字以内。")
        raise InvalidInput([Problem(code="V401", field="reason", message=message)])
    if tells_too_much(reason, secrets=never_say):
        message = _("公示内容不能出现本人或家属的姓名全称、证件号码、电话、银行卡号或疾病名称。")
        raise InvalidInput([Problem(code="V402", field="reason", message=message)])
    return reason


def _begun(notice: Notice, *, actor: Actor, now: datetime) -> Notice:
    on = clock.local_day(now)
    rule = rule_in_force("notice.working_days", station=current_station(), on=on)
    notice.working_days, notice.rule_id, notice.rule_version = rule.value, rule.id, rule.version
    notice.published_on = on
    notice.published_by, notice.published_by_id = actor.name, actor.user_id
    notice.due_on = add_working_days(on, rule.value, calendar_in_force())
    notice.save(force_insert=True)
    record(
        event="notice.published",
        actor=actor,
        subject=("notice", notice.pk),
        data={
            "purpose": notice.purpose,
            "about": str(notice.subject_id),
            "due_on": notice.due_on.isoformat(),
            "rule_version": rule.version,
            "former": str(notice.former_id or ""),
        },
        now=now,
    )
    return notice
