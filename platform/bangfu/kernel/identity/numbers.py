"""Identity numbers, credit codes, cards and telephones.

The gate of an identity number is its length, its check digit, a real birthday that is neither
ahead nor more than 120 years back, and a province that exists. Whether its six-digit region is
known is a warning only: regions come and go, numbers stay. Source: domain.md 5.3, GB 11643,
GB 32100.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, Problem, Text

PROVINCES = MappingProxyType(
    {
        "11": "北京市",
        "12": "天津市",
        "13": "河北省",
        "14": "山西省",
        "15": "内蒙古自治区",
        "21": "辽宁省",
        "22": "吉林省",
        "23": "黑龙江省",
        "31": "上海市",
        "32": "江苏省",
        "33": "浙江省",
        "34": "安徽省",
        "35": "福建省",
        "36": "江西省",
        "37": "山东省",
        "41": "河南省",
        "42": "湖北省",
        "43": "湖南省",
        "44": "广东省",
        "45": "广西壮族自治区",
        "46": "海南省",
        "50": "重庆市",
        "51": "四川省",
        "52": "贵州省",
        "53": "云南省",
        "54": "西藏自治区",
        "61": "陕西省",
        "62": "甘肃省",
        "63": "青海省",
        "64": "宁夏回族自治区",
        "65": "新疆维吾尔自治区",
        "71": "台湾省",
        "81": "香港特别行政区",
        "82": "澳门特别行政区",
        "83": "台湾居民居住证",
    }
)

OLDEST_AGE = 120
UNKNOWN_REGION = "W101"

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK_DIGITS = "10X98765432"
_USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

_ID_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_OLD_ID_SHAPE = re.compile(r"[0-9]{15}")
_SPREADSHEET_NUMBER = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]{2}|[0-9]{15,18}\.0+")
_PASSPORT_SHAPE = re.compile(r"[A-Z0-9]{5,20}")
_USCC_SHAPE = re.compile(r"[1-9A-HJ-NPQRTUWXY][1-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_MOBILE_SHAPE = re.compile(r"1[3-9][0-9]{9}")
_PHONE_SHAPE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}")
_COUNTRY = re.compile(r"\(?(?:\+|00)?86\)?(?=1[0-9]{10}$)")
_INVISIBLE = re.compile(r"[\s'’`\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff\u00ad-]")
_LOST_TAIL = "000"
_RESIDENCE_PERMITS = ("81", "82", "83")
_FOREIGN_RESIDENT = "9"


class NumberRefused(DomainError):
    """A number cannot be what it is entered as; ``code`` is the error code of the import form."""

    http_status = 422

    def __init__(self, code: str, message: Text) -> None:
        self.code = code
        super().__init__(message)


class IdKind(StrEnum):
    """Whom an eighteen-digit identity number was given to."""

    CITIZEN = "citizen"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_RESIDENT = "foreign_resident"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdNumber:
    """An identity number taken apart.

    ``sex`` is 1 male, 2 female (GB/T 2261.1). ``warnings`` holds codes that do not refuse it.
    """

    number: str
    kind: IdKind
    birth: date
    sex: int
    region6: str
    region_known_province: bool
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<IdNumber {self.kind}>"


def parse_id_no(
    text: str,
    *,
    on: date | None = None,
    region_exists: Callable[[str], bool] | None = None,
) -> IdNumber:
    """Check an eighteen-digit identity number and take it apart.

    Full-width digits, spaces and a lower-case x are put right first. ``on`` is the day that the
    birthday is judged by, today when left out; ``region_exists`` answers for a six-digit region.
    Source: domain.md 5.3.

    Raises:
        NumberRefused: E101 check digit, E104 digits lost in a spreadsheet, E105 not eighteen
            characters, E106 an old number of fifteen digits, E107 no such birthday, E108 born in
            the future or more than 120 years ago, E109 no such province.
    """
    number = normalised(text)
    _refuse_wrong_shape(number)
    if id_check_digit(number) != number[17]:
        if number.endswith(_LOST_TAIL):
            raise _lost_digits()
        raise NumberRefused("E101", _("证件号码校验码不正确，请核对每一位数字。"))
    kind = _kind_of(number)
    region6 = number[:6]
    if kind is not IdKind.FOREIGN_RESIDENT and number[:2] not in PROVINCES:
        raise NumberRefused("E109", _("证件号码前两位不是任何省份的代码，请核对。"))
    known = region_exists is None or kind is not IdKind.CITIZEN or region_exists(region6)
    return IdNumber(
        number=number,
        kind=kind,
        birth=_birth_in(number, on=on or clock.today()),
        sex=1 if int(number[16]) % 2 else 2,
        region6=region6,
        region_known_province=number[:2] in PROVINCES,
        warnings=() if known else (UNKNOWN_REGION,),
    )


def check_passport(text: str) -> str:
    """Return a passport or other document number, normalised; its own rules are abroad.

    Raises:
        NumberRefused: E110, it is not five to twenty letters and digits.
    """
    number = normalised(text)
    if not _PASSPORT_SHAPE.fullmatch(number):
        raise NumberRefused("E110", _("护照等其他证件号码应为 5 至 20 位字母和数字。"))
    return number


def check_uscc(text: str) -> str:
    """Return a unified social credit code, normalised.

    Its organisation part is not checked: some genuine codes fail there. Source: GB 32100.

    Raises:
        NumberRefused: E111, wrong length, characters or check character.
    """
    code = normalised(text)
    if not _USCC_SHAPE.fullmatch(code):
        raise NumberRefused(
            "E111", _("统一社会信用代码应为 18 位数字和大写字母，不含 I、O、S、V、Z。")
        )
    if uscc_check_character(code) != code[17]:
        raise NumberRefused("E111", _("统一社会信用代码校验位不正确，请核对每一位。"))
    return code


def check_mobile(text: str) -> str:
    """Return a mobile number of eleven digits, normalised, without the country code.

    Raises:
        NumberRefused: E112, it is no mobile number of the mainland.
    """
    number = _COUNTRY.sub("", normalised(text))
    if not _MOBILE_SHAPE.fullmatch(number):
        raise NumberRefused("E112", _("手机号码应为 11 位数字，以 13 至 19 开头。"))
    return number


def tidied_phone(text: str) -> str:
    """Return a mobile number as its eleven digits, however it was typed; any other text only narrowed."""
    try:
        return check_mobile(text)
    except NumberRefused:
        return unicodedata.normalize("NFKC", text).strip()


def check_phone(text: str) -> str:
    """Return a telephone number: a mobile number as its digits, or one of a line with its area code.

    Raises:
        NumberRefused: E113, it is neither.
    """
    number = tidied_phone(text)
    if not _PHONE_SHAPE.fullmatch(number):
        raise NumberRefused("E113", _("电话应为 11 位手机号，或带区号的座机号，如 0313-2000000。"))
    return number


def phone_problems(text: str, *, code: str, field: str = "phone") -> list[Problem]:
    """Say that a telephone that is given cannot be called from outside; none need be given."""
    if not text.strip():
        return []
    try:
        check_phone(text)
    except NumberRefused as refusal:
        return [Problem(code=code, field=field, message=refusal.message)]
    return []


def luhn_ok(card: str) -> bool:
    """Tell whether a card number ends in its Luhn digit. Some genuine cards do not: only warn."""
    number = normalised(card)
    return number.isascii() and number.isdigit() and luhn_digit(number[:-1]) == number[-1]


def age_on(birth: date, on: date) -> int:
    """Return the full years of age on a day."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def normalised(text: str) -> str:
    """Put full-width characters, spaces, dashes, lower case and a typed × right."""
    narrow = unicodedata.normalize("NFKC", text).replace("×", "X")
    return _INVISIBLE.sub("", narrow).upper()


