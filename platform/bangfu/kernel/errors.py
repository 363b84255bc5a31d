"""Refusals that a rule of the domain may answer.

A ``DomainError`` is an answer, not a fault: it is anticipated, it is shown to the person who
asked, and it is never reported to the error tracker.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class DomainError(Exception):
    """Base of every anticipated refusal. ``code`` is public API, ``message`` is for people."""

    code = "domain-error"
    http_status = 409
    message: Text = _("现在不能这样办理。")

    def __init__(self, message: Text | None = None, **params: object) -> None:
        if message is not None:
            self.message = message
        self.params = params
        super().__init__(message or self.code)

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)


class NotFound(DomainError):
    """The row does not exist, or is out of the asker's sight: the two look alike."""

    code = "not-found"
    http_status = 404
    message = _("没有找到，或您无权查看。")


class NotPermitted(DomainError):
    """The actor lacks a capability that the action needs."""

    code = "not-permitted"
    http_status = 403
    message = _("您没有办理这项业务的权限。")


class NotStorable(DomainError):
    """The database cannot hold what was sent: a NUL, half a character, a number or day beyond its range.

    What a form or a serializer looks at never comes this far; this is for what none of them looks at.
    """

    code = "not-storable"
    http_status = 422
    message = _("内容含有不能保存的字符，或者数字、日期、文字超出了范围，请核对后重试。")


class IllegalMove(DomainError):
    """The record is not in a state from which this action may start."""

    code = "illegal-move"
    message = _("当前状态下不能办理这一步，可能有人刚刚办理过，请看最新情况。")


class Conflict(DomainError):
    """Somebody else changed the record since it was read."""

    code = "conflict"
    message = _("这条记录刚被别人修改过，请刷新后再办理。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with an input: where it stands, its code, and the remedy in words.

    ``row`` counts rows of the sheet as Excel shows them (the header is row 1); ``column`` is the
    heading a person sees. ``severity`` is ``"error"`` or ``"warning"``.
    """

    code: str
    message: Text
    field: str = ""
    row: int | None = None
    column: str = ""
    severity: str = "error"


class InvalidInput(DomainError):
    """The input breaks rules; every problem is listed at once."""

    code = "invalid-input"
    http_status = 422
    message = _("填报内容有误，请按提示逐项修改。")

    def __init__(self, problems: Iterable[Problem], message: Text | None = None) -> None:
        self.problems = tuple(problems)
        super().__init__(message)


def refuse(problems: Iterable[Problem]) -> None:
    """Raise everything that is wrong at once; nothing where nothing is.

    Raises:
        InvalidInput: something is.
    """
    found = list(problems)
    if found:
        raise InvalidInput(found)
