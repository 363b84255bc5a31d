"""What is done with cards: charged, used at an outlet, taken back; and what households are let off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound, NotPermitted, Problem
from bangfu.ui.templatetags.ui import yuan
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.partners.models import Agreement, Partner
from shared_apps.rollup.services import record_facts
from tenant_apps.benefits.errors import (
    AboveBalance,
    CardNotValid,
    GoodsNotAllowed,
    MonthSettled,
    NoAgreement,
    NoCertificate,
    OneTicketRule,
    ReceiptTaken,
    ReversedAlready,
)
from tenant_apps.benefits.flow import KEEPS
from tenant_apps.benefits.indicators import facts_of_entry
from tenant_apps.benefits.models import Card, CardState, Entry, EntryKind
from tenant_apps.benefits.rules import (
    BALANCE_KINDS,
    CARDS_FOR,
    MEDICAL,
    PARTNERS_OF,
    SCHOOL_RELIEF_BASIS_POINTS,
    TICKETS_A_YEAR,
    amount_problems,
    choice_problems,
    day_problems,
    month_of,
    part_of,
    refuse,
    shares,
    text_problems,
)
from tenant_apps.benefits.selectors import CARD, agreement_in_force, is_settled
from tenant_apps.benefits.services.carding import locked_card, locked_on_file
from tenant_apps.households.models import HouseholdFile, HouseholdMember

CHARGES = "benefit.charge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What was bought with a card: for how much in fen, where, of which kind, on which slip."""

    partner_id: UUID
    amount_fen: int
    goods_kind: str = ""
    outlet: str = ""
    receipt: str = ""
    bought_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """What a household was let off: which fee, how much in fen, by whom, for which of its people.

    Where ``bill_fen`` is given and no amount, the rate tells it: 70 % of sundries in compulsory education, or what
    the agreement with the hospital or pharmacy lets off.
    """

    relief: str
    granted_on: date
    amount_fen: int = 0
    bill_fen: int = 0
    partner_id: UUID | None = None
    department: str = ""
    member_id: UUID | None = None
    stage: str = ""
    note: str = ""


@transaction.atomic
def charge_card(
    card_id: UUID, *, amount_fen: int, note: str = "", actor: Actor, now: datetime
) -> Entry:
    """Put money on a card.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: B101 no amount.
        CardNotValid: the card is not in use, or is a certificate.
    """
    actor.require(CHARGES)
    refuse(amount_problems(amount_fen))
    card = locked_card(card_id)
    today = clock.local_day(now)
    _check_usable(card, on=today)
    return _enter(
        EntryKind.TOP_UP, card=card, amount_fen=amount_fen, union_fen=amount_fen, partner_fen=0,
        effect_fen=amount_fen, entered_on=today, note=note.strip()[:200], actor=actor, now=now,
    )  # fmt: skip