def id_check_digit(number: str) -> str:
    """Return the check digit of the first seventeen digits."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECK_DIGITS[total % 11]


def uscc_check_character(code: str) -> str:
    """Return the check character of the first seventeen characters of a credit code."""
    total = sum(
        _USCC_CHARACTERS.index(character) * weight
        for character, weight in zip(code[:17], _USCC_WEIGHTS, strict=True)
    )
    return _USCC_CHARACTERS[-total % 31]


def luhn_digit(digits: str) -> str:
    """Return the digit that makes these digits a number that passes Luhn's check."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def _refuse_wrong_shape(number: str) -> None:
    if _SPREADSHEET_NUMBER.fullmatch(number):
        raise _lost_digits()
    if _OLD_ID_SHAPE.fullmatch(number):
        raise NumberRefused("E106", _("15 位旧号码已停用，请按现行身份证或户口簿填写 18 位号码。"))
    if not _ID_SHAPE.fullmatch(number):
        raise NumberRefused("E105", _("证件号码应为 18 位：17 位数字加 1 位数字或字母 X。"))


def _lost_digits() -> NumberRefused:
    return NumberRefused(
        "E104", _("证件号码被表格软件转成了数字，末几位已丢失；请将单元格设为文本后重新填写。")
    )


def _kind_of(number: str) -> IdKind:
    if number.startswith(_FOREIGN_RESIDENT):
        return IdKind.FOREIGN_RESIDENT
    if number.startswith(_RESIDENCE_PERMITS):
        return IdKind.RESIDENCE_PERMIT
    return IdKind.CITIZEN


def _birth_in(number: str, *, on: date) -> date:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise NumberRefused("E107", _("证件号码中的出生日期不存在，请核对。")) from error
    if birth > on:
        raise NumberRefused("E108", _("证件号码中的出生日期在今天之后，请核对。"))
    if age_on(birth, on) > OLDEST_AGE:
        raise NumberRefused("E108", _("证件号码中的出生日期距今超过 120 年，请核对。"))
    return birth
