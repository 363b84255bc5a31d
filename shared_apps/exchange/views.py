"""Pages of messages: what was sent and received, and what two people decide of a parked one."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, NotFound
from bangfu.kernel.tenancy import station_in_force
from bangfu.ui.requests import page_of
from shared_apps.audit.wording import code_words
from shared_apps.exchange import services
from shared_apps.exchange.models import MessageState, Wish
from shared_apps.exchange.selectors import (
    MessageSearch,
    count_by_state,
    failing_services,
    get_message,
    latest_runs,
    messages_matching,
)
from shared_apps.exchange.wording import run_words


class MessageSearchForm(forms.Form):
    """What the list is narrowed by."""

    box = forms.ChoiceField(
        label=gettext_lazy("收发"),
        required=False,
        choices=[
            ("all", gettext_lazy("全部")),
            ("received", gettext_lazy("收到")),
            ("sent", gettext_lazy("发出")),
        ],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[("", gettext_lazy("全部")), *MessageState.choices],
    )
    stream = forms.CharField(label=gettext_lazy("消息流"), required=False, max_length=80)


@require_GET
def message_list(request: HttpRequest) -> HttpResponse:
    """Show the messages of the station, or of the network, with their state and age."""
    actor = _actor(request)
    form = MessageSearchForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    search = MessageSearch(
        box=wanted.get("box") or "all",
        state=wanted.get("state", ""),
        stream=wanted.get("stream", "").strip(),
    )
    counts = count_by_state()
    page = page_of(request, messages_matching(search, actor=actor))
    on_network = station_in_force() is None
    context = {
        "form": form,
        "page": page,
        "rows": [(message, code_words(message.kind)) for message in page.object_list],
        "waiting": counts.get(MessageState.NEW, 0),
        "parked": counts.get(MessageState.PARKED, 0),
        "done": counts.get(MessageState.DONE, 0),
        "now": clock.now(),
        "jobs": [(run, run_words(run.detail)) for run in latest_runs()] if on_network else [],
        "failing": failing_services()[:20] if on_network else [],
    }
    return render(request, "exchange/list.html", context)


@require_GET
def detail(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Show one message: its way, its attempts, and what can be decided. Its content stays closed."""
    actor = _actor(request)
    message = get_message(message_id, actor=actor)
    operable = message.state == MessageState.PARKED and actor.may("message.operate")
    context = {
        "message": message,
        "words": code_words(message.kind),
        "digest": bytes(message.digest).hex(),
        "may_ask": operable,
        "may_confirm": operable and bool(message.wish) and message.wished_by_id != actor.user_id,
        "is_own_wish": bool(message.wish) and message.wished_by_id == actor.user_id,
    }
    return render(request, "exchange/detail.html", context)


@require_POST
def decide(request: HttpRequest, message_id: UUID, action: str) -> HttpResponse:
    """Ask for a replay or a discard, or confirm what somebody else asked for."""
    actor, now = _actor(request), clock.now()
    get_message(message_id, actor=actor)
    try:
        if action == "confirm":
            services.confirm_wish(message_id, actor=actor, now=now)
            messages.success(request, _("已复核并执行。"))
        elif action in Wish.values:
            services.ask_for(
                message_id,
                wish=Wish(action),
                reason=request.POST.get("reason", ""),
                actor=actor,
                now=now,
            )
            messages.success(request, _("已提出，等待另一人复核。"))
        else:
            raise NotFound
    except DomainError as refusal:
        if refusal.http_status in {403, 404}:
            raise
        messages.error(request, str(refusal))
    return redirect("exchange:detail", message_id)


def _actor(request: HttpRequest) -> Actor:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None:
        raise NotFound
    return actor
