"""What a file still lacks before it may be submitted: fields, the five clears, papers, signatures.

Source: domain reference I-F03 (five clears), NR08 (papers by cause), §3.2 (guard of 提交), V07.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import Problem, Text
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.policies.rules import CLEARS, RULES
from tenant_apps.households.drafts import FILE_FIELDS, HouseholdDraft
from tenant_apps.households.fields import FieldSpec
from tenant_apps.households.rules.checking import check_household
from tenant_apps.households.rules.context import CheckContext, Stage

SHORTEST_STORY = 20

PaperRule = Mapping[str, Sequence[str]]
"""Kinds of paper by cause, and under `always` those every file holds; the rule `papers.required`."""

ClearRule = Mapping[str, Sequence[str]]
"""The fields each of the five clears asks for; the rule `completeness.groups`."""

FIVE_CLEARS: ClearRule = RULES["completeness.groups"].starts_as

_LABELS = dict(CLEARS)


@dataclass(frozen=True, slots=True)
class Clear:
    """One of the five clears and the headings it still lacks."""

    name: str
    label: Text
    missing: tuple[Text, ...]

    @property
    def is_full(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class FiveClears:
    """The completeness meter of a file."""

    groups: tuple[Clear, ...]

    @property
    def full(self) -> int:
        """How many of the five are complete."""
        return sum(group.is_full for group in self.groups)

    @property
    def percent(self) -> int:
        """The same as a share, for the meter."""
        return 100 * self.full // len(self.groups)

    @property
    def is_complete(self) -> bool:
        """Whether all five are."""
        return self.full == len(self.groups)


@dataclass(frozen=True, slots=True)
class PaperNeed:
    """A paper the file must hold, and why."""

    kind: str
    reason: Text

    @property
    def label(self) -> str:
        """The name of the paper in the reader's language."""
        return CODE_LISTS["paper"].label(self.kind)


def five_clears(draft: HouseholdDraft, rule: ClearRule = FIVE_CLEARS) -> FiveClears:
    """Measure the five clears: family, cause, state of mind, job wish, skills (I-F03)."""
    labels = {spec.name: spec.label for spec in FILE_FIELDS}
    labels["members"] = gettext_lazy("家庭成员")
    return FiveClears(
        tuple(
            Clear(
                name,
                label,
                tuple(labels[one] for one in rule.get(name, ()) if not _is_clear(draft, one)),
            )
            for name, label in _LABELS.items()
        )
    )


def _is_clear(draft: HouseholdDraft, name: str) -> bool:
    if name == "members":
        return draft.persons is not None and draft.persons == 1 + len(draft.members)
    if name == "story":
        return len(draft.story) >= SHORTEST_STORY
    return getattr(draft, name) not in (None, "", ())


def papers_needed(draft: HouseholdDraft, rule: PaperRule) -> list[PaperNeed]:
    """List the papers this household must show, each kind once, with the reason (NR08, V07).

    `rule` tells what each cause asks for; beyond it every rigid cost and every declared circumstance
    needs its own proof.
    """
    reasons: dict[str, Text] = {}
    for kind in rule.get("always", ()):
        reasons.setdefault(kind, gettext_lazy("所有申请均需提供"))
    for cause in (draft.main_cause, *draft.other_causes):
        for kind in rule.get(cause, ()):
            reasons.setdefault(kind, CODE_LISTS["cause"].label(cause))
    declared: tuple[tuple[object, tuple[str, ...], Text], ...] = (
        (draft.cost_illness_fen, ("diagnosis", "medical_bills"), gettext_lazy("填报了因病支出")),
        (draft.cost_disability_fen, ("disability_card",), gettext_lazy("填报了因残支出")),
        (draft.cost_school_fen, ("tuition",), gettext_lazy("填报了因学支出")),
        (draft.cost_housing_fen, ("housing",), gettext_lazy("填报了住房支出")),
        (draft.cost_work_fen, ("other",), gettext_lazy("填报了必要就业成本")),
        (draft.cost_other_fen, ("other",), gettext_lazy("填报了其他刚性支出")),
        (draft.sudden_net_fen, ("accident",), gettext_lazy("填报了意外致困支出")),
        (draft.dibao, ("dibao_card",), gettext_lazy("享受低保")),
        (draft.single_parent, ("single_parent",), gettext_lazy("填报了单亲")),
        (
            "migrant" in {draft.identity, draft.file_kind},
            ("contract",),
            gettext_lazy("困难农民工"),
        ),
    )
    for holds, kinds, reason in declared:
        for kind in kinds if holds else ():
            reasons.setdefault(kind, reason)
    return [PaperNeed(kind, reason) for kind, reason in reasons.items()]


def missing_for_submission(
    draft: HouseholdDraft,
    *,
    papers: Collection[str],
    rule: PaperRule,
    ctx: CheckContext,
    clears: ClearRule = FIVE_CLEARS,
) -> list[Problem]:
    """List everything that keeps a file from being submitted, and every warning.

    `papers` are the kinds for which a scan is attached or the original was seen.
    """
    problems = check_household(draft, replace(ctx, stage=Stage.SUBMIT))
    named = {problem.field for problem in problems}
    problems += [one for one in _missing_fields(draft) if one.field not in named]
    named = {problem.field for problem in problems}
    problems += [one for one in _missing_clears(draft, clears) if one.field not in named]
    for need in papers_needed(draft, rule):
        if need.kind not in papers:
            message = _("缺少“%(paper)s”（%(reason)s）：请上传扫描件或登记“已看原件”。") % {
                "paper": need.label,
                "reason": need.reason,
            }
            problems.append(Problem(code="V07", field=f"papers.{need.kind}", message=message))
    return problems


def _missing_fields(draft: HouseholdDraft) -> list[Problem]:
    problems = []
    for spec in FILE_FIELDS:
        if spec.required and _needs(draft, spec) and getattr(draft, spec.name) in (None, "", ()):
            code = "E602" if spec.name == "authorised_on" else "required"
            message = _("请填写“%(label)s”。") % {"label": spec.label}
            problems.append(Problem(code=code, field=spec.name, message=message))
    if draft.story and len(draft.story) < SHORTEST_STORY:
        message = _("致困情况说明不少于 %(least)d 字，现有 %(found)d 字。") % {
            "least": SHORTEST_STORY,
            "found": len(draft.story),
        }
        problems.append(Problem(code="too-short", field="story", message=message))
    return problems


def _needs(draft: HouseholdDraft, spec: FieldSpec) -> bool:
    if spec.name in {"industry", "employer"}:
        return draft.emp_kind != "none"
    if spec.name == "mobile":
        return not draft.other_phone
    return True


def _missing_clears(draft: HouseholdDraft, rule: ClearRule) -> list[Problem]:
    labels = {spec.name: spec.label for spec in FILE_FIELDS}
    missing = [name for names in rule.values() for name in names if not _is_clear(draft, name)]
    problems = []
    for name in missing:
        if name == "members":
            message = _(
                "请补齐家庭成员：家庭人口 %(persons)d 人，已登记成员 %(members)d 人（不含户主）。"
            ) % {"persons": draft.persons or 0, "members": len(draft.members)}
        else:
            message = _("请填写“%(label)s”。") % {"label": labels[name]}
        problems.append(Problem(code="five-clears", field=name, message=message))
    return problems
