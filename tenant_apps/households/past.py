"""What a household was given before the station was on the network, as the books it brought along tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bangfu.kernel.errors import Text
from shared_apps.paperbooks.selectors import past_of
from shared_apps.paperbooks.wording import about_words, amount_words, kind_words, place_words
from tenant_apps.households.models import HouseholdFile, HouseholdMember


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLine:
    """One act of the past, whom of the household it was for, and where it is written."""

    on: date
    kind: Text
    about: str
    amount: str
    whom: str
    place: str


def past_aid(file: HouseholdFile, members: Iterable[HouseholdMember]) -> list[PastLine]:
    """Return what the books tell of the household and its members, newest first. One query."""
    named = {bytes(one.id_no_hash): one.name for one in members if one.id_no_hash is not None}
    if file.id_no_hash is not None:
        named[bytes(file.id_no_hash)] = file.name
    if not named:
        return []
    return [
        PastLine(
            on=row.on,
            kind=kind_words(row),
            about=about_words(row),
            amount=amount_words(row),
            whom=named[bytes(row.subject)],
            place=place_words(row),
        )
        for row in past_of(named)
    ]
