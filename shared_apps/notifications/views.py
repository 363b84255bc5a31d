"""The page of what a person was told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput
from bangfu.kernel.tenancy import current_station
from bangfu.ui.requests import actor_of, page_of
from shared_apps.notifications.forms import AnnouncementForm
from shared_apps.notifications.selectors import (
    announcements,
    get_announcement,
    get_notification,
    notifications_for,
    unread_count,
)
from shared_apps.notifications.services import (
    PUBLISHES,
    mark_all_read,
    mark_read,
    publish_announcement,
    withdraw_announcement,
)


@require_GET
def list_notifications(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    told = notifications_for(actor)
    only_unread = request.GET.get("unread") == "1"
    wanted = told.filter(read_at__isnull=True) if only_unread else told
    return render(
        request,
        "notifications/list.html",
        {
            "page": page_of(request, wanted),
            "only_unread": only_unread,
            "unread": unread_count(actor),
        },
    )


@require_GET
def open_notification(request: HttpRequest, notification_id: int) -> HttpResponse:
    actor = actor_of(request)
    row = get_notification(notification_id, actor=actor)
    mark_read(ids=[row.pk], actor=actor, now=clock.now())
    return redirect(row.link or "notifications:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    changed = mark_all_read(actor=actor_of(request), now=clock.now())
    messages.success(request, _("已将 %(count)s 条通知标为已读。") % {"count": changed})
    return redirect("notifications:list")


@require_GET
def list_announcements(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "notifications/announcements.html",
        {
            "page": page_of(request, announcements()),
            "may_publish": actor_of(request).may(PUBLISHES),
        },
    )


@require_GET
def show_announcement(request: HttpRequest, announcement_id: int) -> HttpResponse:
    actor, row = actor_of(request), get_announcement(announcement_id)
    own = row.publisher_id == current_station().id
    return render(
        request,
        "notifications/announcement.html",
        {"announcement": row, "may_withdraw": own and actor.may(PUBLISHES)},
    )


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    actor.require(PUBLISHES)
    form = AnnouncementForm(request.POST or None)
    if form.is_valid():
        try:
            reached = publish_announcement(**form.cleaned_data, actor=actor, now=clock.now())
        except InvalidInput as refused:
            for problem in refused.problems:
                form.add_error(problem.field, str(problem.message))
        else:
            messages.success(
                request, _("公告已发布，%(count)s 个站点可以看到。") % {"count": reached}
            )
            return redirect("notifications:announcements")
    return render(request, "notifications/publish.html", {"form": form})


@require_POST
def withdraw(request: HttpRequest, announcement_id: int) -> HttpResponse:
    withdraw_announcement(announcement_id, actor=actor_of(request), now=clock.now())
    messages.success(request, _("公告已撤回。"))
    return redirect("notifications:announcements")
