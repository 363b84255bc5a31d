"""What is checked of every person of a household, head or member: the number, the name, the codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from bangfu.kernel.identity import IdNumber, NumberRefused, check_passport, parse_id_no
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.fields import FieldSpec, Kind
from tenant_apps.households.rules.context import CheckContext

if TYPE_CHECKING:
    from bangfu.kernel.errors import Text

_CODE_KINDS = (Kind.CODE, Kind.CODES)
CODED = tuple(spec for spec in FILE_FIELDS if spec.kind in _CODE_KINDS)
CODED_OF_MEMBER = tuple(spec for spec in MEMBER_FIELDS if spec.kind in _CODE_KINDS)
_NAME_MARKS = "·• .-"


@dataclass(frozen=True)
class PersonChecks:
    """Checks of one person; ``prefix`` says whose field a problem is about, empty for the head's."""

    draft: HouseholdDraft
    ctx: CheckContext

    def _is_good(self, name: str) -> bool:
        return name not in self.ctx.faulty

    def _error(self, code: str, field: str, message: Text) -> Problem:
        return Problem(code=code, field=field, message=message)

    def _warning(self, code: str, field: str, message: Text) -> Problem:
        return Problem(code=code, field=field, message=message, severity="warning")

    def _number(
        self, id_no: str, id_type: str, prefix: str
    ) -> tuple[IdNumber | None, list[Problem]]:
        try:
            if id_type in {"passport", "other"}:
                check_passport(id_no)
                return None, []
            number = parse_id_no(id_no, on=self.ctx.on)
        except NumberRefused as refusal:
            return None, [self._error(refusal.code, prefix + "id_no", refusal.message)]
        return number, []

    def _matches(
        self, number: IdNumber, person: HouseholdDraft | MemberDraft, prefix: str
    ) -> Iterator[Problem]:
        if person.birth and person.birth != number.birth:
            yield self._error(
                "E102",
                prefix + "birth",
                _("证件号码中的出生日期是 %(found)s，与填写的不符，请核对。")
                % {"found": number.birth.isoformat()},
            )
        if person.sex and person.sex != str(number.sex):
            yield self._error("E103", prefix + "sex", _("性别与证件号码不符，请核对。"))

    def _name(self, name: str, field: str) -> Iterator[Problem]:
        if not name:
            return
        plain = all(part.isalpha() or part in _NAME_MARKS for part in name)
        if not plain or not 2 <= len(name) <= 20:
            yield self._error("name", field, _("姓名应为 2 至 20 个字，不含数字，可用间隔号“·”。"))

    def _codes(
        self, person: HouseholdDraft | MemberDraft, specs: tuple[FieldSpec, ...], prefix: str
    ) -> Iterator[Problem]:
        for spec in specs:
            value = getattr(person, spec.name)
            for one in (value,) if spec.kind is Kind.CODE else value:
                if one and one not in spec.code_list:
                    message = _("“%(given)s”不在代码表“%(list)s”中。") % {
                        "given": one,
                        "list": spec.code_list.title,
                    }
                    yield self._error("E302", prefix + spec.name, message)

    def _disability(self, person: HouseholdDraft | MemberDraft, prefix: str) -> Iterator[Problem]:
        kind = person.disability not in {"", "none"}
        grade = person.disability_grade not in {"", "none"}
        disabled = person.health == "60" or kind or grade
        if disabled and not (kind and grade):
            field = "disability_grade" if kind else "disability"
            yield self._error("V11", prefix + field, _("残疾的须同时填写残疾类别和残疾等级。"))


def is_empty(value: object) -> bool:
    """Say whether nothing was filled in; zero and no are something."""
    return value is None or value in ("", ())


def required_message(spec: FieldSpec) -> str:
    """Return what is said where a field was left open."""
    return _("请填写“%(label)s”。") % {"label": spec.label}
