"""What a paper is made of. Only text goes in: the typesetter never reads it as markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bangfu.kernel.errors import Text
from shared_apps.printing.models import PaperKind

Block = dict[str, Any]
PAIRS_A_ROW = 3
SIGNED_MM = 7
"""Height of a row in which somebody signs or presses a finger, without the room around what stands in it."""
BOX_MM = 40
"""Height of a box for an opinion, where the paper has room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One paper before it has a number: ``about`` is the masked name for the register.

    ``marked`` papers say across every page who printed them and when, though what is sensitive is masked.
    """

    kind: PaperKind
    subject: tuple[str, UUID | None]
    title: str
    blocks: tuple[Block, ...]
    about: str = ""
    subtitle: str = ""
    wide: bool = False
    bare: bool = False
    marked: bool = False


def cell(label: Text, value: object, *, span: int = 1) -> Block:
    """A label and its value; ``span`` counts the pairs whose place it takes."""
    text = "" if value is None else str(value)
    return {"label": str(label), "value": text, "span": span}


def known(label: Text, value: object, *, span: int = 1) -> Block:
    """A label and its value; a line where there is none, so that nothing is written there afterwards."""
    text = "" if value is None else str(value).strip()
    return cell(label, text or "—", span=span)


def facts(*cells: Block) -> Block:
    """Labels and values, three pairs a row; a row that is not full is filled by its last cell."""
    filled: list[Block] = []
    left = PAIRS_A_ROW
    for one in cells:
        if one["span"] > left:
            filled[-1] = {**filled[-1], "span": filled[-1]["span"] + left}
            left = PAIRS_A_ROW
        filled.append(one)
        left = left - one["span"] or PAIRS_A_ROW
    if filled and left < PAIRS_A_ROW:
        filled[-1] = {**filled[-1], "span": filled[-1]["span"] + left}
    return {"type": "facts", "cells": filled}


def table(
    columns: Sequence[tuple[Text, float, str]],
    rows: Sequence[Sequence[object]],
    *,
    foot: Sequence[object] = (),
    height: float = 0,
) -> Block:
    """A table whose head is repeated on every page. A column is its title, width and side.

    A row is at least ``height`` millimetres high, where somebody signs in it.
    """
    return {
        "type": "table",
        "head": [str(title) for title, _width, _side in columns],
        "widths": [width for _title, width, _side in columns],
        "aligns": [side for _title, _width, side in columns],
        "rows": [[str(value) for value in row] for row in rows],
        "foot": [str(value) for value in foot],
        "height": height,
    }


def summed(
    columns: Sequence[tuple[Text, float, str]],
    rows: Sequence[Sequence[object]],
    *,
    amounts: Sequence[int],
    at: int,
    label: Text,
    unit: Text,
    height: float = 0,
) -> Block:
    """A table with its head, and the sum of the page at its foot, on every page.

    ``amounts`` are the fen of the rows; their sum stands below column ``at``, what it is and how many ``unit`` at
    its left. A row is at least ``height`` millimetres high, where somebody signs in it.
    """
    return table(columns, rows, height=height) | {
        "type": "summed",
        "amounts": list(amounts),
        "at": at,
        "label": str(label),
        "unit": str(unit),
    }


def signatures(*places: tuple[Text, str]) -> Block:
    """Places to sign side by side; each says whose part it is, and the name of who took it on screen."""
    return {
        "type": "signatures",
        "places": [{"title": str(title), "name": name} for title, name in places],
    }


def together(*blocks: Block) -> Block:
    """Blocks that stand on one page: nobody signs on a page that says nothing."""
    return {"type": "together", "blocks": list(blocks)}


def heading(text: Text) -> Block:
    """The title of a part."""
    return {"type": "heading", "text": str(text)}


def paragraphs(*texts: Text) -> Block:
    """Running text, each paragraph indented by two characters."""
    return {"type": "text", "paragraphs": [str(text) for text in texts]}


def salutation(text: Text) -> Block:
    """Whom a letter addresses: at the edge, where its paragraphs are indented."""
    return {"type": "salutation", "text": str(text)}


def note(text: Text) -> Block:
    """Small print."""
    return {"type": "note", "text": str(text)}


def opinions(*boxes: Block) -> Block:
    """Boxes for opinions, with room for a seal."""
    return {"type": "opinions", "seal": "（盖章）", "boxes": list(boxes)}


def box(
    title: Text, *, text: str = "", sign: str = "", day: str = "", height: int = BOX_MM
) -> Block:
    """One box of at least ``height`` millimetres; without a day the day is left to be written by hand."""
    return {
        "title": str(title),
        "text": text,
        "sign": sign,
        "day": day or "年　　月　　日",
        "height": height,
    }


def closing(*lines: Text) -> Block:
    """Who signs, and the day, at the right."""
    return {"type": "closing", "lines": [str(line) for line in lines]}


def cover(station: str, title: Text, *cells: Block) -> Block:
    """The front of a folder."""
    return {"type": "cover", "station": station, "title": str(title), "cells": list(cells)}
