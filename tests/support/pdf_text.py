"""What stands on the pages of a PDF that the platform made: enough of the format to read its text back."""

import re
import zlib
from dataclasses import dataclass
from typing import NamedTuple

_OBJECT = re.compile(rb"(\d+) \d+ obj\b(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"(.*?)stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_FONT = re.compile(rb"/([A-Za-z0-9_+-]+)\s+(\d+) 0 R")
# A literal may hold pairs of parentheses as they are, one in another.
_INNER = rb"(?:\\.|[^\\()])"
_NESTED = rb"\((?:" + _INNER + rb"|\((?:" + _INNER + rb"|\(" + _INNER + rb"*\))*\))*\)"
_SHOWN = re.compile(
    rb"/([A-Za-z0-9_+-]+) [\d.]+ Tf|(<[0-9A-Fa-f\s]*>)|(" + _NESTED + rb")|\b(ET)\b", re.DOTALL
)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class _Part(NamedTuple):
    head: bytes
    stream: bytes


@dataclass(frozen=True)
class Pdf:
    """A PDF as a reader sees it: its pages, each as the text on it in the order it was drawn."""

    pages: list[str]

    @property
    def text(self) -> str:
        """Everything on all pages, without spaces and line ends: wrapped text is found too."""
        return "".join("".join(page.split()) for page in self.pages)


def read_pdf(data: bytes) -> Pdf:
    """Read the text of every page back."""
    parts = _parts(data)
    pages = [part for part in parts.values() if re.search(rb"/Type\s*/Page\b", part.head)]
    order = _order(parts)
    in_order = [parts[number] for number in order] if order else pages
    return Pdf(pages=[_text(page, parts) for page in in_order])


def _parts(data: bytes) -> dict[int, _Part]:
    parts = {}
    for found in _OBJECT.finditer(data):
        body = _STREAM.match(found[2])
        head, stream = (body[1], body[2]) if body else (found[2], b"")
        if b"FlateDecode" in head:
            stream = zlib.decompressobj().decompress(stream)
        parts[int(found[1])] = _Part(head, stream)
    for part in list(parts.values()):
        if re.search(rb"/Type\s*/ObjStm\b", part.head):
            parts |= _packed(part)
    return parts


def _packed(part: _Part) -> dict[int, _Part]:
    first = int(re.search(rb"/First\s+(\d+)", part.head)[1])
    numbers = [int(word) for word in part.stream[:first].split()]
    starts = [first + at for at in numbers[1::2]]
    ends = [*starts[1:], len(part.stream)]
    return {
        number: _Part(part.stream[start:end], b"")
        for number, start, end in zip(numbers[::2], starts, ends, strict=True)
    }


def _order(parts: dict[int, _Part]) -> list[int]:
    found = []

    def walk(number: int) -> None:
        head = parts[number].head
        kids = re.search(rb"/Kids\s*\[(.*?)\]", head, re.DOTALL)
        if kids is None:
            found.append(number)
            return
        for kid in re.findall(rb"(\d+) 0 R", kids[1]):
            walk(int(kid))

    for part in parts.values():
        if re.search(rb"/Type\s*/Catalog\b", part.head):
            walk(int(re.search(rb"/Pages\s+(\d+) 0 R", part.head)[1]))
    return found


def _text(page: _Part, parts: dict[int, _Part]) -> str:
    resources = _followed(page.head, rb"Resources", parts)
    fonts = _followed(resources, rb"Font", parts)
    maps = {name: _characters(parts[int(number)], parts) for name, number in _FONT.findall(fonts)}
    contents = re.search(rb"/Contents\s*(\[.*?\]|\d+ 0 R)", page.head, re.DOTALL)
    drawn = b"".join(parts[int(one)].stream for one in re.findall(rb"(\d+) 0 R", contents[1]))
    words, known = [], {}
    for font, hexes, literal, end in _SHOWN.findall(drawn):
        if font:
            known = maps.get(font, {})
        elif end:
            words.append("\n")
        else:
            codes = bytes.fromhex(hexes[1:-1].decode()) if hexes else _plain(literal[1:-1])
            words += [known.get(codes[at : at + 2], "") for at in range(0, len(codes), 2)]
    return "".join(words)


def _followed(head: bytes, name: bytes, parts: dict[int, _Part]) -> bytes:
    found = re.search(rb"/" + name + rb"\s*(?:(\d+) 0 R|(<<.*))", head, re.DOTALL)
    if found is None:
        return b""
    return parts[int(found[1])].head if found[1] else found[2]


def _characters(font: _Part, parts: dict[int, _Part]) -> dict[bytes, str]:
    told = re.search(rb"/ToUnicode\s+(\d+) 0 R", font.head)
    if told is None:
        return {}
    table = parts[int(told[1])].stream
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[bytes.fromhex(code.decode())] = _utf16(text)
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for low, high, text in re.findall(
            rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block
        ):
            start = int(text, 16)
            for step in range(int(high, 16) - int(low, 16) + 1):
                found[(int(low, 16) + step).to_bytes(2, "big")] = chr(start + step)
    return found


def _utf16(text: bytes) -> str:
    return bytes.fromhex(text.decode()).decode("utf-16-be")


def _plain(literal: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        word = found[1]
        if word[:1].isdigit():
            return bytes([int(word, 8)])
        return _ESCAPED.get(word, word)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, literal, flags=re.DOTALL)
