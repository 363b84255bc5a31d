"""Hand one letter to the mail server, never twice."""

from datetime import datetime

from django.core.mail import EmailMessage

from shared_apps.exchange.models import EffectState
from shared_apps.exchange.services import begin_effect, end_effect
from shared_apps.notifications.models import MailState

ATTEMPTS = 3
AT_ONCE = 100


def send_once(letter: EmailMessage, *, key: str, now: datetime) -> MailState:
    """Send a letter under a key of ours and say what became of it.

    The attempt is reserved and committed before it begins: one that was begun and not finished stays unknown,
    and is not begun again. Call it outside a transaction.
    """
    if not begin_effect(key, now=now):
        return MailState.UNKNOWN
    try:
        letter.send()
    except TimeoutError:
        end_effect(key, EffectState.UNKNOWN, now=now)
        return MailState.UNKNOWN
    except OSError as error:
        end_effect(key, EffectState.FAILED, detail=type(error).__name__, now=now)
        return MailState.FAILED
    end_effect(key, EffectState.DONE, now=now)
    return MailState.SENT
