"""Questions about the files of the station in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound, Problem
from bangfu.kernel.tenancy import StationRef, current_station
from shared_apps.policies.models import PolicyRule
from shared_apps.policies.rules import RULES, TIER_RULES
from shared_apps.policies.selectors import Rule, names_of_scopes, rule_in_force, rules_in_force
from shared_apps.policies.wording import value_in_words
from shared_apps.regions.models import Region
from shared_apps.regions.selectors import regions_inside, regions_inside_any
from shared_apps.register.selectors import people_seen_elsewhere
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.mapping import draft_of, number_hash
from tenant_apps.households.models import (
    CLOSED_STATES,
    FileState,
    HouseholdFile,
    HouseholdMember,
    HouseholdPaper,
    HouseholdTransfer,
    HouseholdVersion,
    HouseholdVisit,
    TransferRole,
    TransferState,
)
from tenant_apps.households.rules import (
    CheckContext,
    IncomeRule,
    PaperNeed,
    RuleSource,
    Sighting,
    Stage,
    missing_for_submission,
    papers_needed,
)
from tenant_apps.households.rules.submission import ClearRule, PaperRule

_LOOKED_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class FileSearch:
    """What a list of files is narrowed by; empty means any."""

    words: str = ""
    """The beginning of a name or of its initials, a whole file number, or a whole identity number."""
    states: tuple[str, ...] = ()
    tier: str = ""
    cause: str = ""
    residence: str = ""
    file_kind: str = ""
    origin_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PaperSlot:
    """One line of the checklist of papers: what is needed, why, and what there is."""

    need: PaperNeed
    required: bool
    papers: tuple[HouseholdPaper, ...] = field(default_factory=tuple)

    @property
    def is_there(self) -> bool:
        """Whether a scan is attached or the original was seen."""
        return bool(self.papers)


def get_file(file_id: UUID, *, actor: Actor) -> HouseholdFile:
    """Give one file of the station in force: the only door from a page to a file.

    Raises:
        NotPermitted: the actor may not look at files.
        NotFound: there is no such file here; a file of another station looks absent.
    """
    actor.require("file.view")
    try:
        return HouseholdFile.objects.get(pk=file_id)
    except HouseholdFile.DoesNotExist:
        raise NotFound from None


def file_door(file_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the file, for the papers and deadlines that casework keeps.

    Raises: as `get_file`.
    """
    return get_file(file_id, actor=actor)


def members_of(file: HouseholdFile) -> list[HouseholdMember]:
    """The other members of a household in their order."""
    return list(HouseholdMember.objects.filter(file_id=file.pk).order_by("position"))


def versions_of(file: HouseholdFile) -> QuerySet[HouseholdVersion]:
    """The versions of a file, newest first, without their snapshots."""
    return HouseholdVersion.objects.filter(file_id=file.pk).defer("snapshot").order_by("-number")


def visits_of(file: HouseholdFile) -> list[HouseholdVisit]:
    """The visits to a household, newest first."""
    return list(HouseholdVisit.objects.filter(file_id=file.pk).order_by("-visited_on", "-id"))


def files_matching(search: FileSearch) -> QuerySet[HouseholdFile]:
    """The files that fit a search, newest first; a word search uses an index by its beginning."""
    files = HouseholdFile.objects.order_by("-id")
    if search.states:
        files = files.filter(state__in=search.states)
    for column, value in (
        ("tier", search.tier),
        ("main_cause", search.cause),
        ("file_kind", search.file_kind),
        ("origin_id", search.origin_id),
    ):
        if value:
            files = files.filter(**{column: value})
    if search.residence:
        files = files.filter(residence__startswith=search.residence)
    words = search.words.strip()
    if words:
        files = files.filter(_fits(words))
    return files


def _fits(words: str) -> Q:
    compact = "".join(words.split())
    if len(compact) >= 15 and compact[:14].isalnum() and any(part.isdigit() for part in compact):
        return Q(id_no_hash=number_hash(compact)) | Q(file_no=compact)
    if compact.isascii():
        return Q(initials__startswith=compact.upper()) | Q(file_no=compact)
    return Q(name__startswith=compact)


