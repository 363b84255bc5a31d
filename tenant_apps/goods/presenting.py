"""How the store is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.casework.models import Todo
from tenant_apps.goods.models import Lot, MoveKind, Movement, Place
from tenant_apps.goods.rules import quantity_text, value_of
from tenant_apps.goods.selectors import COUNT_WAITS, RETURN_WAITS, SCRAP_WAITS, Stock, names_of

_SHOWN = (
    Place.ANNOUNCED, Place.RECEIVED, Place.QUARANTINED, Place.DISINFECTED, Place.SORTED,
    Place.RESERVED, Place.IN_TRANSIT, Place.ISSUED, Place.TRANSFERRED, Place.SCRAPPED,
)  # fmt: skip
UNDONE = (
    MoveKind.RECEIVE, MoveKind.QUARANTINE, MoveKind.DISINFECT, MoveKind.SORT, MoveKind.ISSUE,
    MoveKind.SCRAP, MoveKind.GIVE_BACK,
)  # fmt: skip


_CHECKED = {
    COUNT_WAITS: MoveKind.COUNT,
    SCRAP_WAITS: MoveKind.SCRAP,
    RETURN_WAITS: MoveKind.GIVE_BACK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRow:
    """What is in the store of one kind, in words."""

    kind: str
    kind_key: str
    unit: str
    taken_in: str
    issued: str
    waiting: str
    on_shelf: str
    reserved: str
    on_hand: str
    value_fen: int


def stock_rows(stocks: list[Stock]) -> list[StockRow]:
    """Show the stock by kind."""
    return [
        StockRow(
            kind=CODE_LISTS["goods_kind"].label(one.kind),
            kind_key=one.kind,
            unit=CODE_LISTS["goods_unit"].label(one.unit),
            value_fen=one.value_fen,
            **{
                name: bare(getattr(one, name), one.unit)
                for name in ("taken_in", "issued", "waiting", "on_shelf", "reserved", "on_hand")
            },
        )
        for one in stocks
    ]


def bare(quantity_milli: int, unit: str) -> str:
    """Write a quantity without its unit."""
    return quantity_text(quantity_milli, unit).partition(" ")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """One lot of the list."""

    lot: Lot
    kind: str
    unit: str
    origin: str
    on_hand: str
    on_shelf: str
    value_fen: int
    places: list[tuple[str, str]]
    warning: str
    tone: str
    may_be_issued: bool


def lot_row(lot: Lot, *, on: date) -> LotRow:
    """Show one lot: how much stands where, and whether its last day is near."""
    warning, tone = "", ""
    if lot.expires_on is not None and lot.on_hand_milli:
        left = (lot.expires_on - on).days
        if left <= 0:
            warning, tone = _("已过期"), "bad"
        elif left <= 30:
            warning, tone = _("%(days)s 天后到期") % {"days": left}, "wait"
    return LotRow(
        lot=lot,
        kind=CODE_LISTS["goods_kind"].label(lot.kind),
        unit=CODE_LISTS["goods_unit"].label(lot.unit),
        origin=CODE_LISTS["goods_origin"].label(lot.origin),
        on_hand=quantity_text(lot.on_hand_milli, lot.unit),
        on_shelf=bare(lot.sorted_milli, lot.unit),
        value_fen=value_of(lot.on_hand_milli, lot.unit_value_fen),
        places=[
            (str(place.label), quantity_text(lot.at(place), lot.unit))
            for place in _SHOWN
            if lot.at(place)
        ],
        warning=warning,
        tone=tone,
        may_be_issued=bool(lot.sorted_milli) and lot.is_usable_on(on),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementRow:
    """One movement of a lot, and what may be done about it."""

    movement: Movement
    kind: str
    way: str
    quantity: str
    to: str
    is_over: bool
    acts: list[str]

    @property
    def key(self) -> str:
        """The key as templates join it to others."""
        return str(self.movement.pk)


def movement_rows(movements: list[Movement], *, actor: Actor, unit: str = "") -> list[MovementRow]:
    """Show movements, with the acts the actor may take."""
    names = names_of({one.file_id for one in movements if one.file_id})
    return [_movement_row(one, actor, unit or one.lot.unit, names) for one in movements]


def _movement_row(one: Movement, actor: Actor, unit: str, names: Mapping[UUID, str]) -> MovementRow:
    is_over = hasattr(one, "followed_by") and one.followed_by is not None
    acts = []
    if not is_over and one.kind == MoveKind.RESERVE and actor.may("goods.keep"):
        acts += ["fetched", "release"]
    if not is_over and one.kind in UNDONE and actor.may("goods.manage") and not one.transfer_id:
        acts.append("undo")
    return MovementRow(
        movement=one,
        kind=str(one.get_kind_display()),
        way=f"{one.get_source_display()} → {one.get_target_display()}",
        quantity=quantity_text(one.quantity_milli, unit),
        to=_recipient_of(one, names),
        is_over=is_over,
        acts=acts,
    )


def _recipient_of(one: Movement, names: Mapping[UUID, str]) -> str:
    if one.file_id:
        return f"{names.get(one.file_id, '')} {one.file_no}".strip()
    if one.group:
        group = CODE_LISTS["warmth_group"].label(one.group)
        named = f"（{one.recipient}）" if one.recipient else ""
        return _("%(group)s%(name)s %(persons)s 人") % {
            "group": group, "name": named, "persons": one.persons,
        }  # fmt: skip
    return one.transfer_to


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """A count, scrapping or return to the donor that waits for its second person."""

    todo: Todo
    kind: str
    place: str
    found: str
    book: str
    reason: str
    by: str
    is_own: bool

    @property
    def key(self) -> str:
        """The key as templates join it to others."""
        return str(self.todo.pk)


def check_row(todo: Todo, *, actor: Actor) -> CheckRow:
    """Show what waits for a second person."""
    said = todo.params
    return CheckRow(
        todo=todo,
        kind=str(_CHECKED[todo.kind].label),
        place=str(Place(said["place"]).label),
        found=str(said["found"]),
        book=str(said["book"]),
        reason=str(said["reason"]),
        by=str(said["name"]),
        is_own=actor.user_id == said["user"],
    )
