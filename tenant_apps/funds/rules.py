"""What a voucher must be, before the database is asked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel.canonical import canonical_json
from bangfu.kernel.crypto import sm3
from bangfu.kernel.errors import Problem
from bangfu.ui.templatetags.ui import yuan
from tenant_apps.funds.chart import CHART, account_name
from tenant_apps.funds.models import Book, Journal

MOST_FEN = 10**15
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")


class Somebody(Protocol):
    """A person of the station, as an actor or as a draft names them."""

    @property
    def user_id(self) -> int | None:
        """The key of the user."""

    @property
    def name(self) -> str:
        """The name at that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One side of a journal: so many fen on an account of a fund; a debit above zero, a credit below."""

    code: str
    fund_id: UUID
    amount_fen: int


def turned(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """Return the legs of the journal that takes these back."""
    return tuple(
        Leg(code=leg.code, fund_id=leg.fund_id, amount_fen=-leg.amount_fen) for leg in legs
    )


def total_fen(legs: Sequence[Leg]) -> int:
    """Return the amount of a voucher: the sum of its debits."""
    return sum(leg.amount_fen for leg in legs if leg.amount_fen > 0)


def worth_fen(legs: Sequence[Leg]) -> int:
    """Return how much money a voucher is about: its debits in the cash book, or where none is touched in the budget."""
    in_cash = [leg for leg in legs if CHART[leg.code].book == Book.CASH]
    return total_fen(in_cash or legs)


def voucher_problems(legs: Sequence[Leg], *, memo: str) -> list[Problem]:
    """Say everything that keeps legs from being a voucher.

    L001 no summary · L002 an identity number in it · L003 fewer than two legs · L004 no such account ·
    L005 an amount of zero, or beyond all measure · L006 an account twice · L007 a fund does not balance
    in a book.
    """
    problems = []
    if not memo.strip():
        problems.append(Problem(code="L001", field="memo", message=_("请填写摘要。")))
    if _ID_NUMBER.search(memo):
        problems.append(Problem(code="L002", field="memo", message=_("摘要中不要填写身份证号码。")))
    if len(legs) < 2:
        problems.append(Problem(code="L003", field="legs", message=_("一张凭证至少两条分录。")))
    seen: set[tuple[str, UUID]] = set()
    for number, leg in enumerate(legs, start=1):
        problems += _leg_problems(leg, number, seen)
        seen.add((leg.code, leg.fund_id))
    return problems or _balance_problems(legs)


def _leg_problems(leg: Leg, number: int, seen: set[tuple[str, UUID]]) -> list[Problem]:
    problems = []
    if leg.code not in CHART:
        problems.append(
            Problem(
                code="L004", field="legs", row=number,
                message=_("第 %(number)s 条：没有科目“%(code)s”。")
                % {"number": number, "code": leg.code},
            )
        )  # fmt: skip
    if not 0 < abs(leg.amount_fen) <= MOST_FEN:
        problems.append(
            Problem(
                code="L005", field="legs", row=number,
                message=_("第 %(number)s 条：请填写金额。") % {"number": number},
            )
        )  # fmt: skip
    if (leg.code, leg.fund_id) in seen:
        problems.append(
            Problem(
                code="L006", field="legs", row=number,
                message=_("第 %(number)s 条：同一科目同一资金只列一条，请合并。")
                % {"number": number},
            )
        )  # fmt: skip
    return problems


def _balance_problems(legs: Sequence[Leg]) -> list[Problem]:
    sums: dict[tuple[Book, UUID], int] = defaultdict(int)
    for leg in legs:
        sums[CHART[leg.code].book, leg.fund_id] += leg.amount_fen
    return [
        Problem(
            code="L007",
            field="legs",
            message=_("%(book)s借贷不平，相差 %(amount)s 元；每项资金须各自平衡。")
            % {"book": Book(book).label, "amount": yuan(abs(left))},
        )
        for (book, _fund), left in sums.items()
        if left
    ]


def journal_hash(journal: Journal, entries: Sequence[tuple[int, str, str, int]]) -> bytes:
    """Return ``SM3(prev_hash ‖ canonical JSON)`` of a journal.

    An entry is its line, the code of its account, the code of its fund, and its amount in fen.
    """
    said: Mapping[str, object] = {
        "id": str(journal.pk),
        "no": [journal.year, journal.number],
        "event": [journal.kind, journal.ref],
        "on": journal.effective_on.isoformat(),
        "memo": journal.memo,
        "maker": [journal.maker_id, journal.maker_name],
        "checker": [journal.checker_id, journal.checker_name],
        "at": journal.posted_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "reverses": str(journal.reverses_id or ""),
        "entries": [list(entry) for entry in sorted(entries)],
    }
    return sm3(bytes(journal.prev_hash) + canonical_json(said))


def worded_account(code: str) -> str:
    """Return an account with its code, as pages and refusals name it; what follows the point is in its name."""
    return f"{code.partition('.')[0]} {account_name(code)}"
