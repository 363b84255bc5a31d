"""The cap engine: whether a case may be aided, what the standard is, and what bounds it.

Every amount is integer fen. What is over the turn of a year begins anew; what counts against a cap is what was granted
or is under way, at this station, for the household or for the person.

Source: domain NR20 to NR23, I-K02, I-H17, I-Q11, §3.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from shared_apps.programmes.terms import Terms
from tenant_apps.aid.rules.cases import Case, Past

MAY_BE_AIDED = ("on_file", "rechecking")
"""A file on file, and one that is looked at again: it stays on file meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One bound of the amount: its limit, what it took from before, and what is left, in fen.

    ``base_fen``, ``times`` and ``share`` are what the limit was computed from, where it was computed.
    """

    code: str
    limit_fen: int
    used_fen: int = 0
    base_fen: int = 0
    times: int = 0
    share: str = ""

    @property
    def left_fen(self) -> int:
        """What may still be granted under it."""
        return max(0, self.limit_fen - self.used_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """How a case was judged.

    ``reasons`` are the codes of everything that forbids it, none where it may be aided. ``standard_fen`` is
    the amount of the standard table, ``most_fen`` what the bounds leave (None where nothing bounds),
    ``proposed_fen`` what would be granted: the standard, or what was asked, never more than the bounds leave.
    ``floor_fen`` is the least.
    """

    reasons: tuple[str, ...]
    bounds: tuple[Bound, ...]
    standard_fen: int | None
    floor_fen: int
    most_fen: int | None
    proposed_fen: int

    @property
    def may_be_aided(self) -> bool:
        """Whether nothing forbids it."""
        return not self.reasons

    @property
    def binding(self) -> Bound | None:
        """The bound that leaves the least; None where nothing bounds."""
        return min(self.bounds, key=lambda one: one.left_fen, default=None)


def assess(case: Case, terms: Terms) -> Assessment:
    """Judge a case by the terms of its programme.

    Reasons: A101 no file on file · A102 outside the files, and the programme is not for that group · A103 tier · A104
    file level · A105 special group · A106 stage of study missing or not covered · A107 outside the window · A108 what
    was paid oneself is missing · A109 papers are missing · A110 more was asked than the bounds leave · A111 the bounds
    leave nothing · A112 as often as a year allows · A113 this tier gets one kind a year · A114 less than the least ·
    A115 kind of loss missing or not covered · A116 what was lost is missing.
    """
    bounds = tuple(_bounds(case, terms))
    most = min((one.left_fen for one in bounds), default=None)
    standard = terms.standard_for(level=case.level, tier=case.tier, stage=case.stage)
    floor = case.line_fen if terms.line_floor else 0
    wanted = standard if standard is not None else case.asked_fen
    reasons = [*_refusals(case, terms), *_amount_reasons(case, terms, most=most, floor=floor)]
    return Assessment(
        reasons=tuple(reasons),
        bounds=bounds,
        standard_fen=standard,
        floor_fen=floor,
        most_fen=most,
        proposed_fen=wanted if most is None else min(wanted, most),
    )


def _refusals(case: Case, terms: Terms) -> Iterable[str]:
    yield from _refusals_of_file(case, terms) if case.file_state else _refusals_outside(case, terms)
    if terms.groups and not set(case.groups) & set(terms.groups):
        yield "A105"
    if (terms.unit == "student" and not case.stage) or (
        terms.stages and case.stage not in terms.stages
    ):
        yield "A106"
    if terms.loss_caps_fen and case.loss_kind not in terms.loss_caps_fen:
        yield "A115"
    if case.loss_kind in terms.loss_shares and not case.loss_fen:
        yield "A116"
    if not terms.is_in_window(case.on):
        yield "A107"
    if terms.self_paid_share and not case.self_paid_fen:
        yield "A108"
    if not case.is_urgent and set(terms.papers) - case.papers:
        yield "A109"


def _refusals_of_file(case: Case, terms: Terms) -> Iterable[str]:
    if case.file_state not in MAY_BE_AIDED:
        yield "A101"
    if terms.tiers and case.tier not in terms.tiers:
        yield "A103"
    if terms.levels and case.level not in terms.levels:
        yield "A104"


def _refusals_outside(case: Case, terms: Terms) -> Iterable[str]:
    if not case.outside:
        yield "A101"
    elif case.outside not in terms.outside:
        yield "A102"


def _amount_reasons(case: Case, terms: Terms, *, most: int | None, floor: int) -> Iterable[str]:
    if most == 0:
        yield "A111"
    elif most is not None and case.asked_fen > most:
        yield "A110"
    own = [one for one in _this_year(case) if one.programme == case.programme]
    if terms.times_per_year is not None and len(_of_unit(own, terms)) >= terms.times_per_year:
        yield "A112"
    if case.tier in terms.one_kind_tiers and any(
        one.aid != case.aid for one in _this_year(case) if one.aid != "warmth"
    ):
        yield "A113"
    if case.asked_fen < floor:
        yield "A114"


def _bounds(case: Case, terms: Terms) -> Iterable[Bound]:
    own = _of_unit([one for one in case.past if one.programme == case.programme], terms)
    this_year = [one for one in own if one.on.year == case.on.year]
    if terms.per_time_fen is not None:
        yield Bound(code="per_time", limit_fen=terms.per_time_fen)
    if terms.per_year_fen is not None:
        counted = (
            _of_unit([one for one in _this_year(case) if one.aid == case.aid], terms)
            if terms.year_cap_is_shared
            else this_year
        )
        yield Bound(code="per_year", limit_fen=terms.per_year_fen, used_fen=_sum(counted))
    if terms.total_fen is not None:
        yield Bound(code="total", limit_fen=terms.total_fen, used_fen=_sum(own))
    if terms.living_months:
        yield Bound(
            code="living_months",
            limit_fen=case.line_fen * case.living_months,
            used_fen=_sum(this_year),
            base_fen=case.line_fen,
            times=case.living_months,
        )
    share = terms.self_paid_share.get(case.tier)
    if share is not None and case.self_paid_fen:
        yield Bound(
            code="self_paid",
            limit_fen=_share_of(case.self_paid_fen, share),
            base_fen=case.self_paid_fen,
            share=share,
        )
    if case.stage in terms.stage_caps_fen:
        yield Bound(
            code="stage", limit_fen=terms.stage_caps_fen[case.stage], used_fen=_sum(this_year)
        )
    if case.loss_kind in terms.loss_caps_fen:
        yield Bound(code="loss", limit_fen=terms.loss_caps_fen[case.loss_kind])
    lost = terms.loss_shares.get(case.loss_kind)
    if lost is not None and case.loss_fen:
        yield Bound(
            code="loss_share",
            limit_fen=_share_of(case.loss_fen, lost),
            base_fen=case.loss_fen,
            share=lost,
        )
    if case.is_urgent and terms.urgent_limit_fen is not None:
        yield Bound(code="urgent", limit_fen=terms.urgent_limit_fen)


def _this_year(case: Case) -> list[Past]:
    return [one for one in case.past if one.on.year == case.on.year]


def _of_unit(past: list[Past], terms: Terms) -> list[Past]:
    return past if terms.unit == "household" else [one for one in past if one.same_person]


def _share_of(amount_fen: int, share: str) -> int:
    return int((amount_fen * Decimal(share)).to_integral_value(rounding=ROUND_FLOOR))


def _sum(past: Iterable[Past]) -> int:
    return sum(one.amount_fen for one in past)
