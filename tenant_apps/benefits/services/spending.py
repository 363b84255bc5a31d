"""What is done with cards: charged and used at an outlet; and how any entry is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound, Problem, refuse
from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.partners.models import Agreement, Partner
from tenant_apps.benefits.errors import (
    AboveBalance,
    CardNotValid,
    GoodsNotAllowed,
    MonthSettled,
    NoAgreement,
    ReversedAlready,
)
from tenant_apps.benefits.flow import KEEPS
from tenant_apps.benefits.models import Card, CardState, Entry, EntryKind
from tenant_apps.benefits.rules import (
    BALANCE_KINDS,
    amount_problems,
    choice_problems,
    day_problems,
    month_of,
    shares,
    text_problems,
)
from tenant_apps.benefits.selectors import agreement_in_force, is_settled
from tenant_apps.benefits.services.carding import locked_card
from tenant_apps.benefits.services.entering import enter, partner_of
from tenant_apps.households.models import HouseholdFile

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
    return enter(
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
    partner = partner_of(purchase.partner_id)
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
    entry = enter(
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
    entry = enter(
        EntryKind.REVERSAL, card=card, amount_fen=-first.amount_fen, union_fen=-first.union_fen,
        partner_fen=-first.partner_fen, effect_fen=-first.effect_fen, quantity=-first.quantity,
        entered_on=today, reverses=first, note=reason.strip(), actor=actor, now=now,
        **{name: getattr(first, name) for name in same},
    )  # fmt: skip
    if first.kind == EntryKind.PURCHASE and first.partner_id:
        _check_open(first.partner_id, first.partner_name, today)
    return entry


def _check_open(partner_id: UUID, partner: str, day: date) -> None:
    # Asked after the audit row: its chain lets one writer of the station through at a time, so a settlement of the
    # month has either seen this entry or is seen here.
    if is_settled(partner_id, month_of(day)):
        raise MonthSettled(month=f"{day:%Y-%m}", partner=partner)


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
