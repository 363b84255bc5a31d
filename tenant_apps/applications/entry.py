"""Who is in: a sealed cookie that lasts half an hour and opens one application of one station.

It holds the personal code, so the worker can be shown it again, and dies with it: a new code given at
the counter ends every visit. Nothing of it stands in an address or in a log.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import get_script_prefix

from bangfu.kernel.crypto import Unsealable, seal, unseal
from bangfu.kernel.tenancy import current_station
from tenant_apps.applications.models import Application
from tenant_apps.applications.services.entering import application_with_code

COOKIE = "bangfu_own"
LASTS_SECONDS = 30 * 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A worker who came in: the application and the code it opens with."""

    application: Application
    code: str


def who_is_in(request: HttpRequest, *, now: datetime) -> Entry | None:
    """Give who came in on this browser, if they were here within the last half hour."""
    try:
        sealed = base64.urlsafe_b64decode(request.COOKIES.get(COOKIE, ""))
        said = json.loads(unseal(sealed, place=_place()))
    except (Unsealable, ValueError, binascii.Error):
        return None
    if not 0 <= now.timestamp() - said["at"] <= LASTS_SECONDS:
        return None
    application = application_with_code(said["code"], now=now)
    return Entry(application, said["code"]) if application is not None else None


def let_in(response: HttpResponseBase, *, code: str, now: datetime) -> None:
    """Let a worker stay in for another half hour."""
    said = json.dumps({"code": code, "at": int(now.timestamp())})
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(seal(said, place=_place())).decode(),
        max_age=LASTS_SECONDS,
        path=_path(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def see_off(response: HttpResponseBase) -> None:
    """End a visit."""
    response.delete_cookie(COOKIE, path=_path(), samesite="Lax")


def _place() -> str:
    return f"applications.entry.{current_station().schema}"


def _path() -> str:
    return f"{get_script_prefix()}public/"
