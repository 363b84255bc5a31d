"""The indicators of pairings and visits, and their facts as a pure projection of rows.

A change writes the difference between what its rows gave before and what they give now, so a recount of
all rows always comes out equal. Source: domain reference §4.1, PAI-01 to PAI-04.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from shared_apps.rollup.indicators import Fact, Indicator, Source
from tenant_apps.pairing.models import DONE_DUTIES, Contact, Duty, DutyState, Pairing, VisitWay

PAIRED_DIMS = ("pairing_form", "helper_kind")
VISIT_DIMS = ("visit_kind",)

INDICATORS = [
    Indicator(
        code="PAI-01",
        name=_("结对户数"),
        english="Households paired",
        unit="户",
        cls="S",
        dims=PAIRED_DIMS,
    ),
    Indicator(
        code="PAI-02",
        name=_("结对覆盖率"),
        english="Pairing coverage",
        unit="%",
        cls="R",
        numerator=("PAI-01",),
        denominator=("FIL-01",),
    ),
    Indicator(
        code="PAI-03",
        name=_("走访次数"),
        english="Visits",
        unit="次",
        cls="A",
        dims=VISIT_DIMS,
    ),
    Indicator(
        code="PAI-04",
        name=_("季度联系、必访按期率"),
        english="Contacts and must-visits in time",
        unit="%",
        cls="R",
        dims=VISIT_DIMS,
        numerator=("PAI-04.N",),
        denominator=("PAI-04.D",),
    ),
    Indicator(
        code="PAI-04.N",
        name=_("按期完成的应访次数"),
        english="Visits owed and made in time",
        unit="次",
        cls="A",
        dims=VISIT_DIMS,
        listed=False,
    ),
    Indicator(
        code="PAI-04.D",
        name=_("应访次数"),
        english="Visits owed",
        unit="次",
        cls="A",
        dims=VISIT_DIMS,
        listed=False,
    ),
]

SOURCE = Source(
    recount="tenant_apps.pairing.selectors.facts_of_station",
    begins_in=("pairing.Pairing", "pairing.Contact", "pairing.Duty"),
)


def facts_of_pairings(pairings: Iterable[Pairing]) -> list[Fact]:
    """Derive PAI-01: a household counts once while it has any helper, under all their kinds.

    From the days on which its pairings began and ended; a change of helpers is a change of dimension.
    """
    by_file: dict[UUID, list[Pairing]] = defaultdict(list)
    for pairing in pairings:
        if pairing.started_on is not None:
            by_file[pairing.file_id].append(pairing)
    return [fact for own in by_file.values() for fact in _facts_of_file(own)]


def facts_of_contact(contact: Contact) -> list[Fact]:
    """Derive PAI-03: a visit counts in its month; a call or a withdrawn entry does not."""
    if contact.way != VisitWay.VISIT or contact.withdrawn_at is not None:
        return []
    return [_visit("PAI-03", contact.visited_on, contact.kind, contact.subject)]


def facts_of_duty(duty: Duty) -> list[Fact]:
    """Derive what PAI-04 needs: what was owed, and what was done in time, in the month it was due."""
    if duty.state == DutyState.CANCELLED:
        return []
    facts = [_visit("PAI-04.D", duty.due_on, duty.kind, duty.subject)]
    if duty.state in DONE_DUTIES and duty.done_on is not None and duty.done_on <= duty.due_on:
        facts.append(_visit("PAI-04.N", duty.due_on, duty.kind, duty.subject))
    return facts


def _facts_of_file(pairings: Sequence[Pairing]) -> list[Fact]:
    days = sorted(
        {one.started_on for one in pairings if one.started_on}
        | {one.ended_on for one in pairings if one.ended_on}
    )
    facts: list[Fact] = []
    before: Fact | None = None
    for day in days:
        now = _standing(pairings, day)
        month = day.replace(day=1)
        if before != now:
            facts += [before._replace(period=month, n=-1)] if before else []
            facts += [now._replace(period=month)] if now else []
        before = now
    return facts


def _standing(pairings: Sequence[Pairing], day: date) -> Fact | None:
    standing = [
        one
        for one in pairings
        if one.started_on is not None
        and one.started_on <= day
        and (one.ended_on is None or day < one.ended_on)
    ]
    if not standing:
        return None
    subject = next((bytes(one.subject) for one in standing if one.subject), None)
    return Fact(
        indicator="PAI-01",
        period=date.min,
        dims={
            "pairing_form": sorted({one.form for one in standing}),
            "helper_kind": sorted({one.helper_kind for one in standing}),
        },
        subject=subject,
    )


def _visit(indicator: str, on: date, kind: str, subject: bytes | memoryview[int] | None) -> Fact:
    return Fact(
        indicator=indicator,
        period=on.replace(day=1),
        dims={"visit_kind": kind},
        subject=bytes(subject) if subject else None,
    )
