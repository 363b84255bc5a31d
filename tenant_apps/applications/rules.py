"""What an application must say, step by step, in words a worker understands: pure rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from tenant_apps.applications.answers import Answers
from tenant_apps.applications.steps import (
    MEMBER_ASKS,
    SIGNED_AT_HOME,
    STEPS,
    ApplyStep,
    Ask,
    step_of_field,
)
from tenant_apps.households.drafts import HouseholdDraft, MemberDraft
from tenant_apps.households.rules import (
    CheckContext,
    PaperNeed,
    Stage,
    check_household,
    papers_needed,
)
from tenant_apps.households.rules.submission import SHORTEST_STORY, PaperRule

DRAFT_LASTS = timedelta(days=60)
MOST_MEMBERS = 15
MOST_PAPERS = 30
EXCLUSION_CODES = frozenset({"E401", "E402", "E403", "E404", "E405", "E406", "E407"})

RegionExists = Callable[[str], bool]


def counted(draft: HouseholdDraft) -> None:
    """Set the head counts from the people named, so that nobody has to count."""
    draft.persons = 1 + len(draft.members)
    draft.living_together = 1 + sum(bool(one.living_together) for one in draft.members)


def problems_of_step(
    step: ApplyStep, draft: HouseholdDraft, *, on: date, region_exists: RegionExists
) -> list[Problem]:
    """List what is wrong on one page. Nothing is looked up of other people or files."""
    problems = missing_answers(step.asks, draft)
    named = {problem.field for problem in problems}
    problems += [
        problem
        for problem in _errors(draft, on=on, region_exists=region_exists)
        if step_of_field(problem.field) == step.name and problem.field not in named
    ]
    if step.name == "cause" and draft.story and len(draft.story) < SHORTEST_STORY:
        message = _("请再多说几句，至少 %(least)d 个字，现在有 %(found)d 个字。") % {
            "least": SHORTEST_STORY,
            "found": len(draft.story),
        }
        problems.append(Problem(code="too-short", field="story", message=message))
    return problems


def problems_of_member(
    member: MemberDraft, draft: HouseholdDraft, *, place: int, on: date
) -> list[Problem]:
    """List what is wrong with one person of the family; fields are named as the member's own."""
    own = f"members.{place}."
    problems = missing_answers(MEMBER_ASKS, member)
    if member.id_no and member.id_no == draft.id_no:
        message = _("这是您自己的身份证号，家里人这里不用加您自己。")
        problems.append(Problem(code="V04", field="id_no", message=message))
    named = {problem.field for problem in problems}
    for problem in _errors(draft, on=on, region_exists=lambda _code: True):
        name = problem.field.removeprefix(own)
        if problem.field.startswith(own) and name not in named:
            problems.append(Problem(code=problem.code, field=name, message=problem.message))
            named.add(name)
    return problems


def missing_answers(asks: Sequence[Ask], person: HouseholdDraft | MemberDraft) -> list[Problem]:
    """List the questions that must be answered and are not."""
    return [
        Problem(
            code="required",
            field=ask.name,
            message=_("还没有填“%(label)s”。") % {"label": ask.label},
        )
        for ask in asks
        if ask.required and getattr(person, ask.name) in (None, "", ())
    ]


def papers_asked(draft: HouseholdDraft, rule: PaperRule) -> list[PaperNeed]:
    """List the papers to photograph; what is signed at home is not among them. Source: NR08, NR09."""
    return [need for need in papers_needed(draft, rule) if need.kind not in SIGNED_AT_HOME]


def problems_before_sending(
    answers: Answers,
    *,
    papers: Collection[str],
    rule: PaperRule,
    on: date,
    region_exists: RegionExists,
) -> list[Problem]:
    """List everything that keeps an application from being sent, page by page."""
    draft = answers.draft
    problems: list[Problem] = []
    for step in STEPS:
        problems += problems_of_step(step, draft, on=on, region_exists=region_exists)
    for place, member in enumerate(draft.members):
        problems += [
            Problem(code=one.code, field=f"members.{place}.{one.field}", message=one.message)
            for one in missing_answers(MEMBER_ASKS, member)
        ]
    problems += [
        Problem(
            code="V07",
            field=f"papers.{need.kind}",
            message=_("“%(paper)s”还没有拍照；没有的话，请点“我没有这样材料”。")
            % {"paper": need.label},
        )
        for need in papers_asked(draft, rule)
        if need.kind not in papers and need.kind not in answers.lacking
    ]
    return problems


def problems_of_signing(
    draft: HouseholdDraft, *, signature: str, consents: bool, authorises: bool
) -> list[Problem]:
    """List what is wrong with the signature below an application. Source: NR09, NR26."""
    problems = []
    if not consents:
        message = _("不同意使用这些信息，就没有办法为您办理；请勾选同意，或到窗口咨询。")
        problems.append(Problem(code="consent", field="consents", message=message))
    if not authorises:
        message = _("需要您授权核对家庭经济状况，才能办理；请勾选，或到窗口咨询。")
        problems.append(Problem(code="E602", field="authorises", message=message))
    if not signature or "".join(signature.split()) != "".join(draft.name.split()):
        message = _("请写您本人的姓名，和第一步填的一样。")
        problems.append(Problem(code="signature", field="signature", message=message))
    return problems


def doubts_of(draft: HouseholdDraft, *, on: date) -> list[Problem]:
    """Say gently what may stand in the way by the rules; none of it stops the worker from asking."""
    ctx = CheckContext(on=on, stage=Stage.DRAFT)
    return [one for one in check_household(draft, ctx) if one.code in EXCLUSION_CODES]


def _errors(draft: HouseholdDraft, *, on: date, region_exists: RegionExists) -> list[Problem]:
    ctx = CheckContext(on=on, stage=Stage.DRAFT, region_exists=region_exists)
    return [one for one in check_household(draft, ctx) if one.severity == "error"]
