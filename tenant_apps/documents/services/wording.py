"""Word documents that staff edit, and the templates of a station."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import override

from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import sm3
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import SOURCE_LANGUAGE
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.printing.models import WordKind, WordTemplate
from tenant_apps.documents.papers.household import authorisation_texts
from tenant_apps.documents.papers.lists import notice_texts, notice_title
from tenant_apps.documents.selectors import households_on_file, own_template
from tenant_apps.documents.services.printing import checked_reason
from tenant_apps.documents.word import check_template, fill, shipped_template
from tenant_apps.households.selectors import get_file
from tenant_apps.notices.selectors import get_notice
from tenant_apps.reviews.selectors import get_meeting

_LONGEST_NAME = 120


def word_of_notice(notice_id: UUID, *, actor: Actor, now: datetime) -> bytes:
    """Give a notice as a Word document to edit.

    Raises:
        NotPermitted, NotFound: as for the notice.
    """
    actor.require("document.print")
    notice = get_notice(notice_id, actor=actor)
    text, objection = notice_texts(notice)
    values = {
        "title": notice_title(notice),
        "station": current_station().name,
        "text": text,
        "objection": objection,
        "name": notice.masked_name,
        "number": notice.masked_number,
        "home": notice.home_name,
        "tier": CODE_LISTS["tier"].label(notice.tier) if notice.tier else "",
        "reason": notice.reason,
        "day": f"{notice.published_on.year} 年 {notice.published_on.month} 月 {notice.published_on.day} 日",
    }
    return write_document(
        WordKind.NOTICE, values, subject=("notice", notice.pk), actor=actor, now=now
    )


def word_of_authorisation(
    file_id: UUID, *, in_clear: bool = False, reason: str = "", actor: Actor, now: datetime
) -> bytes:
    """Give the authorisation of a household as a Word document to edit.

    Raises:
        NotPermitted, NotFound, InvalidInput: as for printing it.
    """
    actor.require("document.print")
    file = get_file(file_id, actor=actor)
    reason = checked_reason(in_clear, reason, actor=actor)
    station = current_station().name
    with override(SOURCE_LANGUAGE):
        home = households_on_file([file.pk], station_name=station, in_clear=in_clear)[0]
        purpose, limits, promise = authorisation_texts(station)
        people = [{"name": home.say("name"), "relation": "户主", "number": home.say("id_no")}]
        people += [
            {
                "name": home.say_of(one, "name"),
                "relation": home.say_of(one, "relation"),
                "number": home.say_of(one, "id_no"),
            }
            for one in home.draft.members
        ]
    values = {
        "station": station,
        "purpose": purpose,
        "limits": limits,
        "promise": promise,
        "name": home.say("name"),
        "people": people,
    }
    return write_document(
        WordKind.AUTHORISATION,
        values,
        subject=("file", file.pk),
        data={"in_clear": in_clear, "reason": reason},
        actor=actor,
        now=now,
    )


def word_of_minutes(meeting_id: UUID, *, actor: Actor, now: datetime) -> bytes:
    """Give the minutes of a meeting as a Word document to edit.

    Raises:
        NotPermitted, NotFound: as for the meeting.
    """
    actor.require("document.print")
    meeting = get_meeting(meeting_id, actor=actor)
    decisions = meeting.decisions.select_related("review").order_by("review__file_no")
    with override(SOURCE_LANGUAGE):
        values = {
            "title": f"{meeting.get_kind_display()}纪要",
            "station": current_station().name,
            "day": f"{meeting.held_on.year} 年 {meeting.held_on.month} 月 {meeting.held_on.day} 日",
            "place": meeting.place,
            "attendees": meeting.attendees,
            "text": meeting.minutes,
            "decisions": [
                {
                    "name": one.review.head_name,
                    "number": one.review.file_no,
                    "home": one.review.home_name,
                    "decision": ("同意" if one.agrees else "不同意")
                    + (f"：{one.remark}" if one.remark else ""),
                }
                for one in decisions
            ],
        }
    return write_document(
        WordKind.MINUTES, values, subject=("meeting", meeting.pk), actor=actor, now=now
    )


def template_in_force(kind: WordKind) -> bytes:
    """The template a document of this kind is made from: the station's own, or the shipped one."""
    own = own_template(kind)
    return bytes(own.content) if own else shipped_template(kind)


@transaction.atomic
def set_template(
    kind: WordKind, *, data: bytes, file_name: str, actor: Actor, now: datetime
) -> WordTemplate:
    """Keep a station's own template in the place of the one in force.

    Raises:
        NotPermitted: the actor may not change the station's settings.
        TemplateRefused: it is not to be trusted, or names what its kind does not offer.
    """
    actor.require("settings.manage")
    check_template(data, kind)
    name = file_name.replace("\\", "/").rsplit("/", 1)[-1][:_LONGEST_NAME]
    digest = sm3(data)
    template, _made = WordTemplate.objects.update_or_create(
        station_id=current_station().id,
        kind=kind,
        defaults={
            "content": data,
            "file_name": "".join(one for one in name if one.isprintable()),
            "digest": digest,
            "set_by": actor.name,
            "set_at": now,
        },
    )
    _note_template(kind, "template.set", {"digest": digest.hex()}, actor=actor, now=now)
    return template


@transaction.atomic
def reset_template(kind: WordKind, *, actor: Actor, now: datetime) -> None:
    """Go back to the shipped template; nothing happens when it is in force already.

    Raises:
        NotPermitted: the actor may not change the station's settings.
    """
    actor.require("settings.manage")
    removed, _by_model = WordTemplate.objects.filter(
        station_id=current_station().id, kind=kind
    ).delete()
    if removed:
        _note_template(kind, "template.reset", {}, actor=actor, now=now)


@transaction.atomic
def write_document(
    kind: WordKind,
    values: Mapping[str, Any],
    *,
    subject: tuple[str, UUID],
    data: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> bytes:
    """Fill in the template in force; the audit chain keeps the digest. The caller has asked who may.

    Raises:
        TemplateRefused: the template cannot be filled in.
    """
    content = fill(template_in_force(kind), values)
    said = {"kind": str(kind), "digest": sm3(content).hex(), **(data or {})}
    record(event="paper.written", actor=actor, subject=subject, data=said, now=now)
    return content


def _note_template(
    kind: WordKind, event: str, data: Mapping[str, Any], *, actor: Actor, now: datetime
) -> None:
    subject = ("station", current_station().id)
    record(event=event, actor=actor, subject=subject, data={"kind": str(kind), **data}, now=now)
