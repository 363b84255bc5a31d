"""What the books of the past say beside a cap: a warning to whoever decides, never a reason to refuse."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from bangfu.kernel import clock
from shared_apps.paperbooks.models import PastRow
from shared_apps.paperbooks.selectors import past_of
from shared_apps.paperbooks.wording import amount_words, kind_words, place_words
from shared_apps.programmes.selectors import get_programme_version, terms_of
from shared_apps.programmes.terms import Terms
from tenant_apps.aid.models import AidState, Application

_UNDECIDED = (
    AidState.PROPOSED, AidState.DRAFT, AidState.SUBMITTED, AidState.ELIGIBILITY, AidState.REVIEWING,
    AidState.ASKED_ABOVE, AidState.MEETING, AidState.PARTY_GROUP, AidState.NOTICE, AidState.OBJECTION,
    AidState.RETURNED,
)  # fmt: skip
_GIVEN = ("aid", "goods")


def warnings_of(row: Application) -> list[str]:
    """Say what the household was given, by the books, in the year or the total that a cap of the programme counts.

    Nothing once it is decided, and nothing where no cap runs over more than one grant.
    """
    if row.state not in _UNDECIDED:
        return []
    terms = terms_of(get_programme_version(row.programme_version_id))
    on = row.submitted_on or clock.today()
    return [
        _worded(past)
        for past in past_of(_numbers_of(row, terms))
        if _is_beside(past, row, terms, on=on)
    ]


def _numbers_of(row: Application, terms: Terms) -> set[bytes]:
    """Whose books are asked: the household with its members, or the student or person alone who is counted."""
    if terms.unit != "household" and row.member:
        return {bytes(row.member)}
    numbers = {bytes(row.household)} if row.household else set()
    if row.file is not None:
        members = row.file.members.exclude(id_no_hash=None)
        numbers |= {bytes(one) for one in members.values_list("id_no_hash", flat=True) if one}
    return numbers


def _is_beside(past: PastRow, row: Application, terms: Terms, *, on: date) -> bool:
    if past.kind not in _GIVEN or past.on > on:
        return False
    is_same = past.dims.get("aid", row.aid) == row.aid
    tier = row.file.tier if row.file is not None else ""
    if tier in terms.one_kind_tiers and past.on.year == on.year:
        return True
    if terms.total_fen is not None and is_same:
        return True
    a_year = (
        terms.living_months or terms.per_year_fen is not None or terms.times_per_year is not None
    )
    return a_year and is_same and past.on.year == on.year


def _worded(past: PastRow) -> str:
    return _(
        "台账记载：%(on)s %(kind)s %(amount)s，见%(place)s。没有计入上面的上限，请核对后再批。"
    ) % {
        "on": f"{past.on:%Y-%m-%d}",
        "kind": kind_words(past),
        "amount": amount_words(past),
        "place": place_words(past),
    }
