"""How cards, entries and agreements are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import Text
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.partners.models import Agreement, Partner
from tenant_apps.benefits.flow import CARD_FLOW
from tenant_apps.benefits.models import Card, CardState, Entry, EntryKind
from tenant_apps.benefits.selectors import CHECK_BEFORE, is_own, names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One card in words."""

    card: Card
    kind: str
    goods: str
    is_due: bool


def card_row(card: Card, *, on: date) -> CardRow:
    """Show one card, and whether its yearly check is due."""
    stands = card.state in {CardState.ACTIVE, CardState.SUSPENDED}
    return CardRow(
        card=card,
        kind=CODE_LISTS["card_kind"].label(card.kind),
        goods=CODE_LISTS["goods_kind"].labels(card.goods),
        is_due=stands and card.valid_to is not None and card.valid_to <= on + CHECK_BEFORE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry in words, and whether it may be taken back."""

    entry: Entry
    kind: str
    household: str
    what: str
    where: str
    is_over: bool
    may_reverse: bool

    @property
    def key(self) -> str:
        """The key as templates join it to others."""
        return str(self.entry.pk)

    @property
    def has_shares(self) -> bool:
        """Whether two sides paid: money put on a card is nobody's spending yet."""
        first = self.entry.reverses or self.entry
        return first.kind not in {EntryKind.TOP_UP, EntryKind.TICKETS}


def entry_rows(found: list[Entry], *, actor: Actor) -> list[EntryRow]:
    """Show entries with what may be done about them."""
    names = names_of({one.file_id for one in found if one.file_id})
    return [_entry_row(one, actor, names) for one in found]


def _entry_row(one: Entry, actor: Actor, names: Mapping[UUID, str]) -> EntryRow:
    is_over = getattr(one, "reversed_by", None) is not None
    needed = "benefit.charge" if one.kind == EntryKind.TOP_UP else "benefit.keep"
    final = one.kind in {EntryKind.REVERSAL, EntryKind.SETTLEMENT}
    what = one.note
    if one.relief:
        what = CODE_LISTS["relief"].label(one.relief)
    elif one.goods_kind:
        what = CODE_LISTS["goods_kind"].label(one.goods_kind)
    elif one.quantity and one.kind == EntryKind.TICKETS:
        what = _("%(count)s 张") % {"count": one.quantity}
    return EntryRow(
        entry=one,
        kind=str(one.get_kind_display()),
        household=names.get(one.file_id, "") if one.file_id else "",
        what=what,
        where=" ".join(part for part in (one.partner_name or one.department, one.outlet) if part),
        is_over=is_over,
        may_reverse=not is_over and not final and actor.may(needed),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRow:
    """One agreement in words."""

    agreement: Agreement
    union: str
    partner_share: str
    discount: str
    goods: str
    is_in_force: bool
    is_own: bool

    @property
    def key(self) -> str:
        """The key as templates join it to others."""
        return str(self.agreement.pk)


def agreement_row(agreement: Agreement, *, on: date, here: int) -> AgreementRow:
    """Show one agreement: its shares in per cent."""
    return AgreementRow(
        agreement=agreement,
        union=_percent(agreement.union_basis_points),
        partner_share=_percent(10_000 - agreement.union_basis_points),
        discount=_percent(agreement.discount_basis_points)
        if agreement.discount_basis_points
        else "",
        goods=CODE_LISTS["goods_kind"].labels(agreement.goods),
        is_in_force=agreement.covers(on),
        is_own=agreement.station_id == here,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRow:
    """One partner in words."""

    partner: Partner
    kind: str
    places: int
    is_own: bool


def partner_row(partner: Partner) -> PartnerRow:
    """Show one partner."""
    return PartnerRow(
        partner=partner,
        kind=CODE_LISTS["partner_kind"].label(partner.kind),
        places=partner.places,
        is_own=is_own(partner),
    )


# Of the slips on which a month differs, so many are shown.
SHOWN = 20


def waiting_row(todo: Any, *, actor: Actor, differences: list[dict[str, Any]]) -> dict[str, Any]:
    """Show a month that waits for its second person."""
    said = todo.params
    return {
        "todo": todo,
        "key": str(todo.pk),
        "partner": said["partner"],
        "month": said["month"],
        "amount_fen": int(said["amount_fen"]),
        "union_fen": int(said["union_fen"]),
        "partner_fen": int(said["partner_fen"]),
        "carried_fen": int(said.get("carried_fen", 0)),
        "statement_fen": int(said["statement_fen"]),
        "different": int(said["different"]),
        "differences": differences[:SHOWN],
        "further": int(said["different"]) - len(differences[:SHOWN]),
        "by": said["name"],
        "is_own": actor.user_id == said["user"],
    }


def _percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}%" if rest else f"{whole}%"


_ACTS = {
    "apply": gettext_lazy("申请"),
    "replace": gettext_lazy("补办"),
    "take_in": gettext_lazy("导入"),
    **{name: step.label for name, step in CARD_FLOW.steps.items()},
}


def act_label(action: str) -> Text:
    """Name an act on a card."""
    return _ACTS[action]
