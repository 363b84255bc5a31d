"""Take a book of the past in: its rows count at once, as if they had been done on the network."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import PurePosixPath

from django.db import IntegrityError, transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.clock import LOCAL
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.paperbooks.models import Book, BookKind, BookState, PastRow, Total
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.services import record_facts
from tenant_apps.imports.sheets import sheets_of
from tenant_apps.yearly.errors import BookKeptAlready, NothingToKeep
from tenant_apps.yearly.indicators import facts_of_row
from tenant_apps.yearly.reading import Read, read_book
from tenant_apps.yearly.selectors import households_by_number

_WRITTEN_AT_ONCE = 1_000
"""Rows written, and facts of rows appended, by one statement."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A book that was taken in, and the rows that were left out of it."""

    book: Book
    problems: tuple[Problem, ...]


def keep_book(
    data: bytes,
    *,
    filename: str,
    kind: str,
    source: str,
    actor: Actor,
    now: datetime,
    leave_out_bad: bool = False,
) -> Kept:
    """Take a workbook or CSV in, whole: nothing is kept while a row is wrong, unless such rows are to be left out.

    The uploaded bytes are read before the transaction and then forgotten.

    Raises:
        NotPermitted: the actor may not import.
        WorkbookRefused: the upload is no workbook, or not to be trusted.
        HeadingsMissing: it has not the columns of such a book.
        InvalidInput: rows are wrong; every one is listed.
        NothingToKeep: no row is left.
        BookKeptAlready: the same file counts already.
    """
    actor.require("import.run")
    digest = hashlib.sha256(data).hexdigest()
    sheet = next(iter(sheets_of(data, filename).values()))
    secret = f"{current_station().id}:{digest}"
    read = read_book(
        sheet,
        kind=kind,
        secret=secret,
        today=now.astimezone(LOCAL).date(),
        files=households_by_number(),
    )
    if read.problems and not leave_out_bad:
        raise InvalidInput(read.problems)
    if not read.rows and not read.totals:
        raise NothingToKeep
    name = PurePosixPath(filename.replace("\\", "/")).name[:200]
    book = Book(
        station_id=current_station().id,
        kind=kind,
        source=source.strip()[:120] or name[:120],
        filename=name,
        digest=digest,
        rows=len(read.rows) + len(read.totals),
        left_out=len(read.problems),
        kept_by_id=actor.user_id,
        kept_by=actor.name,
        kept_at=now,
    )
    _keep(book, read, actor=actor, now=now)
    return Kept(book, tuple(read.problems))


@transaction.atomic
def _keep(book: Book, read: Read, *, actor: Actor, now: datetime) -> None:
    earlier = Book.objects.filter(
        station_id=book.station_id, kind=book.kind, digest=book.digest, state=BookState.KEPT
    ).first()
    if earlier:
        raise BookKeptAlready(day=f"{earlier.kept_at:%Y-%m-%d}", source=earlier.source)
    try:
        with transaction.atomic():
            book.save(force_insert=True)
    except IntegrityError:  # the same file, sent twice at once
        raise BookKeptAlready(day=f"{book.kept_at:%Y-%m-%d}", source=book.source) from None
    for row in read.rows:
        row.book, row.station_id = book, book.station_id
    for total in read.totals:
        total.book, total.station_id = book, book.station_id
    PastRow.objects.bulk_create(read.rows, batch_size=_WRITTEN_AT_ONCE)
    Total.objects.bulk_create(read.totals, batch_size=_WRITTEN_AT_ONCE)
    append_facts((fact for row in read.rows for fact in facts_of_row(row)), now=now)
    record(
        event="past.kept",
        actor=actor,
        subject=("past_book", book.pk),
        data={
            "kind": BookKind(book.kind).value, "digest": book.digest, "rows": book.rows,
            "left_out": book.left_out,
        },
        now=now,
    )  # fmt: skip


def append_facts(facts: Iterable[Fact], *, now: datetime) -> None:
    """Append many facts, some thousand at a time."""
    waiting = iter(facts)
    while some := list(islice(waiting, _WRITTEN_AT_ONCE)):
        record_facts(some, now=now)
