"""What a code list is: stored values, the words people type, and the way from one to the other."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a list.

    `value` is stored: a national code where one exists, otherwise an English word. `label` is the wording of
    the Excel form and of the pages. `aliases` are other wordings met in older forms.
    """

    value: str
    label: str
    english: str
    aliases: tuple[str, ...] = ()
    on_form: bool = True

    @property
    def text(self) -> str:
        """The wording in the reader's language."""
        return self.english if (get_language() or "").startswith("en") else self.label


def squeezed(text: str) -> str:
    """Bring a wording to the shape it is compared in: half-width, no blanks, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


@dataclass(frozen=True)
class CodeList:
    """A named list of codes in the order they are offered."""

    name: str
    title: str
    english: str
    entries: tuple[Code, ...]

    def __iter__(self) -> Iterator[Code]:
        """Walk the codes in the order they are offered."""
        return iter(self.entries)

    def __len__(self) -> int:
        """Count the codes."""
        return len(self.entries)

    def __contains__(self, value: object) -> bool:
        """Tell whether `value` is a stored value of this list."""
        return value in self._by_value

    @cached_property
    def _by_value(self) -> dict[str, Code]:
        return {code.value: code for code in self.entries}

    @cached_property
    def _by_wording(self) -> dict[str, Code]:
        found: dict[str, Code] = {}
        for code in self.entries:
            for wording in (
                code.value,
                code.label,
                f"{code.value}{code.label}",
                code.english,
                *code.aliases,
            ):
                found.setdefault(squeezed(wording), code)
        return found

    def get(self, value: str) -> Code | None:
        """Give the code stored as `value`, or None."""
        return self._by_value.get(value)

    def find(self, wording: object) -> Code | None:
        """Give the code meant by what a person typed, or None.

        Accepts the value, the label, both together as on the form (`06 患重特大疾病`), the English label and
        older wordings, in half or full width.
        """
        return self._by_wording.get(squeezed(str(wording)))

    def label(self, value: str) -> str:
        """Word a stored value in the reader's language; a value unknown here is shown as it is."""
        code = self._by_value.get(value)
        return code.text if code else value

    def labels(self, values: list[str] | tuple[str, ...]) -> str:
        """Word several stored values in one line."""
        return "、".join(self.label(value) for value in values)

    def choices(self, *, blank: str | None = None) -> list[tuple[str, str]]:
        """Give the pairs of a drop-down list, led by an empty choice worded `blank` when given."""
        pairs = [(code.value, code.text) for code in self.entries]
        return pairs if blank is None else [("", blank), *pairs]
