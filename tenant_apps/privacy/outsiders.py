"""What people without a file said to the station, and who they were: each app declares where it keeps that.

An app declares its rows in its ``AppConfig.ready``. What is declared here goes when the years of a file are over, or
as soon as the person asks for it; amounts, days and numbers stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from bangfu.kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsiders:
    """The rows of one kind about people without a file, that have come to their end.

    ``kind`` is what casework calls these records, ``page`` where one is shown. ``ended`` gives the rows; each has
    ``number`` and ``changed_at``, the day from which its years count. ``words`` are the fields with what was said,
    ``who`` those with who it was, ``hashes`` those by which the person is counted. ``was_paid`` tells whether money
    rests on a row: then who it was stays until the years are over, for the books have to say to whom it went or from
    whom it came. ``inside`` are fields that hold entries, each with the names in an entry under which words stand;
    ``steps`` are the acts whose remark in the timeline tells what the person said.
    """

    kind: str
    page: str
    ended: Callable[[], QuerySet[Any]]
    words: tuple[str, ...]
    who: tuple[str, ...]
    hashes: tuple[str, ...]
    was_paid: Callable[[Any], bool]
    inside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    steps: tuple[str, ...] = ()


_declared: dict[str, Outsiders] = {}


def declare_outsiders(outsiders: Outsiders) -> None:
    """Let what people without a file said to an app be forgotten."""
    _declared[outsiders.kind] = outsiders


def every_kind() -> list[Outsiders]:
    """Return what every app declared."""
    return list(_declared.values())


def outsiders_of(kind: str) -> Outsiders:
    """Return what was declared of a kind.

    Raises:
        NotFound: nobody declared it.
    """
    if kind not in _declared:
        raise NotFound
    return _declared[kind]
