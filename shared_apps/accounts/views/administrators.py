"""Who runs the network."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from shared_apps.accounts import selectors
from shared_apps.accounts.forms import NetworkAdministratorForm
from shared_apps.accounts.fresh import fresh_sign_in_required
from shared_apps.accounts.services.administrators import add_administrator, remove_administrator


@fresh_sign_in_required
def administrators(request: HttpRequest) -> HttpResponse:
    """List who runs the network and add somebody."""
    actor = cast("Actor", request.actor)  # type: ignore[attr-defined]
    actor.require("people.view")
    form = NetworkAdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = add_administrator(
                username=form.cleaned_data["username"].strip(), actor=actor, now=clock.now()
            )
        except NotFound:
            form.add_error("username", _("没有用这个登录名的人员。请先由其所在站点邀请。"))
        else:
            messages.success(request, _("%(name)s已成为网络管理员。") % {"name": person.name})
            return redirect("accounts:administrators")
    return render(
        request,
        "accounts/administrators.html",
        {"people": selectors.network_administrators(), "form": form},
    )


@require_POST
@fresh_sign_in_required
def remove(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take the network away from somebody."""
    actor = cast("Actor", request.actor)  # type: ignore[attr-defined]
    remove_administrator(user_id=user_id, actor=actor, now=clock.now())
    messages.success(request, _("已取消其网络管理员身份，其登录已全部退出。"))
    return redirect("accounts:administrators")
