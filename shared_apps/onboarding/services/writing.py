"""Letters to applicants: owed in the transaction of the act, sent by a worker, each once."""

from datetime import datetime
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_network
from shared_apps.notifications.mailing import AT_ONCE, ATTEMPTS, send_once
from shared_apps.notifications.models import MailState
from shared_apps.onboarding import doorbell
from shared_apps.onboarding.errors import NoAddress, NothingToSend
from shared_apps.onboarding.letters import subject_of, text_of
from shared_apps.onboarding.models import Application, ApplicationState, Letter, Origin
from shared_apps.onboarding.services.applying import path_of
from shared_apps.onboarding.services.deciding import locked_application
from shared_apps.onboarding.services.history import audit, due_day, owe

# Which letter an application can be sent again, by where it stands.
_AGAIN = {
    ApplicationState.DRAFT: Letter.INVITED,
    ApplicationState.CORRECTING: Letter.RETURNED,
    ApplicationState.REJECTED: Letter.REJECTED,
}


@transaction.atomic
def send_again(*, application_id: UUID, actor: Actor, now: datetime) -> Application:
    """Send the applicant the letter of where the application stands once more.

    An invitation begins anew: its link is good again and so are the working days to apply.

    Raises:
        NothingToSend: it waits for nothing of the applicant.
        NoAddress: the contact gave no e-mail address.
    """
    if not actor.may("onboarding.decide"):
        actor.require("onboarding.invite")
    application = locked_application(application_id)
    letter = letter_of(application)
    if letter is None:
        raise NothingToSend
    if not application.contact_email:
        raise NoAddress
    if letter == Letter.INVITED:
        application.made_at = now
        application.due_on = due_day("apply", now=now)
        application.warned = ""
    owe(application, letter)
    application.save()
    audit(application, "letter-again", actor=actor, now=now)
    transaction.on_commit(doorbell.ring_for_letters)
    return application


def letter_of(application: Application) -> Letter | None:
    """Say which letter an application can be sent again; None when nothing waits for the applicant."""
    letter = _AGAIN.get(ApplicationState(application.state))
    if letter == Letter.INVITED and application.origin != Origin.INVITED:
        return None
    return letter


def send_owed(*, site: str) -> int:
    """Send the letters that wait, oldest first; return how many went out. Call it outside a transaction.

    One that the mail server refuses is tried three times; each attempt is made once, whatever happens.
    """
    with in_network():
        waiting = list(
            Application.objects.filter(
                letter_state__in=[MailState.DUE, MailState.FAILED], letter_attempts__lt=ATTEMPTS
            )
            .select_related("parent")
            .order_by("pk")[:AT_ONCE]
        )
        return sum(_sent(application, site=site) for application in waiting)


def _sent(application: Application, *, site: str) -> bool:
    now = clock.now()
    attempt = application.letter_attempts + 1
    letter = EmailMessage(
        subject=subject_of(application),
        body=text_of(application, link=f"{site}{path_of(application)}"),
        to=[application.contact_email],
    )
    key = f"onboarding:{application.pk}:{application.letters}:{attempt}"
    state = send_once(letter, key=key, now=now)
    sent = state == MailState.SENT
    # Only while it is still this letter: another one may have become due meanwhile.
    Application.objects.filter(pk=application.pk, letters=application.letters).update(
        letter_state=state,
        letter_attempts=attempt,
        **({"letter_sent_at": now} if sent else {}),
    )
    return sent
