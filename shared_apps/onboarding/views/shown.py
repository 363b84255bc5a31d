"""How an application looks on a page: its stages and its way so far."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shared_apps.onboarding.flow import ONBOARDING_FLOW
from shared_apps.onboarding.models import Application, ApplicationState

_WAY = (
    ApplicationState.DRAFT,
    ApplicationState.APPLIED,
    ApplicationState.PARENT_REVIEW,
    ApplicationState.PROVISIONING,
    ApplicationState.TRIAL,
)


def stages_of(application: Application) -> list[dict[str, Any]]:
    """Return the stages of the way, each done, current, to come, or where it went wrong."""
    state = ApplicationState(application.state)
    place = {ApplicationState.CORRECTING: 1, ApplicationState.REJECTED: 2}.get(state)
    at = _WAY.index(state) if place is None else place
    stages = []
    for number, step in enumerate(_WAY):
        looks = "done" if number < at or state == ApplicationState.TRIAL else "todo"
        if number == at and state != ApplicationState.TRIAL:
            looks = "current" if place is None else "bad"
        label = step.label if place is None or number != at else state.label
        stages.append({"label": label, "state": looks, "note": ""})
    return stages


def timeline_of(application: Application) -> list[dict[str, Any]]:
    """Return who did what and when, the newest first."""
    return [
        {
            "at": datetime.fromisoformat(step["at"]),
            "who": step["by"],
            "what": ONBOARDING_FLOW.steps[step["action"]].label,
            "comment": step["comment"],
            "tone": "bad" if step["action"] in {"return", "reject", "fail"} else "ok",
        }
        for step in reversed(application.history)
    ] or [
        {
            "at": application.made_at,
            "who": application.contact_name,
            "what": _("开始填写"),
            "comment": "",
            "tone": "info",
        }
    ]
