"""Texts that are kept in the source language and read in another."""

from collections.abc import Mapping

from django.utils.translation import gettext, override

from bangfu.kernel.errors import DomainError, Text

SOURCE_LANGUAGE = "zh-hans"


def kept(text: Text | DomainError) -> str:
    """Return a translatable text, or what a refusal says, as it is kept: in the source language."""
    with override(SOURCE_LANGUAGE):
        return str(text)


def worded(text: str, params: Mapping[str, str | int]) -> str:
    """Return a kept text in the reader's language, its places filled.

    A parameter that is itself a text of the interface is translated too.
    """
    if not params:
        return gettext(text)
    return gettext(text) % {
        name: gettext(value) if isinstance(value, str) and value else value
        for name, value in params.items()
    }
