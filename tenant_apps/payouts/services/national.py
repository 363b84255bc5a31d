"""What was paid is entered in the union's national system: for a whole batch, on the day somebody did it there.

Source: domain I-A24, NR25; §3.4: within 30 working days.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.aid.services.entering import note_national_entry
from tenant_apps.casework.services import close_todos, open_todo, start_clock, stop_clock
from tenant_apps.payouts.flow import SENDS
from tenant_apps.payouts.links import page_link
from tenant_apps.payouts.models import ENTERABLE, Batch, LineState
from tenant_apps.payouts.services.steps import locked_batch, subject_of, tell_step

CLOCK, TODO = "nat_entry", "payout.nat_entry"


@transaction.atomic
def enter_nationally(
    batch_id: UUID, *, entered_on: date | None, actor: Actor, now: datetime
) -> Batch:
    """Note on which day the payments of a batch were entered in the national system. Again, it is corrected.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: nothing of it was paid yet.
        InvalidInput: P40 no day, one ahead, or before the bank had the batch.
    """
    actor.require(SENDS)
    batch = locked_batch(batch_id)
    if batch.state not in ENTERABLE:
        raise IllegalMove
    is_day = entered_on is not None and entered_on <= clock.local_day(now)
    if not is_day or (batch.sent_on is not None and entered_on < batch.sent_on):  # type: ignore[operator]
        message = _("请填写录入日期：不早于提交银行，不晚于今天。")
        raise InvalidInput([Problem(code="P40", field="entered_on", message=message)])
    paid = batch.lines.filter(state=LineState.PAID).order_by("serial")
    keys = list(paid.values_list("application_id", flat=True))
    note_national_entry(keys, entered_on=entered_on)
    stop_clock(subject=subject_of(batch), kind=CLOCK, now=now)
    close_todos(subject=subject_of(batch), kind=TODO, actor=actor, now=now)
    tell_step(
        batch, "nat_entry", before=batch.state, actor=actor, now=now,
        comment=kept(gettext_lazy("%(day)s 录入 %(count)s 笔")) % {"day": entered_on, "count": len(keys)},
        data={"entered_on": str(entered_on), "entered": len(keys)},
    )  # fmt: skip
    return batch


def wait_for_entry(batch: Batch, *, now: datetime) -> None:
    """Let a batch that was compared wait to be entered in the national system, within the days of the rule."""
    if nationally_left(batch) == 0:
        return
    rule = rule_in_force(f"clock.{CLOCK}", station=current_station(), on=clock.local_day(now))
    link = page_link("batch", batch.pk)
    due = start_clock(
        subject=subject_of(batch), kind=CLOCK, working_days=rule.value, rule=rule,
        capability=SENDS, reference=batch.number, link=link, now=now,
    )  # fmt: skip
    open_todo(
        subject=subject_of(batch), kind=TODO, capability=SENDS,
        title=gettext_noop("录入全国系统：发放批次 %(number)s（%(title)s）"),
        params={"number": batch.number, "title": batch.title}, link=link, due_on=due.due_on, now=now,
    )  # fmt: skip


def nationally_left(batch: Batch) -> int:
    """Return how many payments of a batch are not entered in the national system."""
    paid = batch.lines.filter(state=LineState.PAID, application__nat_entry_on__isnull=True)
    return paid.count()
