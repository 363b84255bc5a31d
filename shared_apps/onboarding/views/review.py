"""The station above: its inbox, the board, one application, many invited."""

from typing import Any, cast
from uuid import UUID

import segno
from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound
from shared_apps.accounts.services import invitations
from shared_apps.accounts.views.people import role_names
from shared_apps.onboarding import selectors
from shared_apps.onboarding.flow import ONBOARDING_FLOW
from shared_apps.onboarding.forms import BoardForm, InviteStationsForm, ReturnForm
from shared_apps.onboarding.models import Application
from shared_apps.onboarding.rules import MISSING_ITEMS, WINDOWS, missing_papers
from shared_apps.onboarding.services import applying, deciding, many, writing
from shared_apps.onboarding.sheets import lines_of_text, lines_of_upload
from shared_apps.onboarding.views.shown import stages_of, timeline_of
from shared_apps.regions.selectors import region_label
from tenants.models import Level, Station


def board(request: HttpRequest) -> HttpResponse:
    """Show who is where and who is late."""
    actor = _asker(request, "onboarding.view")
    search = BoardForm(request.GET or None)
    asked: dict[str, Any] = search.cleaned_data if search.is_valid() else {}
    today = clock.today()
    found = selectors.board(
        state=asked.get("state", ""),
        late_on=today if asked.get("late") else None,
        words=asked.get("words", ""),
    )
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    counts = selectors.counts_by_state()
    return render(
        request,
        "onboarding/board.html",
        {
            "search": search,
            "page": page,
            "rows": [_row(application, today) for application in page],
            "counts": counts,
            "application_url": f"{_pages(actor)}:application",
            "waiting": sum(counts.get(state, 0) for state in selectors.FOR_PARENT),
            "late": selectors.board(late_on=today).count(),
            "may_decide": actor.may("onboarding.decide"),
            "may_invite": actor.may("onboarding.invite") and actor.station is not None,
        },
    )


