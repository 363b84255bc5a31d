"""Applications are taken into a batch: a few at once while somebody looks on, many by a worker, step by step.

A step is one transaction: lines, applications, timelines, audit. Where a worker dies, the next one goes on behind the
last line that stands. Whole or not at all: if one application cannot be taken any more, those that were are given
back, as many at a time, and the batch ends with the reason.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel.actors import EVERYTHING, Actor
from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import current_station
from shared_apps.notifications.services import notify
from tenant_apps.aid.models import Application
from tenant_apps.aid.services.crowds import batch_many, check_payable, unbatch_many
from tenant_apps.households.models import HouseholdFile, HouseholdMember
from tenant_apps.payouts.doorbell import ring_to_prepare
from tenant_apps.payouts.errors import BeingPrepared, PaidBefore
from tenant_apps.payouts.links import page_link
from tenant_apps.payouts.models import HOLDING, Batch, BatchState, Channel, Line, LineState
from tenant_apps.payouts.rules import Household, batch_problems, payee_key, total_of
from tenant_apps.payouts.selectors import wanted_by_others
from tenant_apps.payouts.services.steps import advance, locked_batch, tell_step

AT_ONCE = 200
"""A batch of so many lines is prepared while somebody looks on; a larger one by a worker."""
STEP = 500
"""Lines a worker makes in one transaction."""
SITTING_SECONDS = 120.0
"""After so long a worker leaves the rest of a batch to the next one."""
SERIAL_DIGITS = 5
"""How many digits of a line's reference follow the number of its batch."""
_ROWS_AT_ONCE = 2000
# What the rules ask of an application: many are read at once while somebody waits.
_LOOKED_AT = (
    "number", "state", "payee_state", "fund_id", "aid", "payee_name", "payee_card_hash",
    "payee_id_hash", "file_id", "household", "member", "cycle",
)  # fmt: skip
_MOST_NAMED = 10


