"""The English of the interface: collect the Chinese texts, compile what is translated, or check both.

    python infra/i18n.py             collect every text into django.po and compile django.mo
    python infra/i18n.py --check     fail on a text without English, one too many, or a stale django.mo
    python infra/i18n.py --missing   print the texts that have no English yet

Chinese is the source language: texts stand in the templates and modules themselves, so only English has
a catalogue. Babel does all of it; no GNU gettext is needed.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("platform", "tenants", "shared_apps", "tenant_apps", "tasks")
SKIPPED = {"migrations", "static", "__pycache__", "locale"}
PO = ROOT / "platform/bangfu/locale/en/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {
    "_": None,
    "_lazy": None,
    "_now": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HAN = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{\w*\}")
# What the English quotes: a heading or value that stays Chinese in the sheets people fill in.
QUOTED = re.compile("“[^”]*”")
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def source_files() -> Iterator[Path]:
    """Every template and module that may hold a text."""
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and not SKIPPED & set(path.parts):
                yield path


def as_python(path: Path) -> bytes:
    """Give a module as it is, a template as the calls of gettext it stands for."""
    source = path.read_text()
    if path.suffix != ".py":
        source = "\n".join(
            line.strip() for line in templatize(source, origin=str(path)).split("\n")
        )
    return source.encode()


def collected(files: Iterable[Path]) -> Catalog:
    """Collect the texts of the files, with the file but not the line each stands in."""
    catalog = Catalog(
        locale="en",
        project="Bangfu",
        version="1",
        msgid_bugs_address="none",
        last_translator="Bangfu",
        language_team="English",
        charset="utf-8",
        fuzzy=False,
    )
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        for _line, text, _comments, context in extract(
            "python", io.BytesIO(as_python(path)), KEYWORDS
        ):
            catalog.add(text, locations=[(name, 0)], context=context)
    return catalog


def translated() -> Catalog:
    """Read the English catalogue."""
    if not PO.exists():
        return Catalog(locale="en", charset="utf-8", fuzzy=False)
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def merged(texts: Catalog, english: Catalog) -> Catalog:
    """Give every collected text the English it has; what no file holds any more is dropped."""
    for message in texts:
        known = english.get(message.id, message.context) if message.id else None
        if known is not None:
            message.string = known.string
            message.flags |= known.flags & {"fuzzy"}
    texts.creation_date = texts.revision_date = NO_DATE
    texts.header_comment = (
        "# English of Bangfu. Made by `make i18n`; only the msgstr lines are written by hand."
    )
    return texts


def compiled(catalog: Catalog) -> bytes:
    """Compile a catalogue to the bytes of a .mo file."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def complaints(texts: Catalog, english: Catalog) -> Iterator[str]:
    """Say, one line each, what keeps the English from being complete."""
    keys = {(message.id, message.context) for message in texts if message.id}
    for message in texts:
        if message.id:
            known = english.get(message.id, message.context)
            fault = "is not collected" if known is None else _fault(known)
            if fault:
                yield f"{_shown(message)} {fault}"
    for message in english:
        if message.id and (message.id, message.context) not in keys:
            yield f"{_shown(message)} stands in no file any more"
    if not MO.exists() or compiled(english) != MO.read_bytes():
        yield f"{MO.name} is not what {PO.name} compiles to"


def _fault(message: Message) -> str:
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    if not all(strings):
        return "has no English"
    if "fuzzy" in message.flags:
        return "is marked fuzzy"
    if any(HAN.search(QUOTED.sub("", text)) for text in strings):
        return "is still Chinese"
    if {name for text in strings for name in _placeholders(text)} != {
        name for text in ids for name in _placeholders(text)
    }:
        return "has other placeholders"
    return ""


def _placeholders(text: str) -> Iterator[str]:
    return (found[0] for found in PLACEHOLDER.finditer(text))


def _shown(message: Message) -> str:
    text = message.id[0] if isinstance(message.id, tuple) else message.id
    places = ", ".join(sorted({file for file, _line in message.locations})[:2])
    return f"{text!r} ({places or 'nowhere'})"


def main(arguments: list[str]) -> int:
    """Collect and compile, or check; 1 where something is missing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--missing", action="store_true")
    chosen = parser.parse_args(arguments)
    texts = collected(source_files())
    if chosen.check or chosen.missing:
        found = list(complaints(texts, translated()))
        sys.stdout.write("".join(f"{complaint}\n" for complaint in found))
        return 1 if found else 0
    catalog = merged(texts, translated())
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=0, sort_by_file=True, include_lineno=False)
    MO.write_bytes(compiled(translated()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
