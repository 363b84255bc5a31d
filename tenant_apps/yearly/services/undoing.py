"""Take a book of the past back, whole."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, Problem
from shared_apps.audit.services import record
from shared_apps.paperbooks.models import Book, BookState
from tenant_apps.yearly.indicators import facts_of_row
from tenant_apps.yearly.selectors import get_book
from tenant_apps.yearly.services.keeping import append_facts


@transaction.atomic
def undo_book(book_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Book:
    """Let a book count no more: its facts are taken back in their own months, its rows removed.

    Raises:
        NotPermitted: the actor may not import.
        NotFound: the station has no such book.
        InvalidInput: no reason is given.
        IllegalMove: it was undone before.
    """
    actor.require("import.run")
    if not reason.strip():
        raise InvalidInput([Problem(code="E303", message=_("请填写撤销原因。"), field="reason")])
    book = get_book(book_id, lock=True)
    if book.state != BookState.KEPT:
        raise IllegalMove
    append_facts(
        (fact.reversed() for row in book.past_rows.iterator() for fact in facts_of_row(row)),
        now=now,
    )
    book.past_rows.all().delete()
    book.totals.all().delete()
    book.state, book.reason = BookState.UNDONE, reason.strip()[:200]
    book.undone_by, book.undone_at = actor.name, now
    book.save(update_fields=["state", "reason", "undone_by", "undone_at"])
    record(
        event="past.undone",
        actor=actor,
        subject=("past_book", book.pk),
        data={"rows": book.rows, "reason": book.reason},
        now=now,
    )
    return book
