"""What every act on a report leaves behind: a line of its timeline, an audit row, a sealed version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, Problem, Text
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.exchange.models import Message
from shared_apps.exchange.services import post
from tenant_apps.casework.services import record_event
from tenant_apps.casework.subjects import Subject
from tenant_apps.reports.declarations import get_form
from tenant_apps.reports.models import Received, Report, Version
from tenant_apps.reports.numbers import Picture
from tenant_apps.reports.pictures import seal_of

LONGEST_TEXT = 500
TO_FILL = gettext_noop("填报%(form)s（%(period)s）")
TO_REVIEW = gettext_noop("审核%(unit)s的%(form)s（%(period)s）")
TO_ANSWER = gettext_noop("答复%(unit)s更正%(form)s（%(period)s）的申请")


def subject_of(row: Report | Received) -> Subject:
    """How casework names a report of the own station, or what a unit below sent."""
    return ("report" if isinstance(row, Report) else "received_report", row.pk)


def words_of(row: Report | Received) -> dict[str, str | int]:
    """The words that titles of to-dos and notifications are filled with."""
    unit = row.name if isinstance(row, Received) else ""
    return {"form": kept(get_form(row.form).title), "period": row.period, "unit": unit}


def locked_report(report_id: UUID) -> Report:
    """Return a report with its row locked.

    Raises:
        NotFound: there is none here.
    """
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    if report is None:
        raise NotFound
    return report


def locked_report_of(form: str, period: str) -> Report | None:
    """Return the report of a form and period with its row locked; None where it is not opened."""
    return Report.objects.select_for_update().filter(form=form, period=period).first()


def locked_unit(unit_id: UUID) -> tuple[Report, Received]:
    """Return what a unit sent and the own report it belongs to, both locked, the report first.

    Raises:
        NotFound: there is none here.
    """
    place = Received.objects.filter(pk=unit_id).values_list("form", "period").first()
    report = locked_report_of(*place) if place else None
    if report is None:
        raise NotFound
    return report, Received.objects.select_for_update().get(pk=unit_id)


def seal(
    subject_id: UUID, picture: Picture, *, cause: Mapping[str, Any], by: str, now: datetime
) -> Version:
    """Keep a picture as the next version of a report; the one before is superseded."""
    last = (
        Version.objects.filter(subject_id=subject_id)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    if last:
        Version.objects.filter(subject_id=subject_id, superseded_at__isnull=True).update(
            superseded_at=now
        )
    return Version.objects.create(
        subject_id=subject_id,
        number=(last or 0) + 1,
        picture=picture,
        digest=seal_of(picture),
        cause=dict(cause),
        by_name=by,
        at=now,
    )


def note(
    row: Report | Received,
    action: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    text: str = "",
    place: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write an act into the timeline of a report and into the audit chain."""
    subject = subject_of(row)
    record_event(
        subject=subject,
        action=action,
        from_state=before,
        to_state=row.state,
        comment=text,
        actor=actor,
        place=place,
        now=now,
    )
    unit = {"unit": row.code or row.name} if isinstance(row, Received) else {}
    record(
        event=f"{subject[0]}.{action}",
        actor=actor,
        subject=subject,
        data={"form": row.form, "period": row.period, **unit, **(data or {})},
        now=now,
    )


def send(
    kind: str, row: Report | Received, *, to: int, key: str, body: Mapping[str, Any], now: datetime
) -> Message:
    """Post what concerns one form and period to a station above or below."""
    return post(
        kind=kind,
        recipient=to,
        stream=f"report:{row.form}:{row.period}",
        key=f"{row.form}:{row.period}:{key}",
        body={"form": row.form, "period": row.period, **body},
        now=now,
    )


def needed(text: str, *, field: str, message: Text) -> str:
    """Return a text that has to be there.

    Raises:
        InvalidInput: E901 it is empty, E902 it is too long.
    """
    words = text.strip()
    if not words:
        raise InvalidInput([Problem(code="E901", field=field, message=message)])
    if len(words) > LONGEST_TEXT:
        problem = Problem(code="E902", field=field, message=_("请控制在 500 字以内。"))
        raise InvalidInput([problem])
    return words


def keep_sent(unit: Received, body: Mapping[str, Any], *, now: datetime) -> Version:
    """Keep a version that a station below sent, under its own number; the caller saves the row."""
    if unit.latest_id is not None:
        Version.objects.filter(subject_id=unit.pk, superseded_at__isnull=True).update(
            superseded_at=now
        )
    unit.latest = Version.objects.create(
        subject_id=unit.pk,
        number=body["version"],
        picture=body["picture"],
        digest=bytes.fromhex(body["digest"]),
        cause=body["cause"],
        by_name=body["by"],
        at=now,
    )
    return unit.latest


def sent_body(report: Report, version: Version) -> dict[str, Any]:
    """What goes up of a sealed version: the picture, its seal, and why there is this version."""
    return {
        "form": report.form,
        "period": report.period,
        "version": version.number,
        "picture": version.picture,
        "digest": bytes(version.digest).hex(),
        "cause": version.cause,
        "by": version.by_name,
        "is_on_time": bool(report.is_on_time),
    }
