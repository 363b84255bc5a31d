"""Small checks that every service of this app makes in the same way."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.models import COUNTED_STATES, HouseholdFile


def problem(code: str, field: str, message: str) -> Problem:
    """Name one thing that is wrong."""
    return Problem(code=code, field=field, message=message)


def missing(value: str, field: str, label: str, *, most: int) -> list[Problem]:
    """Say that a text is missing or too long; nothing where it is neither."""
    if not value.strip():
        return [problem("P101", field, _("请填写%(label)s。") % {"label": label})]
    return too_long(value, field, label, most=most)


def too_long(value: str, field: str, label: str, *, most: int) -> list[Problem]:
    """Say that a text is too long; nothing where it is not."""
    if len(value.strip()) <= most and "\x00" not in value:
        return []
    said = {"label": label, "most": most}
    return [problem("P102", field, _("%(label)s请控制在 %(most)d 字以内。") % said)]


def unknown(values: Iterable[str], field: str, code_list: str) -> list[Problem]:
    """Say that a value is not of its list; nothing where all are."""
    known = CODE_LISTS[code_list]
    if all(value in known for value in values):
        return []
    return [problem("P103", field, _("请从“%(list)s”中选择。") % {"list": known.title})]


def locked_files_on_file(file_ids: Iterable[UUID]) -> list[HouseholdFile]:
    """Lock those of these files that are on file, ids ascending; others are left out."""
    return list(
        HouseholdFile.objects.select_for_update()
        .filter(pk__in=list(file_ids), state__in=COUNTED_STATES)
        .order_by("id")
    )


def subject_hash(file: HouseholdFile) -> bytes | None:
    """Return the keyed hash under which a household counts."""
    return bytes(file.id_no_hash) if file.id_no_hash else None
