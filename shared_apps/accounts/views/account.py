"""One's own account: choosing a station, passwords, the second factor."""

from typing import cast

import segno
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlencode, urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput
from shared_apps.accounts import selectors
from shared_apps.accounts.forms import ChangePasswordForm, CodeForm, ForgottenForm, NewPasswordForm
from shared_apps.accounts.fresh import fresh_sign_in_required
from shared_apps.accounts.models import Membership, User
from shared_apps.accounts.services import mail, signing_in
from shared_apps.accounts.views.sign_in import BACKEND

TOTP_KEY = "totp"
RESETS_PER_HOUR = 5


@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Lead a person to their station, or let them choose one of several."""
    if not request.user.is_authenticated:
        return redirect("/accounts/login/")
    user = request.user
    places = selectors.places_of(user)
    if len(places) == 1 and not user.is_network_administrator:
        return redirect(f"/s/{places[0].station.code}/")
    if not places and user.is_network_administrator:
        return redirect("/network/")
    return render(request, "accounts/stations.html", {"places": _links(places), "person": user})


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    user = cast("User", request.user)
    return render(
        request,
        "accounts/account.html",
        {
            "person": user,
            "places": _links(selectors.places_of(user)),
            "has_second_factor": signing_in.has_second_factor(user),
        },
    )


@never_cache
@login_required
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password."""
    user = cast("User", request.user)
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not user.check_password(form.cleaned_data["password"]):
            form.add_error("password", _("现在的密码不对。"))
        elif _set_password(request, form, user):
            update_session_auth_hash(request, user)
            signing_in.begin_session(
                request.session,
                second_factor=bool(request.session.get(signing_in.SECOND_FACTOR)),
            )
            messages.success(request, _("密码已修改，其他设备上的登录已全部退出。"))
            return redirect("/")
    return render(request, "accounts/password.html", {"form": form, "person": user})


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a link for a new password; the answer is the same whether the address is known or not."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if _may_ask_again(email):
            for user in User.objects.filter(email__iexact=email, is_active=True)[:5]:
                if user.has_usable_password():
                    mail.send_reset(user, link=request.build_absolute_uri(_reset_path(user)))
        return render(request, "accounts/forgotten_sent.html", {"email": email})
    return render(request, "accounts/forgotten.html", {"form": form})


@never_cache
@sensitive_post_parameters()
def reset_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Set a new password by a link that is bound to one person and their present password."""
    user = _user_behind(uid)
    if user is None or not default_token_generator.check_token(user, token):
        return render(request, "accounts/reset_gone.html", status=404)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _set_password(request, form, user):
        messages.success(request, _("新密码已生效，请登录。"))
        return redirect("/accounts/login/")
    return render(request, "accounts/reset.html", {"form": form, "person": user})


@never_cache
@login_required
@fresh_sign_in_required
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """Show the QR code of a new second factor and take its first code."""
    user = cast("User", request.user)
    secret = request.session.setdefault(TOTP_KEY, generate_totp_secret())
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = signing_in.set_up_second_factor(
            user=user,
            secret=secret,
            code=form.cleaned_data["code"],
            actor=Actor(user_id=user.pk, name=user.name),
            now=clock.now(),
        )
        if codes is not None:
            del request.session[TOTP_KEY]
            request.session[signing_in.SECOND_FACTOR] = True
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
        form.add_error("code", _("验证码不对。请确认手机时间准确，等下一组数字再试。"))
    address = "otpauth://totp/{}?{}".format(
        user.username, urlencode({"secret": secret, "issuer": "Bangfu"})
    )
    return render(
        request,
        "accounts/set_up_second_factor.html",
        {
            "form": form,
            "qr": segno.make(address, error="m").svg_data_uri(scale=5, border=2),
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            "required": signing_in.must_have_second_factor(user),
        },
    )


def _links(places: list[Membership]) -> list[dict[str, object]]:
    # Stations have addresses of their own; no name leads from outside into one.
    return [
        {
            "station": place.station,
            "url": f"/s/{place.station.code}/",
            "tokens_url": f"/s/{place.station.code}/people/tokens/",
        }
        for place in places
    ]


def sign_in_anew(request: HttpRequest, user: User) -> None:
    """Begin a session for somebody who has just proved who they are by a link."""
    login(request, user, backend=BACKEND)
    signing_in.begin_session(request.session, second_factor=False)


def _set_password(
    request: HttpRequest, form: ChangePasswordForm | NewPasswordForm, user: User
) -> bool:
    try:
        signing_in.change_password(
            user=user, password=form.cleaned_data["new_password"], now=clock.now()
        )
    except InvalidInput as error:
        for problem in error.problems:
            form.add_error("new_password", str(problem.message))
        return False
    return True


def _reset_path(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return f"/accounts/password/reset/{uid}/{default_token_generator.make_token(user)}/"


def _user_behind(uid: str) -> User | None:
    try:
        key = int(force_str(urlsafe_base64_decode(uid)))
    except ValueError:
        return None
    return User.objects.filter(pk=key, is_active=True).first()


def _may_ask_again(email: str) -> bool:
    slot = f"password-reset:{email.lower()}"
    cache.add(slot, 0, 3600)
    return cache.incr(slot) <= RESETS_PER_HOUR
