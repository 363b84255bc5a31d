"""Files of the own station that wait for first review: they lie on the same desk as what comes from below."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove
from tenant_apps.households.models import FileState, HouseholdFile, HouseholdVisit
from tenant_apps.households.selectors import FileSearch, files_matching
from tenant_apps.households.transitions import (
    Visit,
    accept_for_review,
    arrange_visit,
    record_visit,
    report_upward,
)

AT_HOME = (FileState.SUBMITTED, FileState.FIRST_REVIEW, FileState.VISITING)
MOST_AT_HOME = 100


def files_in_first_review(actor: Actor) -> list[HouseholdFile]:
    """The own files that wait for first review, visit or report, newest first, at most a hundred."""
    if not actor.may("file.review"):
        return []
    return list(files_matching(FileSearch(states=AT_HOME))[:MOST_AT_HOME])


def count_in_first_review(actor: Actor) -> int:
    """How many files that is, without reading them: every page of the station shows the number."""
    if not actor.may("file.review"):
        return 0
    return files_matching(FileSearch(states=AT_HOME))[:MOST_AT_HOME].count()


def take_on(
    file: HouseholdFile, *, visit: Visit | None, opinion: str, actor: Actor, now: datetime
) -> HouseholdFile:
    """Take an own file as far as it can go: accept it, note the visit, report it upward.

    Without a visit it stays with the visitors.

    Raises:
        IllegalMove: it is not at home waiting for review; otherwise as the steps of
            ``households.transitions``.
    """
    key: UUID = file.pk
    if file.state not in AT_HOME:
        raise IllegalMove
    if file.state == FileState.SUBMITTED:
        file = accept_for_review(key, actor=actor, now=now)
    if file.state == FileState.FIRST_REVIEW:
        file = arrange_visit(key, actor=actor, now=now)
    if visit is not None:
        record_visit(key, visit, actor=actor, now=now)
    if visit is not None or HouseholdVisit.objects.filter(file_id=key).exists():
        file = report_upward(key, opinion=opinion, actor=actor, now=now)
    return file
