"""From what a person, a form or another system typed to the values of a draft.

Nothing is guessed: a value that cannot be read is a problem naming the field and the remedy, and the
field stays empty in the draft.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from bangfu.kernel.identity import tidied_phone
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.drafts import HouseholdDraft, MemberDraft
from tenant_apps.households.fields import FieldSpec, Kind, spec_by_public_name

# Eight digits, or parts with something between them: 2026115 would be two days. Systems write midnight along.
_DAY = re.compile(
    r"(\d{4})(?:(\d{2})(\d{2})|[-/.年](\d{1,2})[-/.月](\d{1,2})日?)(?:T?0?0:00(?::00(?:\.0+)?)?)?"
)
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_LONGEST_SHOWN = 40
_MOST_FEN = 10**13
_SAFE_INTEGER = 10**15
_SPECS = {draft: spec_by_public_name(draft) for draft in (HouseholdDraft, MemberDraft)}


@dataclass(frozen=True)
class Reading:
    """The values that could be read, under the names of the draft, and what could not."""

    values: dict[str, Any]
    problems: list[Problem]


class Unreadable(Exception):
    """A value that cannot be read: the code of the problem and what should stand there."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message


def read_values(
    draft: type[Any], given: Mapping[str, Any], *, prefix: str = "", ignore: Iterable[str] = ()
) -> Reading:
    """Read `given` (public or column names → anything) into values of the draft class.

    Codes may be given by value or by Chinese or English wording, amounts in yuan as text or number.
    """
    by_name = _SPECS[draft]
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, raw in given.items():
        if name in ignore:
            continue
        spec = by_name.get(name)
        if spec is None:
            message = _("没有名为“%(name)s”的字段。") % {"name": _shown(name)}
            field = prefix + _shown(name)
            problems.append(Problem(code="unknown-field", field=field, message=message))
            continue
        try:
            values[spec.name] = read_value(spec, raw)
        except Unreadable as refusal:
            problems.append(
                Problem(code=refusal.code, field=prefix + name, message=refusal.message)
            )
    return Reading(values, problems)


def read_changes(given: Mapping[str, Any]) -> Reading:
    """Read a part of a household; `members`, where given, are all of them."""
    reading = read_values(HouseholdDraft, given, ignore=("members",))
    if "members" not in given:
        return reading
    members, problems = _read_members(given["members"])
    return Reading({**reading.values, "members": members}, [*reading.problems, *problems])


def read_draft(given: Mapping[str, Any]) -> tuple[HouseholdDraft, list[Problem]]:
    """Read a whole household with its `members` from what another system sent."""
    reading = read_changes(given)
    return HouseholdDraft(**reading.values), reading.problems


def _read_members(given: Any) -> tuple[list[MemberDraft], list[Problem]]:
    members: list[MemberDraft] = []
    problems: list[Problem] = []
    if not isinstance(given, list):
        message = _("家庭成员应为列表。")
        return members, [Problem(code="format", field="members", message=message)]
    for position, one in enumerate(given):
        if not isinstance(one, Mapping):
            message = _("家庭成员的每一项应为字段与值。")
            problems.append(Problem(code="format", field=f"members.{position}", message=message))
            continue
        reading = read_values(MemberDraft, one, prefix=f"members.{position}.")
        members.append(MemberDraft(**reading.values))
        problems.extend(reading.problems)
    return members, problems


def read_value(spec: FieldSpec, raw: Any) -> Any:
    """Read one value of a field; blank input is the field's empty value.

    Raises:
        Unreadable: the value is not of the field's kind; says what should stand there.
    """
    if not _blank(raw):
        return _READERS[spec.kind](spec, raw)
    if spec.kind is Kind.CODES:
        return ()
    return "" if spec.kind in _WORDED else None


def is_storable(text: str) -> bool:
    """Tell whether a text can be kept: it holds no NUL and no half of a character."""
    return "\x00" not in text and not _HALF_CHARACTER.search(text)


