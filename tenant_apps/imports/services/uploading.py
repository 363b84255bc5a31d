"""Take an upload in: read it, keep its rows sealed, and have them checked."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

from django.db import transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.importing.models import Part, Row, Run
from tenant_apps.households.mapping import number_hash
from tenant_apps.imports.columns import HOUSEHOLD_SHEET
from tenant_apps.imports.payloads import Bundle
from tenant_apps.imports.reading import RawRow, Workbook, read_workbook
from tenant_apps.imports.sheets import digits_of

_WRITTEN_AT_ONCE = 500
_SHORTEST_NUMBER = 5


def start_import(
    data: bytes, *, filename: str, actor: Actor, now: datetime, sheet: str = ""
) -> Run:
    """Read an uploaded workbook and keep its rows for the check; nothing of it is a file yet.

    `sheet` names another sheet to look at: its rows are checked against the form's own and never
    imported. The bytes are read before the transaction and then forgotten.

    Raises:
        NotPermitted: the actor may not import.
        WorkbookRefused: the upload is not the form, or not to be trusted.
    """
    actor.require("import.run")
    workbook = read_workbook(data, filename, sheet=sheet)
    return _kept(
        workbook,
        filename=filename,
        digest=hashlib.sha256(data).hexdigest(),
        only_check=sheet not in {"", HOUSEHOLD_SHEET},
        actor=actor,
        now=now,
    )


@transaction.atomic
def _kept(
    workbook: Workbook,
    *,
    filename: str,
    digest: str,
    only_check: bool,
    actor: Actor,
    now: datetime,
) -> Run:
    station = current_station()
    run = Run(
        station_id=station.id,
        filename=PurePosixPath(filename.replace("\\", "/")).name[:200],
        digest=digest,
        sheet=workbook.sheet[:64],
        only_check=only_check,
        notes=list(workbook.notes),
        user_id=actor.user_id,
        user_name=actor.name,
        created_at=now,
    )
    rows = list(_rows(run, workbook))
    run.total_rows = sum(row.part != Part.CONTEXT for row in rows)
    run.save(force_insert=True)
    Row.objects.bulk_create(rows, batch_size=_WRITTEN_AT_ONCE)
    record(
        event="import.uploaded",
        actor=actor,
        subject=("import", run.pk),
        data={"digest": digest, "rows": run.total_rows},
        now=now,
    )
    return run


def _rows(run: Run, workbook: Workbook) -> Iterator[Row]:
    yield from _households(run, Part.HOUSEHOLD, workbook.households, workbook.members)
    yield from _households(run, Part.CONTEXT, workbook.context_households, workbook.context_members)
    known = {row.household_no for row in workbook.households}
    for member in workbook.members:
        if member.household_no not in known:
            yield _row(run, Part.MEMBER, member.number, Bundle(None, (member,)))


def _households(
    run: Run, part: Part, households: list[RawRow], members: list[RawRow]
) -> Iterator[Row]:
    """The rows of one sheet; members go to the first household of their number."""
    waiting: dict[str, list[RawRow]] = defaultdict(list)
    for member in members:
        if member.household_no:
            waiting[member.household_no].append(member)
    for household in households:
        own = tuple(waiting.pop(household.household_no, ()))
        yield _row(run, part, household.number, Bundle(household, own))


def _row(run: Run, part: Part, number: int, bundle: Bundle) -> Row:
    first = bundle.household or bundle.members[0]
    hashes = (_person_hash(member) for member in bundle.members)
    return Row(
        run=run,
        station_id=run.station_id,
        part=part,
        number=number,
        household_no=first.household_no[:64],
        payload=bundle.to_text(),
        id_hash=_person_hash(bundle.household) if bundle.household else None,
        member_hashes=[hashed for hashed in hashes if hashed],
    )


def _person_hash(row: RawRow) -> bytes | None:
    number = digits_of(row.cells.get("id_no"))
    return number_hash(number) if len(number) >= _SHORTEST_NUMBER else None
