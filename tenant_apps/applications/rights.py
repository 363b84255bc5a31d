"""What a worker may see and ask of the own file: contents, who looked, corrections, a copy, consents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from tenant_apps.applications.services.keeping import APPLICANT
from tenant_apps.casework.services import open_todo, record_event
from tenant_apps.households.drafts import MEMBER_FIELDS
from tenant_apps.households.links import file_link
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.parsing import is_storable
from tenant_apps.households.presenting import (
    Shown,
    ShownSection,
    sections_of,
    values_of,
)
from tenant_apps.households.rules.explaining import Explanation, explain
from tenant_apps.households.selectors import members_of, rule_sources
from tenant_apps.privacy.models import Channel, Correction
from tenant_apps.privacy.selectors import (
    AccessLine,
    Standing,
    access_history,
    consents_of,
    corrections_of,
)
from tenant_apps.privacy.services import give_consent, request_correction, withdraw_consent

_MOST_LOOKS = 50
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """The own file as its worker sees it: masked, because a phone may be in other hands."""

    sections: Sequence[ShownSection]
    members: Sequence[dict[str, Shown]]
    looks: Sequence[AccessLine]
    corrections: Sequence[Correction]
    consents: Sequence[Standing]


def file_for_worker(file: HouseholdFile) -> FileView:
    """Show a worker the own file, who looked into it, what was asked and what was agreed to."""
    members = members_of(file)
    draft = draft_of(file, members)
    filled = [
        ShownSection(
            name=section.name,
            title=section.title,
            values=tuple(value for value in section.values if value.text),
        )
        for section in sections_of(draft)
    ]
    return FileView(
        sections=[section for section in filled if section.values],
        members=[values_of(one, MEMBER_FIELDS) for one in draft.members],
        looks=access_history(file.pk, for_worker=True)[:_MOST_LOOKS],
        corrections=list(corrections_of(file.pk)[:20]),
        consents=consents_of(file.pk),
    )


def explanation_for_worker(file: HouseholdFile | None) -> Explanation | None:
    """Why the household is in its tier, in sentences, once the station has submitted the file."""
    if file is None or file.state == FileState.DRAFT:
        return None
    return explain(file.computation, rule_sources(file.computation))


def ask_correction(
    file: HouseholdFile, *, field: str, wish: str, reason: str, now: datetime
) -> None:
    """Ask the station to correct something. Raises: as ``privacy.services.request_correction``."""
    request_correction(
        file.pk,
        field=field,
        wish=wish,
        reason=reason,
        asked_by=file.name,
        channel=Channel.ONLINE,
        actor=in_person(),
        now=now,
    )


@transaction.atomic
def ask_for_copy(file: HouseholdFile, *, now: datetime) -> None:
    """Ask for everything the station keeps; it is handed over at the counter against the identity card."""
    open_todo(
        subject=("file", file.pk),
        kind="privacy.copy_asked",
        capability="file.edit",
        title=gettext_noop("职工要一份本人信息，凭身份证当面交付 %(number)s"),
        params={"number": file.file_no or "—"},
        link=file_link(file.pk),
        is_closed_by_hand=True,
        now=now,
    )
    record(
        event="privacy.copy_asked",
        actor=in_person(),
        subject=("file", file.pk),
        data={"channel": Channel.ONLINE.value},
        now=now,
    )


@transaction.atomic
def ask_to_withdraw(file: HouseholdFile, *, now: datetime) -> None:
    """Ask the station to end what has become a file; that is done with the worker, not by a click."""
    open_todo(
        subject=("file", file.pk),
        kind="application.end_asked",
        capability="file.edit",
        title=gettext_noop("职工要求撤回申请，请联系本人 %(number)s"),
        params={"number": file.file_no or "—"},
        link=file_link(file.pk),
        is_closed_by_hand=True,
        now=now,
    )
    record(
        event="application.end_asked",
        actor=in_person(),
        subject=("file", file.pk),
        data={},
        now=now,
    )


@transaction.atomic
def ask_again(file: HouseholdFile, *, reason: str, now: datetime) -> None:
    """Ask for a second look at a file that was refused; the clerk takes it up with the reason given.

    Raises:
        IllegalMove: the file was not refused.
        InvalidInput: no reason is given, or one that is too long.
    """
    if file.state != FileState.REFUSED:
        raise IllegalMove
    reason = reason.strip()
    if not reason or len(reason) > _LONGEST_REASON or not is_storable(reason):
        message = _("请写明理由，不超过 %(most)d 个字。") % {"most": _LONGEST_REASON}
        raise InvalidInput([Problem(code="reason", field="reason", message=message)])
    record_event(
        subject=("file", file.pk),
        action="second_look_wished",
        comment=reason,
        actor=in_person(),
        now=now,
    )
    open_todo(
        subject=("file", file.pk),
        kind="application.again_asked",
        capability="file.edit",
        title=gettext_noop("职工要求复核，请办理 %(number)s"),
        params={"number": file.file_no or "—"},
        link=file_link(file.pk),
        is_closed_by_hand=True,
        now=now,
    )
    record(
        event="application.again_asked",
        actor=in_person(),
        subject=("file", file.pk),
        data={},
        now=now,
    )


def say_consent(file: HouseholdFile, *, purpose: str, is_given: bool, now: datetime) -> None:
    """Give a consent, or take it back. Raises: as the services of ``privacy``."""
    service = give_consent if is_given else withdraw_consent
    service(file.pk, purpose=purpose, channel=Channel.ONLINE, actor=in_person(), now=now)


def in_person() -> Actor:
    """The worker acting on the own file; of all that may be done with files, only these rights."""
    return Actor(
        user_id=None,
        name=kept(APPLICANT),
        station=current_station(),
        capabilities=frozenset({"file.edit"}),
    )
