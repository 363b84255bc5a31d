"""From sheets to PDF/A, with the shipped typeface alone: no font of the machine is ever used.

What is printed travels as JSON and is text to the typesetter, so nothing a person typed is markup. A
character the typeface lacks is printed as its number in brackets, to be completed by hand: it must
never vanish.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import segno
import typst

from tenant_apps.documents.papers.blocks import Sheet

AT_ONCE = 25
"""Papers set as one PDF in a batch: more would take more memory than a worker has."""
_GENERATIONS = 12
"""The typesetter forgets what it laid out when it was not needed for ten further documents."""
_HERE = Path(__file__).parent
_MAIN = _HERE / "typst" / "papers.typ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A sheet with what makes it a paper: its number, the address that verifies it, its marks."""

    sheet: Sheet
    number: str
    address: str
    marks: str
    watermark: str = ""


def typeset(papers: Sequence[Numbered], *, title: str, author: str, now: datetime) -> bytes:
    """Make one PDF of papers, each with its own page numbers.

    Costs about 3 MB of memory a paper while it is made: large batches are set ``AT_ONCE`` at a time.
    """
    batch = {"title": title, "author": author, "papers": [_prepared(one) for one in papers]}
    compiler = typst.Compiler(
        root=_MAIN.parent, font_paths=_fonts(), ignore_system_fonts=True, package_path=_HERE
    )
    inputs = {"batch": json.dumps(printable(batch), ensure_ascii=False)}
    pdf = compiler.compile(
        input=_MAIN,
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=["a-2b"],
        timestamp=now.astimezone(UTC).replace(microsecond=0),
    )
    return cast("bytes", pdf)


def forget() -> None:
    """Let the typesetter forget what it laid out, or a worker grows with every batch."""
    compiler = typst.Compiler(
        root=_MAIN.parent, font_paths=_fonts(), ignore_system_fonts=True, package_path=_HERE
    )
    for _generation in range(_GENERATIONS):
        compiler.compile(input=b"", format="pdf")


def printable(value: Any) -> Any:
    """Replace what the typeface cannot print by its number: ``𠀋`` becomes ``〔U+2000B〕``."""
    if isinstance(value, str):
        if _characters().issuperset(value):
            return value
        return "".join(
            one if one in _characters() else f"〔U+{ord(one):04X}〕"
            for one in value.replace("\r", "").replace("\t", " ")
        )
    if isinstance(value, dict):
        return {name: printable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [printable(part) for part in value]
    return value


def _prepared(paper: Numbered) -> dict[str, Any]:
    sheet = paper.sheet
    return {
        "title": sheet.title,
        "subtitle": sheet.subtitle,
        "wide": sheet.wide,
        "bare": sheet.bare,
        "blocks": list(sheet.blocks),
        "number": paper.number,
        "qr": _qr(paper.address),
        "marks": paper.marks,
        "watermark": paper.watermark,
    }


def _qr(address: str) -> str:
    drawing = io.BytesIO()
    # Any mask can be read; looking for the best of the eight would take ten times as long.
    segno.make(address, error="m", mask=4).save(drawing, kind="svg", border=0, xmldecl=False)
    return drawing.getvalue().decode()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(_HERE / "fonts")],
    )


@cache
def _characters() -> frozenset[str]:
    return frozenset((_HERE / "fonts" / "characters.txt").read_text(encoding="utf-8")) | {"\n"}
