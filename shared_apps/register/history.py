"""What happened to a case of duplicates, kept with it for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from shared_apps.register.models import DuplicateCase

_LABELS: dict[str, Text] = {
    "opened": _("发现疑似重复"),
    "grown": _("又发现相关档案"),
    "vanished": _("号码已更正或档案已注销，不再重复"),
    "answered": _("答复"),
    "asked": _("请对方核对"),
    "decided": _("认定"),
    "undone": _("撤销认定"),
    "gone": _("档案已注销或转出"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act; ``station`` names where it was done."""

    at: datetime
    who: str
    what: str
    station: str = ""
    text: str = ""


def noted(case: DuplicateCase, act: Act) -> None:
    """Add an act to the history of a case that the caller saves."""
    case.steps += 1
    case.history = [
        *case.history,
        {
            "at": act.at.isoformat(),
            "who": act.who,
            "station": act.station,
            "what": act.what,
            "text": act.text,
        },
    ]


def acts_of(case: DuplicateCase) -> list[Act]:
    """Return what happened, newest first."""
    return [
        Act(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in reversed(case.history)
    ]


def label_of(what: str) -> Text:
    """Name an act for people."""
    return _LABELS.get(what, what)
