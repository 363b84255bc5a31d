"""What every decision of a clerk on an application is made of: the step, its trace, its reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from tenant_apps.applications.flow import APPLICATION_FLOW
from tenant_apps.applications.models import Application
from tenant_apps.applications.selectors import SUBJECT
from tenant_apps.applications.services.keeping import locked, told
from tenant_apps.casework.services import close_todos, stop_clocks

_SHORTEST_REASON = 4
_LONGEST_REASON = 500


def advanced(application_id: UUID, action: str, *, actor: Actor) -> tuple[Application, str]:
    """Lock an application and take a step of its flow, unsaved; gives it and the state it leaves.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
    """
    actor.require(APPLICATION_FLOW.steps[action].capability)
    application = locked(application_id)
    before = application.state
    application.state = APPLICATION_FLOW.advance(action, state=before, actor=actor)
    return application, before


def decided(
    application: Application,
    action: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    comment: str = "",
    **data: Any,
) -> None:
    """Save a step that ``advanced`` took: timeline and audit, to-dos and clocks are over."""
    application.decided_at, application.decided_by = now, actor.name
    application.changed_at = now
    application.version += 1
    application.save(force_update=True)
    subject = (SUBJECT, application.pk)
    told(application, action, before=before, actor=actor, comment=comment, now=now, **data)
    close_todos(subject=subject, now=now, actor=actor)
    stop_clocks(subject=subject, now=now)


def checked_reason(reason: str) -> str:
    """Give a reason for the worker without its outer spaces.

    Raises:
        InvalidInput: it is missing, too short or too long.
    """
    reason = reason.strip()
    if not _SHORTEST_REASON <= len(reason) <= _LONGEST_REASON:
        message = _("请写明理由（%(least)d 至 %(most)d 个字），申请人会看到。") % {
            "least": _SHORTEST_REASON,
            "most": _LONGEST_REASON,
        }
        raise InvalidInput([Problem(code="reason", field="reason", message=message)])
    return reason
