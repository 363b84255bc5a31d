"""One household of an import as a draft, and everything that is wrong with it, placed in the sheet."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bangfu.kernel.errors import Problem
from tenant_apps.households.drafts import HouseholdDraft, MemberDraft
from tenant_apps.households.rules.checking import check_household
from tenant_apps.households.rules.context import CheckContext
from tenant_apps.imports.cells import field_row
from tenant_apps.imports.columns import HOUSEHOLDS, MEMBERS
from tenant_apps.imports.payloads import Bundle
from tenant_apps.imports.reading import RawRow

_OF_MEMBER = re.compile(r"members\.(\d+)\.(\w+)")


@dataclass(frozen=True)
class Reading:
    """The draft of one household, the fields that were filled in, and what could not be read."""

    draft: HouseholdDraft
    given: Mapping[str, Any]
    problems: tuple[Problem, ...]

    @property
    def faulty(self) -> frozenset[str]:
        """Fields whose cell could not be read: rules that rest on them must wait."""
        return frozenset(problem.field for problem in self.problems)

    def laid_over(self, existing: HouseholdDraft) -> HouseholdDraft:
        """The existing draft with what the row fills in; members are replaced when it names any."""
        members = self.draft.members or existing.members
        return dataclasses.replace(existing, **self.given, members=members)


def read_bundle(household: RawRow, members: tuple[RawRow, ...]) -> Reading:
    """Read the rows of one household; a cell that cannot be read leaves its field empty."""
    head = field_row(household, HOUSEHOLDS)
    problems = list(head.problems)
    drafts = []
    for position, member in enumerate(members):
        row = field_row(member, MEMBERS)
        drafts.append(MemberDraft(**row.values))
        problems += [
            dataclasses.replace(problem, field=f"members.{position}.{problem.field}")
            for problem in row.problems
        ]
    draft = HouseholdDraft(**head.values, members=drafts)
    return Reading(draft, head.values, tuple(problems))


def problems_of(reading: Reading, bundle: Bundle, ctx: CheckContext) -> list[Problem]:
    """Everything wrong with a household: cells that cannot be read, then rules, each with its place."""
    ctx = dataclasses.replace(ctx, faulty=reading.faulty)
    found = [_placed(problem, bundle) for problem in check_household(reading.draft, ctx)]
    return found if ctx.station_refusal else [*reading.problems, *found]


def _placed(problem: Problem, bundle: Bundle) -> Problem:
    """Say in which row and column of the workbook the field of a problem stands."""
    of_member = _OF_MEMBER.fullmatch(problem.field)
    if of_member:
        row, form, field = bundle.members[int(of_member[1])], MEMBERS, of_member[2]
    elif bundle.household:
        row, form, field = bundle.household, HOUSEHOLDS, problem.field
    else:
        return problem
    columns = (column for column in form.columns if column.field == field)
    column = next(columns, None)
    return dataclasses.replace(
        problem, row=row.number, column=column.title if column else "", message=str(problem.message)
    )
