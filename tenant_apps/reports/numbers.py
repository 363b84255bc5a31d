"""The picture of a report: the own numbers, what the units below add, and what is known of the sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bangfu.kernel.tenancy import StationRef
from tenant_apps.reports.declarations import Form
from tenant_apps.reports.models import Received, Report
from tenant_apps.reports.pictures import Drawn

Picture = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Range:
    """A number of households that cannot be told exactly: from ``least`` to ``most``."""

    least: int
    most: int

    @property
    def is_exact(self) -> bool:
        """Whether both ends are the same."""
        return self.least == self.most


def picture_of(
    report: Report,
    form: Form,
    *,
    station: StationRef,
    below: Iterable[Received],
    overlaps: Mapping[str, int] | None = None,
) -> Picture:
    """Compose the picture of a report from its own numbers and the counted versions below it."""
    counted = [unit for unit in below if unit.counted is not None]
    totals = own_numbers(report)
    papers: dict[str, list[int]] = {}
    for unit in counted:
        picture = _picture(unit)
        for key, number in picture["total"].items():
            if key in form.cells:
                totals[key] = totals.get(key, 0) + number
        for key, (added, most) in _papers_in(unit, picture).items():
            paper = papers.setdefault(key, [0, 0])
            paper[0] += added
            paper[1] = max(paper[1], most)
    picture = {
        "form": form.code,
        "form_version": form.version,
        "period": report.period,
        "station": {"id": station.id, "code": station.code, "name": station.name},
        "as_of": report.as_of.isoformat() if report.as_of else None,
        "own": report.drawn,
        "entered": report.entered,
        "explained": report.explained,
        "below": [_mark(unit) for unit in counted],
        "total": totals,
    }
    if papers:
        picture["paper"] = papers
    if some := {key: number for key, number in (overlaps or {}).items() if number}:
        picture["overlap"] = some
    return picture


def own_numbers(report: Report) -> dict[str, int]:
    """The numbers of the own station alone, drawn and entered."""
    drawn = {key: cell[0] for key, cell in report.drawn.items()}
    return drawn | {key: cell["v"] for key, cell in report.entered.items()}


def changes(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, list[int]]:
    """Return the cells that differ between two pictures' totals: before and after."""
    return {
        key: [before.get(key, 0), after.get(key, 0)]
        for key in sorted({*before, *after})
        if before.get(key, 0) != after.get(key, 0)
    }


def off_facts(picture: Picture, facts: Mapping[str, Drawn]) -> list[dict[str, Any]]:
    """Return the drawn cells whose total, less what came on paper, is not what the facts give."""
    papers = picture.get("paper", {})
    found = []
    for key, drawn in facts.items():
        reported = picture["total"].get(key, 0) - papers.get(key, [0, 0])[0]
        if reported != drawn.value:
            found.append({"cell": key, "reported": reported, "facts": drawn.value})
    return found


def range_of(picture: Picture, key: str) -> Range:
    """Return between which numbers the households of a cell lie, each counted once."""
    total = picture["total"].get(key, 0)
    added, most = picture.get("paper", {}).get(key, [0, 0])
    known = total - added - picture.get("overlap", {}).get(key, 0)
    return Range(least=max(known, most), most=known + added)


def _picture(unit: Received) -> Picture:
    picture: Picture = unit.counted.picture if unit.counted else {}
    return picture


def _papers_in(unit: Received, picture: Picture) -> dict[str, list[int]]:
    if unit.is_paper:
        return {key: [number, number] for key, number in picture["total"].items()}
    papers: dict[str, list[int]] = picture.get("paper", {})
    return papers


def _mark(unit: Received) -> dict[str, Any]:
    version = unit.counted
    return {
        "code": unit.code,
        "name": unit.name,
        "version": version.number if version else 0,
        "digest": bytes(version.digest).hex() if version else "",
        "is_paper": unit.is_paper,
    }
