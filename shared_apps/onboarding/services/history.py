"""The way of an application, as applicant and parent see it."""

from datetime import date, datetime

from bangfu.kernel.actors import Actor
from bangfu.kernel.clock import local_day
from bangfu.kernel.workdays import add_working_days
from shared_apps.audit.services import record
from shared_apps.notifications.models import MailState
from shared_apps.onboarding.flow import CLOCKS, ONBOARDING_FLOW
from shared_apps.onboarding.models import Application, Letter
from shared_apps.regions.selectors import calendar_in_force


def move(
    application: Application, action: str, *, actor: Actor, now: datetime, comment: str = ""
) -> None:
    """Take a step of the flow: the state, its clock, the history. The caller saves and audits.

    Raises:
        NotPermitted: the actor lacks the capability of the step.
        IllegalMove: the application is not where the step starts.
    """
    before = application.state
    application.state = ONBOARDING_FLOW.advance(action, state=before, actor=actor)
    clock = ONBOARDING_FLOW.steps[action].clock
    application.due_on = None if clock is None else due_day(clock, now=now)
    application.warned = ""
    application.history = [
        *application.history,
        {
            "at": now.isoformat(),
            "action": action,
            "from": before,
            "to": application.state,
            "by": actor.name,
            "comment": comment,
        },
    ]


def due_day(clock: str, *, now: datetime) -> date:
    """Return the last working day of a clock of the flow that starts now."""
    return add_working_days(local_day(now), CLOCKS[clock], calendar_in_force())


def owe(application: Application, letter: Letter) -> None:
    """Owe the contact a letter, if there is an address; the caller saves, a worker sends it."""
    application.letter = letter
    application.letter_state = MailState.DUE if application.contact_email else MailState.NONE
    application.letters += 1
    application.letter_attempts = 0


def audit(
    application: Application, action: str, *, actor: Actor, now: datetime, comment: str = ""
) -> None:
    """Write the audit row of a step, as the last statement of its transaction."""
    record(
        event=f"onboarding.{action}",
        actor=actor,
        subject=("application", application.pk),
        data={
            "name": application.name,
            "state": application.state,
            "code": application.assigned_code,
            "comment": comment,
        },
        now=now,
    )
