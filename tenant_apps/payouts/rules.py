"""What a batch must be before it is made, as pure functions over rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.aid.models import Application
from tenant_apps.funds.models import Fund

MOST_LINES = 20_000
_LONGEST_LIST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """What the file of an application says of accounts: whose numbers it holds, and its card with the name on it."""

    people: frozenset[bytes]
    card: bytes | None
    card_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a fund can still pay: fen on its bank account that no other batch waits for, and budget that is held."""

    bank_fen: int
    reserved_fen: int


def payee_key(name: str, id_hash: bytes | memoryview | None) -> bytes:
    """Return by what two lines are known to pay one person: the keyed hash of the number, else the name."""
    return bytes(id_hash) if id_hash else name.encode()


def batch_problems(
    rows: Sequence[Application],
    *,
    fund: Fund,
    households: Mapping[UUID, Household],
    used_cards: Mapping[bytes, frozenset[bytes]],
    needs_card: bool,
) -> list[Problem]:
    """Say everything that keeps applications from being paid together, at most fifty sentences.

    P01 nothing to pay, or too much at once · P02 no account · P03 the account is of another person than the payee,
    by name or because the payee is not of the file · P04 one card for two people · P05 the same person, kind of aid
    and cycle twice · P06 another fund · P07 the fund is earmarked for something else.
    """
    if not rows or len(rows) > MOST_LINES:
        return [
            Problem(
                code="P01",
                field="applications",
                message=_("请选择 1 至 %(most)s 笔已批准的申请。") % {"most": MOST_LINES},
            )
        ]
    problems: list[Problem] = []
    cards = {card: set(keys) for card, keys in used_cards.items()}
    needs: dict[tuple[bytes, bytes, str, str], str] = {}
    for row in rows:
        problems += _fund_problems(row, fund)
        problems += _payee_problems(
            row, households.get(row.file_id) if row.file_id else None, needs_card=needs_card
        )
        if needs_card and row.payee_card_hash is not None:
            keys = cards.setdefault(bytes(row.payee_card_hash), set())
            keys.add(payee_key(row.payee_name, row.payee_id_hash))
            if len(keys) > 1:
                problems.append(
                    _problem(row, "P04", _("收款卡已登记在另一人名下，一张卡只能付给一人。"))
                )
        need = (bytes(row.household), bytes(row.member), row.aid, row.cycle)
        first = needs.setdefault(need, row.number)
        if first != row.number:
            problems.append(
                _problem(
                    row,
                    "P05",
                    _("与申请 %(first)s 是同一人、同一类别、同一周期，不能重复发放。")
                    % {"first": first},
                )
            )
        if len(problems) >= _LONGEST_LIST:
            break
    return problems[:_LONGEST_LIST]


def money_problems(fund: Fund, standing: Standing, total_fen: int) -> list[Problem]:
    """Say what the fund lacks for a batch: P08 money on the account, P09 budget that is held."""
    problems = []
    for code, have, text in (
        ("P08", standing.bank_fen, _("资金“%(fund)s”专户可用余额 %(have)s 元，不足本批 %(total)s 元。")),
        ("P09", standing.reserved_fen, _("资金“%(fund)s”占用预算 %(have)s 元，不足本批 %(total)s 元。")),
    ):  # fmt: skip
        if have < total_fen:
            words = {"fund": fund.name, "have": yuan(have), "total": yuan(total_fen)}
            problems.append(Problem(code=code, field="fund", message=text % words))
    return problems


def total_of(rows: Iterable[Application]) -> int:
    """Return what applications add up to, in fen."""
    return sum(row.amount_fen for row in rows)


def _fund_problems(row: Application, fund: Fund) -> list[Problem]:
    if row.fund_id != fund.pk:
        return [_problem(row, "P06", _("出自另一项资金，一个批次只用一项资金。"))]
    if fund.programmes and row.aid not in fund.programmes:
        text = _("资金“%(fund)s”专款专用，不能用于%(aid)s。") % {
            "fund": fund.name,
            "aid": CODE_LISTS["aid"].label(row.aid),
        }
        return [_problem(row, "P07", text)]
    return []


def _payee_problems(
    row: Application, household: Household | None, *, needs_card: bool
) -> list[Problem]:
    if not row.payee_name.strip() or (needs_card and row.payee_card_hash is None):
        return [_problem(row, "P02", _("没有收款人姓名或银行卡，请先在申请中补齐。"))]
    if household is None:
        return []
    if row.payee_id_hash is None or bytes(row.payee_id_hash) not in household.people:
        return [_problem(row, "P03", _("收款人不是该户档案中的人，不能代领。"))]
    is_of_file = household.card is not None and row.payee_card_hash is not None
    if (
        needs_card
        and is_of_file
        and bytes(row.payee_card_hash or b"") == household.card
        and household.card_name
        and household.card_name != row.payee_name
    ):
        return [_problem(row, "P03", _("收款人姓名与银行卡户名不一致，请核对卡主姓名后更正。"))]
    return []


def _problem(row: Application, code: str, text: str) -> Problem:
    return Problem(code=code, field="applications", message=f"{row.number} {text}")
