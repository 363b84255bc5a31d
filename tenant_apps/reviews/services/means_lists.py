"""Request lists of means checks: sent in batches, downloaded again, and taken in when they come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from bangfu.kernel.workdays import add_working_days
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.policies.selectors import rule_in_force
from shared_apps.printing.models import MeansBatch
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.casework.services import close_todos, record_event, stop_clock
from tenant_apps.households.dossiers import draft_in
from tenant_apps.households.services.stepping import needed_reason
from tenant_apps.imports.sheets import CellValue, Formula
from tenant_apps.reviews.means import judged
from tenant_apps.reviews.means_sheets import (
    AnswerRow,
    ListedHousehold,
    NotAnAnswerList,
    finding_title,
    read_answers,
    request_workbook,
    text_of,
    verdict_title,
)
from tenant_apps.reviews.models import (
    MeansCheck,
    MeansItem,
    MeansResult,
    MeansState,
    Review,
)
from tenant_apps.reviews.selectors import batches_here, checks_of, dossier_of
from tenant_apps.reviews.services.means_items import ItemAnswer, record_answer
from tenant_apps.reviews.services.steps import locked, start_review_clock, subject_of

_SHORTEST_REASON = 4
_DEFAULT_UNIT = gettext_lazy("民政局居民家庭经济状况核对中心")
_RESULTS = {kept(one.label): one for one in MeansResult}
_TRIES = 5


class NothingToSend(DomainError):
    """No request waits to be sent."""

    code = "nothing-to-send"
    message = gettext_lazy("没有待发送的核对；请先在审核页面“发起核对”。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one row that came back: the check it answered, or why it was not taken in."""

    row: int
    number: str
    outcome: str
    review_id: UUID | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True, kw_only=True)
