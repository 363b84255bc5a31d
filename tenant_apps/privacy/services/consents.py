"""Consents: given on the text of one version, and taken back at any time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, Problem
from shared_apps.audit.services import record
from tenant_apps.casework.services import open_todo, record_event
from tenant_apps.households.links import file_link
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.services.stepping import locked_file
from tenant_apps.privacy.models import Channel, Consent
from tenant_apps.privacy.purposes import CONSENT_VERSION, PURPOSES, Purpose
from tenant_apps.privacy.selectors import consents_of
from tenant_apps.privacy.services.doors import require_any

# Whoever holds one of these notes what a worker says of a consent.
NOTERS = ("file.edit", "file.review", "privacy.manage")


class NothingToWithdraw(DomainError):
    """The consent was withdrawn before."""

    code = "consent-withdrawn-already"
    message = gettext_lazy("这项同意已经撤回。")


class GivenAlready(DomainError):
    """The consent stands, on the same text."""

    code = "consent-given-already"
    message = gettext_lazy("这项同意已经登记，文本没有变化。")


@transaction.atomic
def give_consent(
    file_id: UUID,
    *,
    purpose: str,
    channel: str,
    actor: Actor,
    now: datetime,
    on: date | None = None,
) -> Consent:
    """Note that a worker agrees to one purpose, on the text now shown.

    Raises:
        NotPermitted, NotFound: as for any file.
        InvalidInput: P101 no such purpose, P102 the day lies ahead, P103 no such channel.
        GivenAlready: it stands.
    """
    file = locked_file(file_id)
    meant = _checked(purpose, channel=channel, on=on, now=now)
    newest = _newest(file.pk, meant)
    if newest and newest.is_given and newest.version == CONSENT_VERSION:
        raise GivenAlready
    require_any(actor, *NOTERS)
    return written_word(
        file, meant, is_given=True, on=on, channel=channel, reason="", actor=actor, now=now
    )


@transaction.atomic
def withdraw_consent(
    file_id: UUID,
    *,
    purpose: str,
    channel: str,
    reason: str = "",
    actor: Actor,
    now: datetime,
    on: date | None = None,
) -> Consent:
    """Note that a worker takes a consent back; whoever works on the file is told what has to stop.

    What was done before stays lawful. The consent signed on the application counts as given.

    Raises:
        NotPermitted, NotFound, InvalidInput: as ``give_consent``.
        NothingToWithdraw: it was withdrawn before.
    """
    file = locked_file(file_id)
    meant = _checked(purpose, channel=channel, on=on, now=now)
    newest = _newest(file.pk, meant)
    if newest is not None and not newest.is_given:
        raise NothingToWithdraw
    require_any(actor, *NOTERS)
    row = written_word(
        file, meant, is_given=False, on=on, channel=channel, reason=reason, actor=actor, now=now
    )
    open_todo(
        subject=("file", file.pk),
        kind="privacy.withdrawn",
        capability="file.edit",
        title=gettext_noop("职工撤回同意，停止相应处理 %(number)s"),
        params={"number": file.file_no or file.name},
        link=file_link(file.pk),
        is_closed_by_hand=True,
        now=now,
    )
    return row


def _newest(file_id: UUID, purpose: Purpose) -> Consent | None:
    return next(one.newest for one in consents_of(file_id) if one.purpose.code == purpose.code)


def _checked(purpose: str, *, channel: str, on: date | None, now: datetime) -> Purpose:
    problems = []
    meant = PURPOSES.get(purpose)
    if meant is None or not meant.needs_consent:
        problems.append(Problem(code="P101", field="purpose", message=_("请选择一项同意事项。")))
    if on is not None and on > clock.local_day(now):
        problems.append(Problem(code="P102", field="on", message=_("日期不能晚于今天。")))
    if channel not in Channel.values:
        problems.append(Problem(code="P103", field="channel", message=_("请选择告知方式。")))
    if problems or meant is None:
        raise InvalidInput(problems)
    return meant


def written_word(
    file: HouseholdFile,
    purpose: Purpose,
    *,
    is_given: bool,
    on: date | None,
    channel: str,
    reason: str,
    actor: Actor,
    now: datetime,
    said_more: Mapping[str, Any] | None = None,
) -> Consent:
    """Write one word about a consent, on the text now shown, to its rows, the timeline and the audit chain.

    The calling service has checked who may, and whether it may be said. ``said_more`` is for the audit row.
    """
    row = Consent.objects.create(
        file_id=file.pk,
        purpose=purpose.code,
        version=CONSENT_VERSION,
        is_given=is_given,
        on=on or clock.local_day(now),
        channel=channel,
        reason=reason.strip()[:200],
        recorded_by_id=actor.user_id,
        recorded_by=actor.name,
        at=now,
    )
    action = "consent_given" if is_given else "consent_withdrawn"
    subject = ("file", file.pk)
    record_event(subject=subject, action=action, comment=str(purpose.title), actor=actor, now=now)
    record(
        event=f"privacy.{action}",
        actor=actor,
        subject=subject,
        data={
            "purpose": purpose.code,
            "version": CONSENT_VERSION,
            "channel": channel,
            **(said_more or {}),
        },
        now=now,
    )
    return row