@transaction.atomic
def record_purchase(card_id: UUID, purchase: Purchase, *, actor: Actor, now: datetime) -> Entry:
    """Enter what was bought with a card: the whole leaves the card, and is split as agreed, to the fen.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: B101-B104.
        CardNotValid: the card is not in use on that day, or not at such partners.
        NoAgreement: nothing was agreed with the partner for that day.
        GoodsNotAllowed: the card or the agreement does not cover such goods.
        AboveBalance: there is not that much on the card.
        ReceiptTaken: the slip was entered before.
        MonthSettled: the month was settled with the partner.
    """
    actor.require(KEEPS)
    partner = _partner(purchase.partner_id)
    refuse(_purchase_problems(purchase, partner, today=clock.local_day(now)))
    card = locked_card(card_id)
    _check_usable(card, on=purchase.bought_on)
    if partner.kind not in BALANCE_KINDS.get(card.kind, ()):
        raise CardNotValid(
            number=card.number,
            state=_("不适用于%(kind)s") % {"kind": CODE_LISTS["partner_kind"].label(partner.kind)},
        )
    agreement = agreement_in_force(partner.pk, on=purchase.bought_on)
    if agreement is None:
        raise NoAgreement(partner=partner.name, day=f"{purchase.bought_on:%Y-%m-%d}")
    _check_goods(purchase.goods_kind, card, agreement)
    if card.balance_fen < purchase.amount_fen:
        raise AboveBalance(balance=yuan(card.balance_fen), asked=yuan(purchase.amount_fen))
    union_fen, partner_fen = shares(purchase.amount_fen, agreement.union_basis_points)
    entry = _enter(
        EntryKind.PURCHASE, card=card, amount_fen=purchase.amount_fen, union_fen=union_fen,
        partner_fen=partner_fen, effect_fen=-purchase.amount_fen, entered_on=purchase.bought_on,
        partner_id=partner.pk, partner_name=partner.name, partner_kind=partner.kind,
        agreement_id=agreement.pk, outlet=purchase.outlet.strip(), goods_kind=purchase.goods_kind,
        receipt=purchase.receipt.strip(), actor=actor, now=now,
    )  # fmt: skip
    _check_open(partner.pk, partner.name, purchase.bought_on)
    return entry


