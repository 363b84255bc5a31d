"""Enter a line that nothing expects in the books: money that was held is claimed, anything else is a correction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from shared_apps.bankfiles.models import Line, LineState
from tenant_apps.banking.services.posting import Hand
from tenant_apps.banking.services.steps import day_for, fresh_ref, locked, propose
from tenant_apps.banking.wishes import Act
from tenant_apps.funds.chart import (
    AVAILABLE,
    BANK,
    CHART,
    IN_TRANSIT,
    INCOME,
    PAYOUTS,
    RETURNED,
    SOURCE,
    UNIDENTIFIED,
)
from tenant_apps.funds.models import Book, Fund, Journal, JournalKind
from tenant_apps.funds.rules import Leg
from tenant_apps.funds.services import post_journal

# What transfers and payouts have on its way moves by their own expectations alone.
_BY_APPS = frozenset({BANK, UNIDENTIFIED, IN_TRANSIT, PAYOUTS, RETURNED})
# Against what a line that nothing expects may be closed, by its direction.
CLOSE_CREDIT = INCOME
CLOSE_DEBIT = tuple(
    code for code, account in CHART.items() if account.book == Book.CASH and code not in _BY_APPS
)


@transaction.atomic
def propose_closing(
    line_id: UUID,
    *,
    account: str,
    fund_id: UUID,
    memo: str,
    with_budget: bool = False,
    actor: Actor,
    now: datetime,
) -> Line:
    """Say how a line that nothing expects is entered in the books; a second person has to agree.

    Money that is held is claimed (收款认领), anything else is entered as a correction (对账调整). Income comes
    ``with_budget`` where nobody has given the fund a budget for it yet: without one it cannot be spent.

    Raises:
        NotPermitted, NotFound: as their names say.
        LineMoved: the line is settled, or waits for somebody.
        InvalidInput: K102 an account this cannot be closed against, K101 no such fund, K103 no reason.
    """
    actor.require("fund.post")
    (line,) = locked([line_id], actor)
    problems = []
    allowed = CLOSE_CREDIT if line.amount_fen > 0 else CLOSE_DEBIT
    if account not in allowed:
        problems.append(Problem(code="K102", field="account", message=_("请选择对应科目。")))
    if not Fund.objects.filter(pk=fund_id, closed_on=None).exists():
        problems.append(Problem(code="K101", field="fund_id", message=_("请选择在用的资金。")))
    if not memo.strip():
        problems.append(Problem(code="K103", field="memo", message=_("请写明入账的依据。")))
    if problems:
        raise InvalidInput(problems)
    wish = {
        "act": Act.JOURNAL.value,
        "account": account,
        "fund": str(fund_id),
        "memo": memo.strip()[:200],
        "budget": with_budget and line.amount_fen > 0,
    }
    line.kind, line.ref, line.part = "", "", ""
    return propose(line, wish, actor=actor, now=now)


def enter(line: Line, maker: Hand, *, actor: Actor, now: datetime) -> Journal:
    """Post what was proposed, on a line the caller has locked. Raises: as ``post_journal``."""
    is_held = line.journal_id is not None
    journal = post_journal(
        kind=JournalKind.CLAIM if is_held else JournalKind.CORRECTION,
        ref=fresh_ref(JournalKind.CLAIM if is_held else JournalKind.CORRECTION, line),
        effective_on=day_for(line.booked_on, now),
        memo=line.wish["memo"],
        legs=_legs(line, is_held=is_held),
        maker=maker,
        actor=actor,
        now=now,
    )
    line.wish = line.wish | {"journal": str(journal.pk), "type": line.break_type}
    line.state = LineState.MATCHED
    line.break_type = ""
    line.journal_id = line.journal_id or journal.pk
    line.checker_id, line.checker_name, line.settled_at = actor.user_id, actor.name, now
    line.save()
    return journal


def _legs(line: Line, *, is_held: bool) -> list[Leg]:
    fund_id, account, fen = UUID(line.wish["fund"]), line.wish["account"], line.amount_fen
    holder = line.statement.fund_id
    if not is_held:
        legs = [
            Leg(code=BANK, fund_id=fund_id, amount_fen=fen),
            Leg(code=account, fund_id=fund_id, amount_fen=-fen),
        ]
    else:
        legs = [
            Leg(code=UNIDENTIFIED, fund_id=holder, amount_fen=fen),
            Leg(code=account, fund_id=fund_id, amount_fen=-fen),
        ]
        if holder != fund_id:
            legs += [
                Leg(code=BANK, fund_id=holder, amount_fen=-fen),
                Leg(code=BANK, fund_id=fund_id, amount_fen=fen),
            ]
    if line.wish.get("budget"):
        legs += [
            Leg(code=AVAILABLE, fund_id=fund_id, amount_fen=fen),
            Leg(code=SOURCE, fund_id=fund_id, amount_fen=-fen),
        ]
    return legs
