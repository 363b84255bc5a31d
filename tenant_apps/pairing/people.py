"""Groups, students and children across the files of a station."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bangfu.kernel.actors import Actor
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.models import HouseholdFile, HouseholdMember
from tenant_apps.pairing.rules import CHILD_UNDER, grade_in
from tenant_apps.pairing.selectors import VIEWS, files_on_file

STUDENT = "student"
SINGLE_MOTHER = "single_mother"
FEMALE = "2"


@dataclass(frozen=True, slots=True)
class GroupCount:
    """One special group and how many households on file carry its tag."""

    value: str
    title: str
    households: int


def groups_counted(actor: Actor) -> list[GroupCount]:
    """Count the households on file by special group; a household may carry several tags."""
    actor.require(VIEWS)
    counts: Counter[str] = Counter()
    alike = files_on_file().order_by().values_list("groups", "single_parent", "sex")
    for tags, single, sex, households in alike.annotate(households=Count("pk")):
        for value in set(tags) | ({SINGLE_MOTHER} if single and sex == FEMALE else set()):
            counts[value] += households
    return [
        GroupCount(code.value, code.text, counts.get(code.value, 0)) for code in CODE_LISTS["group"]
    ]


def files_in_groups(groups: Sequence[str]) -> QuerySet[HouseholdFile]:
    """The households on file that carry one of these tags; all of them where none is named.

    A woman who raises children alone is a single mother whether or not somebody ticked it.
    """
    return files_on_file().filter(in_groups(groups)) if groups else files_on_file()


def in_groups(groups: Sequence[str]) -> Q:
    """Whether a file carries one of these tags, as ``files_in_groups``."""
    fits = Q(groups__overlap=list(groups))
    if SINGLE_MOTHER in groups:
        fits |= Q(single_parent=True, sex=FEMALE)
    return fits


def files_with_children(*, on: date) -> QuerySet[HouseholdFile]:
    """The households on file in which a child lives."""
    born_after = _years_before(on, CHILD_UNDER)
    children = HouseholdMember.objects.filter(file_id=OuterRef("pk"), birth__gt=born_after)
    return files_on_file().filter(Exists(children))


def students(actor: Actor, *, stage: str = "", year: str = "") -> QuerySet[HouseholdMember]:
    """The students among the members of households on file, by stage; aid goes to the parent's file.

    ``year`` narrows to a year of enrolment. Source: NR19.
    """
    actor.require(VIEWS)
    found = (
        HouseholdMember.objects.filter(Q(identity=STUDENT) | ~Q(stage=""))
        .filter(file__in=files_on_file().values("pk"))
        .select_related("file")
        .order_by("stage", "-enrolled_year", "file_id", "position")
    )
    if stage:
        found = found.filter(stage=stage)
    return found.filter(enrolled_year=int(year)) if year.isdecimal() else found


def grade_of(student: HouseholdMember, *, on: date) -> str:
    """Say in which year of study a student is."""
    return grade_in(student.enrolled_year, student.study_years, on)


def _years_before(day: date, years: int) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if leap_day else day.day)
