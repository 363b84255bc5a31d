"""Closed files whose years are over: kept longer for a reason, or deleted by two people with a certificate."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import (
    Conflict,
    DomainError,
    IllegalMove,
    InvalidInput,
    NotFound,
    Problem,
)
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.exchange.services import post
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.services import close_todos, open_todo
from tenant_apps.households.models import CLOSED_STATES, HouseholdFile
from tenant_apps.households.services.stepping import locked_file
from tenant_apps.privacy.models import Disposal, DisposalState
from tenant_apps.privacy.selectors import files_past_their_years
from tenant_apps.privacy.services.doors import link_to, require_any
from tenant_apps.privacy.services.erasing import (
    ERASED,
    certificate_digest,
    content_digest,
    erase_file,
)
from tenants.models import Station
from tenants.selectors import ancestors_of

RULE = "retention.years"
_DECIDE = "privacy.disposal"
_SHORTEST_REASON = 4


class StillToBeKept(DomainError):
    """The years of keeping are not over."""

    code = "still-to-be-kept"
    message = gettext_lazy("档案未结束或保管期未满（至 %(until)s），不能删除。")


class SamePerson(DomainError):
    """A deletion is decided by two people."""

    code = "second-person-needed"
    http_status = 403
    message = gettext_lazy("删除须由两人办理，请由另一位负责人复核。")


@transaction.atomic
def propose_disposal(file_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Disposal:
    """Propose to delete a closed file whose years are over; somebody else has to confirm.

    Raises:
        NotPermitted, NotFound: as for any file.
        StillToBeKept: it is open, or its years are not over.
        InvalidInput: P501 no reason is given.
        IllegalMove: a decision is under way, or it was deleted.
    """
    require_any(actor, "privacy.manage", "privacy.view")
    reason = reason_given(reason)
    file = locked_file(file_id)
    on = clock.local_day(now)
    if file.state not in CLOSED_STATES or file.keep_until is None or on <= file.keep_until:
        until = file.keep_until.isoformat() if file.keep_until else "—"
        raise StillToBeKept(until=until)
    rule = rule_in_force(RULE, station=current_station(), on=on)
    try:
        with transaction.atomic():
            row = Disposal.objects.create(
                file_id=file.pk,
                file_no=file.file_no,
                keep_until=file.keep_until,
                rule_id=rule.id,
                rule_version=rule.version,
                reason=reason,
                proposed_by_id=actor.user_id,
                proposed_by=actor.name,
                proposed_at=now,
            )
    except IntegrityError as error:
        raise IllegalMove from error
    _audit(row, "privacy.disposal_proposed", actor=actor, now=now)
    open_todo(
        subject=("disposal", row.pk),
        kind=_DECIDE,
        capability="privacy.manage",
        title=gettext_noop("复核到期档案的删除 %(number)s"),
        params={"number": row.file_no},
        link=link_to("privacy:disposal", row.pk),
        now=now,
    )
    return row


@transaction.atomic
def confirm_deletion(disposal_id: UUID, *, actor: Actor, now: datetime) -> Disposal:
    """Delete what the file said, here and at every station above that got a copy; give the certificate.

    What was counted stays counted, the audit chain stays as it is: neither holds a value of the household.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: it is decided, or was withdrawn.
        SamePerson: the actor proposed it.
        StillToBeKept: the file was opened again, or is to be kept longer meanwhile.
    """
    row, file = _open(disposal_id, actor=actor)
    if actor.user_id is not None and actor.user_id == row.proposed_by_id:
        raise SamePerson
    on = clock.local_day(now)
    if file.state not in CLOSED_STATES or file.keep_until is None or on <= file.keep_until:
        raise StillToBeKept(until=str(file.keep_until))
    content = content_digest(file)
    row.number = next_number(on)
    row.state = DisposalState.DELETED
    row.decided_by_id, row.decided_by, row.decided_at = actor.user_id, actor.name, now
    row.erased, row.kept = erase_file(file, now=now)
    row.digest = certificate_digest(row, content)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict from error
    for station in ancestors_of(current_station()):
        _tell_above(row, station, now=now)
    close_todos(subject=("disposal", row.pk), actor=actor, now=now)
    _audit(row, "privacy.deleted", actor=actor, now=now)
    return row


@transaction.atomic
def keep_longer(
    disposal_id: UUID, *, until: date, reason: str, actor: Actor, now: datetime
) -> Disposal:
    """Keep a file beyond its years, for a reason, to a day.

    Raises:
        NotPermitted, NotFound, IllegalMove: as ``confirm_deletion``.
        InvalidInput: P501 no reason is given, P502 the day does not lie ahead.
    """
    row, file = _open(disposal_id, actor=actor)
    reason = reason_given(reason)
    if until <= clock.local_day(now):
        message = _("请填写今天之后的日期。")
        raise InvalidInput([Problem(code="P502", field="until", message=message)])
    row.state, row.kept_until, row.reason = DisposalState.KEPT, until, reason
    row.decided_by_id, row.decided_by, row.decided_at = actor.user_id, actor.name, now
    row.save()
    file.keep_until = until
    file.lock_version += 1
    file.save(update_fields=["keep_until", "lock_version"])
    close_todos(subject=("disposal", row.pk), actor=actor, now=now)
    _audit(row, "privacy.kept_longer", actor=actor, now=now)
    return row


@transaction.atomic
def withdraw_disposal(disposal_id: UUID, *, actor: Actor, now: datetime) -> Disposal:
    """Take a proposal back; the file is on the list again.

    Raises:
        NotPermitted, NotFound, IllegalMove: as ``confirm_deletion``.
    """
    row, _file = _open(disposal_id, actor=actor, capabilities=("privacy.manage", "privacy.view"))
    row.state = DisposalState.WITHDRAWN
    row.decided_by_id, row.decided_by, row.decided_at = actor.user_id, actor.name, now
    row.save()
    close_todos(subject=("disposal", row.pk), actor=actor, now=now)
    _audit(row, "privacy.disposal_withdrawn", actor=actor, now=now)
    return row


def remind_of_old_files(*, now: datetime) -> int:
    """Let the station decide about the files whose years are over; return how many there are."""
    count = files_past_their_years(clock.local_day(now)).count()
    subject = ("retention", UUID(int=0))
    if not count:
        close_todos(subject=subject, now=now)
        return 0
    open_todo(
        subject=subject,
        kind="privacy.retention",
        capability="privacy.view",
        title=gettext_noop("%(count)s 份档案保管期满，请作处置决定"),
        params={"count": count},
        link=link_to("privacy:retention"),
        now=now,
    )
    return count


def _open(
    disposal_id: UUID, *, actor: Actor, capabilities: tuple[str, ...] = ("privacy.manage",)
) -> tuple[Disposal, HouseholdFile]:
    require_any(actor, *capabilities)
    known = Disposal.objects.filter(pk=disposal_id).first()
    if known is None:
        raise NotFound
    file = locked_file(known.file_id)
    row = Disposal.objects.select_for_update().get(pk=disposal_id)
    if row.state != DisposalState.PROPOSED:
        raise IllegalMove
    return row, file


def reason_given(reason: str) -> str:
    """Return a reason as it is kept.

    Raises:
        InvalidInput: P501 it is too short to be one.
    """
    if len(reason.strip()) < _SHORTEST_REASON:
        message = _("请写明理由，不少于 4 个字。")
        raise InvalidInput([Problem(code="P501", field="reason", message=message)])
    return reason.strip()[:300]


def next_number(on: date) -> str:
    """Return the number of the next certificate of the station in force: they count within the year."""
    start = f"{current_station().code}-XH{on.year}-"
    newest = (
        Disposal.objects.filter(number__startswith=start)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{start}{int(newest.removeprefix(start)) + 1 if newest else 1:04d}"


def _tell_above(row: Disposal, station: Station, *, now: datetime) -> None:
    post(
        kind=ERASED,
        recipient=station.pk,
        stream=f"erased:{row.file_id}",
        key=str(row.pk),
        body={"file": str(row.file_id), "file_no": row.file_no, "number": row.number},
        now=now,
    )


def _audit(row: Disposal, event: str, *, actor: Actor, now: datetime) -> None:
    record(
        event=event,
        actor=actor,
        subject=("file", row.file_id),
        data={
            "file_no": row.file_no,
            "certificate": row.number,
            "keep_until": row.keep_until.isoformat(),
            "rule": [row.rule_id, row.rule_version],
            "proposed_by": row.proposed_by,
            "decided_by": row.decided_by,
            "erased": row.erased,
            "kept": row.kept,
            "digest": bytes(row.digest).hex() if row.digest else "",
        },
        now=now,
    )
