"""What the stations of a case say, what their common station finds, and how a finding is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station, in_network, in_station
from shared_apps.audit.services import record
from shared_apps.register.history import Act, noted
from shared_apps.register.holders import holder
from shared_apps.register.models import (
    AliasReason,
    Answer,
    CasePart,
    CaseState,
    DuplicateCase,
    IdentityEntry,
    IdentityRole,
    PartState,
    Verdict,
)
from shared_apps.register.selectors import get_case
from shared_apps.register.services.aliases import add_alias, remove_alias
from shared_apps.register.services.finding import DECIDE
from shared_apps.register.services.telling import (
    ANSWERED,
    ANSWERS,
    ASKED,
    DECIDED,
    DECIDES,
    GONE,
    UNDONE,
    tell,
)
from tenants.selectors import refs_of

LONGEST_TEXT = 500


class NotTheOverseer(DomainError):
    """The nearest common station of the files decides, not one of them alone."""

    code = "not-the-overseer"
    http_status = 403
    message = gettext_lazy("由“%(station)s”认定；本站点可以先答复自己的档案情况。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found: ``kept_subject`` is the file that stays, where the files are one household's."""

    verdict: str
    reason: str
    kept_subject: UUID | None = None


@transaction.atomic
def answer_case(
    case_id: UUID, *, subject: UUID, answer: str, text: str = "", actor: Actor, now: datetime
) -> DuplicateCase:
    """Say of an own file of a case how it stands; the other stations and the common one are told.

    Raises:
        NotPermitted, NotFound: as for any record; a file of another station is absent.
        IllegalMove: the case was decided.
        InvalidInput: D101 no such answer, D102 the text is too long.
    """
    actor.require(DECIDE)
    problems = []
    if answer not in Answer.values:
        problems.append(_problem("D101", "answer", _("请选择一项答复。")))
    problems += _too_long(text, "text")
    if problems:
        raise InvalidInput(problems)
    get_case(case_id, actor=actor)
    station = current_station()
    with in_network():
        case = _locked(case_id)
        part = CasePart.objects.filter(
            case_id=case_id, subject=subject, station_id=station.id
        ).first()
        if part is None:
            raise NotFound
        _refuse_unless_open(case)
        part.answer = answer
        part.answer_text = text.strip()
        part.answered_by = actor.name
        part.answered_at = now
        part.save()
        said = f"{Answer(answer).label} {text.strip()}".strip()
        _note(case, "answered", text=said, actor=actor, now=now)
    holder().done(case_id=case.pk, kind=ANSWERS, now=now)
    _audit(case, "duplicate.answered", {"answer": answer}, actor=actor, now=now)
    others = _subjects(case) - {subject}
    tell(
        case, kind=ANSWERED, body={"station": station.name, "answer": answer}, only=others, now=now
    )
    return case


@transaction.atomic
def ask_station(
    case_id: UUID, *, subject: UUID, question: str, actor: Actor, now: datetime
) -> DuplicateCase:
    """Ask the station of a file of the case to look again; its answer comes by message.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: the case was decided.
        InvalidInput: D103 nothing is asked, D102 too much.
    """
    actor.require(DECIDE)
    problems = _too_long(question, "question")
    if not question.strip():
        problems.append(_problem("D103", "question", _("请写明要对方核对什么。")))
    if problems:
        raise InvalidInput(problems)
    get_case(case_id, actor=actor)
    with in_network():
        case = _locked(case_id)
        _refuse_unless_open(case)
        if subject not in _subjects(case):
            raise NotFound
        _note(case, "asked", text=question.strip(), actor=actor, now=now)
    _audit(case, "duplicate.asked", {"file": str(subject)}, actor=actor, now=now)
    body = {"station": current_station().name, "question": question.strip()}
    tell(case, kind=ASKED, body=body, only={subject}, now=now)
    return case


@transaction.atomic
def decide_case(case_id: UUID, finding: Finding, *, actor: Actor, now: datetime) -> DuplicateCase:
    """Settle a case: the files are one household's and one of them stays, or they are not duplicates.

    The stations of the others are told to close theirs, or to transfer it; until they did the household
    counts once over stations. What was found is remembered: the same pair never opens a case again.

    Raises:
        NotPermitted, NotFound: as for any record.
        NotTheOverseer: another station decides.
        IllegalMove: it was decided before.
        InvalidInput: D110 no verdict, D111 no reason, D112 which file stays is not said.
    """
    actor.require(DECIDE)
    case = get_case(case_id, actor=actor)
    _refuse_others(case)
    with in_network():
        case = _locked(case_id)
        _refuse_unless_open(case)
        _refuse_half_said(case, finding)
        is_one = finding.verdict != Verdict.DIFFERENT
        case.state = CaseState.SETTLED
        case.verdict = finding.verdict
        case.kept_subject = finding.kept_subject if is_one else None
        case.reason = finding.reason.strip()
        case.decided_at = now
        case.decided_by = actor.name
        text = f"{Verdict(finding.verdict).label} {case.reason}"
        _note(case, "decided", text=text, actor=actor, now=now)
        for part in case.parts.all():
            stays = not is_one or part.subject == case.kept_subject
            part.state = PartState.KEPT if stays else PartState.EXIT_ASKED
            part.save(update_fields=["state"])
        heads = _heads(_subjects(case)) if is_one else {}
    kept = heads.get(finding.kept_subject) if finding.kept_subject else None
    for subject, head in sorted(heads.items()):
        if kept is not None and subject != finding.kept_subject and head != kept:
            add_alias(
                old_hash=head,
                new_hash=kept,
                reason=AliasReason.DUPLICATE,
                case_id=case.pk,
                now=now,
            )
    holder().done(case_id=case.pk, kind=DECIDES, now=now)
    _audit(
        case,
        "duplicate.decided",
        {"verdict": case.verdict, "kept": str(case.kept_subject or ""), "reason": case.reason},
        actor=actor,
        now=now,
    )
    tell(case, kind=DECIDED, body={"verdict": case.verdict, "reason": case.reason}, now=now)
    return case


