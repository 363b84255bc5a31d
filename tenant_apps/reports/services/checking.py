"""Prove a sealed report: its seal, the facts it was drawn from, and the files those came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.reconciliation.proofs import Unlike
from tenant_apps.reports.declarations import FORMS, Form, get_form
from tenant_apps.reports.drawing import (
    aliases_at,
    drawn_below,
    drawn_from_files,
    drawn_here,
)
from tenant_apps.reports.models import Report, Version
from tenant_apps.reports.numbers import off_facts
from tenant_apps.reports.pictures import Drawn, seal_of

# So many lines of a form are named in a break.
_NAMED = 6
FILES, FACTS, SEAL, SUM = "files", "facts", "seal", "sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealDifference:
    """One cell of one station that is not what was sealed.

    ``against`` says what it was compared with: the ``files`` of the station, the ``facts`` recorded of
    them, the facts of the whole subtree (``sum``), or the ``seal`` of the kept picture itself. Where only
    the households differ, both values are the same and ``same_value`` is set.
    """

    station_code: str
    station_name: str
    cell: str
    title: str
    against: str
    sealed: int
    found: int

    @property
    def same_value(self) -> bool:
        """Whether the number is right and only the households behind it are others."""
        return self.sealed == self.found


def check_sealed(report: Report) -> list[SealDifference]:
    """Return every cell of a sealed report that is not what files and facts give today.

    Reads the versions of all files of the station, once. A report that was never sent has nothing sealed.
    """
    version = report.version
    if version is None:
        return []
    form = get_form(report.form)
    if version.picture["form_version"] != form.version:
        return []
    aliases = aliases_at(version.at)
    files = drawn_from_files(form, report.months, aliases=aliases.known)
    facts = drawn_here(form, report.months)
    return [
        *_seal_broken(version),
        *_own_cells(version, form, facts, FACTS, same_hashes=not aliases.changed_since),
        *_own_cells(version, form, files, FILES, same_hashes=True),
        *_sum(version, form, report),
    ]


def latest_that_differ() -> list[Unlike]:
    """Check the latest sealed report of every form, as reconciliation does it each night."""
    found = []
    for form in FORMS.values():
        report = (
            Report.objects.select_related("version")
            .filter(form=form.code, version__isnull=False)
            .order_by("-last")
            .first()
        )
        if report is None or report.is_editable:
            continue
        differences = check_sealed(report)
        for against in dict.fromkeys(one.against for one in differences):
            some = [one for one in differences if one.against == against]
            found.append(_unlike(report, form, some))
    return found


def _unlike(report: Report, form: Form, differences: list[SealDifference]) -> Unlike:
    first = differences[0]
    titles = dict.fromkeys(
        str(form.cells[one.cell].row.title) if one.cell else one.title for one in differences
    )
    return Unlike(
        key=f"{report.form}:{report.period}:{first.against}",
        place=_("%(form)s %(period)s · %(cells)s（%(count)s 格）")
        % {
            "form": kept(form.title),
            "period": report.period,
            "cells": "、".join(list(titles)[:_NAMED]),
            "count": len(differences),
        },
        sealed=str(first.sealed),
        found=_("户不同") if first.same_value and first.cell else str(first.found),
    )


def _seal_broken(version: Version) -> Iterator[SealDifference]:
    if seal_of(version.picture) != bytes(version.digest):
        yield _difference(version, "", _("封存摘要"), SEAL, 0, 0)


def _own_cells(
    version: Version, form: Form, found: Mapping[str, Drawn], against: str, *, same_hashes: bool
) -> Iterator[SealDifference]:
    for key, cell in found.items():
        value, count, digest = version.picture["own"].get(key, [0, 0, ""])
        others = same_hashes and digest != cell.digest
        if others or [value, count] != [cell.value, cell.count]:
            title = form.cells[key].title
            yield _difference(version, key, title, against, value, cell.value)


def _sum(version: Version, form: Form, report: Report) -> Iterator[SealDifference]:
    if not version.picture["below"]:
        return
    facts = drawn_below(form, report.months, station=current_station())
    for one in off_facts(version.picture, facts):
        title = form.cells[one["cell"]].title
        yield _difference(version, one["cell"], title, SUM, one["reported"], one["facts"])


def _difference(
    version: Version, cell: str, title: str, against: str, sealed: int, found: int
) -> SealDifference:
    station = version.picture["station"]
    return SealDifference(
        station_code=station["code"],
        station_name=station["name"],
        cell=cell,
        title=title,
        against=against,
        sealed=sealed,
        found=found,
    )
