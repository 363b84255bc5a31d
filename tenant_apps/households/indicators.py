"""The indicators of household files, and their facts as a pure projection of a file's versions.

A version says with which dimensions its household counts as on file, or that it does not count. What
differs between one version and the next is the fact; so the facts of a file can be derived anew at
any time and must come out equal. Source: domain reference §4.1, FIL-01 to FIL-12.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.identity import age_on
from shared_apps.rollup.indicators import Dims, Fact, Indicator, Source
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.models import COUNTED_STATES, FileState, HouseholdFile
from tenant_apps.households.rules.submission import FIVE_CLEARS, ClearRule, five_clears

STOCK_DIMS = ("tier", "cause", "file_level", "file_kind", "group", "sex", "age_band")
_NO_DIMS: Dims = {}
NONE = "none"

INDICATORS = [
    Indicator(
        code="FIL-01",
        name=_("在档困难职工户数"),
        english="Households on file",
        unit="户",
        cls="S",
        dims=STOCK_DIMS,
    ),
    Indicator(
        code="FIL-02",
        name=_("在档家庭人口数"),
        english="Persons in households on file",
        unit="人",
        cls="S",
        dims=STOCK_DIMS,
        measure="value",
    ),
    Indicator(
        code="FIL-03",
        name=_("新建档户数"),
        english="Files opened",
        unit="户",
        cls="A",
        dims=("tier", "cause"),
    ),
    Indicator(
        code="FIL-04",
        name=_("脱困户数"),
        english="Households out of hardship",
        unit="户",
        cls="A",
        dims=("exit_reason", "exit_measure"),
    ),
    Indicator(
        code="FIL-05",
        name=_("解困兜底户数"),
        english="Households secured",
        unit="户",
        cls="A",
        dims=("exit_reason",),
    ),
    Indicator(
        code="FIL-06",
        name=_("注销户数"),
        english="Files cancelled",
        unit="户",
        cls="A",
        dims=("exit_reason",),
    ),
    Indicator(
        code="FIL-07",
        name=_("年度动态解困脱困率"),
        english="Yearly exit rate",
        unit="%",
        cls="R",
        numerator=("FIL-04", "FIL-05"),
        denominator=("FIL-01@opening", "FIL-03"),
    ),
    Indicator(
        code="FIL-08",
        name=_("家庭经济状况核对率"),
        english="Means-check rate",
        unit="%",
        cls="R",
        numerator=("FIL-08.N",),
        denominator=("FIL-01",),
    ),
    Indicator(
        code="FIL-08.N",
        name=_("已完成经济状况核对的在档户数"),
        english="Households on file with a closed means check",
        unit="户",
        cls="S",
        listed=False,
    ),
    Indicator(
        code="FIL-09",
        name=_("五清完整率"),
        english="Five-clear completeness",
        unit="%",
        cls="R",
        dims=("group",),
        numerator=("FIL-09.N",),
        denominator=("FIL-01",),
    ),
    Indicator(
        code="FIL-09.N",
        name=_("五清完整的在档户数"),
        english="Households on file with all five clears",
        unit="户",
        cls="S",
        dims=("group",),
        listed=False,
    ),
    Indicator(
        code="FIL-10",
        name=_("季度复核完成率"),
        english="Quarterly re-check rate",
        unit="%",
        cls="R",
        numerator=("FIL-10.N",),
        denominator=("FIL-01",),
    ),
    Indicator(
        code="FIL-10.N",
        name=_("完成复核的户数"),
        english="Re-checks done",
        unit="户",
        cls="A",
        listed=False,
    ),
    Indicator(
        code="FIL-11",
        name=_("三级建档完整率"),
        english="Three-level stamps complete",
        unit="%",
        cls="R",
        numerator=("FIL-11.N",),
        denominator=("FIL-01",),
    ),
    Indicator(
        code="FIL-11.N",
        name=_("三级盖章齐全的在档户数"),
        english="Households on file with all three stamps",
        unit="户",
        cls="S",
        listed=False,
    ),
    Indicator(
        code="FIL-12",
        name=_("超一年未变更或从未帮扶档案数"),
        english="Files unchanged for 12 months or never helped",
        unit="户",
        cls="S",
        dims=("kind",),
        counted="tenant_apps.households.facts.files_left_alone",
    ),
]

SOURCE = Source(
    recount="tenant_apps.households.facts.facts_of_station",
    listing="tenant_apps.households.facts.files_behind",
)

EXITS = {
    FileState.OUT.value: "FIL-04",
    FileState.SECURED.value: "FIL-05",
    FileState.CANCELLED.value: "FIL-06",
}
RECHECKED = "recheck"
MOVED_IN = "moved_in"

Counted = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the projection needs of one version: its day, state, event and how it counts."""

    on: date
    state: str
    event: str
    counted: Counted | None
    exit_reason: str = ""
    # None where the version is of a time before measures were asked for.
    exit_measure: str | None = None


