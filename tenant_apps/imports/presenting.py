"""Imports as pages show them: names, masked numbers, words and colours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.kernel.crypto import mask_id_no
from bangfu.kernel.errors import Problem, Text
from shared_apps.importing.models import Outcome, Part, Row, Run, RunState, Verdict
from tenant_apps.imports.columns import MEMBER_SHEET
from tenant_apps.imports.payloads import Bundle
from tenant_apps.imports.sheets import digits_of
from tenant_apps.imports.writing import problem_text

VERDICT_TONES = {
    Verdict.UNCHECKED: "mute",
    Verdict.NEW: "ok",
    Verdict.UPDATE: "info",
    Verdict.ERROR: "bad",
}
OUTCOME_TONES = {
    Outcome.WAITING: "mute",
    Outcome.SKIPPED: "mute",
    Outcome.SENT: "wait",
    Outcome.APPLIED: "ok",
    Outcome.REFUSED: "bad",
    Outcome.UNDOING: "wait",
    Outcome.KEPT: "wait",
    Outcome.UNDONE: "mute",
}
RUN_TONES = {
    RunState.CHECKING: "wait",
    RunState.CHECKED: "info",
    RunState.CONFIRMING: "wait",
    RunState.DONE: "ok",
    RunState.UNDOING: "wait",
    RunState.UNDONE: "mute",
}


@dataclass(frozen=True)
class ShownRow:
    """A row of the preview; the number of the head is masked."""

    row: Row
    place: str
    name: str
    number: str
    members: int
    problems: Sequence[tuple[str, str]]
    """Severity and sentence of each."""
    verdict_tone: str
    outcome_tone: str
    url: str


@dataclass(frozen=True)
class Tab:
    """One narrowing of the preview, with how many rows it shows."""

    key: str
    label: Text
    count: int
    current: bool


def shown_rows(rows: Iterable[Row], run: Run) -> list[ShownRow]:
    """The rows of a page of the preview; opens what is sealed of just these."""
    return [_shown(row, run) for row in rows]


def _shown(row: Row, run: Run) -> ShownRow:
    bundle = Bundle.from_text(row.payload.reveal())
    first = bundle.household or bundle.members[0]
    name = first.cells.get("name")
    number = digits_of(first.cells.get("id_no"))
    on_members = row.part == Part.MEMBER
    here = row.file_id is not None and row.target_id == run.station_id
    gone = row.outcome == Outcome.UNDONE
    return ShownRow(
        row=row,
        place=_("%(sheet)s 第 %(row)d 行") % {"sheet": MEMBER_SHEET, "row": row.number}
        if on_members
        else _("第 %(row)d 行") % {"row": row.number},
        name=name.strip() if isinstance(name, str) else "",
        number=mask_id_no(number) if number else "",
        members=len(bundle.members),
        problems=[(one["severity"], problem_text(Problem(**one))) for one in row.problems],
        verdict_tone=VERDICT_TONES[Verdict(row.verdict)],
        outcome_tone=OUTCOME_TONES[Outcome(row.outcome)],
        url=reverse("households:detail", args=[row.file_id]) if here and not gone else "",
    )


def tabs_of(run: Run, current: str) -> Sequence[Tab]:
    """The narrowings of the preview that show something, and all rows."""
    counts = (
        ("", _("全部"), run.total_rows),
        (Verdict.NEW.value, Verdict.NEW.label, run.new_rows),
        (Verdict.UPDATE.value, Verdict.UPDATE.label, run.update_rows),
        (Verdict.ERROR.value, Verdict.ERROR.label, run.error_rows),
        ("warning", _("有提醒"), run.warning_rows),
    )
    return [
        Tab(key, label, count, key == current)
        for key, label, count in counts
        if count or not key or key == current
    ]


def stages_of(run: Run) -> list[dict[str, Any]]:
    """Where an import stands, as the row of steps on its page."""
    labels = [_("上传文件"), _("逐行校验"), _("预览确认"), _("导入完成")]
    at = {
        RunState.CHECKING: 1,
        RunState.CHECKED: 2,
        RunState.CONFIRMING: 3,
        RunState.DONE: 4,
        RunState.UNDOING: 4,
        RunState.UNDONE: 4,
    }[RunState(run.state)]
    return [
        {"label": label, "state": "done" if n < at else "current" if n == at else "todo"}
        for n, label in enumerate(labels)
    ]


def percent_of(run: Run) -> int:
    """How far the background job is, in whole per cent."""
    return min(99, 100 * run.done_rows // max(1, expected_rows(run)))


def expected_rows(run: Run) -> int:
    """How many rows the background job has to go through."""
    if run.state == RunState.CHECKING:
        return run.total_rows
    return run.new_rows + run.update_rows