def take(batch: Batch, application_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> None:
    """Put approved applications into a batch behind the lines it has; all or none.

    Raises:
        NotFound, NotPayable, PayeeDoubtful: as ``batch_many``.
        InvalidInput: P01-P07 as ``batch_problems``.
        PaidBefore: another line holds one of them.
    """
    rows = batch_many(application_ids, batch=batch.number, actor=actor, now=now)
    _check_rules(rows, batch)
    _make_lines(batch, rows)
    batch.count += len(rows)
    batch.total_fen += total_of(rows)
    batch.changed_at = now
    batch.save(update_fields=["count", "total_fen", "changed_at"])


def take_later(batch: Batch, application_ids: Sequence[UUID], *, now: datetime) -> None:
    """Check now whether applications can be paid together, and let a worker take them.

    Raises: as ``take``; nothing is taken then.
    """
    found = Application.objects.filter(pk__in=application_ids).order_by("number")
    rows = list(found.only(*_LOOKED_AT))
    check_payable(rows)
    _check_rules(rows, batch)
    batch.state, batch.changed_at = BatchState.PREPARING, now
    batch.wanted = [str(row.pk) for row in rows]
    batch.save(update_fields=["state", "wanted", "changed_at"])
    transaction.on_commit(lambda: ring_to_prepare(batch.pk))


def check_free(application_ids: Iterable[UUID]) -> None:
    """Return only if no batch that is being prepared is to hold one of these applications.

    Raises:
        BeingPrepared: one does; it names both.
    """
    taken = wanted_by_others()
    held = [key for key in application_ids if key in taken]
    if held:
        rows = Application.objects.filter(pk__in=held).order_by("number")
        first = rows.values_list("pk", "number")[:_MOST_NAMED]
        batch = taken[held[0]]
        numbers = "、".join(number for key, number in first if taken[key] == batch)
        raise BeingPrepared(numbers=numbers, batch=batch)


def finish_preparing(batch_id: UUID, *, now: datetime) -> None:
    """Go on with a batch until it is put together, or given up; what takes too long is left to the next worker.

    Safe to be told again, by several workers at once, and of a batch that is prepared.
    """
    began = time.monotonic()
    while go_on_preparing(batch_id, now=now):
        if time.monotonic() - began > SITTING_SECONDS:
            ring_to_prepare(batch_id)
            return


def go_on_preparing(batch_id: UUID, *, now: datetime) -> bool:
    """Take the next step of putting a batch together; say whether another one is left.

    Raises:
        NotFound: there is no such batch.
    """
    try:
        return _step(batch_id, now=now)
    except DomainError as refusal:
        _note_refusal(batch_id, refusal)
        return True


@transaction.atomic
def _step(batch_id: UUID, *, now: datetime) -> bool:
    batch = locked_batch(batch_id)
    if batch.state != BatchState.PREPARING:
        return False
    if batch.problems:
        return _give_back(batch, now=now)
    next_keys = [UUID(key) for key in batch.wanted[batch.count : batch.count + STEP]]
    if next_keys:
        take(batch, next_keys, actor=_maker(batch), now=now)
    if batch.count < batch.planned:
        return True
    _end(batch, "prepared", now=now)
    return False


def _give_back(batch: Batch, *, now: datetime) -> bool:
    reason = _("批次没有编成")
    lines = list(batch.lines.filter(state=LineState.OPEN).order_by("serial")[:STEP])
    if not lines:
        _end(batch, "not_prepared", now=now)
        return False
    Line.objects.filter(pk__in=[line.pk for line in lines]).update(
        state=LineState.VOID, reason=reason
    )
    batch.count -= len(lines)
    batch.total_fen -= sum(line.amount_fen for line in lines)
    batch.changed_at = now
    batch.save(update_fields=["count", "total_fen", "changed_at"])
    held = [line.application_id for line in lines]
    unbatch_many(held, reason, actor=_maker(batch), now=now)
    return True


def _end(batch: Batch, action: str, *, now: datetime) -> None:
    before = advance(batch, action, actor=_maker(batch))
    batch.wanted, batch.changed_at = [], now
    batch.save(update_fields=["state", "wanted", "changed_at"])
    why = "\n".join(one["message"] for one in batch.problems)
    title = (
        gettext_noop("发放批次 %(number)s 没有编成，申请已全部退回待发放")
        if batch.problems
        else gettext_noop("发放批次 %(number)s 已编制，请核对后封存")
    )
    notify(
        station_id=current_station().id, user_ids=[batch.made_by_id], kind=f"payout.{action}",
        title=title, params={"number": batch.number}, body=why,
        link=page_link("batch", batch.pk), key=f"payout.{action}:{batch.pk}", now=now,
    )  # fmt: skip
    tell_step(batch, action, before=before, comment=why, actor=_maker(batch), now=now)


@transaction.atomic
def _note_refusal(batch_id: UUID, refusal: DomainError) -> None:
    batch = locked_batch(batch_id)
    if batch.state != BatchState.PREPARING or batch.problems:
        raise refusal
    found = (
        [(problem.code, str(problem.message)) for problem in refusal.problems]
        if isinstance(refusal, InvalidInput)
        else [(refusal.code, str(refusal))]
    )
    batch.problems = [{"code": code, "message": message} for code, message in found]
    batch.save(update_fields=["problems"])


def _maker(batch: Batch) -> Actor:
    """The clerk who asked for a batch, as the one who answers for what a worker does of it."""
    return Actor(
        user_id=batch.made_by_id,
        name=batch.made_by,
        station=current_station(),
        capabilities=frozenset({EVERYTHING}),
        via="system",
    )


def _check_rules(rows: Sequence[Application], batch: Batch) -> None:
    problems = batch_problems(
        rows,
        fund=batch.fund,
        households=_households(rows),
        used_cards=_used_cards(rows),
        needs_card=batch.channel == Channel.BANK,
    )
    if problems:
        raise InvalidInput(problems)


def _make_lines(batch: Batch, rows: Sequence[Application]) -> None:
    in_order = sorted(rows, key=lambda row: row.number)
    try:
        with transaction.atomic():
            Line.objects.bulk_create(
                (_line(batch, serial, row) for serial, row in enumerate(in_order, batch.count + 1)),
                batch_size=_ROWS_AT_ONCE,
            )
    except IntegrityError as error:
        held = Line.objects.filter(application__in=rows, state__in=HOLDING)
        numbers = list(held.values_list("application__number", flat=True)[:_MOST_NAMED])
        if not numbers:
            raise
        raise PaidBefore(numbers="、".join(numbers)) from error


def _line(batch: Batch, serial: int, row: Application) -> Line:
    has_card = batch.channel == Channel.BANK and row.payee_card is not None
    return Line(
        id=uuid7(),
        batch=batch,
        serial=serial,
        ref=f"{batch.number}{serial:0{SERIAL_DIGITS}d}",
        application=row,
        programme=row.programme,
        aid=row.aid,
        amount_fen=row.amount_fen,
        payee_name=row.payee_name,
        payee_id_hash=row.payee_id_hash,
        card_hash=row.payee_card_hash if has_card else None,
        card_tail=row.payee_card.reveal()[-4:] if has_card and row.payee_card else "",
    )


def _households(rows: Iterable[Application]) -> Mapping[UUID, Household]:
    wanted = {row.file_id for row in rows if row.file_id is not None}
    people: dict[UUID, set[bytes]] = defaultdict(set)
    for file_id, number in HouseholdMember.objects.filter(
        file_id__in=wanted, id_no_hash__isnull=False
    ).values_list("file_id", "id_no_hash"):
        people[file_id].add(bytes(number or b""))
    found = {}
    for file_id, number, card, name in HouseholdFile.objects.filter(pk__in=wanted).values_list(
        "pk", "id_no_hash", "card_no_hash", "card_name"
    ):
        if number is not None:
            people[file_id].add(bytes(number))
        found[file_id] = Household(
            people=frozenset(people[file_id]),
            card=bytes(card) if card is not None else None,
            card_name=name,
        )
    return found


def _used_cards(rows: Iterable[Application]) -> Mapping[bytes, frozenset[bytes]]:
    cards = {bytes(row.payee_card_hash) for row in rows if row.payee_card_hash is not None}
    used: dict[bytes, set[bytes]] = defaultdict(set)
    for card, name, number in Line.objects.filter(
        card_hash__in=cards, state__in=HOLDING
    ).values_list("card_hash", "payee_name", "payee_id_hash"):
        used[bytes(card or b"")].add(payee_key(name, number))
    return {card: frozenset(keys) for card, keys in used.items()}
