"""Between a draft and its rows, in both directions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from pypinyin import Style, pinyin

from bangfu.kernel.crypto import Secret, blind_index
from bangfu.kernel.identity import NumberRefused, normalised, parse_id_no, tidied_phone
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.fields import FieldSpec, Kind
from tenant_apps.households.models import HouseholdFile, HouseholdMember

SURNAME_READINGS = {
    "单": "S",
    "曾": "Z",
    "解": "X",
    "查": "Z",
    "仇": "Q",
    "盖": "G",
    "华": "H",
    "任": "R",
    "朴": "P",
    "翟": "Z",
    "尉": "W",
    "区": "O",
    "乐": "Y",
    "覃": "Q",
    "缪": "M",
    "晁": "C",
    "重": "C",
    "员": "Y",
}
"""Surnames that are read otherwise than the same character in a word."""


def draft_of(file: HouseholdFile, members: Iterable[HouseholdMember]) -> HouseholdDraft:
    """Read a file and its members as a draft; opens what is sealed, so never show it as it is."""
    values = {spec.name: _read(file, spec) for spec in FILE_FIELDS}
    people = sorted(members, key=lambda one: one.position)
    return HouseholdDraft(**values, members=[member_draft_of(one) for one in people])


def member_draft_of(member: HouseholdMember) -> MemberDraft:
    """Read one member as a draft."""
    return MemberDraft(**{spec.name: _read(member, spec) for spec in MEMBER_FIELDS})


def fill_file(file: HouseholdFile, draft: HouseholdDraft) -> None:
    """Write a draft's values into the row of a file, without its members."""
    _write(file, draft, FILE_FIELDS)
    file.initials = initials(draft.name)
    file.card_no_hash = blind_index(draft.card_no, purpose="card_no") if draft.card_no else None


def fill_member(member: HouseholdMember, draft: MemberDraft) -> None:
    """Write a member's values into its row."""
    _write(member, draft, MEMBER_FIELDS)


def complete_from_number(person: HouseholdDraft | MemberDraft, *, on: date) -> None:
    """Fill birthday and sex from a valid identity number where they were left empty."""
    person.id_no = normalised(person.id_no)
    if isinstance(person, HouseholdDraft) and person.id_type not in {"", "resident"}:
        return
    try:
        number = parse_id_no(person.id_no, on=on)
    except NumberRefused:
        return
    person.birth = person.birth or number.birth
    person.sex = person.sex or str(number.sex)


def number_hash(id_no: str) -> bytes:
    """Give the keyed hash by which a person is found."""
    return blind_index(normalised(id_no), purpose="id_no")


def phone_hash(mobile: str) -> bytes:
    """Give the keyed hash by which a telephone is found, however its number was typed."""
    return blind_index(tidied_phone(mobile), purpose="phone")


def initials(name: str) -> str:
    """Give the first letters of a name's pinyin, in capitals: 柳试一 → LSY."""
    letters = "".join(
        reading[0].upper() for (reading,) in pinyin(name, style=Style.FIRST_LETTER) if reading
    )
    if name[:1] in SURNAME_READINGS:
        letters = SURNAME_READINGS[name[0]] + letters[1:]
    return "".join(letter for letter in letters if letter.isalnum())[:32]


def _read(row: HouseholdFile | HouseholdMember, spec: FieldSpec) -> Any:
    value = getattr(row, spec.name)
    if isinstance(value, Secret):
        return value.reveal()
    if value is None and spec.kind in {Kind.TEXT, Kind.IDENTIFIER}:
        return ""
    return tuple(value) if isinstance(value, list) else value


def _write(
    row: HouseholdFile | HouseholdMember,
    draft: HouseholdDraft | MemberDraft,
    specs: Iterable[FieldSpec],
) -> None:
    for spec in specs:
        value = getattr(draft, spec.name)
        setattr(row, spec.name, list(value) if isinstance(value, tuple) else value)
    row.id_no_hash = number_hash(draft.id_no) if draft.id_no else None
