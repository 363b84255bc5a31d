"""What a programme says: its terms as a value, read from the row and checked before they are laid down.

Amounts are integer fen. A cap that is None does not bind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from shared_apps.catalogues.codes import CODE_LISTS

CYCLES = ("year", "month", "campaign", "case")
UNITS = ("household", "student", "person")
LEVELS = ("2", "3", "4")
MOST_FEN = 10**11
_AMOUNTS = ("per_time_fen", "per_year_fen", "total_fen", "urgent_limit_fen", "meeting_above_fen")
_CAPS = ("per_time_fen", "per_year_fen", "total_fen", "times_per_year", "urgent_limit_fen")
_LISTS = {
    "tiers": "tier",
    "levels": "file_level",
    "groups": "group",
    "outside": "warmth_group",
    "stages": "aid_stage",
    "one_kind_tiers": "tier",
    "papers": "paper",
}
_MAPPINGS = ("self_paid_share", "stage_caps_fen", "loss_caps_fen", "loss_shares", "own_limits_fen")
_SWITCHES = ("year_cap_is_shared", "living_months", "line_floor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A standard amount for a file level, tier and stage; an empty one means any."""

    amount_fen: int
    level: str = ""
    tier: str = ""
    stage: str = ""

    def fits(self, *, level: str, tier: str, stage: str) -> bool:
        """Tell whether it is the amount for such a case."""
        return all(
            not mine or mine == theirs
            for mine, theirs in ((self.level, level), (self.tier, tier), (self.stage, stage))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one programme.

    ``cycle`` is in what the same need is met once: a calendar year, a month, a campaign, or one case of one day.
    ``unit`` is who is counted for the caps. ``outside`` names the warmth groups that need no file. ``window`` is the
    first and last day of a year (``MM-DD``) in which it may be applied for. ``standards`` are given as
    they are; of several the first that fits. ``loss_caps_fen`` bounds one grant by the kind of sudden loss, and a loss
    of no such kind is not aided; ``loss_shares`` bounds such a kind also by a share of what was lost, after
    compensation, insurance and other aid. ``stage_caps_fen`` bounds by stage, ``self_paid_share`` by tier the share
    of what was paid oneself. ``living_months`` bounds by so many months of the local line, as the rule
    ``aid.living_months`` says. ``line_floor`` asks for at least the line. ``year_cap_is_shared`` lets ``per_year_fen``
    count every programme of the same kind of aid. Of ``one_kind_tiers`` a household gets one kind of aid a year.
    ``own_limits_fen`` is what a station of a level grants by itself; above it the station above has the last word.
    """

    cycle: str = "year"
    unit: str = "household"
    sub_programme: str = ""
    tiers: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    window: tuple[str, str] | None = None
    standards: tuple[Standard, ...] = ()
    per_time_fen: int | None = None
    per_year_fen: int | None = None
    year_cap_is_shared: bool = False
    total_fen: int | None = None
    times_per_year: int | None = None
    living_months: bool = False
    line_floor: bool = False
    self_paid_share: Mapping[str, str] = field(default_factory=dict)
    stage_caps_fen: Mapping[str, int] = field(default_factory=dict)
    loss_caps_fen: Mapping[str, int] = field(default_factory=dict)
    loss_shares: Mapping[str, str] = field(default_factory=dict)
    one_kind_tiers: tuple[str, ...] = ()
    urgent_limit_fen: int | None = None
    meeting_above_fen: int = 0
    own_limits_fen: Mapping[str, int] = field(default_factory=dict)
    papers: tuple[str, ...] = ()

    def is_in_window(self, on: date) -> bool:
        """Tell whether it may be applied for on a day; a window may run over the turn of the year."""
        if self.window is None:
            return True
        first, last = self.window
        day = f"{on:%m-%d}"
        return first <= day <= last if first <= last else day >= first or day <= last

    def standard_for(self, *, level: str, tier: str, stage: str) -> int | None:
        """Return the standard amount of a case; None where there is none."""
        return next(
            (
                one.amount_fen
                for one in self.standards
                if one.fits(level=level, tier=tier, stage=stage)
            ),
            None,
        )


def read_terms(stored: Mapping[str, Any]) -> Terms:
    """Return terms as a row keeps them; what it does not say is as the defaults have it."""
    known = {one.name for one in fields(Terms)}
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) and name != "standards" else value
        for name, value in stored.items()
        if name in known
    }
    given["standards"] = tuple(Standard(**one) for one in stored.get("standards", ()))
    return Terms(**given)


def stored_terms(terms: Terms) -> dict[str, Any]:
    """Return terms as a row keeps them: only what differs from the defaults."""
    defaults = asdict(Terms())
    stored = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(terms).items()
        if value != defaults[name]
    }
    if terms.standards:
        stored["standards"] = [
            {name: value for name, value in asdict(one).items() if value} for one in terms.standards
        ]
    return stored


def terms_problems(stored: Mapping[str, Any]) -> list[Problem]:
    """Say everything that keeps stored terms from being terms.

    G101 something unknown · G102 a value of no list · G103 an amount that is none · G104 a day that is none · G105 a
    share that is none · G106 a share of a kind of loss without its cap · G107 a value of another shape, which alone is
    said then.
    """
    misshapen = _shape_problems(stored)
    if misshapen:
        return misshapen
    known = {one.name for one in fields(Terms)}
    problems = [
        _problem("G101", name, _("没有这项内容：%(name)s") % {"name": name})
        for name in stored
        if name not in known
    ]
    problems += _choice_problems(stored)
    problems += _amount_problems(stored)
    window = stored.get("window")
    if window is not None and not (len(window) == 2 and all(map(_is_day, window))):
        problems.append(_problem("G104", "window", _("起止日期写作“月-日”，如 09-01。")))
    for name in ("self_paid_share", "loss_shares"):
        if not all(map(_is_share, stored.get(name, {}).values())):
            problems.append(_problem("G105", name, _("比例应在 0 到 1 之间。")))
    if set(stored.get("loss_shares", {})) - set(stored.get("loss_caps_fen", {})):
        problems.append(_problem("G106", "loss_shares", _("有比例的损失类别须同时规定每次限额。")))
    return problems


def looser_problems(own: Terms, above: Terms) -> list[Problem]:
    """Say where terms are looser than those above them: a station may be stricter, never looser (I-F30)."""
    problems = [
        _problem("G110", name, _("不能比上级规定宽松。"))
        for name in _CAPS
        if _exceeds(getattr(own, name), getattr(above, name))
    ]
    for name in ("stage_caps_fen", "own_limits_fen", "self_paid_share"):
        mine, theirs = getattr(own, name), getattr(above, name)
        if any(
            key not in mine or Decimal(mine[key]) > Decimal(most) for key, most in theirs.items()
        ):
            problems.append(_problem("G110", name, _("不能比上级规定宽松。")))
    # A kind of loss that is left out is not aided at all, which is stricter; none at all would bound nothing.
    if above.loss_caps_fen and (
        not own.loss_caps_fen
        or any(most > above.loss_caps_fen.get(kind, -1) for kind, most in own.loss_caps_fen.items())
    ):
        problems.append(_problem("G110", "loss_caps_fen", _("不能比上级规定宽松。")))
    if any(
        kind in own.loss_caps_fen
        and (kind not in own.loss_shares or Decimal(own.loss_shares[kind]) > Decimal(most))
        for kind, most in above.loss_shares.items()
    ):
        problems.append(_problem("G110", "loss_shares", _("不能比上级规定宽松。")))
    if above.living_months and not own.living_months:
        problems.append(_problem("G110", "living_months", _("不能比上级规定宽松。")))
    if own.meeting_above_fen > above.meeting_above_fen:
        problems.append(_problem("G110", "meeting_above_fen", _("不能比上级规定宽松。")))
    if set(above.papers) - set(own.papers):
        problems.append(_problem("G110", "papers", _("上级要求的材料不能减少。")))
    return problems


def _exceeds(own: int | None, above: int | None) -> bool:
    return above is not None and (own is None or own > above)


def _choice_problems(stored: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for name, code_list in _LISTS.items():
        if any(value not in CODE_LISTS[code_list] for value in stored.get(name, ())):
            title = CODE_LISTS[code_list].title
            problems.append(_problem("G102", name, _("请从“%(list)s”中选择。") % {"list": title}))
    for name, allowed in (("cycle", CYCLES), ("unit", UNITS)):
        if stored.get(name, allowed[0]) not in allowed:
            problems.append(_problem("G102", name, _("请从所列各项中选择。")))
    sub = stored.get("sub_programme", "")
    if sub and sub not in CODE_LISTS["sub_programme"]:
        problems.append(_problem("G102", "sub_programme", _("请从所列各项中选择。")))
    if set(stored.get("stage_caps_fen", {})) - {one.value for one in CODE_LISTS["aid_stage"]}:
        problems.append(_problem("G102", "stage_caps_fen", _("没有这个助学阶段。")))
    if set(stored.get("loss_caps_fen", {})) - {one.value for one in CODE_LISTS["loss_kind"]}:
        problems.append(_problem("G102", "loss_caps_fen", _("没有这个意外损失类别。")))
    if set(stored.get("own_limits_fen", {})) - set(LEVELS):
        problems.append(_problem("G102", "own_limits_fen", _("没有这个层级。")))
    return problems


def _shape_problems(stored: Mapping[str, Any]) -> list[Problem]:
    """Say which values are no mapping, list, pair or switch where one belongs: a program may send anything."""
    fits = {name: isinstance(stored.get(name, {}), Mapping) for name in _MAPPINGS}
    fits |= {name: _is_list_of(str, stored.get(name, ())) for name in _LISTS}
    fits |= {name: isinstance(stored.get(name, False), bool) for name in _SWITCHES}
    fits |= {
        name: isinstance(stored.get(name, ""), str) for name in ("cycle", "unit", "sub_programme")
    }
    times = stored.get("times_per_year")
    fits["times_per_year"] = times is None or (type(times) is int and 0 < times < 1000)
    window = stored.get("window")
    fits["window"] = window is None or _is_list_of(str, window)
    standards = stored.get("standards", ())
    parts = {one.name for one in fields(Standard)}
    fits["standards"] = _is_list_of(Mapping, standards) and all(
        set(one) <= parts
        and all(isinstance(text, str) for name, text in one.items() if name != "amount_fen")
        for one in standards
    )
    return [
        _problem("G107", name, _("这项的内容不合格式，请按接口说明填写。"))
        for name, does_fit in fits.items()
        if not does_fit
    ]


def _is_list_of(kind: type, value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, kind) for one in value)


def _amount_problems(stored: Mapping[str, Any]) -> list[Problem]:
    amounts = [(name, stored[name]) for name in _AMOUNTS if stored.get(name) is not None]
    amounts += [
        (name, value)
        for name in ("stage_caps_fen", "loss_caps_fen", "own_limits_fen")
        for value in stored.get(name, {}).values()
    ]
    amounts += [("standards", one.get("amount_fen")) for one in stored.get("standards", ())]
    return [
        _problem("G103", name, _("金额应为不小于 0 的数。"))
        for name, value in amounts
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_FEN
    ]


def _is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and len(text) == 5 and bool(date.fromisoformat(f"2024-{text}"))
    except ValueError:
        return False


def _is_share(text: object) -> bool:
    try:
        return isinstance(text, str) and 0 < Decimal(text) <= 1
    except InvalidOperation:
        return False


def _problem(code: str, field_name: str, message: str) -> Problem:
    return Problem(code=code, field=field_name, message=message)
