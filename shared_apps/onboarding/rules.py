"""What an application must say, and which code its station gets: pure rules."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import CharField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Problem, Text
from bangfu.kernel.identity import NumberRefused, check_mobile, check_uscc
from shared_apps.onboarding.models import Application
from tenants.models import Level

DRAFT_LASTS = timedelta(days=7)
INVITED_DRAFT_LASTS = timedelta(days=60)
TRIAL_LASTS = timedelta(days=60)
STAFF_WANTED = 2
# Applications of one network address, and of one contact, in an hour.
PER_ADDRESS, PER_CONTACT = 60, 10
# How often one application may be saved in an hour: a form in steps and its corrections, no more.
SAVES_PER_HOUR = 60
# Credit codes by which unions, and the bodies that host them, are registered. Source: domain NR36.
UNION_CODES = ("81", "89", "13")
HOST_CODES = ("91", "92", "93", "11", "12", "51", "52")

WINDOWS: dict[str, Text] = {
    "reception": _("来访接待"),
    "assistance": _("困难救助"),
    "employment": _("就业服务"),
    "legal": _("法律援助"),
    "mediation": _("争议调解"),
    "medical": _("医疗互助"),
    "schooling": _("金秋助学"),
}
MISSING_ITEMS: dict[str, Text] = {
    "union_uscc": _("工会统一社会信用代码"),
    "founding_paper": _("成立批复文件（扫描件或文号）"),
    "staff": _("至少两名工作人员"),
    "liaison": _("帮扶工作联络员"),
    "windows": _("服务窗口设置"),
    "contact": _("联系人手机或电子邮箱"),
    "name": _("站点名称不规范"),
    "other": _("其他"),
}
_WRITTEN = frozenset(
    {
        "name", "region_code", "union_name", "union_uscc", "address", "founding_paper_no",
        "contact_name", "contact_phone", "contact_email", "liaison_name", "liaison_phone",
    }
)  # fmt: skip
# What the record of an application holds of each field that is written by hand, in characters.
_LONGEST: dict[str, int] = {
    field.name: field.max_length
    for field in Application._meta.fields
    if isinstance(field, CharField) and field.max_length and field.name in _WRITTEN
}
_DIGITS_OF_LEVEL = {Level.CITY: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9}


def missing_papers(application: object) -> list[str]:
    """Return the keys of ``MISSING_ITEMS`` that an application has not given yet."""
    said = vars(application)
    given = {
        "union_uscc": said["union_uscc"],
        "founding_paper": said["founding_paper_no"] or said["founding_paper"],
        "staff": len(said["staff"]) >= STAFF_WANTED,
        "liaison": said["liaison_name"],
        "windows": said["windows"],
        "contact": said["contact_email"] or said["contact_phone"],
    }
    return [key for key, value in given.items() if not value]


def region_problem(*, level: int, region_code: str, parent_region: str) -> Problem | None:
    """Say what is wrong with the region of a station of ``level`` below a parent's region."""
    wanted = _DIGITS_OF_LEVEL.get(Level(level))
    # How much of the parent's code a child shares: a county its city's, a township its county's.
    shared = {Level.COUNTY: 4, Level.TOWNSHIP: 6}.get(Level(level), len(parent_region))
    inside = region_code[:shared] == parent_region[:shared]
    if len(parent_region) == 6 and parent_region.endswith("00"):
        inside = region_code[:4] == parent_region[:4]
    shape = region_code.isdigit() and (wanted is None or len(region_code) == wanted)
    if shape and inside:
        return None
    return Problem(
        code="wrong-region",
        field="region_code",
        message=_("行政区划代码与上级站点的辖区不符，请从列表中选择。"),
    )


def written_problems(said: Mapping[str, Any]) -> list[Problem]:
    """Say which fields of an application cannot be kept or cannot be right as they are written."""
    problems = [
        Problem(
            code="too-long",
            field=name,
            message=gettext("“%(given)s…”太长，最多 %(most)d 个字。")
            % {"given": said[name][:12], "most": most},
        )
        for name, most in _LONGEST.items()
        if len(said.get(name, "")) > most
    ]
    problems += [
        Problem(code="unprintable", field=name, message=_("含有不能保存的字符，请重新输入。"))
        for name in _LONGEST
        if "\0" in said.get(name, "")
    ]
    for name in ("contact_phone", "liaison_phone"):
        if said.get(name):
            try:
                check_mobile(said[name])
            except NumberRefused as error:
                problems.append(Problem(code="bad-phone", field=name, message=error.message))
    if said.get("contact_email"):
        try:
            validate_email(said["contact_email"])
        except ValidationError:
            problems.append(
                Problem(code="bad-email", field="contact_email", message=_("电子邮箱格式不对。"))
            )
    return problems


def uscc_problem(code: str) -> Problem | None:
    """Say what is wrong with a union's credit code; empty is not wrong, only missing.

    Source: domain NR36.
    """
    if not code:
        return None
    try:
        good = check_uscc(code)
    except NumberRefused as error:
        return Problem(code="bad-credit-code", field="union_uscc", message=str(error))
    if good.startswith((*UNION_CODES, *HOST_CODES)):
        return None
    return Problem(
        code="not-a-union-code",
        field="union_uscc",
        message=_("工会的信用代码以 81、89 或 13 开头；没有单独代码时填所在单位的代码。"),
    )


def base_code(*, level: int, region_code: str, parent_code: str) -> str:
    """Return the code that a station gets by rule, before taken ones are looked at.

    Counties and townships take the code of their region; an enterprise the code of its parent and a
    serial. The code is the station's own from then on: a renumbered region changes nothing.
    """
    if level == Level.ENTERPRISE:
        return f"{parent_code}E"
    return region_code[: _DIGITS_OF_LEVEL[Level(level)]]


def next_code(*, level: int, base: str, taken: Collection[str]) -> str:
    """Return the first free code: E01, E02 for enterprises; N02, N03 for another kind in a region."""
    if level != Level.ENTERPRISE and base not in taken:
        return base
    stem = base if level == Level.ENTERPRISE else f"{base}N"
    serials = _serials(stem, taken)
    return f"{stem}{max(serials, default=0 if level == Level.ENTERPRISE else 1) + 1:02d}"


def _serials(stem: str, taken: Iterable[str]) -> list[int]:
    pattern = re.compile(re.escape(stem) + r"(\d{2,3})")
    return [int(found[1]) for code in taken if (found := pattern.fullmatch(code))]
