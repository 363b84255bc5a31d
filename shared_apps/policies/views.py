"""The rules of a station or of the network: what holds, who laid it down, what a change would move."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import StationRef, station_in_force
from bangfu.ui.requests import part_of
from shared_apps.policies import changes, services
from shared_apps.policies.forms import RuleForm
from shared_apps.policies.models import ChangeState, TierChange
from shared_apps.policies.presenting import (
    MovesTable,
    groups_of,
    looser_shown,
    rules_in_words,
    table_of_change,
    table_of_preview,
    versions_shown,
)
from shared_apps.policies.rules import RULES, RuleDeclaration
from shared_apps.policies.selectors import names_of_scopes, rule_above, rules_held
from shared_apps.policies.wording import value_in_words

LOOKS, MANAGES = "policy.view", "policy.manage"


@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """Show every rule that holds here, by group, with the scope it comes from."""
    actor, station = _asker(request, LOOKS), station_in_force()
    on = clock.today()
    context = {
        "groups": groups_of(station, on=on),
        "looser": looser_shown(station, on=on),
        "is_network": station is None,
        "may_manage": actor.may(MANAGES),
    }
    return render(request, "policies/list.html", context)


@require_GET
def history(request: HttpRequest, key: str) -> HttpResponse:
    """Show every version of one rule that concerns this place, with what each changed."""
    actor, station = _asker(request, LOOKS), station_in_force()
    context = {
        "declared": _declared(key),
        "versions": versions_shown(key, station, on=clock.today()),
        "may_manage": actor.may(MANAGES),
        "is_network": station is None,
    }
    return render(request, "policies/history.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Lay down a new version; for what moves tiers, see first what it would move."""
    actor, station = _asker(request, MANAGES), station_in_force()
    declared, on = _declared(key), clock.today()
    held = rules_held(station=station, on=on).get(key)
    form = RuleForm(
        request.POST or None,
        key=key,
        value=held.value if held else declared.starts_as,
        initial={"valid_from": on},
    )
    table: MovesTable | None = None
    looked_at = 0
    if form.is_valid():
        try:
            if "preview" in request.POST:
                preview = changes.preview_change(
                    values={key: form.value()},
                    station=station,
                    valid_from=form.cleaned_data["valid_from"],
                    actor=actor,
                )
                table, looked_at = table_of_preview(preview), preview.looked_at
            else:
                return _laid_down(request, key, form, actor=actor, station=station)
        except InvalidInput as refused:
            for problem in refused.problems:
                form.add_error(form.field_of(problem.field), str(problem.message))
    context = {
        "declared": declared,
        "form": form,
        "table": table,
        "looked_at": looked_at,
        "above": _above(key, station, actor),
        "is_plain": declared.kind.asks not in {"lists", "table"},
        "is_network": station is None,
    }
    return render(request, "policies/edit.html", context)


@require_POST
def withdraw(request: HttpRequest, key: str, rule_id: int) -> HttpResponse:
    """Take back a version that is not in force yet."""
    actor = _asker(request, MANAGES)
    return _done(
        request,
        lambda: services.withdraw_rule(
            rule_id, station=station_in_force(), actor=actor, now=clock.now()
        ),
        _("已撤回，原规定继续有效。"),
        redirect("policies:history", key),
    )


@require_GET
def change_list(request: HttpRequest) -> HttpResponse:
    """Show the recomputations that concern this place, newest first."""
    _asker(request, LOOKS)
    station = station_in_force()
    rows = changes.changes_in_sight(station=station)
    names = names_of_scopes([row.scope_path for row in rows])
    shown = [
        {
            "change": row,
            "rules": rules_in_words(row),
            "scope": names.get(row.scope_path, ""),
            "progress": changes.parts_of(row, station=station)[0],
        }
        for row in rows
    ]
    return render(request, "policies/changes.html", {"rows": shown})


@require_GET
def change_detail(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Show one recomputation: how far it is, what it moves in each station, and its undo."""
    actor, station = _asker(request, LOOKS), station_in_force()
    change = changes.get_change(change_id, station=station)
    is_own = change.scope_path == (station.path if station else "")
    progress, parts = changes.parts_of(change, station=station)
    context = {
        **_progress_of(change, progress),
        "table": table_of_change(parts),
        "parts": parts,
        "rules": rules_in_words(
            next(one for one in changes.changes_in_sight(station=station) if one.pk == change.pk)
        ),
        "scope": names_of_scopes([change.scope_path]).get(change.scope_path, ""),
        "may_undo": is_own and actor.may(MANAGES) and change.state == ChangeState.LISTED,
    }
    return render(request, "policies/change.html", context)


@require_GET
@part_of("policies:change", "change_id")
def change_progress(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Answer how far a recomputation is, for its bar."""
    _asker(request, LOOKS)
    station = station_in_force()
    change = changes.get_change(change_id, station=station)
    progress, _parts = changes.parts_of(change, station=station)
    return render(request, "policies/_progress.html", _progress_of(change, progress))


@require_POST
def undo(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Undo a recomputation as a whole."""
    actor = _asker(request, MANAGES)
    return _done(
        request,
        lambda: changes.undo_change(
            change_id,
            reason=request.POST.get("reason", ""),
            station=station_in_force(),
            actor=actor,
            now=clock.now(),
        ),
        _("正在撤销，进度显示在下面。"),
        redirect("policies:change", change_id),
    )


def _laid_down(
    request: HttpRequest, key: str, form: RuleForm, *, actor: Actor, station: StationRef | None
) -> HttpResponse:
    given = form.cleaned_data
    services.lay_down_rule(
        key=key,
        value=form.value(),
        valid_from=given["valid_from"],
        valid_to=given["valid_to"],
        source=given["source"],
        document_no=given["document_no"],
        station=station,
        actor=actor,
        now=clock.now(),
    )
    messages.success(request, _("已登记新的规定。"))
    if looser := [one for one in looser_shown(station, on=given["valid_from"]) if one.key == key]:
        text = _("下级有 %(count)d 处规定已宽于新规定，按更严的执行，并已提醒修订。")
        messages.warning(request, text % {"count": len(looser)})
    return redirect("policies:history", key)


def _above(key: str, station: StationRef | None, actor: Actor) -> dict[str, str] | None:
    actor.require(MANAGES)
    above = rule_above(key, station=station, on=clock.today())
    if above is None:
        return None
    return {
        "scope": names_of_scopes([above.scope_path])[above.scope_path],
        "value": value_in_words(key, above.value),
    }


def _progress_of(change: TierChange, progress: changes.Progress) -> dict[str, Any]:
    is_running = change.state in {ChangeState.LISTING, ChangeState.UNDOING}
    return {"change": change, "progress": progress, "is_running": is_running}


def _asker(request: HttpRequest, capability: str) -> Actor:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None:
        raise NotPermitted
    actor.require(capability)
    return actor


def _declared(key: str) -> RuleDeclaration:
    declared = RULES.get(key)
    if declared is None:
        raise NotFound
    return declared


def _done(
    request: HttpRequest, act: Callable[[], object], words: str, answer: HttpResponse
) -> HttpResponse:
    try:
        act()
    except (NotFound, NotPermitted):
        raise
    except DomainError as refusal:
        problems = refusal.problems if isinstance(refusal, InvalidInput) else ()
        for problem in problems:
            messages.error(request, str(problem.message))
        if not problems:
            messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return answer
