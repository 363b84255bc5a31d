"""How an entry is written, whether or not it stands on a card."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound, NotPermitted
from shared_apps.audit.services import record
from shared_apps.partners.models import Partner
from shared_apps.rollup.services import record_facts
from tenant_apps.benefits.errors import ReceiptTaken
from tenant_apps.benefits.indicators import facts_of_entry
from tenant_apps.benefits.models import Card, Entry, EntryKind
from tenant_apps.benefits.selectors import CARD


def enter(kind: EntryKind, *, card: Card | None, actor: Actor, now: datetime, **said: Any) -> Entry:
    """Write an entry with its facts and its audit row, on a card or none.

    Raises:
        NotPermitted: only a person enters; the system does not.
        ReceiptTaken: the slip was entered before.
    """
    if actor.user_id is None:
        raise NotPermitted
    if card is not None:
        said = {
            **said, "file_id": card.file_id, "file_no": card.file_no, "subject": card.subject,
        }  # fmt: skip
    entry = Entry(
        kind=kind, card=card, entered_at=now, by_id=actor.user_id, by_name=actor.name, **said
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as refusal:
        if "benefits_entry_receipt_once" in str(refusal):
            raise ReceiptTaken(receipt=entry.receipt) from refusal
        raise
    if card is not None:
        card.refresh_from_db()
    record_facts(facts_of_entry(entry, reversed_entry=entry.reverses), now=now)
    record(
        event=f"benefit.{kind}",
        actor=actor,
        subject=(CARD, card.pk) if card else ("file", entry.file_id or entry.pk),
        data={
            "entry": str(entry.pk),
            "amount_fen": entry.amount_fen,
            "union_fen": entry.union_fen,
            "partner_fen": entry.partner_fen,
            "partner": str(entry.partner_id or ""),
        },
        now=now,
    )
    return entry


def partner_of(partner_id: UUID) -> Partner:
    """Return the partner with this key, or raise ``NotFound``."""
    partner = Partner.objects.filter(pk=partner_id).first()
    if partner is None:
        raise NotFound
    return partner
