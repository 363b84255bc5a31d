"""What each purpose of a notice is called, and who acts when its days end or somebody objects.

The app whose record waits for a notice declares the purpose in its ``AppConfig.ready``. A purpose that
nobody declared is still published, read and ended; nothing more follows from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from tenant_apps.notices.models import Notice, Objection, Purpose

HEADINGS: dict[str, Text] = {
    Purpose.ADMISSION: _("拟建档困难职工公示"),
    Purpose.EXIT: _("拟退出困难职工档案公示"),
    Purpose.AID: _("拟帮扶困难职工公示"),
}


def _nothing(*_given: object, **_named: object) -> None:
    """Act no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What follows for the record of a notice.

    ``lock`` takes the row of the record before the notice is locked. ``objected`` is called when the
    days were just stopped, ``ended`` when the last day is over: it ends the notice itself, by
    ``services.end_if_over``. ``page`` is the name of the page of the record, given its key.
    """

    page: str = ""
    lock: Callable[[UUID], object] = _nothing
    objected: Callable[[Objection, datetime], object] = _nothing
    ended: Callable[[Notice, datetime], object] | None = None


_handlings: dict[str, Handling] = {}


def handle_purpose(purpose: Purpose, handling: Handling) -> None:
    """Declare what follows from the notices of a purpose; the last declaration holds."""
    _handlings[purpose] = handling


def handling_of(purpose: str) -> Handling:
    """Return what follows from the notices of a purpose."""
    return _handlings.get(purpose) or Handling()
