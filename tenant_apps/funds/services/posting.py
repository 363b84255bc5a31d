"""Post journals, and take them back by others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, NotPermitted
from bangfu.kernel.ids import uuid7
from bangfu.ui.templatetags.ui import yuan
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.rollup.services import record_facts
from tenant_apps.funds.chart import CHART
from tenant_apps.funds.errors import (
    BelowFloor,
    EventTaken,
    FundClosed,
    NotReversible,
    OutsidePurpose,
    PeriodNotOpen,
    ReversedAlready,
    SamePerson,
)
from tenant_apps.funds.indicators import Posted, facts_of_entries
from tenant_apps.funds.models import (
    Account,
    Entry,
    Fund,
    Journal,
    JournalKind,
    Period,
    PeriodState,
)
from tenant_apps.funds.rules import (
    Leg,
    Somebody,
    journal_hash,
    turned,
    voucher_problems,
    worded_account,
    worth_fen,
)
from tenant_apps.funds.selectors import legs_of
from tenant_apps.funds.services.promising import check_promises

_NOT_REVERSED = (JournalKind.REVERSAL, JournalKind.OPENING)


@transaction.atomic
def post_journal(
    *,
    kind: str,
    ref: str,
    effective_on: date,
    memo: str,
    legs: Sequence[Leg],
    maker: Somebody,
    actor: Actor,
    now: datetime,
    journal_id: UUID | None = None,
    reverses: Journal | None = None,
    of_promise: bool = False,
) -> Journal:
    """Post one event to the ledger, once: the same kind and reference again is the same journal.

    ``actor`` is the second person, who checked; the calling service has asked for the capability. ``of_promise`` says
    that it holds what was promised out of a fund, and that the fund was asked there. Locks the year and the month,
    then the accounts in the order of their keys, then the audit chain.

    Raises:
        InvalidInput: L001-L007, as ``voucher_problems``.
        SamePerson: ``maker`` checks what they made.
        EventTaken: the event was posted with another content.
        PeriodNotOpen: the day lies in no open month.
        FundClosed, OutsidePurpose: a fund does not take it.
        BelowFloor: there is not that much on an account.
        PromisedAlready: a fund promised the money.
    """
    problems = voucher_problems(legs, memo=memo)
    if problems:
        raise InvalidInput(problems)
    maker_id, checker_id = _two_people(maker, actor)
    known = _posted_before(kind, ref, effective_on=effective_on, legs=legs)
    if known is not None:
        return known
    head = _lock_year(effective_on)
    # Somebody may have posted the same event while this one waited for the year.
    known = _posted_before(kind, ref, effective_on=effective_on, legs=legs)
    if known is not None:
        return known
    funds = _open_funds(legs, kind=kind)
    accounts = _lock_accounts(legs, year=effective_on.year)
    _check_floors(legs, accounts, funds)
    if not of_promise:
        check_promises(legs, funds.values(), kind=kind, year=head.year)
    journal = Journal(
        id=journal_id or uuid7(),
        year=effective_on.year,
        number=head.last_number + 1,
        kind=kind,
        ref=ref,
        effective_on=effective_on,
        memo=memo.strip(),
        legs=len(legs),
        maker_id=maker_id,
        maker_name=maker.name,
        checker_id=checker_id,
        checker_name=actor.name,
        posted_at=now,
        reverses=reverses,
        prev_hash=bytes(head.last_hash),
    )
    journal.hash = journal_hash(
        journal,
        [
            (line, leg.code, funds[leg.fund_id].code, leg.amount_fen)
            for line, leg in enumerate(legs, start=1)
        ],
    )
    journal.save(force_insert=True)
    Entry.objects.bulk_create(
        Entry(
            journal=journal,
            line=line,
            account=accounts[leg.code, leg.fund_id],
            amount_fen=leg.amount_fen,
        )
        for line, leg in enumerate(legs, start=1)
    )
    record_facts(
        facts_of_entries(
            Posted(
                on=effective_on,
                kind=kind,
                code=leg.code,
                source=funds[leg.fund_id].source,
                amount_fen=leg.amount_fen,
            )
            for leg in legs
        ),
        now=now,
    )
    record(
        event="ledger.posted",
        actor=actor,
        subject=("voucher", journal.pk),
        data={
            "number": str(journal),
            "kind": kind,
            "ref": ref,
            "amount_fen": worth_fen(legs),
            "maker": maker_id,
            "hash": journal.hash.hex(),
        },
        now=now,
    )
    return journal


@transaction.atomic
def reverse_journal(
    journal_id: UUID,
    *,
    effective_on: date,
    reason: str,
    maker: Somebody,
    actor: Actor,
    now: datetime,
) -> Journal:
    """Take a journal back by another that is its mirror (红字冲销); the two stand side by side for ever.

    Raises:
        NotFound: there is no such journal here.
        NotReversible: it is a reversal itself, or opened a year.
        ReversedAlready: another journal took it back.
        InvalidInput, SamePerson, PeriodNotOpen, BelowFloor, PromisedAlready: as ``post_journal``.
    """
    journal = Journal.objects.select_related("reversed_by").filter(pk=journal_id).first()
    if journal is None:
        raise NotFound
    check_reversible(journal)
    return post_journal(
        kind=JournalKind.REVERSAL,
        ref=str(journal.pk),
        effective_on=effective_on,
        memo=reason,
        legs=turned(legs_of(journal)),
        maker=maker,
        actor=actor,
        now=now,
        reverses=journal,
    )


def check_reversible(journal: Journal) -> None:
    """Return only if a journal may be reversed.

    Raises:
        NotReversible, ReversedAlready: as ``reverse_journal``.
    """
    if journal.kind in _NOT_REVERSED:
        raise NotReversible
    taken_back = Journal.objects.filter(reverses=journal).first()
    if taken_back is not None:
        raise ReversedAlready(journal=str(taken_back))


def check_people(maker: Somebody, actor: Actor) -> None:
    """Return only if maker and checker are two people.

    Raises:
        SamePerson: they are one.
        NotPermitted: one of them is no person at all.
    """
    _two_people(maker, actor)


def _two_people(maker: Somebody, actor: Actor) -> tuple[int, int]:
    if maker.user_id is None or actor.user_id is None:
        raise NotPermitted
    if maker.user_id == actor.user_id:
        raise SamePerson
    return maker.user_id, actor.user_id


def _posted_before(
    kind: str, ref: str, *, effective_on: date, legs: Sequence[Leg]
) -> Journal | None:
    known = Journal.objects.filter(kind=kind, ref=ref).first()
    if known is None:
        return None
    if known.effective_on != effective_on or set(legs_of(known)) != set(legs):
        raise EventTaken(ref=ref, journal=str(known))
    return known


def _lock_year(on: date) -> Period:
    rows = Period.objects.select_for_update().filter(
        year=on.year, month__in=(0, on.month), state=PeriodState.OPEN
    )
    found = list(rows.order_by("month"))
    if len(found) < 2:
        raise PeriodNotOpen(month=f"{on:%Y-%m}")
    return found[0]


def _open_funds(legs: Sequence[Leg], *, kind: str) -> dict[UUID, Fund]:
    wanted = {leg.fund_id for leg in legs}
    funds = {fund.pk: fund for fund in Fund.objects.filter(pk__in=wanted)}
    if len(funds) < len(wanted):
        raise NotFound
    for fund in funds.values():
        if fund.closed_on is not None and kind != JournalKind.OPENING:
            raise FundClosed(fund=fund.name)
    for leg in legs:
        fund, programme = funds[leg.fund_id], CHART[leg.code].programme
        if programme and fund.programmes and programme not in fund.programmes:
            raise OutsidePurpose(fund=fund.name, programme=CODE_LISTS["aid"].label(programme))
    return funds


def _lock_accounts(legs: Sequence[Leg], *, year: int) -> dict[tuple[str, UUID], Account]:
    wanted = {(leg.code, leg.fund_id) for leg in legs}
    of_funds = Account.objects.filter(
        year=year,
        fund_id__in={fund_id for _code, fund_id in wanted},
        code__in={code for code, _fund in wanted},
    )
    there = set(of_funds.values_list("code", "fund_id"))
    missing = [
        Account(
            book=CHART[code].book,
            code=code,
            fund_id=fund_id,
            year=year,
            floor_fen=CHART[code].floor_fen,
        )
        for code, fund_id in sorted(wanted - there)
    ]
    if missing:
        Account.objects.bulk_create(missing, ignore_conflicts=True)
    return {
        (account.code, account.fund_id): account
        for account in of_funds.select_for_update().order_by("pk")
    }


def _check_floors(
    legs: Sequence[Leg],
    accounts: dict[tuple[str, UUID], Account],
    funds: dict[UUID, Fund],
) -> None:
    for leg in legs:
        account = accounts[leg.code, leg.fund_id]
        floor = account.floor_fen
        if floor is not None and account.balance_fen + leg.amount_fen < floor:
            raise BelowFloor(
                account=worded_account(leg.code),
                fund=funds[leg.fund_id].name,
                balance=yuan(account.balance_fen),
                asked=yuan(-leg.amount_fen),
            )
