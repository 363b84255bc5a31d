"""Vouchers by hand: one person makes them, a second checks them; only then are they posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotPermitted, Problem
from bangfu.kernel.ids import uuid7
from bangfu.ui.templatetags.ui import yuan
from shared_apps.audit.services import record
from tenant_apps.casework.models import Todo
from tenant_apps.casework.services import close_todos, open_todo, record_event
from tenant_apps.funds.errors import PeriodNotOpen, SamePerson, VoucherDecided
from tenant_apps.funds.links import page_link
from tenant_apps.funds.models import Fund, Journal, JournalKind
from tenant_apps.funds.rules import Leg, turned, voucher_problems, worth_fen
from tenant_apps.funds.selectors import (
    SUBJECT,
    WAITS,
    Draft,
    get_journal,
    is_open,
    legs_of,
    waiting_todos,
)
from tenant_apps.funds.services.keeping import check_year, open_year
from tenant_apps.funds.services.posting import check_reversible, post_journal
from tenant_apps.funds.services.promising import check_promises

BY_HAND = (JournalKind.MANUAL, JournalKind.TAKEOVER, JournalKind.APPROPRIATION)
REVERSES = "reverses"


@transaction.atomic
def propose_voucher(
    *,
    kind: str,
    effective_on: date,
    memo: str,
    legs: Sequence[Leg],
    actor: Actor,
    now: datetime,
) -> Draft:
    """Make a voucher and let it wait for a second person. Nothing is posted yet.

    Raises:
        NotPermitted: the actor may not.
        InvalidInput: L001-L007 as ``voucher_problems``, L107 another kind, L108 no such fund.
        PeriodNotOpen: the day lies in no open month.
        PromisedAlready: a fund promised the money.
    """
    actor.require("fund.post")
    problems = voucher_problems(legs, memo=memo)
    if kind not in BY_HAND:
        problems.append(Problem(code="L107", field="kind", message=_("请选择凭证类型。")))
    wanted = {leg.fund_id for leg in legs}
    if Fund.objects.filter(pk__in=wanted, closed_on=None).count() < len(wanted):
        problems.append(Problem(code="L108", field="legs", message=_("请选择在用的资金。")))
    if problems:
        raise InvalidInput(problems)
    return _put(kind, effective_on, memo.strip(), legs, actor=actor, now=now)


@transaction.atomic
def propose_reversal(
    journal_id: UUID, *, effective_on: date, reason: str, actor: Actor, now: datetime
) -> Draft:
    """Ask that a journal be taken back; the mirror waits for a second person.

    Raises:
        NotPermitted, NotFound: as their names say.
        NotReversible, ReversedAlready, PeriodNotOpen, PromisedAlready: as ``reverse_journal``.
        InvalidInput: no reason.
        VoucherDecided: it waits already.
    """
    actor.require("fund.post")
    journal = get_journal(journal_id, actor=actor)
    check_reversible(journal)
    legs = turned(legs_of(journal))
    problems = voucher_problems(legs, memo=reason)
    if problems:
        raise InvalidInput(problems)
    if any(todo.params.get(REVERSES) == str(journal.pk) for todo in waiting_todos()):
        raise VoucherDecided
    return _put(
        JournalKind.REVERSAL, effective_on, reason.strip(), legs, actor=actor, now=now,
        reverses=journal.pk,
    )  # fmt: skip


@transaction.atomic
def propose_year(year: int, *, actor: Actor, now: datetime) -> Draft:
    """Ask that the books of a year be opened; what is carried over is counted when the second person agrees.

    Raises:
        NotPermitted: the actor may not.
        YearNotInOrder: as ``open_year``.
        VoucherDecided: it waits already.
    """
    actor.require("fund.post")
    check_year(year)
    if any(Draft.kept_in(todo).kind == JournalKind.OPENING for todo in waiting_todos()):
        raise VoucherDecided
    memo = _("开立 %(year)s 年账") % {"year": year}
    return _put(JournalKind.OPENING, date(year, 1, 1), memo, (), actor=actor, now=now)


@transaction.atomic
def check_voucher(voucher_id: UUID, *, actor: Actor, now: datetime) -> Journal | None:
    """Check what another person made, and post it; a voucher that was posted is given back as it is.

    None where a year was opened that had nothing to carry over.

    Raises:
        NotPermitted: the actor may not.
        SamePerson: the actor made it.
        VoucherDecided: it was returned or withdrawn.
        Otherwise as ``post_journal``.
    """
    actor.require("fund.check")
    posted = Journal.objects.filter(pk=voucher_id).first()
    if posted is not None:
        return posted
    todo = _locked(voucher_id)
    draft = Draft.kept_in(todo)
    if draft.user_id == actor.user_id:
        raise SamePerson
    journal = _posted(draft, str(todo.params.get(REVERSES, "")), actor=actor, now=now)
    subject = (SUBJECT, voucher_id)
    record_event(subject=subject, action="checked", actor=actor, now=now)
    close_todos(subject=subject, now=now, actor=actor)
    return journal


@transaction.atomic
def return_voucher(voucher_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Draft:
    """Do not post a voucher: the second person returns it, or the maker takes it back.

    Raises:
        NotPermitted: the actor neither made it nor may check.
        InvalidInput: L109 a second person gives no reason.
        VoucherDecided: it was decided.
    """
    todo = _locked(voucher_id)
    draft = Draft.kept_in(todo)
    is_own = draft.user_id == actor.user_id
    if not is_own and not actor.may("fund.check"):
        raise NotPermitted
    if not is_own and not reason.strip():
        raise InvalidInput([Problem(code="L109", field="reason", message=_("请写明退回的原因。"))])
    action = "withdrawn" if is_own else "returned"
    subject = (SUBJECT, voucher_id)
    record_event(subject=subject, action=action, comment=reason, actor=actor, now=now)
    close_todos(subject=subject, now=now, actor=actor)
    record(
        event=f"ledger.voucher_{action}",
        actor=actor,
        subject=subject,
        data={"maker": draft.user_id, "reason": reason.strip()},
        now=now,
    )
    return draft


def _posted(draft: Draft, reversed_id: str, *, actor: Actor, now: datetime) -> Journal | None:
    if draft.kind == JournalKind.OPENING:
        return open_year(
            year=draft.effective_on.year, maker=draft, actor=actor, now=now, journal_id=draft.id
        )
    reverses = Journal.objects.get(pk=reversed_id) if reversed_id else None
    if reverses is not None:
        check_reversible(reverses)
    return post_journal(
        journal_id=draft.id,
        kind=draft.kind,
        ref=reversed_id or str(draft.id),
        effective_on=draft.effective_on,
        memo=draft.memo,
        legs=draft.legs,
        maker=draft,
        actor=actor,
        now=now,
        reverses=reverses,
    )


def _put(
    kind: str,
    effective_on: date,
    memo: str,
    legs: Sequence[Leg],
    *,
    actor: Actor,
    now: datetime,
    reverses: UUID | None = None,
) -> Draft:
    if actor.user_id is None:
        raise NotPermitted
    if kind != JournalKind.OPENING and not is_open(effective_on):
        raise PeriodNotOpen(month=f"{effective_on:%Y-%m}")
    funds = Fund.objects.filter(pk__in={leg.fund_id for leg in legs})
    check_promises(legs, funds, kind=kind, year=effective_on.year)
    draft = Draft(
        id=uuid7(),
        kind=kind,
        effective_on=effective_on,
        memo=memo,
        legs=tuple(legs),
        user_id=actor.user_id,
        name=actor.name,
        made_at=now,
    )
    subject = (SUBJECT, draft.id)
    params = {"memo": memo, "amount": yuan(worth_fen(legs)), "draft": draft.as_text()}
    if reverses is not None:
        params[REVERSES] = str(reverses)
    open_todo(
        subject=subject,
        kind=WAITS,
        capability="fund.check",
        not_for=[actor.user_id],
        title=gettext_noop("复核凭证：%(memo)s，%(amount)s 元"),
        params=params,
        link=page_link("waiting", draft.id),
        now=now,
    )
    record_event(subject=subject, action="made", comment=memo, actor=actor, now=now)
    record(
        event="ledger.voucher_made",
        actor=actor,
        subject=subject,
        data={"kind": kind, "amount_fen": worth_fen(legs)},
        now=now,
    )
    return draft


def _locked(voucher_id: UUID) -> Todo:
    todo = waiting_todos().select_for_update().filter(subject_id=voucher_id).first()
    if todo is None:
        raise VoucherDecided
    return todo
