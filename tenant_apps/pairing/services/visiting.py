"""Contacts as they were made: recorded, followed up, withdrawn; and visits arranged or let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove, NotFound, Problem, refuse
from bangfu.kernel.ids import uuid7
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.rollup.indicators import change_of
from shared_apps.rollup.services import record_facts
from tenant_apps.casework.services import attach, close_todos, open_todo, record_event
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.services.stepping import locked_file
from tenant_apps.pairing.flow import DUTY_FLOW, VISITS
from tenant_apps.pairing.indicators import facts_of_contact
from tenant_apps.pairing.links import page_link
from tenant_apps.pairing.models import (
    DONE_DUTIES,
    OPEN_DUTIES,
    Contact,
    Duty,
    DutyState,
    Helper,
    VisitWay,
)
from tenant_apps.pairing.rules import AD_HOC, MUST_GO, REGULAR
from tenant_apps.pairing.selectors import standing_pairings
from tenant_apps.pairing.services.checking import (
    missing,
    problem,
    subject_hash,
    too_long,
    unknown,
)
from tenant_apps.pairing.services.counting import duties_counted
from tenant_apps.pairing.services.owing import settle, settle_rounds, wait_again

FOLLOW_UP = "pairing.follow_up"
MOST_PHOTOS = 9


class MustGo(DomainError):
    """A must-visit is not done by telephone."""

    code = "must-go"
    message = gettext_lazy("“%(kind)s”必须上门走访，电话或来站不能代替。")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """What somebody says of a contact."""

    visited_on: date
    way: str
    by_names: str
    findings: str
    helper_id: UUID | None = None
    help_given: str = ""
    needs: Sequence[str] = field(default_factory=tuple)
    follow_up: str = ""
    follow_up_due_on: date | None = None


@transaction.atomic
def record_contact(
    file_id: UUID,
    details: ContactDetails,
    *,
    actor: Actor,
    now: datetime,
    duty_id: UUID | None = None,
    photos: Sequence[File[bytes]] = (),
) -> Contact:
    """Note a contact with a household: the visit that was owed, or one nobody asked for.

    A contact also fulfils the contact of the quarter that its helper owes. Late is late: what was
    missed is made up for and counts as late.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: the visit that was owed is done or not needed any more.
        MustGo: a must-visit by telephone.
        InvalidInput: P101 who or what was found is missing, P110 a day to come, P111 a day before the
            visit was owed, P112 what is to follow has no day or one that is past, P113 too many
            pictures; or a picture that is none (E701…).
    """
    actor.require(VISITS)
    file = locked_file(file_id)
    duty = _own_duty(duty_id, file) if duty_id else None
    on = clock.local_day(now)
    refuse(_problems(details, duty=duty, photos=photos, on=on))
    if duty is not None and duty.kind in MUST_GO and details.way != VisitWay.VISIT:
        raise MustGo(kind=CODE_LISTS["visit_kind"].label(duty.kind))
    helper = _helper_of(details, duty, file)
    contact = Contact(
        id=uuid7(),
        file=file,
        helper=helper,
        kind=duty.kind if duty else AD_HOC,
        way=details.way,
        visited_on=details.visited_on,
        by_names=details.by_names.strip(),
        findings=details.findings.strip(),
        help_given=details.help_given.strip(),
        needs=list(details.needs),
        follow_up=details.follow_up.strip(),
        follow_up_due_on=details.follow_up_due_on,
        subject=subject_hash(file),
        recorded_by_id=actor.user_id,
        recorded_by=actor.name,
        recorded_at=now,
    )
    contact.save(force_insert=True)
    pictures = [
        attach(subject=_subject(contact), kind="visit_photo", upload=one, actor=actor, now=now)
        for one in photos
    ]
    if pictures:
        contact.photo_ids = [picture.pk for picture in pictures]
        contact.save(update_fields=["photo_ids"])
    record_facts(facts_of_contact(contact), now=now)
    _fulfil(_fulfilled(contact, duty), contact, actor=actor, now=now)
    if contact.follow_up:
        _wait_for_follow_up(contact, now=now)
    _tell(contact, "contact.recorded", comment=contact.findings, actor=actor, now=now)
    return contact


@transaction.atomic
def follow_up(contact_id: UUID, *, result: str, actor: Actor, now: datetime) -> Contact:
    """Note what came of what a visit promised.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: nothing is to follow, it is done, or the contact was withdrawn.
        InvalidInput: P101 the result is missing.
    """
    actor.require(VISITS)
    contact = _locked(contact_id)
    refuse(missing(result, "result", _("跟进结果"), most=500))
    if not contact.follow_up or contact.followed_up_on or contact.withdrawn_at:
        raise IllegalMove
    contact.followed_up_on = clock.local_day(now)
    contact.follow_up_result = result.strip()
    contact.save(update_fields=["followed_up_on", "follow_up_result"])
    for duty in contact.duties.select_for_update().filter(state=DutyState.DONE):
        duty.state = DUTY_FLOW.advance("follow_up", state=duty.state, actor=actor)
        duty.changed_at = now
        duty.save(update_fields=["state", "changed_at"])
    close_todos(subject=_subject(contact), kind=FOLLOW_UP, actor=actor, now=now)
    _tell(contact, "contact.followed_up", comment=result.strip(), actor=actor, now=now)
    return contact


@transaction.atomic
def withdraw_contact(contact_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Contact:
    """Take back a contact that was recorded by mistake: what it fulfilled is owed again.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: it was withdrawn before.
        InvalidInput: P101 no reason is given.
    """
    actor.require(VISITS)
    contact = _locked(contact_id)
    refuse(missing(reason, "reason", _("撤回原因"), most=200))
    if contact.withdrawn_at is not None:
        raise IllegalMove
    before = facts_of_contact(contact)
    contact.withdrawn_at = now
    contact.withdrawn_reason = reason.strip()
    contact.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    record_facts(change_of(before, facts_of_contact(contact)), now=now)
    duties = list(
        Duty.objects.select_for_update(of=("self",))
        .filter(contact=contact, state__in=DONE_DUTIES)
        .select_related("file", "round")
        .order_by("id")
    )
    with duties_counted(duties, now=now):
        for duty in duties:
            duty.state = DUTY_FLOW.advance("take_back", state=duty.state, actor=actor)
            duty.contact = None
            duty.done_on = None
            duty.changed_at = now
            duty.save()
    for duty in duties:
        wait_again(duty, now=now)
    close_todos(subject=_subject(contact), kind=FOLLOW_UP, actor=actor, now=now)
    _tell(contact, "contact.withdrawn", comment=reason.strip(), actor=actor, now=now)
    return contact


def _own_duty(duty_id: UUID, file: HouseholdFile) -> Duty:
    duty = Duty.objects.select_for_update().filter(pk=duty_id, file=file).first()
    if duty is None:
        raise NotFound
    if not duty.is_open:
        raise IllegalMove
    return duty


def _helper_of(details: ContactDetails, duty: Duty | None, file: HouseholdFile) -> Helper | None:
    if details.helper_id is not None:
        helper = Helper.objects.filter(pk=details.helper_id).first()
        if helper is None:
            raise NotFound
        return helper
    if duty is not None and duty.helper is not None:
        return duty.helper
    pairing = standing_pairings([file.pk]).first()
    return pairing.helper if pairing else None


def _fulfilled(contact: Contact, duty: Duty | None) -> list[Duty]:
    """The visit that was owed, and the quarter's contact of the same helper that it serves as well."""
    regular = Duty.objects.select_for_update().filter(
        file_id=contact.file_id,
        kind=REGULAR,
        state__in=OPEN_DUTIES,
        opens_on__lte=contact.visited_on,
        due_on__gte=contact.visited_on,
    )
    if contact.helper_id is not None:
        regular = regular.filter(helper_id=contact.helper_id)
    found = {one.pk: one for one in regular.order_by("due_on", "id")}
    if duty is not None:
        found[duty.pk] = duty
    return list(found.values())


