"""From a request to a realm and an actor: the one place where an address becomes a station.

A path ``/s/<code>/…`` or a mapped host name leads into a station; everything else stays on the
network's pages. The address is taken as it stands: no default, no fall-back, and headers of a proxy
are not consulted.
"""

from collections.abc import Callable, Iterator
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    StreamingHttpResponse,
)
from django.urls import get_script_prefix, set_script_prefix
from django.utils.translation import gettext_lazy as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, NotFound
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from bangfu.ui import counters
from bangfu.web.once import done_once
from bangfu.web.problems import (
    answer_refusal,
    as_page,
    place_to_come_back_to,
    refused,
    unauthenticated,
)
from shared_apps.accounts import selectors as accounts
from shared_apps.accounts.models import User
from tenants import selectors as tenants
from tenants.lifecycle import StationSuspended
from tenants.models import Station, StationState

GetResponse = Callable[[HttpRequest], HttpResponseBase]
PREFIX = "/s/"
# Pages for those who manage the network: whoever is not signed in is asked to.
NETWORK_PAGES = "/network/"
# What stays the network's also on a host name that leads to a station.
NETWORK_PREFIXES = ("/accounts/", "/i18n/", "/join/", "/network/", "/static/", "/api/schema/")
# Below a station's prefix, what people may see without belonging to it.
PUBLIC_PREFIXES = ("/public/", "/api/v1/public/")
# Outside the stations, what strangers may send something to.
OPEN_PREFIXES = ("/join/", "/api/v1/onboarding/")
# What strangers may send at once: one picture of 10 MB and its form.
PUBLIC_BODY_BYTES = 12 * 1024 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class TooMuchAtOnce(DomainError):
    """A stranger sends more than a picture."""

    code = "too-much-at-once"
    http_status = 413
    message = _("一次上传的内容太大，照片请不超过 10 MB。")


def network_realm(get_response: GetResponse) -> GetResponse:
    """Let everything outside a station run on the network's tables."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with in_network():
            return get_response(request)

    return middleware


class StationMiddleware:
    """Enter the station that the address names, as the actor the person is there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # The prefix belongs to the thread: without this the next request in it could inherit a station's.
        before = get_script_prefix()
        try:
            return self._answer(request)
        finally:
            set_script_prefix(before)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if _lacks_its_slash(request):
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        try:
            station = _station_of(request)
        except NotFound as error:
            request.actor = None  # type: ignore[attr-defined]
            return refused(request, error)
        if station is None:
            request.station = None  # type: ignore[attr-defined]
            request.actor = _network_actor(request)  # type: ignore[attr-defined]
            if request.path_info.startswith(OPEN_PREFIXES) and _sends_too_much(request):
                return refused(request, TooMuchAtOnce())
            if request.path_info.startswith(NETWORK_PAGES) and not request.user.is_authenticated:
                return redirect_to_login(place_to_come_back_to(request), settings.LOGIN_URL)
            response = done_once(request, self.get_response)
            if request.method not in SAFE_METHODS:
                counters.forget(request)
            return as_page(request, response)
        return self._inside(request, station)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer a refusal in the dress of the page; anything else is a fault and goes on."""
        return answer_refusal(request, exception)

    def _inside(self, request: HttpRequest, station: Station) -> HttpResponseBase:
        ref = station.ref
        request.station = station  # type: ignore[attr-defined]
        request.actor = _station_actor(request, ref)  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(station=ref.code)
        refusal = _refusal(request, station)
        if refusal is not None:
            return refusal
        with in_station(ref):
            response = done_once(request, self.get_response)
            if request.method not in SAFE_METHODS:
                counters.forget(request)
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = _streamed_inside(ref, response.streaming_content)
            return as_page(request, response)


def _lacks_its_slash(request: HttpRequest) -> bool:
    # /s/130705 as people type it: told apart before any station is looked up.
    code = request.path_info.removeprefix(PREFIX)
    typed = request.path_info.startswith(PREFIX) and code and "/" not in code
    return bool(typed) and request.method in SAFE_METHODS


def _station_of(request: HttpRequest) -> Station | None:
    if request.path_info.startswith(PREFIX):
        code, slash, rest = request.path_info[len(PREFIX) :].partition("/")
        if not slash:
            raise NotFound
        return _led_into(request, tenants.station_with_code(code), f"{PREFIX}{code}", f"/{rest}")
    if request.path_info.startswith(NETWORK_PREFIXES):
        return None
    # Django has checked the host against ALLOWED_HOSTS by now.
    station = tenants.station_with_host(request.get_host().partition(":")[0].lower())
    return station and _led_into(request, station, "", request.path_info)


def _led_into(request: HttpRequest, station: Station, prefix: str, path: str) -> Station:
    request.path_info = path
    request.META["SCRIPT_NAME"] = prefix
    request.urlconf = "bangfu.urls.station"
    set_script_prefix(f"{prefix}/")
    return station


def _station_actor(request: HttpRequest, station: StationRef) -> Actor | None:
    user, via = _person(request, station_id=station.id)
    if user is None:
        return None
    actor = accounts.actor_at_station(user, station)
    return actor if actor is None or via == "page" else _by_token(actor)


def _network_actor(request: HttpRequest) -> Actor | None:
    user, via = _person(request, station_id=None)
    if user is None:
        return None
    actor = accounts.actor_of_network(user)
    return actor if via == "page" else _by_token(actor)


def _by_token(actor: Actor) -> Actor:
    return Actor(
        user_id=actor.user_id,
        name=actor.name,
        station=actor.station,
        roles=actor.roles,
        capabilities=actor.capabilities,
        via="token",
    )


def _person(request: HttpRequest, *, station_id: int | None) -> tuple[User | None, str]:
    scheme, _space, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "token" and "/api/" in request.path:
        token = accounts.token_in_force(secret.strip(), now=clock.now())
        # A token of one station is no token at another; a network token is none at any station.
        if token is None or token.station_id != station_id:
            return None, "token"
        return token.user, "token"
    user = request.user
    return (user, "page") if user.is_authenticated else (None, "page")


def _refusal(request: HttpRequest, station: Station) -> HttpResponseBase | None:
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    public = request.path_info.startswith(PUBLIC_PREFIXES)
    if station.state == StationState.SUSPENDED:
        request.station_notice = StationSuspended.message  # type: ignore[attr-defined]
        if actor is not None and request.method not in SAFE_METHODS:
            return refused(request, StationSuspended())
    if public:
        return refused(request, TooMuchAtOnce()) if _sends_too_much(request) else None
    if request.path_info.startswith("/api/"):
        return None if actor is not None else unauthenticated()
    if actor is None:
        if request.user.is_authenticated:
            # Whether the station exists is not told to strangers.
            return refused(request, NotFound())
        return redirect_to_login(place_to_come_back_to(request), settings.LOGIN_URL)
    return None


def _sends_too_much(request: HttpRequest) -> bool:
    # Looked at before anything reads the body.
    sent = request.META.get("CONTENT_LENGTH") or "0"
    return sent.isdecimal() and int(sent) > PUBLIC_BODY_BYTES


def _streamed_inside(station: StationRef, content: Any) -> Iterator[bytes]:
    # The view has returned and the realm with it; each piece is made inside the station again.
    pieces = iter(content)
    while True:
        with in_station(station):
            try:
                piece = next(pieces)
            except StopIteration:
                return
        yield piece