@transaction.atomic
def reverse_entry(entry_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Entry:
    """Take an entry back by another with the sign turned; both stand side by side for ever, in the month of each.

    A top-up is taken back by those who charge cards, anything else by those who keep them.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: B102 no reason.
        IllegalMove: a reversal or settlement is not taken back.
        ReversedAlready: it was taken back.
        AboveBalance: the money is not on the card any more.
        MonthSettled: this month was settled with the partner already.
    """
    first = Entry.objects.select_related("card").filter(pk=entry_id).first()
    actor.require(CHARGES if first and first.kind == EntryKind.TOP_UP else KEEPS)
    if first is None:
        raise NotFound
    refuse(text_problems(reason, "reason", _("冲正原因"), most=200))
    if first.kind in {EntryKind.REVERSAL, EntryKind.SETTLEMENT}:
        raise IllegalMove
    card = locked_card(first.card_id) if first.card_id else None
    if card is None and first.file_id is not None:
        HouseholdFile.objects.select_for_update().filter(pk=first.file_id).first()
    if Entry.objects.filter(reverses=first).exists():
        raise ReversedAlready
    if card is not None and card.balance_fen < first.effect_fen:
        raise AboveBalance(balance=yuan(card.balance_fen), asked=yuan(first.effect_fen))
    today = clock.local_day(now)
    same = (
        "partner_id", "partner_name", "partner_kind", "agreement_id", "outlet", "goods_kind",
        "relief", "stage", "department", "person_subject", "file_id", "file_no",
        "subject",
    )  # fmt: skip
    entry = _enter(
        EntryKind.REVERSAL, card=card, amount_fen=-first.amount_fen, union_fen=-first.union_fen,
        partner_fen=-first.partner_fen, effect_fen=-first.effect_fen, quantity=-first.quantity,
        entered_on=today, reverses=first, note=reason.strip(), actor=actor, now=now,
        **{name: getattr(first, name) for name in same},
    )  # fmt: skip
    if first.kind == EntryKind.PURCHASE and first.partner_id:
        _check_open(first.partner_id, first.partner_name, today)
    return entry


@transaction.atomic
def record_relief(file_id: UUID, relief: Relief, *, actor: Actor, now: datetime) -> Entry:
    """Note what a household was let off: one of the four reliefs, or fees of a hospital or pharmacy.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: B101-B104; B107 the household has no business.
        NotOnFile: it is not on file.
        NoCertificate: it has no certificate or card that this relief needs.
    """
    actor.require(KEEPS)
    partner = _partner(relief.partner_id) if relief.partner_id else None
    if relief.bill_fen and not relief.amount_fen:
        relief = replace(relief, amount_fen=_by_rate(relief))
    refuse(_relief_problems(relief, partner, today=clock.local_day(now)))
    file = locked_on_file(file_id)
    if relief.relief == "business" and not file.shop:
        message = _("工商管理费减免只面向有经营活动的家庭，请先在档案中登记经营情况。")
        refuse([Problem(code="B107", field="relief", message=message)])
    _check_certificate(file, relief)
    person = _person(file, relief.member_id)
    return _enter(
        EntryKind.RELIEF, card=None, amount_fen=relief.amount_fen, union_fen=0,
        partner_fen=relief.amount_fen, entered_on=relief.granted_on, relief=relief.relief,
        stage=relief.stage, department=relief.department.strip()[:60],
        note=_with_bill(relief), person_subject=person,
        partner_id=partner.pk if partner else None, partner_name=partner.name if partner else "",
        partner_kind=partner.kind if partner else "", actor=actor, now=now, **_of_file(file),
    )  # fmt: skip


@transaction.atomic
def give_tickets(file_id: UUID, *, quantity: int, actor: Actor, now: datetime) -> Entry:
    """Give a household with a certificate its cinema tickets, two a year.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: B108 none.
        NotOnFile, NoCertificate: the household has no right to them.
        OneTicketRule: it was given its tickets of the year.
    """
    actor.require(KEEPS)
    if not 1 <= quantity <= TICKETS_A_YEAR:
        message = _("每户每年 %(most)d 张。") % {"most": TICKETS_A_YEAR}
        refuse([Problem(code="B108", field="quantity", message=message)])
    file = locked_on_file(file_id)
    _need_card(file, ("preferential", "extreme"), _("电影票"))
    today = clock.local_day(now)
    had = (
        Entry.objects.filter(file_id=file.pk, entered_on__year=today.year)
        .exclude(kind=EntryKind.RELIEF)
        .aggregate(had=Sum("quantity"))["had"]
        or 0
    )
    if had + quantity > TICKETS_A_YEAR:
        raise OneTicketRule(had=had, most=TICKETS_A_YEAR)
    return _enter(
        EntryKind.TICKETS, card=None, amount_fen=0, union_fen=0, partner_fen=0, quantity=quantity,
        entered_on=today, actor=actor, now=now, **_of_file(file),
    )  # fmt: skip


def _enter(
    kind: EntryKind, *, card: Card | None, actor: Actor, now: datetime, **said: Any
) -> Entry:
    if actor.user_id is None:
        raise NotPermitted
    if card is not None:
        said = {
            **said, "file_id": card.file_id, "file_no": card.file_no, "subject": card.subject,
        }  # fmt: skip
    entry = Entry(
        kind=kind, card=card, entered_at=now, by_id=actor.user_id, by_name=actor.name, **said
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as refusal:
        if "benefits_entry_receipt_once" in str(refusal):
            raise ReceiptTaken(receipt=entry.receipt) from refusal
        raise
    if card is not None:
        card.refresh_from_db()
    record_facts(facts_of_entry(entry, reversed_entry=entry.reverses), now=now)
    record(
        event=f"benefit.{kind}",
        actor=actor,
        subject=(CARD, card.pk) if card else ("file", entry.file_id or entry.pk),
        data={
            "entry": str(entry.pk),
            "amount_fen": entry.amount_fen,
            "union_fen": entry.union_fen,
            "partner_fen": entry.partner_fen,
            "partner": str(entry.partner_id or ""),
        },
        now=now,
    )
    return entry


def _check_open(partner_id: UUID, partner: str, day: date) -> None:
    # Asked after the audit row: its chain lets one writer of the station through at a time, so a settlement of the
    # month has either seen this entry or is seen here.
    if is_settled(partner_id, month_of(day)):
        raise MonthSettled(month=f"{day:%Y-%m}", partner=partner)


def _partner(partner_id: UUID) -> Partner:
    partner = Partner.objects.filter(pk=partner_id).first()
    if partner is None:
        raise NotFound
    return partner


def _purchase_problems(purchase: Purchase, partner: Partner, *, today: date) -> list[Problem]:
    problems = amount_problems(purchase.amount_fen)
    problems += day_problems(purchase.bought_on, today=today, field="bought_on")
    if partner.outlets:
        problems += choice_problems(purchase.outlet.strip(), partner.outlets, "outlet", _("网点"))
    if purchase.goods_kind:
        known = [one.value for one in CODE_LISTS["goods_kind"]]
        problems += choice_problems(purchase.goods_kind, known, "goods_kind", _("物品类别"))
    if len(purchase.receipt.strip()) > 40:
        problems += text_problems(purchase.receipt, "receipt", _("小票号"), most=40)
    return problems


def _relief_problems(relief: Relief, partner: Partner | None, *, today: date) -> list[Problem]:
    problems = amount_problems(relief.amount_fen)
    problems += choice_problems(
        relief.relief, [one.value for one in CODE_LISTS["relief"]], "relief", _("减免项目")
    )
    problems += day_problems(relief.granted_on, today=today, field="granted_on")
    if relief.relief in MEDICAL and (
        partner is None or partner.kind not in PARTNERS_OF[relief.relief]
    ):
        problems.append(
            Problem(code="B104", field="partner", message=_("请选择给予减免的医院（药店）。"))
        )
    if relief.relief == "fees":
        stages = [one.value for one in CODE_LISTS["aid_stage"]]
        problems += choice_problems(relief.stage, stages, "stage", _("就读阶段"))
    return problems


def _by_rate(relief: Relief) -> int:
    rate = 0
    if relief.relief == "fees" and relief.stage == "compulsory":
        rate = SCHOOL_RELIEF_BASIS_POINTS
    elif relief.relief in MEDICAL and relief.partner_id is not None:
        agreement = agreement_in_force(relief.partner_id, on=relief.granted_on)
        rate = agreement.discount_basis_points if agreement else 0
    return part_of(relief.bill_fen, rate)


def _with_bill(relief: Relief) -> str:
    said = _("账单 %(bill)s 元") % {"bill": yuan(relief.bill_fen)} if relief.bill_fen else ""
    return "；".join(part for part in (said, relief.note.strip()) if part)[:200]


def _check_usable(card: Card, *, on: date) -> None:
    state = ""
    if card.is_certificate:
        state = _("为证件，没有余额")
    elif card.state != CardState.ACTIVE:
        state = str(card.get_state_display())
    elif card.valid_to is not None and card.valid_to < on:
        state = _("已过有效期")
    if state:
        raise CardNotValid(number=card.number or "—", state=state)


def _check_goods(kind: str, card: Card, agreement: Agreement) -> None:
    for allowed in (card.goods, agreement.goods):
        if allowed and kind not in allowed:
            raise GoodsNotAllowed(
                goods=CODE_LISTS["goods_kind"].label(kind) if kind else _("未分类物品"),
                allowed=CODE_LISTS["goods_kind"].labels(allowed),
            )


def _check_certificate(file: HouseholdFile, relief: Relief) -> None:
    needed = CARDS_FOR.get(relief.relief)
    if needed:
        _need_card(file, needed, CODE_LISTS["relief"].label(relief.relief))


def _need_card(file: HouseholdFile, kinds: tuple[str, ...], what: str) -> None:
    valid = Card.objects.filter(file_id=file.pk, kind__in=kinds, state=CardState.ACTIVE)
    if not valid.exists():
        raise NoCertificate(relief=what)


def _person(file: HouseholdFile, member_id: UUID | None) -> bytes | None:
    person: Any = file
    if member_id is not None:
        person = HouseholdMember.objects.filter(pk=member_id, file_id=file.pk).first()
        if person is None:
            raise NotFound
    return bytes(person.id_no_hash) if person.id_no_hash else None


def _of_file(file: HouseholdFile) -> dict[str, Any]:
    return {
        "file_id": file.pk,
        "file_no": file.file_no,
        "subject": bytes(file.id_no_hash) if file.id_no_hash else None,
    }