class Intake:
    """What became of a list that came back."""

    rows: list[Taken] = field(default_factory=list)

    @property
    def refused(self) -> list[Taken]:
        """The rows that were not taken in."""
        return [one for one in self.rows if one.problems]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to each outcome."""
        outcomes = ("answered", "conflict", "partial", "unchanged", "refused")
        return {name: sum(one.outcome == name for one in self.rows) for name in outcomes}


@transaction.atomic
def send_checks(
    check_ids: Sequence[UUID] | None = None,
    *,
    unit: str = "",
    reason: str,
    actor: Actor,
    now: datetime,
) -> MeansBatch:
    """Put the requests that wait, or those chosen, on one numbered list for the outside unit.

    Names and numbers leave the network in the clear, so it asks for the right to reveal and to export,
    and for a reason.

    Raises:
        NotPermitted: one of the rights is missing.
        InvalidInput: no sufficient reason.
        NothingToSend: none of them waits.
    """
    _require_list(actor)
    reason = _checked(reason)
    waiting = MeansCheck.objects.filter(state=MeansState.PREPARED)
    if check_ids is not None:
        waiting = waiting.filter(pk__in=check_ids)
    review_ids = sorted(waiting.values_list("review_id", flat=True))
    list(Review.objects.select_for_update().filter(pk__in=review_ids).order_by("pk"))
    checks = list(
        waiting.select_for_update(of=("self",)).select_related("review").order_by("number")
    )
    if not checks:
        raise NothingToSend
    on = clock.local_day(now)
    rule = rule_in_force("clock.means_check_answer", station=current_station(), on=on)
    batch = _numbered(
        MeansBatch(
            station_id=current_station().id,
            unit=unit.strip() or kept(_DEFAULT_UNIT),
            reason=reason,
            checks_sent=len(checks),
            sent_on=on,
            due_on=add_working_days(on, rule.value, calendar_in_force()),
            made_at=now,
            made_by=actor.name,
        )
    )
    for check in checks:
        _sent(check, batch, actor=actor, now=now)
    record(
        event="means.sent",
        actor=actor,
        subject=("means_batch", batch.pk),
        data={
            "number": batch.number,
            "unit": batch.unit,
            "checks": [check.number for check in checks],
            "reason": reason,
        },
        now=now,
    )
    return batch


@transaction.atomic
def batch_workbook(batch_id: UUID, *, reason: str, actor: Actor, now: datetime) -> bytes:
    """Draw a request list as a workbook; each time is noted with its reason.

    Raises:
        NotPermitted, NotFound: the actor may not, or there is no such list.
        InvalidInput: no sufficient reason.
    """
    _require_list(actor)
    reason = _checked(reason)
    batch = batches_here().filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    record(
        event="means.list_drawn",
        actor=actor,
        subject=("means_batch", batch.pk),
        data={"number": batch.number, "rows": batch.checks_sent, "reason": reason},
        now=now,
    )
    watermark = _("%(who)s 于 %(when)s 导出，仅供经济状况核对使用。%(why)s") % {
        "who": actor.name,
        "when": f"{now.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}",
        "why": reason,
    }
    return request_workbook(_listed(batch), batch_number=batch.number, watermark=watermark)


def take_in_answers(data: bytes, *, filename: str, actor: Actor, now: datetime) -> Intake:
    """Take in a request list that came back filled in, row by row; a wrong row stops no other.

    The same list taken in again changes nothing.

    Raises:
        NotPermitted: the actor may not.
        WorkbookRefused: the file is not what it says, is damaged, or is hostile.
        InvalidInput: V330 it is not a request list.
    """
    actor.require("review.decide")
    try:
        rows = read_answers(data, filename)
    except NotAnAnswerList:
        message = _(
            "没有找到核对名单的表头（核对编号、证件号码、各项核对结果），请使用系统导出的名单。"
        )
        raise InvalidInput([Problem(code="V330", field="file", message=message)]) from None
    intake = Intake()
    seen: set[str] = set()
    for row in rows:
        taken = _take_row(row, is_repeated=row.number in seen, actor=actor, now=now)
        intake.rows.append(taken)
        if not taken.problems:
            seen.add(row.number)
    with transaction.atomic():
        record(
            event="means.answers_taken_in",
            actor=actor,
            subject=("station", current_station().id),
            data={"file": filename[:120], **intake.counts},
            now=now,
        )
    return intake


def _take_row(row: AnswerRow, *, is_repeated: bool, actor: Actor, now: datetime) -> Taken:
    check = MeansCheck.objects.select_related("review").filter(number=row.number).first()
    problems = _row_problems(row, check, is_repeated=is_repeated)
    answers, unread = _answers_in(row, check)
    problems += unread
    if check is None or problems:
        return Taken(row=row.row, number=row.number, outcome="refused", problems=tuple(problems))
    before = _picture(check)
    try:
        check = record_answer(
            check.pk,
            answers,
            answered_on=_day(row.answered_on) or clock.local_day(now),
            actor=actor,
            now=now,
        )
    except InvalidInput as refusal:
        told = tuple(refusal.problems)
        return Taken(row=row.row, number=row.number, outcome="refused", problems=told)
    except DomainError as refusal:
        told = (Problem(code=refusal.code, field="number", message=_not_open(check), row=row.row),)
        return Taken(row=row.row, number=row.number, outcome="refused", problems=told)
    return Taken(
        row=row.row,
        number=row.number,
        outcome="unchanged" if _picture(check) == before else _outcome(check),
        review_id=check.review_id,
    )


def _row_problems(row: AnswerRow, check: MeansCheck | None, *, is_repeated: bool) -> list[Problem]:
    if not row.number:
        return [_problem(row, "V331", _("没有核对编号。"))]
    if check is None:
        return [_problem(row, "V332", _("本站点没有这个核对编号，请核对是否改动过。"))]
    if is_repeated:
        return [_problem(row, "V333", _("同一份名单中核对编号重复，已读取前面一行。"))]
    if isinstance(row.id_no, Decimal):
        message = _("证件号码被 Excel 转成了数字，末几位已丢失；请保持文本格式。")
        return [_problem(row, "V334", message)]
    given = "".join((text_of(row.id_no) or "").split()).upper()
    if given != _id_no(check.review).upper():
        return [_problem(row, "V335", _("证件号码与这个核对编号的户主不一致。"))]
    return []


def _answers_in(
    row: AnswerRow, check: MeansCheck | None
) -> tuple[dict[str, ItemAnswer], list[Problem]]:
    if check is None:
        return {}, []
    declared = {item.kind: item.declared.reveal() for item in check.items.all()}
    answers, problems = {}, []
    for kind, (found_cell, result_cell) in row.cells.items():
        if found_cell is None and result_cell is None:
            continue
        if isinstance(found_cell, Formula) or isinstance(result_cell, Formula):
            problems.append(_problem(row, "V336", _("单元格是公式，请改为数值或文字。"), kind))
            continue
        found, said = text_of(found_cell) or "", text_of(result_cell) or ""
        result = (
            _RESULTS.get(said)
            if said
            else judged(kind, declared=declared.get(kind, ""), found=found)
        )
        if result is None:
            message = (
                _("“是否相符”只能填 相符、不符 或 无记录。")
                if said
                else _("无法与申报直接比较，请在“是否相符”列选择。")
            )
            problems.append(_problem(row, "V337", message, kind))
            continue
        answers[str(kind)] = ItemAnswer(found=found or kept(result.label), result=result)
    return answers, problems


def _problem(row: AnswerRow, code: str, message: str, kind: str = "") -> Problem:
    column = ""
    if kind:
        column = verdict_title(kind) if code == "V337" else finding_title(kind)
    return Problem(code=code, field=kind or "number", message=message, row=row.row, column=column)


def _not_open(check: MeansCheck) -> str:
    return _("这份核对%(state)s，不再接受反馈。") % {"state": check.get_state_display()}


def _picture(check: MeansCheck) -> list[tuple[str, str, bytes]]:
    return [
        (item.kind, item.result, item.found.sealed() if item.found is not None else b"")
        for item in MeansItem.objects.filter(check_of=check.pk).order_by("kind")
    ]


def _outcome(check: MeansCheck) -> str:
    return {MeansState.ANSWERED: "answered", MeansState.CONFLICT: "conflict"}.get(
        MeansState(check.state), "partial"
    )


def _day(cell: CellValue | None) -> date | None:
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(text_of(cell) or "")
    except ValueError:
        return None


def _id_no(review: Review) -> str:
    return draft_in(dossier_of(review)["snapshot"]).id_no


def _listed(batch: MeansBatch) -> Iterator[ListedHousehold]:
    relation = CODE_LISTS["relation"]
    for check in checks_of(batch):
        draft = draft_in(dossier_of(check.review)["snapshot"])
        yield ListedHousehold(
            number=check.number,
            name=draft.name,
            id_no=draft.id_no,
            persons=draft.persons or 1,
            authorised_on=check.authorised_on,
            members=[(one.name, relation.label(one.relation), one.id_no) for one in draft.members],
        )


def _sent(check: MeansCheck, batch: MeansBatch, *, actor: Actor, now: datetime) -> None:
    check.state, check.unit = MeansState.SENT, batch.unit
    check.batch_id, check.batch_number = batch.pk, batch.number
    check.sent_on, check.due_on = batch.sent_on, batch.due_on
    check.save(update_fields=["state", "unit", "batch_id", "batch_number", "sent_on", "due_on"])
    review = locked(check.review_id)
    subject = subject_of(review)
    stop_clock(subject=subject, kind="means_check_send", now=now)
    start_review_clock(review, "means_check_answer", capability="review.decide", now=now)
    close_todos(subject=subject, actor=actor, now=now)
    record_event(
        subject=subject,
        action="check_sent",
        comment=f"{batch.number} {batch.unit}",
        actor=actor,
        now=now,
    )


def _numbered(batch: MeansBatch) -> MeansBatch:
    """Save a batch under the next number of its day; two people at once get two numbers."""
    for attempt in range(_TRIES):
        today = batches_here().filter(sent_on=batch.sent_on).count()
        batch.number = f"HDP{batch.sent_on:%Y%m%d}-{today + 1 + attempt:02d}"
        try:
            with transaction.atomic():
                batch.save(force_insert=True)
        except IntegrityError:
            continue
        return batch
    raise NothingToSend


def _require_list(actor: Actor) -> None:
    for capability in ("review.decide", "file.export", "file.reveal"):
        actor.require(capability)


def _checked(reason: str) -> str:
    reason = needed_reason(reason)
    if len(reason) < _SHORTEST_REASON:
        message = _("请写明导出理由，不少于 %(least)d 个字。") % {"least": _SHORTEST_REASON}
        raise InvalidInput([Problem(code="V311", field="reason", message=message)])
    return reason[:200]
