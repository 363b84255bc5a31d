"""Pairings: proposed, agreed, begun, assessed once a year, ended; one by one and many at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove, NotFound, Problem, refuse
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from tenant_apps.casework.services import close_todos, record_event
from tenant_apps.households.models import COUNTED_STATES as ON_FILE
from tenant_apps.households.models import HouseholdFile, HouseholdMember
from tenant_apps.households.services.stepping import locked_file
from tenant_apps.pairing.flow import MANAGES, PAIRING_FLOW
from tenant_apps.pairing.models import Helper, Pairing, PairingState
from tenant_apps.pairing.selectors import standing_pairings
from tenant_apps.pairing.services.checking import (
    locked_files_on_file,
    missing,
    problem,
    subject_hash,
    too_long,
    unknown,
)
from tenant_apps.pairing.services.counting import pairings_counted
from tenant_apps.pairing.services.helping import helper_named
from tenant_apps.pairing.services.owing import end_duties_of_pairing, owe_regular_contacts

DEFAULT_FORM = "one_to_one"
NEEDS_HELPER = "pairing.assign"


class AlreadyPaired(DomainError):
    """This helper looks after this household already."""

    code = "already-paired"
    message = gettext_lazy("这位责任人已经在帮扶这一户。")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingDetails:
    """What is agreed: the form, the kinds of help, the plan, and until when."""

    form: str = DEFAULT_FORM
    help_kinds: Sequence[str] = ()
    plan: str = ""
    planned_until: date | None = None
    student_hash: bytes | None = None


@transaction.atomic
def propose_pairing(
    *,
    file_id: UUID,
    helper_id: UUID,
    details: PairingDetails,
    begins: bool,
    actor: Actor,
    now: datetime,
) -> Pairing:
    """Pair a helper with a household; with ``begins`` both have agreed and it begins today.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: the household is not on file.
        AlreadyPaired: they are paired.
        InvalidInput: P103 a kind that is none, P105 a day that is past, P106 the student is not of
            this household, P107 the helper is not on the list any more.
    """
    actor.require(MANAGES)
    file = locked_file(file_id)
    helper = Helper.objects.filter(pk=helper_id).first()
    if helper is None:
        raise NotFound
    refuse(_problems(details, file=file, helper=helper, on=clock.local_day(now)))
    if file.state not in ON_FILE:
        raise IllegalMove
    with pairings_counted([file.pk], now=now):
        pairing = _made(file, helper, details, actor=actor, now=now)
        if begins:
            _step(pairing, "agree", actor=actor, now=now)
            _begin(pairing, actor=actor, now=now)
    return pairing


@transaction.atomic
def agree_pairing(pairing_id: UUID, *, actor: Actor, now: datetime) -> Pairing:
    """Note that both sides agreed. Raises: NotPermitted, NotFound, IllegalMove."""
    pairing = _locked(pairing_id)
    _step(pairing, "agree", actor=actor, now=now)
    return pairing


@transaction.atomic
def start_pairing(pairing_id: UUID, *, actor: Actor, now: datetime) -> Pairing:
    """Let an agreed pairing begin: from now on a contact a quarter is owed.

    Raises: NotPermitted, NotFound, IllegalMove.
    """
    pairing = _locked(pairing_id)
    with pairings_counted([pairing.file_id], now=now):
        _begin(pairing, actor=actor, now=now)
    return pairing


@transaction.atomic
def review_pairing(
    pairing_id: UUID, *, score: int, note: str = "", actor: Actor, now: datetime
) -> Pairing:
    """Assess a helper's year with a household, 0 to 100 (I-P11).

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: P108 the score is none of 100, P102 the note is too long.
    """
    pairing = _locked(pairing_id)
    problems = too_long(note, "note", _("考核意见"), most=500)
    if not 0 <= score <= 100:
        problems.append(problem("P108", "score", _("考核得分应在 0 至 100 之间。")))
    refuse(problems)
    pairing.score = score
    pairing.scored_year = clock.local_day(now).year
    pairing.score_note = note.strip()
    _step(pairing, "review", comment=f"{score} {note.strip()}".strip(), actor=actor, now=now)
    return pairing


@transaction.atomic
def go_on_with_pairing(pairing_id: UUID, *, actor: Actor, now: datetime) -> Pairing:
    """Go on after an assessment, as with a pairing of several years.

    Raises: NotPermitted, NotFound, IllegalMove.
    """
    pairing = _locked(pairing_id)
    _step(pairing, "go_on", actor=actor, now=now)
    return pairing


@transaction.atomic
def end_pairing(pairing_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Pairing:
    """End a pairing; what it still owed is not needed any more.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: P101 no reason is given.
    """
    pairing = _locked(pairing_id)
    refuse(missing(reason, "reason", _("结束原因"), most=200))
    with pairings_counted([pairing.file_id], now=now):
        finish(pairing, reason=reason.strip(), actor=actor, now=now)
    return pairing


@transaction.atomic
def resume_pairing(pairing_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Pairing:
    """Take the end of a pairing back: it goes on as if it had not ended.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step; the household must be on file.
        AlreadyPaired: the two were paired anew since.
        InvalidInput: P101 no reason is given.
    """
    pairing = _locked(pairing_id)
    refuse(missing(reason, "reason", _("恢复原因"), most=200))
    if pairing.file.state not in ON_FILE or pairing.started_on is None:
        raise IllegalMove
    with pairings_counted([pairing.file_id], now=now):
        pairing.ended_on = None
        pairing.end_reason = ""
        try:
            with transaction.atomic():
                _step(pairing, "resume", comment=reason.strip(), actor=actor, now=now)
        except IntegrityError as error:
            raise AlreadyPaired from error
        owe_regular_contacts([pairing], now=now)
    return pairing


@transaction.atomic
def assign_many(
    file_ids: Collection[UUID],
    *,
    helper_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Give every one of these households that has nobody a helper; return how many got one.

    Without ``helper_id`` each gets the helper its own file names; a file that names none is left
    out. Those that have a helper meanwhile are left as they are. Locks the files, ids ascending.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require(MANAGES)
    helper = None
    if helper_id is not None:
        helper = Helper.objects.filter(pk=helper_id, is_active=True).first()
        if helper is None:
            raise NotFound
    files = locked_files_on_file(file_ids)
    taken = set(standing_pairings([file.pk for file in files]).values_list("file_id", flat=True))
    free = [file for file in files if file.pk not in taken]
    with pairings_counted([file.pk for file in free], now=now):
        begun = [
            pairing
            for file in free
            if (chosen := helper or _named_in(file, now=now)) is not None
            and (pairing := _at_once(file, chosen, actor=actor, now=now)) is not None
        ]
        owe_regular_contacts(begun, now=now)
    return len(begun)


@transaction.atomic
def hand_over(
    *, from_helper: UUID, to_helper: UUID, reason: str, actor: Actor, now: datetime
) -> int:
    """Give every household of one helper to another; return how many moved.

    Raises:
        NotPermitted, NotFound: as for any record.
        InvalidInput: P101 no reason is given, P109 both are the same.
    """
    actor.require(MANAGES)
    problems = missing(reason, "reason", _("改派原因"), most=200)
    if from_helper == to_helper:
        problems.append(problem("P109", "to_helper", _("请选择另一位责任人。")))
    refuse(problems)
    helper = Helper.objects.filter(pk=to_helper, is_active=True).first()
    if helper is None or not Helper.objects.filter(pk=from_helper).exists():
        raise NotFound
    rows = Pairing.objects.filter(helper_id=from_helper, started_on__isnull=False)
    standing = list(rows.exclude(state=PairingState.ENDED).order_by("file_id", "id"))
    files = {file.pk: file for file in locked_files_on_file([one.file_id for one in standing])}
    begun = []
    with pairings_counted(list(files), now=now):
        for pairing in standing:
            file = files.get(pairing.file_id)
            if file is None:
                continue
            finish(pairing, reason=reason.strip(), actor=actor, now=now)
            successor = _at_once(file, helper, form=pairing.form, actor=actor, now=now)
            if successor is not None:
                begun.append(successor)
        owe_regular_contacts(begun, now=now)
    return len(begun)


def finish(pairing: Pairing, *, reason: str, actor: Actor, now: datetime) -> None:
    """End a pairing inside a transaction that counts it."""
    on = clock.local_day(now)
    pairing.ended_on = max(on, pairing.started_on) if pairing.started_on is not None else None
    pairing.end_reason = reason[:200]
    _step(pairing, "end", comment=reason, actor=actor, now=now)
    end_duties_of_pairing(pairing, reason=reason, actor=actor, now=now)


def begin_as_written(file: HouseholdFile, *, actor: Actor, now: datetime) -> Pairing | None:
    """Begin the pairing with the helper a file names, if it names one and has nobody yet."""
    if standing_pairings([file.pk]).exists():
        return None
    helper = _named_in(file, now=now)
    if helper is None:
        return None
    with pairings_counted([file.pk], now=now):
        pairing = _at_once(file, helper, actor=actor, now=now)
        owe_regular_contacts([pairing] if pairing else [], now=now)
    return pairing


def _named_in(file: HouseholdFile, *, now: datetime) -> Helper | None:
    name = file.helper_name.strip()
    return helper_named(name, now=now) if name else None


def _at_once(
    file: HouseholdFile,
    helper: Helper,
    *,
    actor: Actor,
    now: datetime,
    form: str = DEFAULT_FORM,
) -> Pairing | None:
    known = Pairing.objects.filter(file=file, helper=helper).exclude(state=PairingState.ENDED)
    if known.exists():
        return None
    pairing = _made(file, helper, PairingDetails(form=form), actor=actor, now=now)
    _step(pairing, "agree", actor=actor, now=now)
    pairing.started_on = clock.local_day(now)
    _step(pairing, "start", actor=actor, now=now)
    close_todos(subject=("file", pairing.file_id), kind=NEEDS_HELPER, actor=actor, now=now)
    return pairing


def _begin(pairing: Pairing, *, actor: Actor, now: datetime) -> None:
    pairing.started_on = clock.local_day(now)
    _step(pairing, "start", actor=actor, now=now)
    close_todos(subject=("file", pairing.file_id), kind=NEEDS_HELPER, actor=actor, now=now)
    owe_regular_contacts([pairing], now=now)


def _made(
    file: HouseholdFile, helper: Helper, details: PairingDetails, *, actor: Actor, now: datetime
) -> Pairing:
    pairing = Pairing(
        file=file,
        helper=helper,
        form=details.form,
        helper_kind=helper.kind,
        help_kinds=list(details.help_kinds),
        plan=details.plan.strip(),
        planned_until=details.planned_until,
        subject=subject_hash(file),
        student_hash=details.student_hash,
        created_at=now,
        changed_at=now,
    )
    try:
        with transaction.atomic():
            pairing.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyPaired from error
    _tell(pairing, "propose", before="", comment=helper.name, actor=actor, now=now)
    return pairing


def _locked(pairing_id: UUID) -> Pairing:
    pairing = Pairing.objects.filter(pk=pairing_id).only("file_id").first()
    if pairing is None:
        raise NotFound
    locked_file(pairing.file_id)
    return (
        Pairing.objects.select_for_update(of=("self",))
        .select_related("file", "helper")
        .get(pk=pairing_id)
    )


def _step(pairing: Pairing, action: str, *, actor: Actor, now: datetime, comment: str = "") -> None:
    before = pairing.state
    pairing.state = PAIRING_FLOW.advance(action, state=before, actor=actor)
    pairing.changed_at = now
    pairing.save()
    _tell(pairing, action, before=before, comment=comment, actor=actor, now=now)


def _tell(
    pairing: Pairing, action: str, *, before: str, comment: str, actor: Actor, now: datetime
) -> None:
    record_event(
        subject=("pairing", pairing.pk),
        action=action,
        from_state=before,
        to_state=pairing.state,
        comment=comment,
        actor=actor,
        now=now,
    )
    record(
        event=f"pairing.{action}",
        actor=actor,
        subject=("pairing", pairing.pk),
        data={"file": str(pairing.file_id), "helper": str(pairing.helper_id), "to": pairing.state},
        now=now,
    )


def _problems(
    details: PairingDetails, *, file: HouseholdFile, helper: Helper, on: date
) -> list[Problem]:
    problems = unknown([details.form], "form", "pairing_form")
    problems += unknown(details.help_kinds, "help_kinds", "help_kind")
    problems += too_long(details.plan, "plan", _("帮扶计划"), most=500)
    if details.planned_until is not None and details.planned_until < on:
        problems.append(problem("P105", "planned_until", _("计划结束日期不能早于今天。")))
    if not helper.is_active:
        message = kept(gettext_lazy("这位责任人已停用，请另选一位。"))
        problems.append(problem("P107", "helper_id", message))
    if details.student_hash is not None and not (
        HouseholdMember.objects.filter(file=file, id_no_hash=details.student_hash).exists()
    ):
        problems.append(problem("P106", "student", _("这名学生不是本户的家庭成员。")))
    return problems