def application(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show one application and what may be done with it."""
    actor = _asker(request, "onboarding.view")
    row = selectors.get_application(key)
    actions = ONBOARDING_FLOW.actions_from(row.state, actor=actor)
    invited = selectors.invitations_of_new_station(row)
    return render(
        request,
        "onboarding/application.html",
        {
            "application": row,
            "act_url": f"{_pages(actor)}:act",
            "paper_url": f"{_pages(actor)}:paper",
            "region": region_label(row.region_code, on=clock.today()),
            "level_label": Level(row.level).label,
            "windows": [WINDOWS[key] for key in row.windows if key in WINDOWS],
            "staff": [
                {**person, "role_name": role_names([person["role"]]) if person.get("role") else ""}
                for person in row.staff
            ],
            "missing": [MISSING_ITEMS[item] for item in missing_papers(row)],
            "stages": stages_of(row),
            "events": timeline_of(row),
            "actions": actions,
            "return_form": ReturnForm(initial={"missing": missing_papers(row)}),
            "invited": [
                {
                    "row": each,
                    "roles": role_names(each.roles),
                    "link": f"{_site(request)}{invitations.path_of(each)}",
                    "qr": _qr(f"{_site(request)}{invitations.path_of(each)}"),
                }
                for each in invited
            ]
            if actor.may("onboarding.decide")
            else [],
            "late": row.due_on is not None and row.due_on < clock.today(),
            "may_write": may_write(row, actor),
        },
    )


@require_POST
def act(request: HttpRequest, key: UUID, action: str) -> HttpResponse:
    """Take one step of the flow."""
    actor = _asker(request, "onboarding.view")
    now = clock.now()
    if action == "accept":
        deciding.accept_application(application_id=key, actor=actor, now=now)
        messages.success(request, _("已受理，请在 5 个工作日内办结。"))
    elif action == "approve":
        deciding.approve_application(application_id=key, actor=actor, now=now)
        messages.success(request, _("已批准，正在开通，通常只需几秒钟。"))
    elif action == "reject":
        deciding.reject_application(
            application_id=key, reason=request.POST.get("reason", ""), actor=actor, now=now
        )
        messages.success(request, _("已登记为不予通过，并可在其查询页看到理由。"))
    elif action == "letter":
        row = writing.send_again(application_id=key, actor=actor, now=now)
        messages.success(
            request, _("信件将在一分钟内寄往 %(email)s。") % {"email": row.contact_email}
        )
    elif action == "return":
        form = ReturnForm(request.POST)
        form.is_valid()
        deciding.return_application(
            application_id=key,
            missing=[{"item": item, "note": ""} for item in form.cleaned_data.get("missing", [])],
            comment=form.cleaned_data.get("comment", ""),
            actor=actor,
            now=now,
        )
        messages.success(request, _("已退回补正，申请人有 10 个工作日。"))
    else:
        raise NotFound
    return redirect(f"{_pages(actor)}:application", key=key)


@require_POST
def approve_chosen(request: HttpRequest) -> HttpResponse:
    """Approve the ticked applications."""
    actor = _asker(request, "onboarding.decide")
    try:
        keys = [UUID(text) for text in request.POST.getlist("ids")]
    except ValueError:
        raise NotFound from None
    answer = deciding.approve_many(application_ids=keys, actor=actor, now=clock.now())
    if answer.done:
        messages.success(
            request, _("已批准 %(number)s 个，正在后台开通。") % {"number": answer.done}
        )
    for name, reason in answer.refused:
        messages.error(request, f"{name}：{reason}")
    return redirect("onboarding:board")


def paper(request: HttpRequest, key: UUID) -> FileResponse:
    """Serve the founding paper to the station above alone."""
    _asker(request, "onboarding.view")
    row = selectors.get_application(key)
    stored = row.founding_paper.name
    if not stored:
        raise NotFound
    return FileResponse(
        default_storage.open(stored),
        as_attachment=True,
        filename=f"{row.name}.{stored.rpartition('.')[2]}",
    )


def invite(request: HttpRequest) -> HttpResponse:
    """Invite many units at once."""
    actor = _asker(request, "onboarding.invite")
    form = InviteStationsForm(request.POST or None, request.FILES or None)
    problems: tuple[Any, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            upload = form.cleaned_data["file"]
            lines = lines_of_upload(upload) if upload else lines_of_text(form.cleaned_data["lines"])
            batch = many.invite_stations(
                parent=cast("Station", request.station),  # type: ignore[attr-defined]
                lines=lines,
                title=form.cleaned_data["title"],
                actor=actor,
                now=clock.now(),
            )
        except InvalidInput as error:
            problems = error.problems
        else:
            messages.success(
                request,
                _(
                    "已为 %(total)s 个单位生成入驻链接，邮件正在后台寄出；没有邮箱的请打印下面的邀请函。"
                )
                % {"total": batch.total},
            )
            return redirect("onboarding:letters", key=batch.pk)
    return render(request, "onboarding/invite.html", {"form": form, "problems": problems})


@never_cache
def letters(request: HttpRequest, key: UUID) -> HttpResponse:
    """Print the letters of a batch, one a page, each with its own QR code."""
    _asker(request, "onboarding.invite")
    rows = list(selectors.applications_in_sight().filter(batch_id=key).order_by("pk"))
    if not rows:
        raise NotFound
    return render(
        request,
        "onboarding/letters.html",
        {
            "letters": [
                {
                    "row": row,
                    "link": f"{_site(request)}{applying.path_of(row)}",
                    "qr": _qr(f"{_site(request)}{applying.path_of(row)}"),
                }
                for row in rows
            ]
        },
    )


def _row(application: Application, today: Any) -> dict[str, Any]:
    return {
        "application": application,
        "late": application.due_on is not None and application.due_on < today,
        "approvable": application.state in selectors.FOR_PARENT,
        "level": Level(application.level).label,
    }


def may_write(application: Application, actor: Actor) -> bool:
    """Say whether the actor may send the applicant the newest letter again."""
    waits = writing.letter_of(application) is not None and application.contact_email != ""
    return waits and (actor.may("onboarding.decide") or actor.may("onboarding.invite"))


def _pages(actor: Actor) -> str:
    # The same pages stand below a station and on the network's console.
    return "onboarding" if actor.station else "console"


def _asker(request: HttpRequest, capability: str) -> Actor:
    actor = cast("Actor", request.actor)  # type: ignore[attr-defined]
    actor.require(capability)
    return actor


def _qr(link: str) -> str:
    code: str = segno.make(link, error="m").svg_data_uri(scale=4, border=2)
    return code


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
