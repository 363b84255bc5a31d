"""The checks of a household: each problem found once, with its code, its field and the remedy.

Problems of identity come first and stop what rests on identity: a number that contradicts itself is
not looked up, and the account name of a person who may be somebody else is not compared.
Source: domain reference V01-V20 (§2.2) and the error codes of the Excel form (§2.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from bangfu.kernel.identity import (
    NumberRefused,
    age_on,
    check_mobile,
    check_uscc,
    luhn_ok,
)
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.fields import Kind
from tenant_apps.households.rules.context import CheckContext, Stage
from tenant_apps.households.rules.exclusions import exclusions_of
from tenant_apps.households.rules.persons import (
    CODED,
    CODED_OF_MEMBER,
    PersonChecks,
    is_empty,
    required_message,
)

YOUNGEST_HEAD = 16
MOST_OTHER_CAUSES = 3
MOST_NEEDS = 3
SHORTEST_CONTRACT_MONTHS = 12
INCOME_TOLERANCE_PERCENT = 5

REQUIRED_ON_FORM = frozenset(
    {
        "name", "id_type", "id_no", "ethnic", "political", "marital", "hukou", "hukou_region",
        "mobile", "residence", "address", "employer", "emp_kind", "identity", "work_state",
        "member", "model_title", "health", "insurance", "single_parent", "zero_employment",
        "dibao", "persons", "living_together", "inc_wages_fen", "housing_kind", "area", "homes",
        "car", "private_school", "shareholder", "main_cause", "story", "needs", "bank", "card_no",
        "card_name", "applied_on",
    }
)  # fmt: skip

_COUNT_KINDS = (Kind.MONEY, Kind.INTEGER, Kind.DECIMAL)
_STARRED = tuple(spec for spec in FILE_FIELDS if spec.name in REQUIRED_ON_FORM)
_STARRED_OF_MEMBER = tuple(spec for spec in MEMBER_FIELDS if spec.required)
_COUNTED = tuple(spec for spec in FILE_FIELDS if spec.kind in _COUNT_KINDS)


SOFT_IN_DRAFT = frozenset(
    {"E301", "E304", "E401", "E402", "E403", "E404", "E405", "E406", "E407", "E501", "V11", "V12"}
)
"""What a half-filled draft may still leave open: told as a warning, refused from the import on."""


def check_household(draft: HouseholdDraft, ctx: CheckContext) -> list[Problem]:
    """Check a draft and list every problem; `severity` tells errors from warnings.

    A row that names a station out of reach is only told so. Members' fields are called
    `members.0.id_no` and so on. No query is made: what is known elsewhere comes with `ctx`.
    """
    if ctx.station_refusal:
        return [Problem(code="E601", field="station_code", message=ctx.station_refusal)]
    problems = list(_Check(draft, ctx).problems())
    if ctx.stage is Stage.DRAFT:
        return [_softened(problem) for problem in problems]
    return problems


def payment_problems(
    *, file_state: str, notice_ended_on: date | None, objection_open: bool, on: date
) -> list[Problem]:
    """Say why money may not be paid to a household yet; nothing when it may (V16)."""
    problems = []
    if file_state != "on_file":
        message = _("档案尚未审批在档，不能发放。")
        problems.append(Problem(code="V16", field="state", message=message))
    if notice_ended_on is None or notice_ended_on >= on or objection_open:
        message = _("公示尚未结束或有未处理的异议，不能发放。")
        problems.append(Problem(code="V16", field="notice", message=message))
    return problems


def _softened(problem: Problem) -> Problem:
    return replace(problem, severity="warning") if problem.code in SOFT_IN_DRAFT else problem


@dataclass(frozen=True)
class _Check(PersonChecks):
    """One run over one draft; each method yields the problems of one subject."""

    def problems(self) -> Iterator[Problem]:
        doubtful = False
        for problem in self._head_identity():
            doubtful = doubtful or problem.severity == "error"
            yield problem
        if not doubtful:
            for problem in self._head_seen_elsewhere():
                doubtful = True
                yield problem
        subjects: list[Callable[[], Iterator[Problem]]] = [
            self._required,
            self._wording,
            self._contact,
            self._employer,
            self._amounts,
            self._head_count,
            self._causes_and_needs,
            self._migrant,
            self._dates,
            self._health,
            self._dibao,
            self._exclusions,
            self._authorisation,
            self._members,
            self._income,
        ]
        for subject in subjects:
            yield from subject()
        yield from self._card(identity_known=not doubtful)

    # Identity

    def _head_identity(self) -> Iterator[Problem]:
        draft = self.draft
        if not draft.id_no or not self._is_good("id_no"):
            return
        number, problems = self._number(draft.id_no, draft.id_type, "")
        yield from problems
        if number is None:
            return
        yield from self._matches(number, draft, "")
        if age_on(number.birth, self.ctx.on) < YOUNGEST_HEAD:
            yield self._error("V09", "id_no", _("户主未满 16 周岁，请由监护人作为户主申请。"))

    def _head_seen_elsewhere(self) -> Iterator[Problem]:
        sighting = self.ctx.sightings.get(self.draft.id_no) if self.draft.id_no else None
        if sighting is None:
            return
        if sighting.role == "head":
            message = _("证件号码与%(where)s重复，一户只建一份档案。") % {"where": sighting.where}
            yield self._error("E201", "id_no", message)
        else:
            message = _("户主已是%(where)s的家庭成员，请先核实是否同一家庭。") % {
                "where": sighting.where
            }
            yield self._error("E202", "id_no", message)

    # What is filled in, and how

    def _required(self) -> Iterator[Problem]:
        if self.ctx.stage is not Stage.IMPORT:
            return
        for spec in _STARRED:
            if is_empty(getattr(self.draft, spec.name)) and self._is_good(spec.name):
                yield self._error("required", spec.name, required_message(spec))

    def _wording(self) -> Iterator[Problem]:
        yield from self._name(self.draft.name, "name")
        yield from self._codes(self.draft, CODED, "")

    def _contact(self) -> Iterator[Problem]:
        draft = self.draft
        if draft.mobile:
            try:
                check_mobile(draft.mobile)
            except NumberRefused as refusal:
                yield self._error("V20", "mobile", refusal.message)
        for field, code in (("hukou_region", draft.hukou_region), ("residence", draft.residence)):
            if code and not self.ctx.region_exists(code):
                message = _("区划代码“%(code)s”不在区划表中，请核对。") % {"code": code}
                yield self._error("V18", field, message)
        if draft.zip and not (draft.zip.isdigit() and len(draft.zip) == 6):
            yield self._error("zip", "zip", _("邮政编码应为 6 位数字。"))

    def _employer(self) -> Iterator[Problem]:
        if self.draft.uscc:
            try:
                check_uscc(self.draft.uscc)
            except NumberRefused as refusal:
                yield self._error("V19", "uscc", refusal.message)

    def _amounts(self) -> Iterator[Problem]:
        for spec in _COUNTED:
            value = getattr(self.draft, spec.name)
            if value is not None and value < 0:
                yield self._error("negative", spec.name, _("不能小于零。"))

    # The household

    def _head_count(self) -> Iterator[Problem]:
        draft = self.draft
        persons, together = draft.persons, draft.living_together
        if together is not None and persons is not None and together > persons:
            message = _("共同生活人口（%(together)d）多于家庭人口（%(persons)d），请核对。")
            yield self._error(
                "E301", "living_together", message % {"together": together, "persons": persons}
            )
            return
        if not draft.members and self.ctx.stage is not Stage.SUBMIT:
            return
        counted = 1 + sum(1 for one in draft.members if one.living_together)
        if together is not None and together != counted:
            message = _(
                "共同生活人口填 %(together)d，而户主加共同生活的家庭成员共 %(counted)d 人。"
            )
            yield self._error(
                "E301", "living_together", message % {"together": together, "counted": counted}
            )
        if persons is not None and persons != 1 + len(draft.members):
            message = _("家庭人口填 %(persons)d，而户主加家庭成员共 %(counted)d 人。")
            yield self._error(
                "E301", "persons", message % {"persons": persons, "counted": 1 + len(draft.members)}
            )

    def _causes_and_needs(self) -> Iterator[Problem]:
        draft = self.draft
        others = draft.other_causes
        if draft.main_cause and draft.main_cause in others:
            yield self._error("E303", "other_causes", _("次要致困原因不能与主要原因重复。"))
        elif len(set(others)) < len(others):
            yield self._error("E303", "other_causes", _("次要致困原因之间不能重复。"))
        if len(others) > MOST_OTHER_CAUSES:
            yield self._error("too-many", "other_causes", _("次要致困原因最多三项。"))
        if len(draft.needs) > MOST_NEEDS:
            yield self._error("too-many", "needs", _("帮扶需求最多三项。"))

    def _migrant(self) -> Iterator[Problem]:
        draft = self.draft
        if draft.identity != "migrant" and draft.file_kind != "migrant":
            return
        given = draft.contract_on is not None or draft.contract_months is not None
        if (given or self.ctx.stage > Stage.DRAFT) and not self._contract_long_enough():
            message = _(
                "困难农民工须有一年以上劳动关系：合同签订满一年，或合同期限不少于 12 个月。"
            )
            yield self._error("E304", "contract_months", message)
        if draft.member is False:
            yield self._error("E304", "member", _("困难农民工须已加入工会。"))

    def _contract_long_enough(self) -> bool:
        draft = self.draft
        if (draft.contract_months or 0) >= SHORTEST_CONTRACT_MONTHS:
            return True
        applied = draft.applied_on or self.ctx.on
        return draft.contract_on is not None and age_on(draft.contract_on, applied) >= 1

    def _dates(self) -> Iterator[Problem]:
        draft = self.draft
        applied = draft.applied_on or self.ctx.on
        if draft.contract_on and draft.contract_on > applied:
            yield self._error("V17", "contract_on", _("劳动合同签订日期不能晚于申请日期。"))
        if draft.applied_on and draft.applied_on > self.ctx.on:
            yield self._error("date", "applied_on", _("申请日期不能晚于今天。"))
        elif draft.birth and draft.applied_on and draft.applied_on <= draft.birth:
            yield self._error("date", "applied_on", _("申请日期不能早于出生日期。"))
        if draft.birth and draft.work_start and age_on(draft.birth, draft.work_start) < 16:
            yield self._error("date", "work_start", _("参加工作时未满 16 周岁，请核对日期。"))
        elif draft.work_start and draft.work_start > applied:
            yield self._error("date", "work_start", _("参加工作日期不能晚于申请日期。"))
        if (
            draft.contract_on
            and draft.contract_ended_on
            and draft.contract_ended_on < draft.contract_on
        ):
            yield self._error("date", "contract_ended_on", _("劳动合同终止日期不能早于签订日期。"))
        yield from self._signed_for_this(draft.applied_on)

    def _signed_for_this(self, applied: date | None) -> Iterator[Problem]:
        """Doubt a signature that was given more than a year before the application it stands for."""
        draft = self.draft
        if draft.consent_on and draft.consent_on > self.ctx.on:
            yield self._error("date", "consent_on", _("同意书签署日期不能晚于今天。"))
        message = _("签署日期比申请日期早一年以上，请核对是不是为这次申请签署的。")
        for field, signed in (
            ("consent_on", draft.consent_on),
            ("authorised_on", draft.authorised_on),
        ):
            if signed and applied and age_on(signed, applied) >= 1:
                yield self._warning("date", field, message)

    def _health(self) -> Iterator[Problem]:
        yield from self._disability(self.draft, "")

    def _dibao(self) -> Iterator[Problem]:
        if self.draft.dibao and not self.draft.dibao_no:
            yield self._error("V12", "dibao_no", _("享受低保的须填写低保证号。"))

    def _exclusions(self) -> Iterator[Problem]:
        severity = "error" if self.ctx.exclusions_bar == "all" else "warning"
        for code, field, message in exclusions_of(self.draft, self.ctx.exclusions):
            yield Problem(code=code, field=field, message=message, severity=severity)

    def _authorisation(self) -> Iterator[Problem]:
        signed = self.draft.authorised_on
        if signed is None:
            if self.ctx.stage is Stage.IMPORT and self._is_good("authorised_on"):
                message = _("未签署家庭经济状况核对授权书，请本人签署后填写日期。")
                yield self._error("E602", "authorised_on", message)
        elif signed > self.ctx.on:
            yield self._error("E602", "authorised_on", _("授权书签署日期不能晚于今天。"))

    # Members

    def _members(self) -> Iterator[Problem]:
        met: set[str] = set()
        for position, member in enumerate(self.draft.members):
            prefix = f"members.{position}."
            yield from self._member(member, prefix)
            if not member.id_no:
                continue
            if member.id_no == self.draft.id_no:
                yield self._error("V04", prefix + "id_no", _("户主本人不在家庭成员中重复填写。"))
            elif member.id_no in met:
                yield self._error("E201", prefix + "id_no", _("同一户中有两名成员证件号码相同。"))
            else:
                yield from self._member_seen_elsewhere(member, prefix)
            met.add(member.id_no)

    def _member_seen_elsewhere(self, member: MemberDraft, prefix: str) -> Iterator[Problem]:
        sighting = self.ctx.sightings.get(member.id_no)
        if sighting is None:
            return
        if sighting.role == "head":
            message = _("该成员已是%(where)s的户主。") % {"where": sighting.where}
            yield self._error("E202", prefix + "id_no", message)
        else:
            message = _("该成员也是%(where)s的家庭成员，请核实。") % {"where": sighting.where}
            yield self._warning("E202", prefix + "id_no", message)

    def _member(self, member: MemberDraft, prefix: str) -> Iterator[Problem]:
        if self.ctx.stage > Stage.DRAFT:
            for spec in _STARRED_OF_MEMBER:
                faulty = prefix + spec.name in self.ctx.faulty
                if is_empty(getattr(member, spec.name)) and not faulty:
                    yield self._error("required", prefix + spec.name, required_message(spec))
        if member.id_no:
            number, problems = self._number(member.id_no, "", prefix)
            yield from problems
            if number is not None:
                yield from self._matches(number, member, prefix)
        yield from self._name(member.name, prefix + "name")
        yield from self._codes(member, CODED_OF_MEMBER, prefix)
        yield from self._disability(member, prefix)
        yield from self._student(member, prefix)
        if member.relation == "01":
            yield self._error("V04", prefix + "relation", _("户主本人不在家庭成员中重复填写。"))
        if member.mobile:
            try:
                check_mobile(member.mobile)
            except NumberRefused as refusal:
                yield self._error("V20", prefix + "mobile", refusal.message)

    def _student(self, member: MemberDraft, prefix: str) -> Iterator[Problem]:
        if member.identity != "student":
            return
        for field in ("workplace", "stage", "enrolled_year"):
            if is_empty(getattr(member, field)) and prefix + field not in self.ctx.faulty:
                message = _("在读学生须填写学校、就读阶段和入学年份。")
                make = self._error if self.ctx.stage is Stage.SUBMIT else self._warning
                yield make("V10", prefix + field, message)

    def _income(self) -> Iterator[Problem]:
        draft = self.draft
        if draft.own_income_fen is None or draft.inc_wages_fen is None:
            return
        monthly = draft.own_income_fen + sum(one.income_fen or 0 for one in draft.members)
        gap = abs(monthly * 12 - draft.inc_wages_fen)
        if gap * 100 > INCOME_TOLERANCE_PERCENT * draft.inc_wages_fen:
            message = _("全家月收入合计的 12 倍与工资性收入相差超过 5%,请核对。")
            yield self._warning("V06", "inc_wages_fen", message)

    # The account

    def _card(self, *, identity_known: bool) -> Iterator[Problem]:
        draft = self.draft
        strange = draft.card_name and draft.name and draft.card_name != draft.name
        if identity_known and strange and not draft.card_proxy:
            message = _("开户名与户主姓名不一致；由代理人领取的，请填写代领说明。")
            yield self._error("E501", "card_name", message)
        if draft.card_no and self._is_good("card_no"):
            if not draft.card_no.isdigit() or not 12 <= len(draft.card_no) <= 19:
                yield self._error("card", "card_no", _("银行卡号应为 12 至 19 位数字。"))
            elif not luhn_ok(draft.card_no):
                yield self._warning("E502", "card_no", _("银行卡号未通过校验，请再核对一遍。"))
