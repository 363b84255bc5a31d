"""Send a file to review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.services import (
    close_todos,
    open_todo,
    record_event,
    start_clock,
    stop_clocks,
)
from tenant_apps.households.basis import rules_behind
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.links import file_link
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.selectors import income_rule, members_of, missing_for
from tenant_apps.households.services.stepping import locked_file
from tenant_apps.households.services.tiering import set_tier
from tenant_apps.households.services.versions import give_file_number, record_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What became of one file of a batch: the refusal, or None when it was submitted."""

    file_id: UUID
    name: str
    refusal: DomainError | None


@transaction.atomic
def submit_file(file_id: UUID, *, actor: Actor, now: datetime) -> HouseholdFile:
    """Submit a draft, returned or temporary file for review, give it its number, start the clock.

    Raises:
        NotPermitted, NotFound: as for any file.
        IllegalMove: it is submitted already.
        InvalidInput: fields, clears, papers or signatures are missing; every one is listed.
    """
    file = locked_file(file_id)
    before = file.state
    action = "convert" if before == FileState.TEMPORARY else "submit"
    file.state = FILE_FLOW.advance(action, state=before, actor=actor)
    on = clock.local_day(now)
    problems = missing_for(file, on=on)
    if any(problem.severity == "error" for problem in problems):
        raise InvalidInput(problems, message=_("还不能提交，请按提示补齐。"))
    station = current_station()
    # A draft may have been computed by a rule of former days.
    draft = draft_of(file, members_of(file))
    set_tier(file, draft, rule=income_rule(station=station, on=on))
    if not file.file_no:
        give_file_number(file=file, station_code=station.code, now=now)
    file.submitted_at = now
    file.changed_by_id, file.changed_by, file.changed_at = actor.user_id, actor.name, now
    file.lock_version += 1
    file.save(force_update=True)
    record_version(file=file, event="submit", actor=actor, now=now)
    subject = ("file", file.pk)
    rules = rules_behind(action, on=on)
    record_event(
        subject=subject,
        action=action,
        from_state=before,
        to_state=file.state,
        actor=actor,
        rules=rules,
        now=now,
    )
    stop_clocks(subject=subject, now=now)
    close_todos(subject=subject, now=now)
    link = file_link(file.pk)
    rule = rule_in_force("clock.first_review", station=station, on=on)
    start_clock(
        subject=subject,
        kind="first_review",
        working_days=rule.value,
        rule=rule,
        capability="file.review",
        reference=file.file_no,
        link=link,
        now=now,
    )
    open_todo(
        subject=subject,
        kind="file.review",
        capability="file.review",
        title=gettext_noop("受理档案 %(number)s"),
        params={"number": file.file_no},
        link=link,
        now=now,
    )
    record(
        event="file.submitted",
        actor=actor,
        subject=subject,
        data={"from": before, "rules": rules},
        now=now,
    )
    return file


def submit_files(file_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> list[Submission]:
    """Submit several files one by one; one that is refused does not stop the others."""
    actor.require("file.submit")
    outcome = []
    for file_id in file_ids:
        name = HouseholdFile.objects.filter(pk=file_id).values_list("name", flat=True).first()
        refusal: DomainError | None = None
        try:
            submit_file(file_id, actor=actor, now=now)
        except DomainError as error:
            refusal = error
        outcome.append(Submission(file_id=file_id, name=name or "", refusal=refusal))
    return outcome
