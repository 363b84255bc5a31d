"""What happens to pairings and visits when something happens to a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.exchange.services import post
from shared_apps.policies.selectors import Rule, rule_in_force
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.casework.services import close_todos, open_todo, record_event
from tenant_apps.households.happenings import Happening
from tenant_apps.households.models import HouseholdFile
from tenant_apps.pairing.flow import MANAGES
from tenant_apps.pairing.links import page_link
from tenant_apps.pairing.models import Contact, Pairing
from tenant_apps.pairing.rules import EVENT_RULES, FIRST_VISIT_RULE, Window, event_due_on
from tenant_apps.pairing.selectors import open_pairings_of, standing_pairings
from tenant_apps.pairing.services.counting import pairings_counted
from tenant_apps.pairing.services.owing import Owed, end_duties_of_file, owe_visit
from tenant_apps.pairing.services.pairing import NEEDS_HELPER, begin_as_written, finish
from tenants.selectors import stations_with_codes

NOTE = "pairing.note"
# Where the step of moving out says to which station the file went, by its code.
DESTINATION = "to"


def on_approved(happening: Happening, *, actor: Actor, now: datetime) -> None:
    """A household came on file: it has a helper or waits for one, and is visited within ten days."""
    _welcome(happening.file, actor=actor, now=now)
    rule = _rule(FIRST_VISIT_RULE, on=clock.local_day(now))
    today = clock.local_day(now)
    due_on = event_due_on(
        "first",
        event_on=today,
        today=today,
        working_days=rule.value,
        calendar=calendar_in_force(),
    )
    visit = Owed(
        file=happening.file,
        kind="first",
        key=f"first:{happening.file.pk}:{today.isoformat()}",
        window=Window(today, due_on),
    )
    owe_visit(visit, rule=rule, actor=actor, now=now)


def on_event(happening: Happening, *, actor: Actor, now: datetime) -> None:
    """Something happened in a household: one of the three or five must-visits is owed (I-P05, I-P06)."""
    kind = str(happening.data.get("kind", ""))
    if kind not in EVENT_RULES:
        return
    today = clock.local_day(now)
    rule = _rule(EVENT_RULES[kind], on=today) if EVENT_RULES[kind] else None
    event_on = _leaves_on(happening.data) or happening.on
    due_on = event_due_on(
        kind,
        event_on=event_on,
        today=today,
        working_days=rule.value if rule else 0,
        calendar=calendar_in_force(),
    )
    visit = Owed(
        file=happening.file,
        kind=kind,
        key=f"event:{kind}:{happening.file.pk}:{happening.on.isoformat()}",
        window=Window(min(happening.on, today), due_on),
        about=str(happening.data.get("person", "")),
    )
    owe_visit(visit, rule=rule, actor=actor, now=now)


def on_left(happening: Happening, *, actor: Actor, now: datetime) -> None:
    """A household left: its pairings end and nobody owes it a visit."""
    reason = kept(gettext_lazy("档案已退出"))
    _end_all(happening.file, reason=reason, actor=actor, now=now)


def on_moved_out(happening: Happening, *, actor: Actor, now: datetime) -> None:
    """A household moved to another station: that station hears who looked after it, and how."""
    file = happening.file
    code = str(happening.data.get(DESTINATION, ""))
    helpers = list(standing_pairings([file.pk]))
    destination = stations_with_codes([code]).get(code) if helpers else None
    if destination is not None:
        post(
            kind=NOTE,
            recipient=destination.pk,
            stream=f"file:{file.pk}",
            key=f"{file.pk}:{now.isoformat()}",
            body=_note_of(file, helpers),
            now=now,
        )
    _end_all(file, reason=kept(gettext_lazy("档案已转出")), actor=actor, now=now)


def on_moved_in(happening: Happening, *, actor: Actor, now: datetime) -> None:
    """A household moved here: it waits for a helper."""
    _wait_for_helper(happening.file, now=now)
    del actor


def take_in_note(body: Mapping[str, Any], *, now: datetime) -> None:
    """Show on the timeline of a file that moved here who looked after it before; once."""
    file = HouseholdFile.objects.filter(pk=UUID(body["file"])).first()
    file = file or HouseholdFile.objects.filter(file_no=body["file_no"]).first()
    if file is None:
        return
    said = "；".join(
        f"{one['name']}（{one['unit']}）" if one["unit"] else str(one["name"])
        for one in body["helpers"]
    )
    comment = kept(
        gettext_lazy("原帮扶责任人：%(helpers)s，共联系 %(contacts)s 次，最近 %(last)s")
    ) % {"helpers": said, "contacts": body["contacts"], "last": body["last"] or "—"}
    record_event(
        subject=("file", file.pk),
        action=NOTE,
        comment=comment,
        actor=Actor.system("relay", station=current_station()),
        place=body["station"],
        now=now,
    )


def _welcome(file: HouseholdFile, *, actor: Actor, now: datetime) -> None:
    system = Actor.system(actor.name, station=current_station())
    if begin_as_written(file, actor=system, now=now) is None:
        _wait_for_helper(file, now=now)


def _wait_for_helper(file: HouseholdFile, *, now: datetime) -> None:
    if standing_pairings([file.pk]).exists():
        return
    open_todo(
        subject=("file", file.pk),
        kind=NEEDS_HELPER,
        capability=MANAGES,
        title=gettext_noop("为 %(number)s 落实帮扶责任人"),
        params={"number": file.file_no},
        link=page_link("board"),
        now=now,
    )


def _end_all(file: HouseholdFile, *, reason: str, actor: Actor, now: datetime) -> None:
    system = Actor.system(actor.name, station=current_station())
    pairings: list[Pairing] = list(open_pairings_of(file.pk).select_related("file", "helper"))
    if pairings:
        with pairings_counted([file.pk], now=now):
            for pairing in pairings:
                finish(pairing, reason=reason, actor=system, now=now)
    end_duties_of_file(file.pk, reason=reason, actor=system, now=now)
    close_todos(subject=("file", file.pk), kind=NEEDS_HELPER, actor=actor, now=now)


def _note_of(file: HouseholdFile, pairings: list[Pairing]) -> dict[str, Any]:
    contacts = Contact.objects.filter(file=file, withdrawn_at__isnull=True)
    last = contacts.order_by("-visited_on").values_list("visited_on", flat=True).first()
    return {
        "file": str(file.pk),
        "file_no": file.file_no,
        "station": current_station().name,
        "helpers": [
            {"name": one.helper.name, "unit": one.helper.unit, "kind": one.helper_kind}
            for one in pairings
        ],
        "contacts": contacts.count(),
        "last": last.isoformat() if last else "",
    }


def _rule(key: str, *, on: date) -> Rule:
    return rule_in_force(key, station=current_station(), on=on)


def _leaves_on(data: Mapping[str, Any]) -> date | None:
    said = data.get("leaves_on")
    if isinstance(said, date):
        return said
    return date.fromisoformat(said) if isinstance(said, str) and said else None
