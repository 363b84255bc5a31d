"""Temporary files (临时救助档): opened at once with little, made regular or let go by rule.

Source: domain §3.2 and NR17.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.register.services import unregister_household
from tenant_apps.casework.services import close_todos, stop_clocks
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.services.drafting import open_draft
from tenant_apps.households.services.stepping import (
    open_file_todo,
    save_step,
    start_file_clock,
    subject_of,
    tell_step,
    term,
    years_after,
)
from tenant_apps.households.services.versions import give_file_number, record_version

CLOCK = "temporary"
_NEEDED = ("name", "id_no", "main_cause", "story")
_AT_ONCE = 200


@transaction.atomic
def open_temporary(draft: HouseholdDraft, *, actor: Actor, now: datetime) -> HouseholdFile:
    """Open a temporary file for a household that needs help at once; it is not counted as on file.

    Raises:
        NotPermitted: the actor may not fill in files.
        InvalidInput: V370 name, number, cause or story is missing; or as ``open_draft``.
    """
    missing = [
        Problem(
            code="V370",
            field=name,
            message=_("临时救助档须填写姓名、证件号码、致困原因和情况说明。"),
        )
        for name in _NEEDED
        if not getattr(draft, name)
    ]
    if missing:
        raise InvalidInput(missing)
    file = open_draft(draft, actor=actor, now=now).file
    give_file_number(file=file, station_code=current_station().code, now=now)
    file.state = FileState.TEMPORARY
    file.expires_on = start_file_clock(file, CLOCK, capability="file.submit", now=now)
    save_step(file, actor=actor, now=now)
    record_version(file=file, event="open_temporary", actor=actor, now=now)
    open_file_todo(
        file,
        "file.temporary",
        capability="file.submit",
        title=gettext_noop("临时救助档 %(number)s：补齐材料转正，或到期自动注销"),
        now=now,
    )
    tell_step(file, "open_temporary", before=FileState.DRAFT, actor=actor, now=now)
    return file


def expire_temporary(*, now: datetime) -> int:
    """Let go of the temporary files whose last day is over; returns how many. Safe to repeat."""
    on = clock.local_day(now)
    actor = Actor.system(kept(gettext_lazy("系统")), station=current_station())
    over = HouseholdFile.objects.filter(state=FileState.TEMPORARY, expires_on__lt=on)
    expired = 0
    for key in list(over.values_list("pk", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            file = over.select_for_update().filter(pk=key).first()
            if file is None:
                continue
            before = file.state
            file.state = FILE_FLOW.advance("expired", state=before, actor=actor)
            file.exit_kind, file.exit_reason = "cancelled", "other"
            file.closed_on = on
            file.keep_until = years_after(on, term("retention.years", on=on).value)
            save_step(file, actor=actor, now=now)
            record_version(file=file, event="expired", actor=actor, now=now)
            unregister_household(file.pk)
            stop_clocks(subject=subject_of(file), now=now)
            close_todos(subject=subject_of(file), actor=actor, now=now)
            tell_step(file, "expired", before=before, actor=actor, now=now)
            expired += 1
    return expired
