"""What follows a decision: an account corrected by two people, papers that come later, the effect looked at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import blind_index
from bangfu.kernel.errors import IllegalMove, InvalidInput, Problem
from shared_apps.audit.services import record
from shared_apps.programmes.selectors import terms_of
from tenant_apps.aid.errors import NeverOwnEntry, PapersMissing
from tenant_apps.aid.flow import ENTERS, REVIEWS
from tenant_apps.aid.models import AidState, Application, PayeeState
from tenant_apps.aid.services.approving import PAPERS
from tenant_apps.aid.services.judging import Judge, papers_there
from tenant_apps.aid.services.paying import FEED_BACK, PAYEE
from tenant_apps.aid.services.stepping import (
    advance,
    locked_application,
    needed_reason,
    open_aid_todo,
    subject_of,
    tell_step,
)
from tenant_apps.casework.services import close_todos, stop_clock, stop_clocks
from tenant_apps.households.services.revealing import checked_reason

_MAY_CORRECT = (
    AidState.DRAFT,
    AidState.RETURNED,
    AidState.PROPOSED,
    AidState.SUBMITTED,
    AidState.ELIGIBILITY,
    AidState.APPROVED,
)
_NUMBERS_IN_CARD = (12, 30)


@transaction.atomic
def correct_payee(
    application_id: UUID, *, bank: str, card_no: str, reason: str, actor: Actor, now: datetime
) -> Application:
    """Write another account of the same person; once approved, somebody else has to agree before it is paid.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: it is in a batch, was paid, or is being decided.
        InvalidInput: A230 the bank or the number of the card is none · A211 no reason.
    """
    actor.require(ENTERS)
    row = locked_application(application_id)
    if row.state not in _MAY_CORRECT:
        raise IllegalMove
    reason = needed_reason(reason)
    card = "".join(card_no.split())
    least, most = _NUMBERS_IN_CARD
    if not bank.strip() or not card.isdigit() or not least <= len(card) <= most:
        message = _("请填写开户银行和银行卡号。")
        raise InvalidInput([Problem(code="A230", field="card_no", message=message)])
    row.payee_bank = bank.strip()[:64]
    row.payee_card = card
    row.payee_card_hash = blind_index(card, purpose="card_no")
    row.payee_changed_by_id, row.changed_at = actor.user_id, now
    needs_another = row.state == AidState.APPROVED
    row.payee_state = PayeeState.CHANGED if needs_another else PayeeState.SOUND
    row.save()
    close_todos(subject=subject_of(row), kind=PAYEE, actor=actor, now=now)
    if needs_another:
        open_aid_todo(
            row, PAYEE, capability=REVIEWS,
            title=gettext_noop("复核收款账户 %(number)s（%(name)s）"), now=now,
            not_for=(actor.user_id,),
        )  # fmt: skip
    tell_step(row, "correct_payee", before=row.state, comment=reason, actor=actor, now=now)
    return row


@transaction.atomic
def agree_to_payee(application_id: UUID, *, actor: Actor, now: datetime) -> Application:
    """Agree to a corrected account: the second person.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: nothing was corrected.
        NeverOwnEntry: the actor corrected it.
    """
    actor.require(REVIEWS)
    row = locked_application(application_id)
    if row.payee_state != PayeeState.CHANGED:
        raise IllegalMove
    if actor.user_id == row.payee_changed_by_id:
        raise NeverOwnEntry
    row.payee_state, row.changed_at = PayeeState.SOUND, now
    row.save(update_fields=["payee_state", "changed_at"])
    close_todos(subject=subject_of(row), kind=PAYEE, actor=actor, now=now)
    tell_step(row, "agree_to_payee", before=row.state, actor=actor, now=now)
    return row


@transaction.atomic
def take_in_papers(application_id: UUID, *, actor: Actor, now: datetime) -> Application:
    """Note that the papers of urgent help have come: those the programme asks for are attached.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: it was not urgent, or they were noted.
        PapersMissing: some are not there.
    """
    actor.require(ENTERS)
    row = locked_application(application_id)
    if not row.is_urgent or row.papers_in_on is not None:
        raise IllegalMove
    on = clock.local_day(now)
    wanted = set(terms_of(Judge(on=on).programme(row.programme)).papers)
    if wanted - papers_there(row):
        raise PapersMissing
    row.papers_in_on, row.changed_at = on, now
    row.save(update_fields=["papers_in_on", "changed_at"])
    stop_clock(subject=subject_of(row), kind="aid_papers", now=now)
    close_todos(subject=subject_of(row), kind=PAPERS, actor=actor, now=now)
    tell_step(row, "take_in_papers", before=row.state, actor=actor, now=now)
    return row


@transaction.atomic
def feed_back(application_id: UUID, *, effect: str, actor: Actor, now: datetime) -> Application:
    """Note, after looking, what the aid did for the household.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: A212 nothing is said.
    """
    row = locked_application(application_id)
    before = advance(row, "feed_back", actor=actor)
    if not effect.strip() or len(effect) > 500:
        message = _("请填写帮扶效果，不超过 500 字。")
        raise InvalidInput([Problem(code="A212", field="effect", message=message)])
    row.effect = effect.strip()
    row.fed_back_on, row.fed_back_by = clock.local_day(now), actor.name
    row.changed_at = now
    row.save()
    stop_clock(subject=subject_of(row), kind="aid_feedback", now=now)
    close_todos(subject=subject_of(row), kind=FEED_BACK, actor=actor, now=now)
    tell_step(row, "feed_back", before=before, comment=row.effect, actor=actor, now=now)
    return row


@transaction.atomic
def close_application(application_id: UUID, *, actor: Actor, now: datetime) -> Application:
    """Close an application whose effect was looked at.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        PapersMissing: urgent help whose papers have not come.
    """
    row = locked_application(application_id)
    before = advance(row, "close", actor=actor)
    if row.is_urgent and row.papers_in_on is None:
        raise PapersMissing
    row.changed_at = now
    row.save(update_fields=["state", "changed_at"])
    stop_clocks(subject=subject_of(row), now=now)
    close_todos(subject=subject_of(row), actor=actor, now=now)
    tell_step(row, "close", before=before, actor=actor, now=now)
    return row


@transaction.atomic
def reveal_payee(
    application_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> dict[str, str]:
    """Show the account and identity number in the clear, for a reason that is noted.

    Raises:
        NotPermitted, NotFound: as for any record.
        InvalidInput: no reason of four characters, or one with a number in it.
    """
    actor.require("file.reveal")
    row = locked_application(application_id)
    reason = checked_reason(reason)
    record(
        event="aid.payee_revealed",
        actor=actor,
        subject=subject_of(row),
        data={"reason": reason},
        now=now,
    )
    return {
        "card_no": row.payee_card.reveal() if row.payee_card else "",
        "id_no": row.payee_id_no.reveal() if row.payee_id_no else "",
    }
