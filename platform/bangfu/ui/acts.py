"""Acts of a page that goes back to where it was: done, or refused with the reason."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bangfu.kernel.errors import DomainError, InvalidInput, Text
from bangfu.ui.requests import words_typed


def act_and_tell(request: HttpRequest, act: Callable[[], object], *, label: Text) -> None:
    """Do ``act`` and leave a message for the next page: what was done, or everything that refused it.

    Raises:
        DomainError: what is out of sight stays absent (404), also here.
    """
    try:
        act()
    except DomainError as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("已办理：%(step)s") % {"step": label})


def tell_refusal(request: HttpRequest, refusal: DomainError) -> None:
    """Leave a message for the next page for everything that refused an act, and what its form had been told.

    Raises:
        DomainError: the refusal itself where something is out of sight (404): it stays absent.
    """
    if refusal.http_status == HTTPStatus.NOT_FOUND:
        raise refusal
    said = refusal.problems if isinstance(refusal, InvalidInput) else ()
    for words in [str(problem.message) for problem in said] or [str(refusal)]:
        messages.error(request, words)
    _keep_words(request)


def _keep_words(request: HttpRequest) -> None:
    """Show on the next page what was written into the form that was refused: the form itself is gone."""
    words = words_typed(request)
    if words:
        kept = "\n".join(words)
        messages.warning(
            request, _("您填写的内容没有保存，需要时请复制：%(words)s") % {"words": kept}
        )
