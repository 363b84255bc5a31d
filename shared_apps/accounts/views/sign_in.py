"""Signing in and out, the second factor, and asking for the password again."""

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bangfu.kernel import clock
from shared_apps.accounts.forms import CodeForm, ConfirmForm, SignInForm
from shared_apps.accounts.models import User
from shared_apps.accounts.services import signing_in

BACKEND = "django.contrib.auth.backends.ModelBackend"
# In the session of somebody whose password was right and whose code is still to come.
PENDING = "pending_user"


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password."""
    onward = _onward(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(onward)
        return _sign_in_page(request, SignInForm(), onward)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, onward)
    username = form.cleaned_data["username"].strip()
    user = authenticate(request, username=username, password=form.cleaned_data["password"])
    if user is None:
        locked = bool(getattr(request, "axes_locked_out", False))
        signing_in.note_refusal(username, locked=locked, now=clock.now())
        form.add_error(None, _("登录名或密码不对。连续错 6 次将锁定 15 分钟。"))
        return _sign_in_page(request, form, onward)
    person = user
    if signing_in.has_second_factor(person):
        request.session.cycle_key()
        request.session[PENDING] = person.pk
        return redirect(f"/accounts/second-factor/?{urlencode({'next': onward})}")
    return enter(request, person, onward, second_factor=False)


def locked_out(
    request: HttpRequest, _response: HttpResponse | None = None, *_credentials: object
) -> HttpResponse:
    """Answer somebody who guessed too often, from this machine for this name."""
    form = SignInForm(initial={"username": request.POST.get("username", "")})
    page = _sign_in_page(request, form, _onward(request), locked=True)
    page.status_code = 429
    page.headers["Retry-After"] = "900"
    return page


@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the device after the password was right."""
    person = _pending(request)
    if person is None:
        return redirect("/accounts/login/")
    onward = _onward(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # The same lock as for passwords: six wrong codes and the name rests.
        if not authenticate_code(request, person, form.cleaned_data["code"]):
            form.add_error("code", _("验证码不对或已经用过，请等下一组数字再试。"))
        else:
            return enter(request, person, onward, second_factor=True)
    return render(request, "accounts/second_factor.html", {"form": form, "next": onward})


def _pending(request: HttpRequest) -> User | None:
    key = request.session.get(PENDING)
    return None if key is None else User.objects.filter(pk=key, is_active=True).first()


def authenticate_code(request: HttpRequest, person: User, code: str) -> bool:
    """Say whether the code fits; wrong ones count towards the lock of that name."""
    from axes.handlers.proxy import AxesProxyHandler

    credentials = {"username": person.username}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out = True  # type: ignore[attr-defined]
        return False
    if signing_in.second_factor_fits(person, code.strip()):
        return True
    AxesProxyHandler.user_login_failed(sender=None, credentials=credentials, request=request)
    signing_in.note_refusal(person.username, locked=False, now=clock.now())
    return False


def enter(
    request: HttpRequest, person: User, onward: str, *, second_factor: bool
) -> HttpResponseRedirect:
    """Begin the session of a person who has proved who they are."""
    previous = person.last_login
    request.session.pop(PENDING, None)
    login(request, person, backend=BACKEND)
    signing_in.begin_session(request.session, second_factor=second_factor)
    signing_in.note_sign_in(person, previous=previous, now=clock.now())
    if previous is not None:
        when = previous.astimezone(clock.LOCAL).strftime("%Y-%m-%d %H:%M")
        messages.info(
            request, _("上次登录：%(when)s。如果不是您本人，请立即修改密码。") % {"when": when}
        )
    return HttpResponseRedirect(onward)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("/accounts/login/")


@never_cache
@sensitive_post_parameters("password")
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for the password again before a sensitive act, then go on to it."""
    onward = _onward(request)
    if not request.user.is_authenticated:
        return redirect(f"/accounts/login/?{urlencode({'next': onward})}")
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = request.user
        if authenticate(request, username=person.username, password=form.cleaned_data["password"]):
            signing_in.refresh(request.session)
            return HttpResponseRedirect(onward)
        form.add_error("password", _("密码不对。"))
    return render(request, "accounts/confirm.html", {"form": form, "next": onward})


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"


def _sign_in_page(
    request: HttpRequest, form: SignInForm, onward: str, *, locked: bool = False
) -> HttpResponse:
    return render(
        request,
        "accounts/sign_in.html",
        {"form": form, "next": onward, "locked": locked},
        status=422 if form.errors else 200,
    )