def _blank(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _half_width(raw: Any) -> str:
    return unicodedata.normalize("NFKC", str(raw)).strip()


def _text(spec: FieldSpec, raw: Any) -> str:
    if not isinstance(raw, str):
        raise Unreadable("format", _("请填写文字。"))
    value = raw.strip()
    if not is_storable(value):
        raise Unreadable("format", _("含有不能保存的字符，请重新输入。"))
    if spec.max_length and len(value) > spec.max_length:
        raise Unreadable("too-long", _("最多 %(most)d 个字。") % {"most": spec.max_length})
    return value


def _identifier(spec: FieldSpec, raw: Any) -> str:
    lost = isinstance(raw, float) or (isinstance(raw, Decimal) and raw != raw.to_integral_value())
    if isinstance(raw, int | Decimal):
        lost = lost or not -_SAFE_INTEGER < raw < _SAFE_INTEGER
    if lost:
        raise Unreadable("E104", _("号码必须按文本提交：按数字提交会丢失精度。"))
    plain = format(raw.normalize(), "f") if isinstance(raw, Decimal) else raw
    value = "".join(_half_width(plain).split()).upper()
    return _text(spec, tidied_phone(value) if spec.sensitive == "phone" else value)


def _code(spec: FieldSpec, raw: Any) -> str:
    found = spec.code_list.find(raw)
    if found is None:
        allowed = "、".join(code.text for code in spec.code_list)
        raise Unreadable(
            "E302",
            _("“%(given)s”不在代码表中，可填：%(allowed)s。")
            % {"given": _shown(raw), "allowed": allowed},
        )
    return found.value


def _shown(raw: Any) -> str:
    return str(raw)[:_LONGEST_SHOWN].encode(errors="replace").decode()


def _codes(spec: FieldSpec, raw: Any) -> tuple[str, ...]:
    parts = re.split(r"[、,,;;]", raw) if isinstance(raw, str) else raw
    if not isinstance(parts, list | tuple):
        raise Unreadable("format", _("请给出一个或多个代码。"))
    return tuple(_code(spec, part) for part in parts if not _blank(part))


def _yes_no(_spec: FieldSpec, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    found = CODE_LISTS["yes_no"].find(raw)
    if found is None:
        raise Unreadable("E302", _("请填“是”或“否”。"))
    return found.value == "yes"


def _day(_spec: FieldSpec, raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    match = _DAY.fullmatch("".join(_half_width(raw).split()))
    try:
        year, month, day = (int(part) for part in match.groups() if part) if match else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        raise Unreadable("date", _("日期请写成 2026-11-21 的样子。")) from None


def _number(raw: Any) -> Decimal:
    if isinstance(raw, bool):
        raise Unreadable("number", _("请填写数字。"))
    try:
        value = Decimal(repr(raw) if isinstance(raw, float) else _half_width(raw).replace(",", ""))
    except InvalidOperation:
        raise Unreadable("number", _("请填写数字。")) from None
    if not value.is_finite():
        raise Unreadable("number", _("请填写数字。"))
    return value


def _integer(_spec: FieldSpec, raw: Any) -> int:
    value = _number(raw)
    if value != value.to_integral_value() or abs(value) > 1_000_000:
        raise Unreadable("number", _("请填写整数。"))
    return int(value)


def _decimal(_spec: FieldSpec, raw: Any) -> Decimal:
    value = _number(raw)
    if abs(value) >= 1_000_000 or round(value, 2) != value:
        raise Unreadable("number", _("最多两位小数，且小于一百万。"))
    return value


def _fen(_spec: FieldSpec, raw: Any) -> int:
    fen = _number(raw) * 100
    if abs(fen) > _MOST_FEN:
        raise Unreadable("money", _("金额过大，请核对。"))
    if fen != fen.to_integral_value():
        raise Unreadable("money", _("金额最多两位小数，单位为元。"))
    return int(fen)


_WORDED = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.IDENTIFIER, Kind.CODE})
_READERS: dict[Kind, Callable[[FieldSpec, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.IDENTIFIER: _identifier,
    Kind.CODE: _code,
    Kind.CODES: _codes,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _day,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _fen,
}
