"""What other apps let the ledger know: money on the own account, and a budget given, held, freed, spent.

Each is one journal, named by its kind and reference: telling it again changes nothing.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem, Text
from tenant_apps.funds.chart import (
    AVAILABLE,
    BANK,
    EXECUTED,
    INCOME,
    RESERVED,
    SOURCE,
    UNIDENTIFIED,
)
from tenant_apps.funds.models import Journal, JournalKind
from tenant_apps.funds.rules import Leg, Somebody
from tenant_apps.funds.services.posting import post_journal


def receive_bank_line(
    *,
    serial: str,
    fund_id: UUID,
    amount_fen: int,
    received_on: date,
    account: str,
    memo: Text,
    maker: Somebody,
    actor: Actor,
    now: datetime,
) -> Journal:
    """Post a credit of the own bank account: the only thing that proves that money came.

    ``serial`` is the bank's own number of the line; ``account`` the income it is, or ``2101`` as long as
    nobody knows whose it is.

    Raises:
        InvalidInput: L106 no amount, or an account that takes no receipts.
        Otherwise as ``post_journal``.
    """
    if amount_fen <= 0 or account not in {*INCOME, UNIDENTIFIED}:
        raise InvalidInput(
            [Problem(code="L106", field="account", message=_("请选择收入科目并填写金额。"))]
        )
    return post_journal(
        kind=JournalKind.BANK_IN,
        ref=serial,
        effective_on=received_on,
        memo=str(memo),
        legs=_moved(amount_fen, fund_id, to=BANK, out_of=account),
        maker=maker,
        actor=actor,
        now=now,
    )


def appropriate_budget(
    *,
    ref: str,
    fund_id: UUID,
    amount_fen: int,
    on: date,
    memo: Text,
    maker: Somebody,
    actor: Actor,
    now: datetime,
) -> Journal:
    """Give a fund so much budget (预算下达). Raises: as ``post_journal``; L106 below one fen."""
    legs = _budget(amount_fen, fund_id, to=AVAILABLE, out_of=SOURCE)
    return post_journal(
        kind=JournalKind.APPROPRIATION, ref=ref, effective_on=on, memo=str(memo), legs=legs,
        maker=maker, actor=actor, now=now,
    )  # fmt: skip


def reserve_budget(
    *,
    ref: str,
    fund_id: UUID,
    amount_fen: int,
    on: date,
    memo: Text,
    maker: Somebody,
    actor: Actor,
    now: datetime,
    of_promise: bool = False,
) -> Journal:
    """Hold so much of a fund's budget for what was approved; never more than is available, nor what was promised.

    ``of_promise`` says that it is what was promised. Raises: as ``post_journal``; L106 below one fen.
    """
    legs = _budget(amount_fen, fund_id, to=RESERVED, out_of=AVAILABLE)
    return post_journal(
        kind=JournalKind.RESERVE, ref=ref, effective_on=on, memo=str(memo), legs=legs,
        maker=maker, actor=actor, now=now, of_promise=of_promise,
    )  # fmt: skip


def release_budget(
    *,
    ref: str,
    fund_id: UUID,
    amount_fen: int,
    on: date,
    memo: Text,
    maker: Somebody,
    actor: Actor,
    now: datetime,
) -> Journal:
    """Free budget that was held for something that will not be paid.

    Raises: as ``post_journal``; L106 below one fen.
    """
    legs = _budget(amount_fen, fund_id, to=AVAILABLE, out_of=RESERVED)
    return post_journal(
        kind=JournalKind.RELEASE, ref=ref, effective_on=on, memo=str(memo), legs=legs,
        maker=maker, actor=actor, now=now,
    )  # fmt: skip


def execute_budget(
    *,
    ref: str,
    fund_id: UUID,
    amount_fen: int,
    on: date,
    memo: Text,
    maker: Somebody,
    actor: Actor,
    now: datetime,
) -> Journal:
    """Note that what was held has been paid. Raises: as ``post_journal``; L106 below one fen."""
    legs = _budget(amount_fen, fund_id, to=EXECUTED, out_of=RESERVED)
    return post_journal(
        kind=JournalKind.EXECUTE, ref=ref, effective_on=on, memo=str(memo), legs=legs,
        maker=maker, actor=actor, now=now,
    )  # fmt: skip


def _budget(amount_fen: int, fund_id: UUID, *, to: str, out_of: str) -> list[Leg]:
    if amount_fen <= 0:
        raise InvalidInput([Problem(code="L106", field="amount_fen", message=_("请填写金额。"))])
    return _moved(amount_fen, fund_id, to=to, out_of=out_of)


def _moved(amount_fen: int, fund_id: UUID, *, to: str, out_of: str) -> list[Leg]:
    return [
        Leg(code=to, fund_id=fund_id, amount_fen=amount_fen),
        Leg(code=out_of, fund_id=fund_id, amount_fen=-amount_fen),
    ]
