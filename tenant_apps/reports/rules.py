"""What must hold between the cells of a report, said in words that name the cells.

Source: domain §4.4, cross-checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tenant_apps.reports.declarations import CarriedOver, Form, Rule

MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not hold: the rule, the cells it names, the message, and whether an explanation will do."""

    rule: str
    message: str
    cells: tuple[str, ...]
    may_be_explained: bool = False


def findings_of(
    form: Form,
    numbers: Mapping[str, int | None],
    *,
    before: Mapping[str, int] | None = None,
) -> list[Finding]:
    """Return what does not hold in ``numbers``; ``before`` is what the period before reported."""
    found = list(_missing(form, numbers))
    known = {key: number for key, number in numbers.items() if number is not None}
    found += [finding for rule in form.rules for finding in _broken(form, rule, known)]
    if before is not None:
        found += [
            finding
            for carried in form.carried
            for finding in _not_carried(form, carried, known, before)
        ]
    return found


def _missing(form: Form, numbers: Mapping[str, int | None]) -> Iterator[Finding]:
    for cell in form.entered:
        if numbers.get(cell.key) is None:
            yield Finding(
                rule=f"{MISSING}:{cell.key}",
                message=_("“%(cell)s”不能自动取数，请填写数字并说明来源。") % {"cell": cell.title},
                cells=(cell.key,),
            )


def _broken(form: Form, rule: Rule, numbers: Mapping[str, int]) -> Iterator[Finding]:
    cells = (*rule.plus, *rule.minus, rule.equals)
    if any(key not in numbers for key in cells):
        return
    given = sum(numbers[key] for key in rule.plus) - sum(numbers[key] for key in rule.minus)
    wanted = numbers[rule.equals]
    if given == wanted or (rule.at_most and given < wanted):
        return
    words = (
        _("“%(whole)s”为 %(wanted)s，而%(part)s为 %(given)s，超出 %(difference)s：%(rule)s。")
        if rule.at_most
        else _("“%(whole)s”为 %(wanted)s，而%(part)s得 %(given)s，相差 %(difference)s：%(rule)s。")
    )
    yield Finding(
        rule=rule.code,
        message=words
        % {
            "whole": form.cells[rule.equals].title,
            "part": _worded(form, rule, numbers),
            "wanted": wanted,
            "given": given,
            "difference": abs(given - wanted),
            "rule": rule.title,
        },
        cells=cells,
        may_be_explained=rule.may_be_explained,
    )


def _worded(form: Form, rule: Rule, numbers: Mapping[str, int]) -> str:
    def line(key: str) -> str:
        return f"{form.cells[key].row.title} {numbers[key]}"

    plus = " + ".join(line(key) for key in rule.plus)
    return plus + "".join(f" − {line(key)}" for key in rule.minus)


def _not_carried(
    form: Form, carried: CarriedOver, numbers: Mapping[str, int], before: Mapping[str, int]
) -> Iterator[Finding]:
    opening, closing = numbers.get(carried.opening), before.get(carried.closing)
    if opening is None or closing is None or opening == closing:
        return
    yield Finding(
        rule=carried.code,
        message=_("“%(cell)s”为 %(opening)s，而上期上报的期末为 %(closing)s：%(rule)s。")
        % {
            "cell": form.cells[carried.opening].title,
            "opening": opening,
            "closing": closing,
            "rule": carried.title,
        },
        cells=(carried.opening,),
        may_be_explained=True,
    )
