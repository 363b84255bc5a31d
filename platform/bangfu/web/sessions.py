"""What a session must satisfy on every request: not over, password changed, second factor set up."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import DomainError
from bangfu.web.problems import answer_refusal, place_to_come_back_to
from shared_apps.accounts.models import User
from shared_apps.accounts.services import signing_in

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# What somebody who must first change the password or set up a second factor may still open.
ALWAYS_OPEN = ("/accounts/", "/i18n/", "/static/", "/healthz", "/readyz")
PASSWORD = "/accounts/password/"  # noqa: S105
SECOND_FACTOR = "/accounts/second-factor/set-up/"


class SessionIncomplete(DomainError):
    """The person must finish their sign-in on a page before anything else."""

    code = "sign-in-incomplete"
    http_status = 403
    message = gettext_lazy("请先在页面上修改初始密码并设置动态口令。")


class SessionMiddleware:
    """End sessions that are over and hold back those that are not complete."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        user = request.user
        if signing_in.is_over(request.session, user):
            return self._ended(request)
        # A page that asks again by itself does not keep its reader signed in.
        if not (request.method == "GET" and request.headers.get("HX-Request")):
            signing_in.touch(request.session)
        wanted = None if request.path.startswith(ALWAYS_OPEN) else _missing(request, user)
        if wanted is None:
            return self.get_response(request)
        if "/api/" in request.path:
            return cast("HttpResponseBase", answer_refusal(request, SessionIncomplete()))
        return HttpResponseRedirect(wanted)

    def _ended(self, request: HttpRequest) -> HttpResponseBase:
        logout(request)
        request.user = AnonymousUser()
        if "/api/" in request.path or request.path.startswith(ALWAYS_OPEN):
            return self.get_response(request)
        messages.info(request, _("登录已超时或已被结束，请重新登录。"))
        return redirect_to_login(place_to_come_back_to(request))


def _missing(request: HttpRequest, user: User) -> str | None:
    if user.must_change_password:
        return PASSWORD
    if request.session.get(signing_in.SECOND_FACTOR):
        return None
    return SECOND_FACTOR if signing_in.must_have_second_factor(user) else None
