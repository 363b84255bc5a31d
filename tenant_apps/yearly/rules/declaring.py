"""What a sentence of the yearly report is: a wording, the numbers in it, and what they have to say to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Span = Literal["year", "festivals", "since"]
Scope = Literal["own", "subtree"]
Dims = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Term:
    """One indicator under some values of its dimensions; ``distinct`` asks who stands behind an amount."""

    code: str
    dims: Dims = field(default_factory=dict)
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a sentence: the sum of its terms over a span, of the station alone or with all below it."""

    terms: tuple[Term, ...]
    span: Span = "since"
    scope: Scope = "own"


@dataclass(frozen=True, slots=True)
class Adds:
    """The parts have to add up to the whole; ``may_overlap`` where a household can be in two parts."""

    whole: str
    parts: tuple[str, ...]
    may_overlap: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the report.

    ``text`` is Chinese with the names of numbers, shares and averages in braces: the report is an official
    paper and has one language. The sentence stands where all of ``needs`` (all numbers, unless given) are
    known, and all of ``said`` were stated, be it as zero. ``shares`` are percentages (part, whole), ``averages`` yuan
    of one (money, count), ``looked_at`` the averages that give a misread decimal point away, ``lefts`` what is left of
    one number after another, ``lists`` the parts that are not zero, each with its words: without any there is nothing
    to tell. It is told only ``beside`` a number that is known. Source: domain reference §4.3.
    """

    key: str
    chapter: str
    text: str
    numbers: Mapping[str, Number]
    needs: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    beside: Number | None = None
    adds: tuple[Adds, ...] = ()
    shares: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    averages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    looked_at: tuple[tuple[str, str], ...] = ()
    lefts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def number(
    code: str, span: Span = "since", scope: Scope = "own", *, distinct: bool = False, **dims: str
) -> Number:
    """Return a number of one indicator; each dimension takes one value, or several divided by blanks."""
    term = Term(code, {name: tuple(keys.split()) for name, keys in dims.items()}, distinct)
    return Number((term,), span, scope)
