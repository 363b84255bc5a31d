"""A sealed text on its way through the program: opened only where somebody asks."""

from contextlib import suppress
from typing import Any

from bangfu.kernel.crypto.masks import MASK
from bangfu.kernel.crypto.sealing import Unsealable, resealed, seal, unseal

_SHOWN = MASK * 6


class Secret:
    """A text that belongs to one place and is never shown by accident.

    It is unsealed at the first ``reveal()``, not when it is loaded. It prints as stars, and a
    copy in a cache or a message carries only the sealed bytes.
    """

    __slots__ = ("_place", "_sealed", "_text")

    def __init__(self, *, place: str, text: str | None = None, sealed: bytes | None = None) -> None:
        if (text is None) == (sealed is None):
            raise ValueError("a secret is made of its text or of its sealed bytes")
        self._place = place
        self._text = text
        self._sealed = sealed

    @property
    def place(self) -> str:
        """Name the place whose values this secret may be kept among."""
        return self._place

    @property
    def stored(self) -> bytes | None:
        """The sealed bytes as they were loaded; None for a text that was not sealed yet."""
        return self._sealed

    def reveal(self) -> str:
        """Return the text. Whoever shows it to a person writes the audit row.

        Raises:
            Unsealable: the sealed bytes were altered, moved, or their key is unknown.
        """
        if self._text is None:
            self._text = unseal(self._sealed or b"", place=self._place)
        return self._text

    def sealed(self) -> bytes:
        """Return the sealed bytes; the same ones as loaded, unless the key has changed since.

        What cannot be opened any more is carried as it is: the auditor names it.
        """
        if self._sealed is None:
            self._sealed = seal(self._text or "", place=self._place)
        else:
            with suppress(Unsealable):
                self._sealed = resealed(self._sealed, place=self._place)
        return self._sealed

    def moved_to(self, place: str) -> "Secret":
        """Return a secret of the same text for another place."""
        return self if place == self._place else Secret(place=place, text=self.reveal())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self.reveal() == other.reveal()

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return _SHOWN

    def __repr__(self) -> str:
        return f"<Secret of {self._place}>"

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Secret":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _loaded, (self._place, self.sealed())


def _loaded(place: str, sealed: bytes) -> Secret:
    return Secret(place=place, sealed=sealed)