def counted_of(
    file: HouseholdFile, draft: HouseholdDraft, *, on: date, clears: ClearRule = FIVE_CLEARS
) -> dict[str, Any] | None:
    """Say with which dimensions a file counts as on file on a day; None when it does not count.

    `persons` is the size of the household, `five_clear`, `stamps` and `means_checked` what the ratios
    ask of it. The subject is the keyed hash of the head's number.
    """
    if file.state not in COUNTED_STATES or file.id_no_hash is None:
        return None
    return {
        "subject": bytes(file.id_no_hash).hex(),
        "tier": file.tier or NONE,
        "cause": file.main_cause or NONE,
        "file_level": file.file_level or NONE,
        "file_kind": file.file_kind or NONE,
        "group": sorted(file.groups) or [NONE],
        "sex": file.sex or NONE,
        "age_band": age_band(file.birth, on),
        "persons": file.persons or 1 + len(draft.members),
        "five_clear": five_clears(draft, clears).is_complete,
        "stamps": file.has_three_stamps,
        "means_checked": file.means_checked_on is not None,
    }


def age_band(birth: date | None, on: date) -> str:
    """Give the band of the age on a day, as in the list `age_band`."""
    if birth is None:
        return NONE
    age = age_on(birth, on)
    if age < 30:
        return "under30"
    if age >= 60:
        return "60plus"
    return f"{age // 10 * 10}-{age // 10 * 10 + 9}"


def facts_of_step(
    before: Counted | None,
    after: Counted | None,
    *,
    on: date,
    state: str = FileState.ON_FILE,
    event: str = "",
    exit_reason: str = "",
    exit_measure: str | None = None,
) -> list[Fact]:
    """Derive the facts of one change, all in the month of `on`.

    Stocks lose what counted before and gain what counts now; an unchanged count gives no fact. A
    first count is a file opened, unless it came from another station; a last one in a closing
    state is an exit.
    """
    month = on.replace(day=1)
    facts: list[Fact] = []
    if before != after:
        facts += _stock(before, month, -1) + _stock(after, month, 1)
    if before is None and after is not None and event != MOVED_IN:
        facts.append(_fact("FIL-03", month, after, ("tier", "cause")))
    if before is not None and after is None and state in EXITS:
        facts.append(
            Fact(
                indicator=EXITS[state],
                period=month,
                dims=_of_exit(state, exit_reason, exit_measure),
                subject=bytes.fromhex(before["subject"]),
            )
        )
    if event == RECHECKED and after is not None:
        facts.append(_fact("FIL-10.N", month, after, ()))
    return facts


def facts_of_file(steps: Iterable[Step]) -> list[Fact]:
    """Derive every fact of a file from its versions in their order."""
    facts: list[Fact] = []
    before: Counted | None = None
    for step in steps:
        facts += facts_of_step(
            before,
            step.counted,
            on=step.on,
            state=step.state,
            event=step.event,
            exit_reason=step.exit_reason,
            exit_measure=step.exit_measure,
        )
        before = step.counted
    return facts


def _of_exit(state: str, reason: str, measure: str | None) -> Dims:
    dims = {"exit_reason": reason or NONE}
    if state != FileState.OUT or measure is None:
        return dims
    return dims | {"exit_measure": measure or NONE}


def _stock(counted: Counted | None, month: date, sign: int) -> list[Fact]:
    if counted is None:
        return []
    subject = bytes.fromhex(counted["subject"])
    # One after the other with the same dimensions: what adds facts up looks at them once.
    dims: Dims = {name: counted[name] for name in STOCK_DIMS}
    persons = sign * counted["persons"]
    facts = [
        Fact(indicator="FIL-01", period=month, dims=dims, n=sign, subject=subject),
        Fact(indicator="FIL-02", period=month, dims=dims, n=sign, value=persons, subject=subject),
    ]
    if counted["five_clear"]:
        group: Dims = {"group": counted["group"]}
        facts.append(Fact(indicator="FIL-09.N", period=month, dims=group, n=sign, subject=subject))
    facts += [
        Fact(indicator=code, period=month, dims=_NO_DIMS, n=sign, subject=subject)
        for code, is_met in (("FIL-08.N", "means_checked"), ("FIL-11.N", "stamps"))
        if counted[is_met]
    ]
    return facts


def _fact(
    indicator: str,
    month: date,
    counted: Counted,
    dims: tuple[str, ...],
    *,
    n: int = 1,
    value: int = 0,
) -> Fact:
    chosen: Dims = {name: counted[name] for name in dims}
    return Fact(
        indicator=indicator,
        period=month,
        dims=chosen,
        n=n,
        value=value,
        subject=bytes.fromhex(counted["subject"]),
    )
