"""Forms that are done once: sent again as it was, a form is answered as the first time and does nothing.

A double click, the way back and the button again, a phone that was not answered and sends anew: the page of the form
carries a key (``{% once %}``), which it keeps when somebody comes back to it (``app.js``). What the act was answered is
kept with it, in one transaction, as the API does with ``Idempotency-Key``. Who changes what is filled in does another
act.
"""

import hashlib
import json
from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bangfu.kernel.answers import Answer, kept_answers
from bangfu.kernel.asked import form_digest
from bangfu.kernel.tenancy import station_in_force, wait_for_lock
from bangfu.ui.requests import ONCE

_NOT_SAID = frozenset({ONCE, "csrfmiddlewaretoken"})


def done_once(
    request: HttpRequest, act: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase:
    """Answer a request by ``act``; a form that carries a key and was done before, by what was answered then.

    Of two at once the later waits for the first. What was refused did nothing and may be sent again.
    """
    if request.method != "POST" or "/api/" in request.path or not request.POST.get(ONCE):
        return act(request)
    asked = _digest_of(request)
    place = UUID(bytes=asked[:16])
    with transaction.atomic():
        wait_for_lock(f"form {place}")
        kept = kept_answers().find(place)
        if kept is not None:
            return _answered_again(request, kept)
        before = len(_words(request))
        response = act(request)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            # What failed did nothing, so that it may be sent again.
            transaction.set_rollback(True)
        elif isinstance(response, HttpResponseRedirect):
            said = _words(request)[before:]
            if not any(level >= messages.ERROR for level, _said in said):
                body = json.dumps({"to": response.url, "said": said})
                answer = Answer(asked=asked, status=response.status_code, body=body)
                kept_answers().keep(place, answer)
        return response


def _answered_again(request: HttpRequest, kept: Answer) -> HttpResponseBase:
    answer = json.loads(kept.body)
    for level, words in answer["said"]:
        messages.add_message(request, level, words)
    messages.info(
        request, _("这张表单已经提交过，没有重复办理；确需再办一次的，请重新打开表单填写。")
    )
    return HttpResponseRedirect(answer["to"])


def _words(request: HttpRequest) -> list[tuple[int, str]]:
    """Read what the next page will say, and leave it to that page."""
    storage = messages.get_messages(request)
    words = [(one.level, str(one.message)) for one in storage]
    if not isinstance(storage, list):
        storage.used = False
    return words


def _digest_of(request: HttpRequest) -> bytes:
    """Digest who sends what where."""
    actor, station = getattr(request, "actor", None), station_in_force()
    who = (actor.user_id if actor else "-", station.id if station else "-")
    where = f"{who} {request.get_full_path()} {request.POST[ONCE]}".encode()
    return hashlib.sha256(where + form_digest(request, without=_NOT_SAID)).digest()