def _fulfil(duties: list[Duty], contact: Contact, *, actor: Actor, now: datetime) -> None:
    with duties_counted(duties, now=now):
        for duty in duties:
            duty.state = DUTY_FLOW.advance("record", state=duty.state, actor=actor)
            duty.contact = contact
            duty.done_on = contact.visited_on
            duty.changed_at = now
            duty.save()
    for duty in duties:
        settle(duty, actor=actor, now=now)
    settle_rounds({duty.round_id for duty in duties if duty.round_id}, now=now)


def _wait_for_follow_up(contact: Contact, *, now: datetime) -> None:
    open_todo(
        subject=_subject(contact),
        kind=FOLLOW_UP,
        capability=VISITS,
        title=gettext_noop("跟进走访需求 %(number)s：%(what)s"),
        params={"number": contact.file.file_no, "what": contact.follow_up[:60]},
        link=page_link("contact", contact.pk),
        due_on=contact.follow_up_due_on,
        now=now,
    )


def _problems(
    details: ContactDetails, *, duty: Duty | None, photos: Sequence[File[bytes]], on: date
) -> list[Problem]:
    problems = missing(details.by_names, "by_names", _("走访人"), most=100)
    problems += missing(details.findings, "findings", _("走访情况"), most=2000)
    problems += too_long(details.help_given, "help_given", _("帮扶内容"), most=300)
    problems += too_long(details.follow_up, "follow_up", _("需要跟进的事项"), most=300)
    problems += unknown(details.needs, "needs", "need")
    if details.way not in VisitWay.values:
        problems.append(problem("P103", "way", _("请选择联系方式。")))
    if details.visited_on > on:
        problems.append(problem("P110", "visited_on", _("走访日期不能晚于今天。")))
    if duty is not None and details.visited_on < duty.opens_on:
        message = _("走访日期早于本次应访的起始日 %(opens)s，请核对。") % {
            "opens": f"{duty.opens_on:%Y-%m-%d}"
        }
        problems.append(problem("P111", "visited_on", message))
    if details.follow_up.strip() and (
        details.follow_up_due_on is None or details.follow_up_due_on < on
    ):
        problems.append(problem("P112", "follow_up_due_on", _("请填写跟进期限，不早于今天。")))
    if len(photos) > MOST_PHOTOS:
        message = _("照片最多 %(most)d 张。") % {"most": MOST_PHOTOS}
        problems.append(problem("P113", "photos", message))
    return problems


def _locked(contact_id: UUID) -> Contact:
    contact = (
        Contact.objects.select_for_update(of=("self",))
        .select_related("file")
        .filter(pk=contact_id)
        .first()
    )
    if contact is None:
        raise NotFound
    return contact


def _subject(contact: Contact) -> tuple[str, UUID]:
    return ("contact", contact.pk)


def _tell(contact: Contact, event: str, *, comment: str, actor: Actor, now: datetime) -> None:
    record_event(subject=_subject(contact), action=event, comment=comment, actor=actor, now=now)
    record_event(
        subject=("file", contact.file_id), action=event, comment=comment, actor=actor, now=now
    )
    record(
        event=event,
        actor=actor,
        subject=_subject(contact),
        data={"file": str(contact.file_id), "kind": contact.kind, "way": contact.way},
        now=now,
    )
