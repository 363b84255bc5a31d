"""Goods go out: kept back for somebody, given, and taken back where it was a mistake."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound, Problem, refuse
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.goods.errors import (
    NotOnFile,
    NotUndoable,
    OverSeasonLimit,
    PastLastDay,
    UndoneAlready,
)
from tenant_apps.goods.models import Lot, MoveKind, Movement, Place
from tenant_apps.goods.rules import (
    Recipient,
    quantity_problems,
    quantity_text,
    reason_problems,
)
from tenant_apps.goods.selectors import had_in_season
from tenant_apps.goods.services.intake import KEEPS
from tenant_apps.goods.services.moving import locked_lot, move
from tenant_apps.households.models import COUNTED_STATES, HouseholdFile

MANAGES = "goods.manage"
_UNDONE = (
    MoveKind.RECEIVE,
    MoveKind.QUARANTINE,
    MoveKind.DISINFECT,
    MoveKind.SORT,
    MoveKind.ISSUE,
    MoveKind.SCRAP,
    MoveKind.GIVE_BACK,
)


@transaction.atomic
def issue_goods(
    lot_id: UUID, *, to: Recipient, quantity_milli: int, actor: Actor, now: datetime
) -> Movement:
    """Give goods from the shelf to a household on file, or to people of a group outside the files.

    Locks the file, then the lot: two people who give to one household at once do not get past the limit of the
    season together.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: G101, G102; G110 nobody is named; G111 no such group.
        NotOnFile: the household is not on file.
        PastLastDay: the goods may not be given out any more.
        OverSeasonLimit: the household had as much of this kind as one may get.
        NotThatMuch: there is not so much on the shelf.
    """
    actor.require(KEEPS)
    return _hand_out(MoveKind.ISSUE, lot_id, to, quantity_milli, actor=actor, now=now)


@transaction.atomic
def reserve_goods(
    lot_id: UUID, *, to: Recipient, quantity_milli: int, actor: Actor, now: datetime
) -> Movement:
    """Keep goods back for somebody who will fetch them. Raises: as ``issue_goods``."""
    actor.require(KEEPS)
    return _hand_out(MoveKind.RESERVE, lot_id, to, quantity_milli, actor=actor, now=now)


@transaction.atomic
def end_reservation(
    movement_id: UUID, *, is_fetched: bool, actor: Actor, now: datetime
) -> Movement:
    """Give out what was kept back, to whom it was kept back for; or put it back on the shelf.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: that is no reservation.
        UndoneAlready: it was fetched or put back.
        PastLastDay: the goods may not be given out any more.
    """
    actor.require(KEEPS)
    kept, lot = _locked_movement(movement_id)
    if kept.kind != MoveKind.RESERVE:
        raise IllegalMove
    if is_fetched:
        _check_usable(lot, on=clock.local_day(now))
        kind, target = MoveKind.ISSUE, Place.ISSUED
    else:
        kind, target = MoveKind.RELEASE, Place.SORTED
    who = ("file_id", "file_no", "card_id", "group", "recipient", "persons", "subject")
    return move(
        lot, kind, Place.RESERVED, target, kept.quantity_milli,
        follows=kept, actor=actor, now=now, **{name: getattr(kept, name) for name in who},
    )  # fmt: skip


@transaction.atomic
def undo_movement(movement_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Movement:
    """Take a movement back by another the other way round; the two stand side by side for ever.

    What was given out comes back onto the shelf.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: G103 no reason.
        NotUndoable: it is a count, a transfer, or an undoing itself.
        UndoneAlready: it was taken back.
        NotThatMuch: the goods went on meanwhile.
    """
    actor.require(MANAGES)
    refuse(reason_problems(reason))
    first, lot = _locked_movement(movement_id)
    is_of_transfer = first.kind == MoveKind.RECEIVE and lot.transfer_id is not None
    if first.kind not in _UNDONE or is_of_transfer or first.source == Place.IN_TRANSIT:
        raise NotUndoable(kind=first.get_kind_display())
    back_to = Place.SORTED if first.kind == MoveKind.ISSUE else first.source
    return move(
        lot, MoveKind.UNDO, first.target, back_to, first.quantity_milli,
        follows=first, undone=first, reason=reason.strip(), file_id=first.file_id,
        file_no=first.file_no, actor=actor, now=now,
    )  # fmt: skip


def _hand_out(
    kind: MoveKind, lot_id: UUID, to: Recipient, quantity_milli: int, *, actor: Actor, now: datetime
) -> Movement:
    today = clock.local_day(now)
    refuse(_recipient_problems(to))
    file = _file_of(to)
    lot = locked_lot(lot_id)
    refuse(quantity_problems(quantity_milli, lot.unit))
    _check_usable(lot, on=today)
    who: dict[str, Any] = {"group": to.group, "recipient": to.name.strip(), "persons": to.persons}
    if file is not None:
        _check_season(lot, file, quantity_milli, on=today)
        who = {
            "file_id": file.pk,
            "file_no": file.file_no,
            "card_id": to.card_id,
            "persons": 1,
            "subject": bytes(file.id_no_hash) if file.id_no_hash else None,
        }
    target = Place.ISSUED if kind == MoveKind.ISSUE else Place.RESERVED
    return move(lot, kind, Place.SORTED, target, quantity_milli, actor=actor, now=now, **who)


def _recipient_problems(to: Recipient) -> list[Problem]:
    if to.file_id is not None:
        return []
    if not to.group:
        message = _("请选择领取的家庭，或送温暖对象群体。")
        return [Problem(code="G110", field="recipient", message=message)]
    if to.group not in CODE_LISTS["warmth_group"] or not 1 <= to.persons <= 100_000:
        message = _("请选择对象群体并填写人数。")
        return [Problem(code="G111", field="group", message=message)]
    return []


def _file_of(to: Recipient) -> HouseholdFile | None:
    if to.file_id is None:
        return None
    file = HouseholdFile.objects.select_for_update().filter(pk=to.file_id).first()
    if file is None:
        raise NotFound
    if file.state not in COUNTED_STATES:
        raise NotOnFile
    return file


def _check_usable(lot: Lot, *, on: date) -> None:
    if not lot.is_usable_on(on):
        raise PastLastDay(lot=lot.name, day=f"{lot.expires_on:%Y-%m-%d}")


def _check_season(lot: Lot, file: HouseholdFile, quantity_milli: int, *, on: date) -> None:
    most = lot.season_limit_milli
    if most is None:
        return
    had = had_in_season(file.pk, lot, on=on)
    if had + quantity_milli > most:
        raise OverSeasonLimit(
            kind=CODE_LISTS["goods_kind"].label(lot.kind),
            had=quantity_text(had, lot.unit),
            most=quantity_text(most, lot.unit),
            left=quantity_text(max(most - had, 0), lot.unit),
        )


def _locked_movement(movement_id: UUID) -> tuple[Movement, Lot]:
    movement = Movement.objects.filter(pk=movement_id).first()
    if movement is None:
        raise NotFound
    lot = locked_lot(movement.lot_id)
    if Movement.objects.filter(follows=movement).exists():
        raise UndoneAlready
    return movement, lot
