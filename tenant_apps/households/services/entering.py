"""What a file on file still needs: somebody who helps, and its entry in the national system."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, Problem
from tenant_apps.casework.services import close_todos, stop_clock
from tenant_apps.households.models import COUNTED_STATES, HouseholdFile
from tenant_apps.households.services.stepping import (
    locked_file,
    open_file_todo,
    save_step,
    start_file_clock,
    subject_of,
    tell_step,
)

NAT_ENTRY = "nat_entry"
TODO_NAT_ENTRY = "file.nat_entry"
TODO_HELPER = "file.helper"


def ask_for_entries(file: HouseholdFile, *, now: datetime) -> None:
    """Ask for the helper and for the national entry, within the working days of the rule."""
    if file.nat_entry_on is None:
        open_file_todo(
            file,
            TODO_NAT_ENTRY,
            capability="file.edit",
            title=gettext_noop("%(number)s 已建档，请录入全国系统并登记日期"),
            now=now,
        )
        start_file_clock(file, NAT_ENTRY, capability="file.edit", now=now)
    if not file.helper_name:
        open_file_todo(
            file,
            TODO_HELPER,
            capability="file.edit",
            title=gettext_noop("%(number)s 已建档，请明确帮扶责任人"),
            now=now,
        )


@transaction.atomic
def enter_nationally(
    file_id: UUID, *, number: str, entered_on: date, actor: Actor, now: datetime
) -> HouseholdFile:
    """Note when a file was entered in the national system, and its number there.

    Raises:
        NotPermitted, NotFound: as for any file.
        IllegalMove: the file is not on file.
        InvalidInput: V330 no number, or V331 a day to come or before the file was on file.
    """
    actor.require("file.edit")
    file = locked_file(file_id)
    if file.state not in COUNTED_STATES:
        raise IllegalMove
    number = number.strip()
    problems = []
    if not number or len(number) > 32 or not number.isascii() or not number.isalnum():
        message = _("请填写全国系统中的档案编号（字母和数字，不超过 32 位）。")
        problems.append(Problem(code="V330", field="number", message=message))
    if not (file.on_file_on or entered_on) <= entered_on <= clock.local_day(now):
        message = _("录入日期应在建档之后、今天或之前。")
        problems.append(Problem(code="V331", field="entered_on", message=message))
    if problems:
        raise InvalidInput(problems)
    file.nat_no, file.nat_entry_on = number, entered_on
    save_step(file, actor=actor, now=now)
    stop_clock(subject=subject_of(file), kind=NAT_ENTRY, now=now)
    close_todos(subject=subject_of(file), kind=TODO_NAT_ENTRY, actor=actor, now=now)
    tell_step(file, "nat_entry", before=file.state, comment=number, actor=actor, now=now)
    return file


@transaction.atomic
def name_helper(file_id: UUID, *, helper: str, actor: Actor, now: datetime) -> HouseholdFile:
    """Name who answers for the help to a household (帮扶责任人).

    Raises:
        NotPermitted, NotFound: as for any file.
        IllegalMove: the file is not on file.
        InvalidInput: V332 no name.
    """
    actor.require("file.edit")
    file = locked_file(file_id)
    if file.state not in COUNTED_STATES:
        raise IllegalMove
    helper = helper.strip()
    if not helper or len(helper) > 32:
        message = _("请填写帮扶责任人的姓名，不超过 32 个字。")
        raise InvalidInput([Problem(code="V332", field="helper", message=message)])
    file.helper_name = helper
    save_step(file, actor=actor, now=now)
    close_todos(subject=subject_of(file), kind=TODO_HELPER, actor=actor, now=now)
    tell_step(file, "name_helper", before=file.state, comment=helper, actor=actor, now=now)
    return file
