"""What the work on a break may be refused for."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError, InvalidInput, Problem


class BreakSettled(DomainError):
    """The break was healed or closed meanwhile."""

    code = "break-settled"
    message = _("这条差异已经处理完毕，不需要再处理。")


class CannotHeal(DomainError):
    """The program has no way to bring this right; people have to."""

    code = "cannot-heal"
    message = _("这类差异不能自动修复，请查明原因后填写说明并关闭。")


class StillBroken(DomainError):
    """The healing ran and the difference is still there."""

    code = "still-broken"
    message = _("修复后核对仍有差异，请联系网络管理员。")


class RunGoesOn(DomainError):
    """The same reconciliation runs already."""

    code = "reconciliation-running"
    message = _("核对正在进行，请稍候查看结果。")


class NotADemo(DomainError):
    """Faults are planted in demonstrations only."""

    code = "not-a-demo"
    http_status = 403
    message = _("只有演示网络可以预置差错。")


class WordsNeeded(InvalidInput):
    """A break is explained or closed in words."""

    def __init__(self) -> None:
        super().__init__(
            [
                Problem(
                    code="comment-needed",
                    field="comment",
                    message=_("请填写说明：查到的原因和处理办法。"),
                )
            ]
        )
