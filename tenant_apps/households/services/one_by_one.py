"""An act on many records: each on its own, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from bangfu.kernel.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one row of an act on many: the refusal, or None where it was done."""

    key: UUID
    label: str
    refusal: DomainError | None


def each_on_its_own(
    keys: Sequence[UUID], act: Callable[[UUID], object], *, labels: dict[UUID, str]
) -> list[Outcome]:
    """Do something to several records one by one; one that is refused does not stop the others."""
    outcome = []
    for key in keys:
        refusal: DomainError | None = None
        try:
            with transaction.atomic():
                act(key)
        except DomainError as error:
            refusal = error
        outcome.append(Outcome(key=key, label=labels.get(key, ""), refusal=refusal))
    return outcome
