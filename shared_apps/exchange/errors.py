"""Refusals and failures of the exchange."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class OtherBodyUnderKey(Exception):
    """A business key was used twice for different bodies: a fault of the code that posts."""


class PermanentFailure(Exception):
    """A handler raises it when trying again cannot help; the message is parked at once."""


class UnknownKind(PermanentFailure):
    """No app handles this kind of message."""


class NotParked(DomainError):
    """Only a parked message can be sent again or discarded."""

    code = "message-not-parked"
    message = _("只有已停放的消息才能重放或作废。")


class NothingAsked(DomainError):
    """There is no request of a first person to confirm."""

    code = "message-nothing-asked"
    message = _("没有待复核的申请，请先由一人提出。")


class SecondPersonNeeded(DomainError):
    """The person who asked may not also confirm."""

    code = "second-person-needed"
    message = _("重放或作废须由另一人复核，不能自己复核自己的申请。")


class ReasonNeeded(DomainError):
    """A request says why."""

    code = "reason-needed"
    http_status = 422
    message = _("请填写理由。")
