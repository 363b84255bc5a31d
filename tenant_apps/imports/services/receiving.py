"""What a station does with rows its parent sent down, and the parent with the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import current_station
from shared_apps.exchange.errors import PermanentFailure
from shared_apps.exchange.models import Message
from shared_apps.exchange.services import post
from shared_apps.importing.models import Outcome, Part, Row, Verdict
from tenant_apps.casework.services import open_todo
from tenant_apps.households.models import CLOSED_STATES, FileState, HouseholdFile
from tenant_apps.households.services import delete_draft
from tenant_apps.imports.links import drafts_link
from tenant_apps.imports.payloads import Bundle
from tenant_apps.imports.services.applying import Applied, apply_households
from tenant_apps.imports.services.checking import Candidate, Judgement, judge, save_rows
from tenant_apps.imports.services.sealing import unsealed
from tenant_apps.imports.sightings import People, Place
from tenants.selectors import refs_of

FIRST_VERSION = 1
"""The version of a draft that nobody has changed since it was made."""


@transaction.atomic
def receive_rows(message: Message, *, now: datetime) -> None:
    """Make drafts of the households a parent sent, and answer what became of each.

    They are checked again here: a person may have got a file since. Safe to run twice: what this
    import made already is answered as applied.
    """
    body: Mapping[str, Any] = message.body
    run_id = UUID(body["run"])
    station = current_station()
    if not station.is_below(refs_of([message.sender_id])[message.sender_id]):
        raise PermanentFailure("rows come from a station that is not above this one")
    candidates = [
        _candidate(number, unsealed(one["sealed"])) for number, one in enumerate(body["rows"], 1)
    ]
    judgements = judge(candidates, people=People(), station=station, on=clock.local_day(now))
    good = [one.reading for one in judgements if not _refused(one, run_id)]
    actor = Actor.system(_("%(name)s（上级导入）") % {"name": body["by"]}, station=station)
    applied = iter(
        apply_households(
            good,
            run_id=run_id,
            update_existing=body["update_existing"],
            actor=actor,
            now=now,
        )
    )
    results = [_refusal(one) if _refused(one, run_id) else next(applied) for one in judgements]
    _ask_to_complete(run_id, now=now)
    if any(one.before for one in results):
        _ask_to_compare(run_id, now=now)
    keys = [one["row"] for one in body["rows"]]
    _answer(message, "import.result", zip(keys, results, strict=True), now=now)


@transaction.atomic
def receive_undo(message: Message, *, now: datetime) -> None:
    """Delete the drafts a parent's import made here, unless somebody has changed them. Safe to repeat.

    What it changed in drafts of this station stays, and the parent is told so: what stood there before is not
    the parent's, and its people here were asked to compare it.
    """
    run_id = UUID(message.body["run"])
    actor = Actor.system(_("上级撤销导入"), station=current_station())
    asked = [(one["row"], bytes.fromhex(one["head"])) for one in message.body["rows"]]
    made = {
        bytes(file.id_no_hash or b""): file.pk
        for file in HouseholdFile.objects.filter(
            origin_id=run_id, id_no_hash__in=[head for _row, head in asked]
        ).only("id_no_hash")
    }
    own = {
        bytes(head or b"")
        for head in HouseholdFile.objects.filter(id_no_hash__in=[head for _row, head in asked])
        .exclude(origin_id=run_id)
        .exclude(state__in=CLOSED_STATES)
        .values_list("id_no_hash", flat=True)
    }
    results = []
    for row, head in asked:
        applied = Applied(Outcome.UNDONE)
        if head in own and head not in made:
            reason = _("该站点原有的档案已按导入内容更新，不会自动恢复，请与该站点核对。")
            applied = Applied(Outcome.KEPT, reason=reason)
        elif head in made:
            try:
                delete_draft(made[head], actor=actor, now=now, expected_version=FIRST_VERSION)
            except DomainError as refusal:
                applied = Applied(Outcome.KEPT, reason=str(refusal)[:300])
        results.append((row, applied))
    _answer(message, "import.undone", results, now=now)


@transaction.atomic
def receive_answer(message: Message, *, expected: Outcome) -> None:
    """Note what became of the rows that were sent; a row that has moved on meanwhile is left alone."""
    answers = {UUID(one["row"]): one for one in message.body["results"]}
    rows = list(
        Row.objects.select_for_update().filter(
            pk__in=answers,
            run_id=message.body["run"],
            target_id=message.sender_id,
            outcome=expected,
        )
    )
    for row in rows:
        answer = answers[row.pk]
        row.outcome = Outcome(answer["outcome"])
        row.reason = answer["reason"][:300]
    save_rows(rows, ["outcome", "reason"])


def _ask_to_complete(run_id: UUID, *, now: datetime) -> None:
    drafts = HouseholdFile.objects.filter(origin_id=run_id, state=FileState.DRAFT).count()
    if drafts:
        open_todo(
            subject=("import", run_id),
            kind="import.received",
            capability="file.edit",
            title=_lazy("核对并补全上级导入的 %(count)s 户草稿"),
            params={"count": drafts},
            link=drafts_link(),
            now=now,
            is_closed_by_hand=True,
        )


def _ask_to_compare(run_id: UUID, *, now: datetime) -> None:
    open_todo(
        subject=("import", run_id),
        kind="import.changed",
        capability="file.edit",
        title=_lazy("核对上级导入更新过的原有草稿"),
        link=drafts_link(),
        now=now,
        is_closed_by_hand=True,
    )


def _candidate(number: int, text: str) -> Candidate:
    bundle = Bundle.from_text(text)
    if bundle.household is None:
        raise ValueError(number)
    place = Place.of(Part.HOUSEHOLD, number, bundle.household.household_no)
    return Candidate(place, bundle.household, bundle.members)


def _refused(judgement: Judgement, run_id: UUID) -> bool:
    """Whether a household stays out; one that this very import made here is no error."""
    existing = judgement.existing_file
    if judgement.verdict != Verdict.ERROR or existing is None:
        return judgement.verdict == Verdict.ERROR
    return not HouseholdFile.objects.filter(pk=existing, origin_id=run_id).exists()


def _refusal(judgement: Judgement) -> Applied:
    errors = [one for one in judgement.problems if one.severity == "error"]
    reason = " ".join(f"{one.code} {one.message}" for one in errors)
    return Applied(Outcome.REFUSED, reason=reason[:300])


def _answer(
    message: Message, kind: str, results: Iterable[tuple[str, Applied]], *, now: datetime
) -> None:
    post(
        kind=kind,
        recipient=message.sender_id,
        stream=message.stream,
        key=str(message.pk),
        body={
            "run": message.body["run"],
            "results": [
                {"row": row, "outcome": applied.outcome.value, "reason": applied.reason}
                for row, applied in results
            ],
        },
        now=now,
    )