def sightings_of(
    numbers: Collection[str], *, except_file: UUID | None = None
) -> dict[str, Sighting]:
    """Say of each identity number where it is on an open file already.

    In the own station the file is named, elsewhere only the station. Three queries for up to some
    thousand numbers; a head counts before a member, the own station before others.
    """
    by_hash = {number_hash(number): number for number in numbers if number}
    found: dict[str, Sighting] = {}
    for chunk in _chunks(list(by_hash)):
        heads = HouseholdFile.objects.filter(id_no_hash__in=chunk).exclude(state__in=CLOSED_STATES)
        members = HouseholdMember.objects.filter(id_no_hash__in=chunk).exclude(
            file__state__in=CLOSED_STATES
        )
        if except_file is not None:
            heads = heads.exclude(pk=except_file)
            members = members.exclude(file_id=except_file)
        own = [
            *(
                (bytes(row[0] or b""), "head", row[1], row[2])
                for row in heads.values_list("id_no_hash", "file_no", "name")
            ),
            *(
                (bytes(row[0] or b""), "member", row[1], row[2])
                for row in members.values_list("id_no_hash", "file__file_no", "file__name")
            ),
        ]
        for hashed, role, file_no, name in own:
            where = _("本站点“%(file)s”的档案") % {"file": file_no or name}
            found.setdefault(by_hash[hashed], Sighting(role=role, where=where))
        for hashed, seen in people_seen_elsewhere(chunk).items():
            where = _("“%(station)s”的在册档案") % {"station": seen.station_name}
            found.setdefault(by_hash[hashed], Sighting(role=seen.role, where=where))
    return found


def check_context(
    draft: HouseholdDraft,
    *,
    station: StationRef,
    on: date,
    stage: Stage,
    file_id: UUID | None = None,
) -> CheckContext:
    """Gather what the check of one draft must be told: sightings, regions, the local rule."""
    numbers = [draft.id_no, *(member.id_no for member in draft.members)]
    codes = {code for code in (draft.hukou_region, draft.residence) if code}
    known = set(Region.objects.filter(code__in=codes).values_list("code", flat=True))
    rules = rules_in_force(["exclusions.scope", "exclusions.items"], station=station, on=on)
    return CheckContext(
        on=on,
        stage=stage,
        sightings=sightings_of(numbers, except_file=file_id),
        region_exists=known.__contains__,
        exclusions_bar=rules["exclusions.scope"].value,
        exclusions=rules["exclusions.items"].value,
    )


def regions_to_offer(region_code: str, *, on: date) -> dict[str, list[tuple[str, str]]]:
    """The regions offered while typing, by field: code and name.

    For the registration the counties of the station's city, for the residence the townships of its
    county, or of the whole city where the station is the city's. Others may be typed. Two queries.
    """
    city, county = f"{region_code[:4]}00", f"{region_code[:6]:0<6}"
    counties = [(one.code, one.name) for one in regions_inside(city, on=on)]
    if county == city:
        codes = [code for code, _name in counties]
        townships = [(one.code, one.name) for one in regions_inside_any(codes, on=on)]
    else:
        townships = [(one.code, one.name) for one in regions_inside(county, on=on)]
    return {"hukou_region": counties, "residence": townships}


def income_rule(*, station: StationRef, on: date) -> IncomeRule:
    """The rule a tier is computed with at a station on a day. One query."""
    return income_rule_of(rules_in_force(TIER_RULES, station=station, on=on))


def income_rule_of(rules: Mapping[str, Rule]) -> IncomeRule:
    """Read the rules of the group 困难认定 as the one a tier is computed with."""
    return IncomeRule(
        line_fen=rules["income.line"].value,
        at_line_counts=rules["income.operator"].value == "<=",
        head_count=rules["income.head_count"].value,
        multiplier=Fraction(rules["income.multiplier"].value),
        sudden_threshold=Fraction(rules["sudden.threshold"].value),
        costs=frozenset(rules["costs.counted"].value),
        exclusions=frozenset(rules["exclusions.items"].value),
        exclusions_bar=rules["exclusions.scope"].value,
        source=tuple(rules[key].reference for key in TIER_RULES),
    )


