"""Samples of aided households: drawn, called by a list that is noted as every export, answered, and made void."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.evaluations.models import Answer, Drawn, Sample
from tenant_apps.casework.services import close_todos
from tenant_apps.households.services.revealing import checked_reason
from tenant_apps.surveys.errors import DrawnAlready, NobodyAided
from tenant_apps.surveys.rules import Household, digest_of, drawn, size_of
from tenant_apps.surveys.selectors import (
    DRAWS,
    EXPORTS,
    REVEALS,
    SUBJECT,
    TO_CALL,
    Called,
    aided_households,
    called,
    drawn_of,
    get_sample,
    programmes_paid,
)

OLDEST, LATEST = 2000, 9998
MOST = 10_000
LONGEST_SEED = 40
_HUNDRED = 100


@transaction.atomic
def draw_sample(
    *,
    year: int,
    programme: str = "",
    number: int | None = None,
    percent: int | None = None,
    seed: str = "",
    actor: Actor,
    now: datetime,
) -> Sample:
    """Draw households among those aided in a year: ``number`` of them, or ``percent`` rounded up.

    The evaluator may name the seed; otherwise it is drawn too. Who drew with which seed stands in the audit.

    Raises:
        NotPermitted: the actor may not.
        InvalidInput: V101 no such year, V102 neither a number nor per cent, or both, V103 no such programme.
        NobodyAided: nobody was aided, so nobody can be drawn.
        DrawnAlready: a sample of that year and programme stands.
    """
    actor.require(DRAWS)
    if actor.user_id is None:
        raise NotPermitted
    problems = problems_of(year, number, percent)
    if not problems and programme and programme not in programmes_paid(year):
        problems.append(problem("V103", "programme", _("这一年没有发放过这个项目。")))
    if problems:
        raise InvalidInput(problems)
    households = aided_households(year, programme)
    if not households:
        raise NobodyAided
    return draw_among(
        households,
        year=year,
        programme=programme,
        size=size_of(len(households), number=number, percent=percent),
        seed=seed_of(seed),
        actor=actor,
        now=now,
    )


def draw_among(
    households: Sequence[Household],
    *,
    year: int,
    programme: str,
    size: int,
    seed: str,
    asked_by: str = "",
    actor: Actor,
    now: datetime,
) -> Sample:
    """Draw ``size`` of ``households`` and keep the sample; belongs to the transaction of whoever asks.

    ``asked_by`` is the station above by whose order it is drawn; then ``actor`` is the system in its name.

    Raises:
        DrawnAlready: a sample of that year and programme stands.
    """
    station = current_station()
    taken = drawn(households, size=size, seed=seed)
    frame, sizes = (Counter(one.stratum for one in some) for some in (households, taken))
    try:
        with transaction.atomic():
            sample = Sample.objects.create(
                station_id=station.id,
                year=year,
                programme=programme,
                seed=seed,
                frame=len(households),
                frame_digest=digest_of(households),
                size=size,
                strata={name: [frame[name], sizes[name]] for name in sorted(frame)},
                drawn_on=clock.local_day(now),
                drawn_by_id=actor.user_id,
                drawn_by=actor.name,
                asked_by=asked_by,
                drawn_at=now,
            )
    except IntegrityError:
        raise DrawnAlready from None
    Drawn.objects.bulk_create(
        [
            Drawn(
                station_id=station.id,
                sample=sample,
                place=place,
                stratum=one.stratum,
                file_id=one.file_id,
                application_id=one.application_id,
            )
            for place, one in enumerate(taken, start=1)
        ],
        batch_size=1_000,
    )
    _audited(
        sample, "drawn", actor=actor, now=now, frame_digest=sample.frame_digest.hex(),
        asked_by=asked_by,
    )  # fmt: skip
    return sample


def seed_of(typed: str) -> str:
    """Return the seed that was named, or one drawn at random."""
    return typed.strip()[:LONGEST_SEED] or secrets.token_hex(8)


def problems_of(
    year: int, number: int | None, percent: int | None, *, most: int = MOST
) -> list[Problem]:
    """Say what is wrong with how much of which year is to be drawn (V101, V102)."""
    problems = []
    if not OLDEST <= year <= LATEST:
        problems.append(problem("V101", "year", _("请填写年度。")))
    is_number = percent is None and number is not None and 0 < number <= most
    is_percent = number is None and percent is not None and 0 < percent <= _HUNDRED
    if not (is_number or is_percent):
        problems.append(
            problem(
                "V102",
                "number",
                _("请填写抽取户数（1–%(most)d），或抽取比例（1–100），二选一。") % {"most": most},
            )
        )
    return problems


@transaction.atomic
def note_answer(
    drawn_id: UUID, *, answer: str, remark: str = "", actor: Actor, now: datetime
) -> Drawn:
    """Note what a drawn household said, or that it was not reached; what was noted before gives way.

    Raises:
        NotPermitted: the actor may not.
        NotFound: nobody of that key was drawn here.
        IllegalMove: the sample is void.
        InvalidInput: V104 no such answer, V105 a remark that is too long.
    """
    actor.require(DRAWS)
    known = Drawn.objects.filter(pk=drawn_id, station_id=current_station().id).first()
    if known is None:
        raise NotFound
    sample = get_sample(known.sample_id, actor=actor, lock=True)
    row = Drawn.objects.select_for_update().get(pk=known.pk)
    remark = remark.strip()
    problems = []
    if answer not in Answer.values or answer == Answer.NONE:
        problems.append(problem("V104", "answer", _("请选择回访结果。")))
    if len(remark) > 300:
        problems.append(problem("V105", "remark", _("备注不超过 300 字。")))
    if problems:
        raise InvalidInput(problems)
    if sample.void_on is not None:
        raise IllegalMove
    changed = []
    for name, step in ((row.answer, -1), (answer, 1)):
        if name:
            setattr(sample, name, getattr(sample, name) + step)
            changed.append(name)
    sample.save(update_fields=changed)
    before, row.answer = row.answer, answer
    row.remark = remark or None
    row.answered_on, row.answered_by = clock.local_day(now), actor.name
    row.save()
    if not sample.left:
        close_todos(subject=(SUBJECT, sample.pk), kind=TO_CALL, actor=actor, now=now)
    _audited(sample, "answered", actor=actor, now=now, place=row.place, was=before, answer=answer)
    return row


@transaction.atomic
def erase_remark(drawn_id: UUID, *, actor: Actor, now: datetime) -> Drawn:
    """Forget what a household said beside its answer, when it asks for that; the answer stays.

    Raises:
        NotPermitted: the actor may not.
        NotFound: nobody of that key was drawn here.
        IllegalMove: there is no remark.
    """
    actor.require(DRAWS)
    rows = Drawn.objects.select_for_update().filter(station_id=current_station().id)
    row = rows.filter(pk=drawn_id).first()
    if row is None:
        raise NotFound
    if row.remark is None:
        raise IllegalMove
    row.remark = None
    row.save(update_fields=["remark"])
    _audited(row.sample, "remark_erased", actor=actor, now=now, place=row.place)
    return row


@transaction.atomic
def void_sample(sample_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Sample:
    """Make a sample void that was drawn by mistake; its line and the reason stay, its answers count no more.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: it is void.
        InvalidInput: V106 no reason.
    """
    actor.require(DRAWS)
    sample = get_sample(sample_id, actor=actor, lock=True)
    if sample.void_on is not None:
        raise IllegalMove
    reason = reason.strip()[:200]
    if not reason:
        raise InvalidInput([problem("V106", "reason", _("请写明作废的原因。"))])
    make_void(sample, reason=reason, actor=actor, now=now)
    return sample


def make_void(sample: Sample, *, reason: str, actor: Actor, now: datetime) -> None:
    """Make a locked sample void; nobody need be called for it any more."""
    sample.void_on, sample.void_by, sample.void_reason = clock.local_day(now), actor.name, reason
    sample.save(update_fields=["void_on", "void_by", "void_reason"])
    close_todos(subject=(SUBJECT, sample.pk), kind=TO_CALL, actor=actor, now=now)
    _audited(sample, "void", actor=actor, now=now, reason=reason)


@transaction.atomic
def take_call_list(
    sample_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> tuple[Sample, str, list[Called]]:
    """Return whom to call, with telephones in the clear, and the reason; that it was taken is noted first.

    Raises:
        NotPermitted: the actor may not export, or not in the clear.
        NotFound, IllegalMove: as their names say; a void sample is not called.
        InvalidInput: no reason, or one that holds a number.
    """
    actor.require(EXPORTS)
    actor.require(REVEALS)
    sample = get_sample(sample_id, actor=actor)
    reason = checked_reason(reason)
    if sample.void_on is not None:
        raise IllegalMove
    rows = called(drawn_of(sample))
    _audited(sample, "call_list_taken", actor=actor, now=now, reason=reason, rows=len(rows))
    return sample, reason, rows


def _audited(sample: Sample, act: str, *, actor: Actor, now: datetime, **said: object) -> None:
    record(
        event=f"sample.{act}",
        actor=actor,
        subject=(SUBJECT, sample.pk),
        data={
            "year": sample.year,
            "programme": sample.programme,
            "seed": sample.seed,
            "frame": sample.frame,
            "size": sample.size,
            **said,
        },
        now=now,
    )


def problem(code: str, field: str, message: str) -> Problem:
    """Return one thing that is wrong with what was given."""
    return Problem(code=code, field=field, message=message)
