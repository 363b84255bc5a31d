"""Judge an application by what the station knows of it, its household and the programmes in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.kernel import clock
from bangfu.kernel.tenancy import current_station
from shared_apps.policies.selectors import Rule, rules_in_force
from shared_apps.programmes.models import Programme
from shared_apps.programmes.selectors import get_programme, terms_of
from shared_apps.programmes.terms import Terms
from tenant_apps.aid.models import OFF_STATES, AidState, Application
from tenant_apps.aid.rules import Assessment, Case, Past, assess
from tenant_apps.casework.models import Attachment
from tenant_apps.households.models import HouseholdFile

_NOT_YET_JUDGED = (*OFF_STATES, AidState.SUBMITTED, AidState.ELIGIBILITY)
_LINE, _MONTHS = "income.line", "aid.living_months"


@dataclass(frozen=True, slots=True)
class Judgement:
    """An assessment, with the version of the programme and the rules it rests on."""

    programme: Programme
    terms: Terms
    assessment: Assessment
    rules: tuple[str, ...]

    def kept(self) -> dict[str, Any]:
        """Return it as an application keeps it."""
        said = self.assessment
        return {
            "programme": self.programme.reference,
            "rules": list(self.rules),
            "reasons": list(said.reasons),
            "standard_fen": said.standard_fen,
            "floor_fen": said.floor_fen,
            "most_fen": said.most_fen,
            "proposed_fen": said.proposed_fen,
            "bounds": [
                {
                    "code": one.code,
                    "limit_fen": one.limit_fen,
                    "used_fen": one.used_fen,
                    "base_fen": one.base_fen,
                    "times": one.times,
                    "share": one.share,
                }
                for one in said.bounds
            ],
        }


class Judge:
    """Judges applications of the station in force on one day; what they share is read once."""

    def __init__(self, *, on: date) -> None:
        self.on = on
        self.station = current_station()
        self._rules: dict[str, Rule] = rules_in_force([_LINE, _MONTHS], station=self.station, on=on)
        self._programmes: dict[str, Programme] = {}

    def programme(self, key: str) -> Programme:
        """Return a programme as it holds here on the day.

        Raises:
            NotFound: none of that key holds.
        """
        if key not in self._programmes:
            self._programmes[key] = get_programme(key, station=self.station, on=self.on)
        return self._programmes[key]

    def judge(
        self, application: Application, *, past: Iterable[Application] | None = None
    ) -> Judgement:
        """Judge one application; ``past`` are the other applications of its household, read where left out.

        Raises:
            NotFound: its programme does not hold here any more.
        """
        programme = self.programme(application.programme)
        terms = terms_of(programme)
        others = past_of(application) if past is None else past
        said = assess(self.case_of(application, terms, others), terms)
        used = [rule.reference for rule in self._rules.values()] if terms.living_months else []
        if terms.line_floor:
            used = [self._rules[_LINE].reference]
        return Judgement(programme, terms, said, tuple(used))

    def case_of(
        self, application: Application, terms: Terms, others: Iterable[Application]
    ) -> Case:
        """Return what the rules see of an application."""
        file = application.file
        months: Any = self._rules[_MONTHS].value
        return Case(
            on=application.submitted_on or self.on,
            programme=application.programme,
            aid=application.aid,
            asked_fen=application.amount_fen,
            file_state=file.state if file else "",
            outside=application.group,
            tier=file.tier if file else "",
            level=file.file_level if file else "",
            groups=tuple(file.groups) if file else (application.group,),
            stage=application.stage,
            loss_kind=application.loss_kind,
            loss_fen=application.loss_fen,
            self_paid_fen=application.self_paid_fen,
            line_fen=self._rules[_LINE].value,
            living_months=months.get(file.file_level, {}).get(file.tier, 0) if file else 0,
            papers=papers_there(application) if terms.papers else frozenset(),
            is_urgent=application.is_urgent,
            past=tuple(_as_past(one, application) for one in others),
        )


def past_of(application: Application) -> list[Application]:
    """Return what else the household was granted or has under way: what counts against the caps."""
    rows = Application.objects.filter(household=application.household).exclude(
        state__in=_NOT_YET_JUDGED
    )
    return [row for row in rows.order_by("pk") if row.pk != application.pk]


def papers_there(application: Application) -> frozenset[str]:
    """Return the kinds of paper that are with the application or in the household's file."""
    own = Attachment.objects.filter(
        subject_kind="aid", subject_id=application.pk, removed_at__isnull=True
    ).values_list("kind", flat=True)
    file: HouseholdFile | None = application.file
    in_file = file.papers.values_list("kind", flat=True) if file is not None else ()
    return frozenset(own) | frozenset(in_file)


def cycle_of(terms: Terms, *, on: date, case_on: date | None = None, campaign_key: str = "") -> str:
    """Return the cycle in which the same need is met once: empty where the day or the campaign is missing."""
    if terms.cycle == "campaign":
        return campaign_key
    if terms.cycle == "case":
        return case_on.isoformat() if case_on else campaign_key
    return f"{on:%Y-%m}" if terms.cycle == "month" else f"{on:%Y}"


def _as_past(row: Application, application: Application) -> Past:
    on = row.approved_on or row.submitted_on or clock.local_day(row.created_at)
    return Past(
        programme=row.programme,
        aid=row.aid,
        on=on,
        amount_fen=row.amount_fen,
        same_person=bytes(row.member) == bytes(application.member),
    )
