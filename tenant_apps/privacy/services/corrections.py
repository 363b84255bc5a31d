"""A worker says that something in the file is wrong; the home station answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from tenant_apps.casework.services import close_todos, open_todo, record_event
from tenant_apps.households.drafts import FILE_FIELDS
from tenant_apps.households.links import file_link
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.parsing import is_storable
from tenant_apps.households.rules import Stage, check_household
from tenant_apps.households.selectors import check_context, members_of
from tenant_apps.households.services import record_version
from tenant_apps.households.services.stepping import locked_file
from tenant_apps.privacy.models import Channel, Correction, CorrectionState
from tenant_apps.privacy.selectors import get_correction
from tenant_apps.privacy.services.doors import link_to, require_any

ASKED = "privacy.correction"
MOST_WAITING = 5
_LONGEST_WISH, _LONGEST_REASON = 200, 1000
_FIELDS = {spec.public_name: spec for spec in FILE_FIELDS}
# How to reach somebody decides nothing: an accepted wish is written into the file at once.
WRITTEN_AT_ONCE = frozenset({"mobile", "other_phone", "address", "zip"})


class TooManyWaiting(DomainError):
    """Several requests about the same file wait already."""

    code = "too-many-corrections"
    http_status = 429
    message = gettext_lazy("已有 %(most)d 项更正申请待处理，请等答复后再提。")


@transaction.atomic
def request_correction(
    file_id: UUID,
    *,
    field: str,
    wish: str,
    reason: str = "",
    asked_by: str,
    channel: str = Channel.ONLINE,
    actor: Actor,
    now: datetime,
) -> Correction:
    """Note what a worker wants corrected, and let the station's reviewers answer.

    ``field`` is the name the API uses, or empty for something else.

    Raises:
        NotFound: no such file.
        InvalidInput: P201 no such field, P202 nothing is wished, or too much, P203 who asks.
        TooManyWaiting: several wait for an answer already.
    """
    file = locked_file(file_id)
    problems = _problems(field=field, wish=wish, reason=reason, asked_by=asked_by)
    if problems:
        raise InvalidInput(problems)
    waiting = Correction.objects.filter(file_id=file.pk, state=CorrectionState.ASKED).count()
    if waiting >= MOST_WAITING:
        raise TooManyWaiting(most=MOST_WAITING)
    row = Correction.objects.create(
        file_id=file.pk,
        field=field,
        wish=wish.strip(),
        reason=reason.strip(),
        channel=channel if channel in Channel.values else Channel.ONLINE,
        asked_by=asked_by.strip()[:64],
        asked_at=now,
    )
    subject = ("file", file.pk)
    record_event(subject=subject, action="correction_asked", actor=actor, now=now)
    open_todo(
        subject=subject,
        kind=ASKED,
        capability="privacy.view",
        title=gettext_noop("答复更正申请 %(number)s"),
        params={"number": file.file_no or file.name},
        link=link_to("privacy:correction", row.pk),
        now=now,
    )
    record(
        event="privacy.correction_asked",
        actor=actor,
        subject=subject,
        data={"correction": str(row.pk), "field": field, "channel": row.channel},
        now=now,
    )
    return row


@transaction.atomic
def accept_correction(
    correction_id: UUID, *, answer: str = "", actor: Actor, now: datetime
) -> Correction:
    """Agree. How to reach the worker is written into the file at once; the rest becomes work on the file.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: it was answered before.
        InvalidInput: the new value is not acceptable for its field.
    """
    row, file = _open(correction_id, actor=actor)
    written = row.field in WRITTEN_AT_ONCE and not file.is_closed
    if written:
        _write(file, row, actor=actor, now=now)
    else:
        open_todo(
            subject=("file", file.pk),
            kind="privacy.correct",
            capability="file.edit",
            title=gettext_noop("按更正申请修改档案 %(number)s"),
            params={"number": file.file_no or file.name},
            link=file_link(file.pk),
            is_closed_by_hand=True,
            now=now,
        )
    default = _("已按您的申请更正。") if written else _("已采纳，将在档案中更正。")
    return _answered(row, CorrectionState.ACCEPTED, answer.strip() or default, actor=actor, now=now)


@transaction.atomic
def refuse_correction(
    correction_id: UUID, *, answer: str, actor: Actor, now: datetime
) -> Correction:
    """Decline, with a reason that the worker reads.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: it was answered before.
        InvalidInput: P210 no reason is given.
    """
    row, _file = _open(correction_id, actor=actor)
    if not answer.strip():
        message = _("请写明未采纳的理由，职工会看到。")
        raise InvalidInput([Problem(code="P210", field="answer", message=message)])
    return _answered(row, CorrectionState.REFUSED, answer.strip(), actor=actor, now=now)


def _problems(*, field: str, wish: str, reason: str, asked_by: str) -> list[Problem]:
    problems = []
    if field and field not in _FIELDS:
        problems.append(Problem(code="P201", field="field", message=_("请选择要更正的项目。")))
    if not wish.strip() or len(wish) > _LONGEST_WISH or not is_storable(wish):
        message = _("请写明应改为什么，不超过 200 字。")
        problems.append(Problem(code="P202", field="wish", message=message))
    if len(reason) > _LONGEST_REASON or not is_storable(reason):
        message = _("理由不超过 1000 字。")
        problems.append(Problem(code="P202", field="reason", message=message))
    if not asked_by.strip():
        message = _("请填写申请人姓名。")
        problems.append(Problem(code="P203", field="asked_by", message=message))
    return problems


def _open(correction_id: UUID, *, actor: Actor) -> tuple[Correction, HouseholdFile]:
    require_any(actor, "file.review", "privacy.manage")
    known = get_correction(correction_id, actor=actor)
    file = locked_file(known.file_id)
    row = Correction.objects.select_for_update().filter(pk=correction_id).first()
    if row is None:
        raise NotFound
    if row.state != CorrectionState.ASKED:
        raise IllegalMove
    return row, file


def _write(file: HouseholdFile, row: Correction, *, actor: Actor, now: datetime) -> None:
    spec = _FIELDS[row.field]
    members = members_of(file)
    draft = draft_of(file, members)
    before = getattr(draft, spec.name)
    setattr(draft, spec.name, row.wish.reveal())
    context = check_context(
        draft,
        station=current_station(),
        on=clock.local_day(now),
        stage=Stage.DRAFT,
        file_id=file.pk,
    )
    wrong = [
        problem
        for problem in check_household(draft, context)
        if problem.severity == "error" and problem.field == spec.name
    ]
    if wrong:
        raise InvalidInput(wrong)
    if before == row.wish.reveal():
        return
    setattr(file, spec.name, row.wish.reveal())
    file.changed_by_id, file.changed_by, file.changed_at = actor.user_id, actor.name, now
    file.lock_version += 1
    file.save(force_update=True)
    record_version(file=file, event="correct", actor=actor, now=now)
    record(
        event="file.changed",
        actor=actor,
        subject=("file", file.pk),
        data={"fields": [spec.public_name], "version": file.lock_version},
        now=now,
    )


def _answered(
    row: Correction, state: CorrectionState, answer: str, *, actor: Actor, now: datetime
) -> Correction:
    row.state = state
    row.answer = answer[:500]
    row.answered_by_id, row.answered_by, row.answered_at = actor.user_id, actor.name, now
    row.save(update_fields=["state", "answer", "answered_by_id", "answered_by", "answered_at"])
    subject = ("file", row.file_id)
    waiting = Correction.objects.filter(file_id=row.file_id, state=CorrectionState.ASKED)
    if not waiting.exists():
        close_todos(subject=subject, kind=ASKED, actor=actor, now=now)
    record_event(subject=subject, action=f"correction_{state}", actor=actor, now=now)
    record(
        event=f"privacy.correction_{state}",
        actor=actor,
        subject=subject,
        data={"correction": str(row.pk), "field": row.field},
        now=now,
    )
    return row


@transaction.atomic
def read_correction(
    correction_id: UUID, *, actor: Actor, now: datetime
) -> tuple[Correction, str, str]:
    """Open what a worker wrote, for somebody who answers; that they read it is noted.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    row = get_correction(correction_id, actor=actor)
    record(
        event="privacy.correction_read",
        actor=actor,
        subject=("file", row.file_id),
        data={"correction": str(row.pk), "field": row.field},
        now=now,
    )
    reason = row.reason.reveal() if row.reason is not None else ""
    return row, row.wish.reveal(), reason
