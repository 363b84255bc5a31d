"""Numbers that name people, bodies, cards and telephones: checked, taken apart, made up."""

from bangfu.kernel.identity.fictitious import (
    fictitious_card,
    fictitious_id,
    fictitious_mobile,
    make_uscc,
)
from bangfu.kernel.identity.numbers import (
    PROVINCES,
    IdKind,
    IdNumber,
    NumberRefused,
    age_on,
    check_mobile,
    check_passport,
    check_phone,
    check_uscc,
    id_check_digit,
    luhn_digit,
    luhn_ok,
    normalised,
    parse_id_no,
    tidied_phone,
    uscc_check_character,
)

__all__ = [
    "PROVINCES",
    "IdKind",
    "IdNumber",
    "NumberRefused",
    "age_on",
    "check_mobile",
    "check_passport",
    "check_phone",
    "check_uscc",
    "fictitious_card",
    "fictitious_id",
    "fictitious_mobile",
    "id_check_digit",
    "luhn_digit",
    "luhn_ok",
    "make_uscc",
    "normalised",
    "parse_id_no",
    "tidied_phone",
    "uscc_check_character",
]
