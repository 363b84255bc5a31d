"""The worker's way in: the personal code and the end of the identity number, guarded against guessing."""

from __future__ import annotations

from datetime import datetime

from tenant_apps.applications.codes import code_hash, plain_code
from tenant_apps.applications.errors import CodeNotGood
from tenant_apps.applications.limits import note_wrong_guess, refuse_guessing
from tenant_apps.applications.models import Application, ApplicationState
from tenant_apps.applications.rules import DRAFT_LASTS
from tenant_apps.applications.selectors import answers_of, has_tail


def come_in(*, code: str, tail: str, address: str, now: datetime) -> Application:
    """Give the application that a code and the last four of the identity number lead to.

    The answer to a wrong code, to a wrong number and to a code of another station is the same. `tail`
    stays empty while no identity number was filled in yet.

    Raises:
        TooManyTries: the address or the code has used up its tries.
        CodeNotGood: nothing here goes by that.
    """
    plain = plain_code(code)
    refuse_guessing(address=address, code=plain)
    found = application_with_code(plain, now=now)
    if found is None or not has_tail(answers_of(found), tail):
        note_wrong_guess(address=address, code=plain)
        raise CodeNotGood
    return found


def application_with_code(code: str, *, now: datetime) -> Application | None:
    """Give the application with this code, unless it is a draft past its time."""
    found = Application.objects.filter(code_hash=code_hash(code)).first()
    if found is None:
        return None
    is_stale = found.state == ApplicationState.DRAFT and found.changed_at + DRAFT_LASTS < now
    return None if is_stale else found
