"""What a public notice may not say: who it is in full, a number, an illness. Source: domain NR26."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from shared_apps.catalogues.codes import CODE_LISTS

# What is no name of an illness: anybody may be said to be ill.
_NO_NAME = {"一般疾病"}
_NUMBER = re.compile(r"\d{11}")
_NOT_READ = re.compile(r"[\s\-·•.，,、/_*]+")


def tells_too_much(text: str, *, secrets: Iterable[str]) -> bool:
    """Tell whether a text holds one of the secrets, a number of eleven digits or more, or an illness by name.

    Blanks, dashes and full-width characters do not hide it.
    """
    read = _read(text)
    names = [*illnesses(), *(_read(secret) for secret in secrets)]
    return _NUMBER.search(read) is not None or any(name and name in read for name in names)


def illnesses() -> list[str]:
    """Return every name of an illness or disability that the lists know."""
    known = [
        name
        for entry in CODE_LISTS["disease"].entries
        if entry.label not in _NO_NAME
        for name in (entry.label, *entry.aliases)
    ]
    return known + [name for entry in CODE_LISTS["disability"].entries for name in entry.aliases]


def _read(text: str) -> str:
    return _NOT_READ.sub("", unicodedata.normalize("NFKC", text)).upper()