@transaction.atomic
def undo_verdict(case_id: UUID, *, reason: str, actor: Actor, now: datetime) -> DuplicateCase:
    """Take a wrong verdict back: the case is open again, the households count as before.

    What was asked of the stations is taken off their lists. A file that was closed meanwhile stays
    closed; its station is told, so that it can open it again.

    Raises:
        NotPermitted, NotFound, NotTheOverseer: as ``decide_case``.
        IllegalMove: nothing was decided.
        InvalidInput: D111 no reason is given.
    """
    actor.require(DECIDE)
    case = get_case(case_id, actor=actor)
    _refuse_others(case)
    problems = _too_long(reason, "reason")
    if not reason.strip():
        problems.append(_problem("D111", "reason", _("请写明理由。")))
    if problems:
        raise InvalidInput(problems)
    with in_network():
        case = _locked(case_id)
        if case.state != CaseState.SETTLED:
            raise IllegalMove
        case.state = CaseState.OPEN
        case.verdict = ""
        case.kept_subject = None
        case.decided_at = None
        case.decided_by = ""
        _note(case, "undone", text=reason.strip(), actor=actor, now=now)
        case.parts.exclude(state=PartState.GONE).update(state=PartState.WAITING)
    remove_alias(case_id=case.pk, now=now)
    _audit(case, "duplicate.undone", {"reason": reason.strip()}, actor=actor, now=now)
    tell(case, kind=UNDONE, body={"reason": reason.strip()}, now=now)
    return case


def note_what_left(*, now: datetime) -> int:
    """Note which files that were to be closed have left the register; return how many. On the network."""
    with in_network():
        asked = list(
            CasePart.objects.filter(state=PartState.EXIT_ASKED).values_list("case_id", "subject")
        )
        there = set(
            IdentityEntry.objects.filter(subject__in=[subject for _case, subject in asked])
            .values_list("subject", flat=True)
            .distinct()
        )
    left = [(case_id, subject) for case_id, subject in asked if subject not in there]
    for case_id, subject in left:
        _let_go(case_id, subject, now=now)
    return len(left)


@transaction.atomic
def _let_go(case_id: UUID, subject: UUID, *, now: datetime) -> None:
    with in_network():
        case = _locked(case_id)
        changed = CasePart.objects.filter(
            case=case, subject=subject, state=PartState.EXIT_ASKED
        ).update(state=PartState.GONE)
        overseer = refs_of([case.overseer_id])[case.overseer_id]
    if changed:
        actor = Actor.system("system", station=overseer)
        with in_station(overseer):
            with in_network():
                _note(case, "gone", text="", actor=actor, now=now)
            tell(case, kind=GONE, body={}, only={subject}, now=now)


def _locked(case_id: UUID) -> DuplicateCase:
    return DuplicateCase.objects.select_for_update().get(pk=case_id)


def _subjects(case: DuplicateCase) -> set[UUID]:
    with in_network():
        return set(case.parts.values_list("subject", flat=True))


def _heads(subjects: set[UUID]) -> dict[UUID, bytes]:
    rows = IdentityEntry.objects.filter(subject__in=subjects, role=IdentityRole.HEAD)
    return {subject: bytes(head) for subject, head in rows.values_list("subject", "id_hash")}


def _note(case: DuplicateCase, what: str, *, text: str, actor: Actor, now: datetime) -> None:
    place = actor.station.name if actor.station else ""
    noted(case, Act(at=now, who=actor.name, station=place, what=what, text=text))
    case.changed_at = now
    case.save()


def _audit(
    case: DuplicateCase, event: str, data: dict[str, str], *, actor: Actor, now: datetime
) -> None:
    record(event=event, actor=actor, subject=("duplicate", case.pk), data=data, now=now)


def _refuse_others(case: DuplicateCase) -> None:
    if current_station().id != case.overseer_id:
        raise NotTheOverseer(station=case.overseer.name)


def _refuse_unless_open(case: DuplicateCase) -> None:
    if case.state != CaseState.OPEN:
        raise IllegalMove


def _refuse_half_said(case: DuplicateCase, finding: Finding) -> None:
    problems = _too_long(finding.reason, "reason")
    if finding.verdict not in Verdict.values:
        problems.append(_problem("D110", "verdict", _("请选择认定结论。")))
    if not finding.reason.strip():
        problems.append(_problem("D111", "reason", _("请写明理由。")))
    is_one = finding.verdict in {Verdict.SAME_PERSON, Verdict.SAME_HOUSEHOLD}
    if is_one and finding.kept_subject not in _subjects(case):
        problems.append(_problem("D112", "kept_subject", _("请选择保留哪一份档案。")))
    if problems:
        raise InvalidInput(problems)


def _too_long(text: str, field: str) -> list[Problem]:
    if len(text) <= LONGEST_TEXT:
        return []
    return [_problem("D102", field, _("请控制在 %(most)d 字以内。") % {"most": LONGEST_TEXT})]


def _problem(code: str, field: str, message: str) -> Problem:
    return Problem(code=code, field=field, message=message)
