"""Cards and certificates: from the application to the end, with the yearly check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound, refuse
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.rollup.indicators import change_of
from shared_apps.rollup.services import record_facts
from tenant_apps.benefits.errors import CardThere, NotOnFile, NumberTaken
from tenant_apps.benefits.flow import CARD_FLOW, CHECKS, KEEPS
from tenant_apps.benefits.indicators import facts_of_card
from tenant_apps.benefits.links import page_link
from tenant_apps.benefits.models import Card, CardState
from tenant_apps.benefits.rules import choice_problems, text_problems
from tenant_apps.benefits.selectors import CARD, CHECK_BEFORE
from tenant_apps.casework.services import close_todos, open_todo, record_event
from tenant_apps.households.happenings import Happening
from tenant_apps.households.models import COUNTED_STATES, HouseholdFile

ISSUE_WAITS, CHECK_DUE = "benefit.issue", "benefit.check_due"
OPEN_STATES = (
    CardState.APPLIED,
    CardState.ISSUED,
    CardState.ACTIVE,
    CardState.SUSPENDED,
)


@transaction.atomic
def apply_for_card(
    file_id: UUID, *, kind: str, goods: Sequence[str] = (), actor: Actor, now: datetime
) -> Card:
    """Ask for a card or certificate of a household on file.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: B104 an unknown kind of card or goods.
        NotOnFile: the household is not on file.
        CardThere: it has one of this kind.
    """
    actor.require(KEEPS)
    problems = choice_problems(
        kind, [one.value for one in CODE_LISTS["card_kind"]], "kind", _("证卡种类")
    )
    known = [one.value for one in CODE_LISTS["goods_kind"]]
    for one in goods:
        problems += choice_problems(one, known, "goods", _("可购物品"))
    refuse(problems)
    file = locked_on_file(file_id)
    there = Card.objects.filter(file_id=file.pk, kind=kind, state__in=OPEN_STATES).first()
    if there is not None:
        raise CardThere(kind=CODE_LISTS["card_kind"].label(kind), number=there.number)
    return _open(file, kind, goods, actor=actor, now=now)


@transaction.atomic
def issue_card(card_id: UUID, *, number: str, actor: Actor, now: datetime) -> Card:
    """Agree with an application and give the card its number.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        InvalidInput: B102 no number.
        NumberTaken: another card of the kind carries it, or carried it before it was replaced.
        NotOnFile: the household left meanwhile.
    """
    actor.require(CHECKS)
    refuse(text_problems(number, "number", _("证卡编号"), most=32))
    card = _locked(card_id)
    locked_on_file(card.file_id)
    card.number, card.issued_on = number.strip(), clock.local_day(now)
    if Card.objects.filter(kind=card.kind, former_numbers__contains=[card.number]).exists():
        raise NumberTaken(number=card.number)
    try:
        with transaction.atomic():
            _advance(card, "issue", ["number", "issued_on"], actor=actor, now=now)
    except IntegrityError as refusal:
        raise NumberTaken(number=number.strip()) from refusal
    close_todos(subject=(CARD, card.pk), kind=ISSUE_WAITS, actor=actor, now=now)
    return card


@transaction.atomic
def step_card(card_id: UUID, step: str, *, reason: str = "", actor: Actor, now: datetime) -> Card:
    """Take a card a step further: activate, suspend, resume, renew after the yearly check, cancel.

    From the day it is put into use, and from each yearly check, a card is valid for one year.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        InvalidInput: B102 no reason to suspend or cancel.
        NotOnFile: a card of a household that left is not renewed.
    """
    if step not in {"activate", "suspend", "resume", "renew", "cancel"}:
        raise NotFound
    actor.require(CARD_FLOW.steps[step].capability)
    if step in {"suspend", "cancel"}:
        refuse(text_problems(reason, "reason", _("原因"), most=200))
    card = _locked(card_id)
    today = clock.local_day(now)
    changed: list[str] = []
    if step in {"activate", "renew", "resume"}:
        locked_on_file(card.file_id)
    if step in {"activate", "renew"}:
        card.valid_to, card.checked_on = a_year_after(today), today
        card.ended_on, card.end_reason = None, ""
        changed = ["valid_to", "checked_on", "ended_on", "end_reason"]
    if step == "cancel":
        card.ended_on, card.end_reason = today, reason.strip()
        changed = ["ended_on", "end_reason"]
    _advance(card, step, changed, reason=reason, actor=actor, now=now)
    if step in {"renew", "cancel"}:
        close_todos(subject=(CARD, card.pk), actor=actor, now=now)
    return card


@transaction.atomic
def replace_card(card_id: UUID, *, number: str, reason: str, actor: Actor, now: datetime) -> Card:
    """Give a household another card for one that was lost or spoilt (补办): a new number, the same balance and days.

    The former number is not valid any more.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: the card is not in use.
        InvalidInput: B102 no number, no reason.
        NumberTaken: another card of the kind carries it, or carried it.
        NotOnFile: the household left.
    """
    actor.require(CHECKS)
    refuse(
        [
            *text_problems(number, "number", _("证卡编号"), most=32),
            *text_problems(reason, "reason", _("原因"), most=200),
        ]
    )
    card = _locked(card_id)
    if card.state not in {CardState.ACTIVE, CardState.SUSPENDED}:
        raise IllegalMove
    locked_on_file(card.file_id)
    fresh = number.strip()
    if Card.objects.filter(kind=card.kind, former_numbers__contains=[fresh]).exists():
        raise NumberTaken(number=fresh)
    card.former_numbers = [*card.former_numbers, card.number]
    card.number = fresh
    try:
        with transaction.atomic():
            card.save(update_fields=["number", "former_numbers"])
    except IntegrityError as refusal:
        raise NumberTaken(number=fresh) from refusal
    _tell(card, "replace", card.state, reason, actor=actor, now=now)
    if card.state == CardState.SUSPENDED:
        _advance(
            card, "resume", [], actor=Actor.system(actor.name, station=current_station()), now=now
        )
    return card


@transaction.atomic
def keep_cards_up(*, now: datetime) -> int:
    """End the cards whose last day has passed, and ask for the yearly check of those that end soon; how many ended."""
    today = clock.local_day(now)
    system = Actor.system("cards", station=current_station())
    standing = Card.objects.filter(state__in=[CardState.ACTIVE, CardState.SUSPENDED])
    over = list(standing.select_for_update().filter(valid_to__lt=today).order_by("id"))
    for card in over:
        card.ended_on = card.valid_to
        _advance(card, "expire", ["ended_on"], actor=system, now=now)
    due = standing.filter(valid_to__gte=today, valid_to__lte=today + CHECK_BEFORE).order_by("id")
    for card in due:
        open_todo(
            subject=(CARD, card.pk),
            kind=CHECK_DUE,
            capability=CHECKS,
            title=gettext_noop("年检证卡 %(number)s（%(file)s）"),
            params={"number": card.number, "file": card.file_no},
            link=page_link("card", card.pk),
            due_on=card.valid_to,
            now=now,
        )
    return len(over)


def on_left(happening: Happening, *, actor: Actor, now: datetime) -> None:
    """A household left: its cards and certificates are cancelled with it (§3.17)."""
    _cancel_all(happening.file, kept(gettext_lazy("档案已退出")), actor=actor, now=now)


def on_moved_out(happening: Happening, *, actor: Actor, now: datetime) -> None:
    """A household moved away: its cards end here."""
    _cancel_all(happening.file, kept(gettext_lazy("档案已转出")), actor=actor, now=now)


def locked_on_file(file_id: UUID) -> HouseholdFile:
    """Lock and return a household on file.

    Raises:
        NotFound: there is no such file.
        NotOnFile: it is not on file.
    """
    file: HouseholdFile | None = (
        HouseholdFile.objects.select_for_update().filter(pk=file_id).first()
    )
    if file is None:
        raise NotFound
    if file.state not in COUNTED_STATES:
        raise NotOnFile
    return file


def locked_card(card_id: UUID) -> Card:
    """Lock and return a card of the station in force. Raises: NotFound."""
    return _locked(card_id)


def a_year_after(day: date) -> date:
    """Return the last day of a year that begins on a day."""
    first_after = (
        date(day.year + 1, 3, 1)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year + 1)
    )
    return date.fromordinal(first_after.toordinal() - 1)


def _open(
    file: HouseholdFile,
    kind: str,
    goods: Sequence[str],
    *,
    actor: Actor,
    now: datetime,
) -> Card:
    card = Card(
        kind=kind,
        file_id=file.pk,
        file_no=file.file_no,
        holder_name=file.name,
        subject=bytes(file.id_no_hash) if file.id_no_hash else None,
        goods=list(goods),
        applied_on=clock.local_day(now),
        made_by_id=actor.user_id,
        made_by=actor.name,
    )
    card.save(force_insert=True)
    open_todo(
        subject=(CARD, card.pk),
        kind=ISSUE_WAITS,
        capability=CHECKS,
        title=gettext_noop("审核发证：%(kind)s（%(file)s）"),
        params={"kind": CODE_LISTS["card_kind"].label(kind), "file": file.file_no},
        link=page_link("card", card.pk),
        now=now,
    )
    _tell(card, "apply", "", "", actor=actor, now=now)
    return card


def _advance(
    card: Card, step: str, changed: list[str], *, reason: str = "", actor: Actor, now: datetime
) -> None:
    before, state = facts_of_card(card), card.state
    card.state = CARD_FLOW.advance(step, state=state, actor=actor)
    stands = card.state == CardState.ACTIVE
    if stands != bool(len(card.standing_days) % 2):
        card.standing_days = [*card.standing_days, clock.local_day(now)]
    card.save(update_fields=["state", "standing_days", *changed])
    record_facts(change_of(before, facts_of_card(card)), now=now)
    _tell(card, step, state, reason, actor=actor, now=now)


def _cancel_all(file: HouseholdFile, reason: str, *, actor: Actor, now: datetime) -> None:
    system = Actor.system(actor.name, station=current_station())
    found = (
        Card.objects.select_for_update()
        .filter(file_id=file.pk)
        .exclude(state__in=[CardState.CANCELLED, CardState.EXPIRED])
    )
    for card in found.order_by("id"):
        card.ended_on, card.end_reason = clock.local_day(now), reason
        _advance(card, "cancel", ["ended_on", "end_reason"], reason=reason, actor=system, now=now)
        close_todos(subject=(CARD, card.pk), actor=actor, now=now)


def _locked(card_id: UUID) -> Card:
    card: Card | None = Card.objects.select_for_update().filter(pk=card_id).first()
    if card is None:
        raise NotFound
    return card


def _tell(card: Card, step: str, state: str, reason: str, *, actor: Actor, now: datetime) -> None:
    record_event(
        subject=(CARD, card.pk), action=step, from_state=state, to_state=card.state,
        comment=reason.strip(), actor=actor, now=now,
    )  # fmt: skip
    record(
        event=f"card.{step}",
        actor=actor,
        subject=(CARD, card.pk),
        data={"kind": card.kind, "number": card.number, "file": str(card.file_id)},
        now=now,
    )
