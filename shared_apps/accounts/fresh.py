"""Asking for the password again before a sensitive act."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from shared_apps.accounts.services.signing_in import is_fresh

View = Callable[..., HttpResponse]


def fresh_sign_in_required(view: View) -> View:
    """Let a page act only within ten minutes of the password; otherwise ask for it and come back.

    A form that was being sent is lost and filled in again: show such a page behind this door from the
    first GET on. Requests by token are not asked: a token is a secret of its own.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if (actor is not None and actor.via == "token") or is_fresh(request.session):
            return view(request, *args, **kwargs)
        back = (
            request.get_full_path()
            if request.method == "GET"
            else request.headers.get("Referer", "/")
        )
        return HttpResponseRedirect(f"/accounts/confirm/?{urlencode({'next': back})}")

    return guarded