def rule_sources(computation: Mapping[str, Any]) -> list[RuleSource]:
    """The rules a kept computation rested on, with who laid them down and by which document. Two queries."""
    keys = [
        reference.rpartition("#")[2]
        for reference in computation.get("rules", ())
        if "#" in reference
    ]
    rows = PolicyRule.objects.in_bulk([int(key) for key in keys])
    names = names_of_scopes(row.scope_path for row in rows.values())
    return [
        RuleSource(
            label=RULES[row.key].label,
            value=value_in_words(row.key, row.value),
            scope=names.get(row.scope_path, ""),
            document=" ".join(filter(None, (row.source, row.document_no))),
            since=row.valid_from.isoformat() if row.laid_down_at else "",
        )
        for key in keys
        if (row := rows.get(int(key))) is not None and row.key in RULES
    ]


def paper_rule(*, station: StationRef, on: date) -> PaperRule:
    """The rule that says which papers each cause asks for."""
    rule: PaperRule = rule_in_force("papers.required", station=station, on=on).value
    return rule


def clear_rule(*, station: StationRef, on: date) -> ClearRule:
    """The rule that says which fields each of the five clears asks for."""
    rule: ClearRule = rule_in_force("completeness.groups", station=station, on=on).value
    return rule


def paper_slots(file: HouseholdFile, draft: HouseholdDraft, *, on: date) -> list[PaperSlot]:
    """The checklist of papers of a file: those required first, then others that were handed in."""
    rule = paper_rule(station=current_station(), on=on)
    held: dict[str, list[HouseholdPaper]] = {}
    for paper in HouseholdPaper.objects.filter(file_id=file.pk).order_by("id"):
        held.setdefault(paper.kind, []).append(paper)
    slots = [
        PaperSlot(need=need, required=True, papers=tuple(held.pop(need.kind, ())))
        for need in papers_needed(draft, rule)
    ]
    slots += [
        PaperSlot(need=PaperNeed(kind, _("另行提供")), required=False, papers=tuple(papers))
        for kind, papers in held.items()
    ]
    return slots


def missing_for(file: HouseholdFile, *, on: date) -> list[Problem]:
    """Everything that keeps a file from being submitted, and its warnings."""
    station = current_station()
    draft = draft_of(file, members_of(file))
    kinds = HouseholdPaper.objects.filter(file_id=file.pk).values_list("kind", flat=True)
    return missing_for_submission(
        draft,
        papers=set(kinds),
        rule=paper_rule(station=station, on=on),
        clears=clear_rule(station=station, on=on),
        ctx=check_context(draft, station=station, on=on, stage=Stage.SUBMIT, file_id=file.pk),
    )


def count_by_state() -> dict[str, int]:
    """How many files stand in each state."""
    rows = HouseholdFile.objects.values_list("state").annotate(files=Count("id"))
    return dict(rows)


def has_file() -> bool:
    """Say whether the station has any file, be it a draft. One query."""
    return HouseholdFile.objects.exists()


def has_sent_file() -> bool:
    """Say whether any file of the station was ever more than a draft. One query."""
    return HouseholdFile.objects.exclude(state=FileState.DRAFT).exists()


def transfers_done(keys: Iterable[UUID]) -> set[UUID]:
    """Return which of these transfers brought their file to the station."""
    return set(
        HouseholdTransfer.objects.filter(
            transfer_id__in=list(keys), role=TransferRole.TAKING, state=TransferState.DONE
        ).values_list("transfer_id", flat=True)
    )


def _chunks(hashes: list[bytes]) -> Iterable[list[bytes]]:
    return (
        hashes[start : start + _LOOKED_AT_ONCE] for start in range(0, len(hashes), _LOOKED_AT_ONCE)
    )
