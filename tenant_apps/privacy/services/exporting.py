"""Everything the station holds about one household, for the household itself."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.canonical import as_json, canonical_json
from bangfu.kernel.clock import LOCAL
from bangfu.kernel.crypto import sm3
from bangfu.kernel.errors import InvalidInput, NotPermitted, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.workbooks import TEXTS_STAY_TEXTS
from shared_apps.audit.services import record
from tenant_apps.casework.selectors import attachments_of, events_of
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.fields import FieldSpec
from tenant_apps.households.holdings import Held, held_about
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.presenting import worded
from tenant_apps.households.selectors import members_of, versions_of, visits_of
from tenant_apps.households.services.stepping import locked_file
from tenant_apps.households.wording import action_label
from tenant_apps.privacy.purposes import purpose_of_field
from tenant_apps.privacy.selectors import access_history, consent_history, corrections_of
from tenant_apps.privacy.services.doors import require_any


class KeptApart(NotPermitted):
    """The household has rows that only some may see; without them a copy would not be whole."""

    code = "kept-apart"
    message = gettext_lazy("本户有“%(what)s”，请由可以查看它的人员（审核人）为本人导出。")


# A title, the headings, and the rows in words.
Sheet = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectExport:
    """All that is kept about a household: ``data`` for programs, ``sheets`` for people.

    ``digest`` is the SM3 of the canonical JSON of ``data``; the audit row of the export names it.
    """

    file_no: str
    data: dict[str, Any]
    sheets: tuple[Sheet, ...]
    digest: str
    watermark: str

    def as_json(self) -> bytes:
        """Write it for programs."""
        return json.dumps(self.data, ensure_ascii=False, indent=1).encode()

    def as_workbook(self) -> bytes:
        """Write it as a workbook; every text is a text, never a formula."""
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, TEXTS_STAY_TEXTS) as book:
            head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1})
            note = book.add_format({"italic": True, "font_color": "#888888"})
            for title, headings, rows in self.sheets:
                sheet = book.add_worksheet(title[:31])
                sheet.write_string(0, 0, self.watermark, note)
                sheet.set_footer(f"&L{self.watermark.replace('&', '&&')}&R&P / &N")
                sheet.set_column(0, len(headings) - 1, 24)
                for column, heading in enumerate(headings):
                    sheet.write_string(1, column, heading, head)
                for number, row in enumerate(rows, 2):
                    for column, text in enumerate(row):
                        sheet.write_string(number, column, text)
        return buffer.getvalue()


@transaction.atomic
def export_subject(
    file_id: UUID, *, reason: str, actor: Actor, now: datetime, for_worker: bool = True
) -> SubjectExport:
    """Gather everything the station holds about a household, in the open; that it was done is noted.

    The calling page has made sure that the asker is the worker, or staff who hand it over. Members of
    staff are named by their family name where ``for_worker``.

    Raises:
        NotPermitted: staff without the capability to hand it over.
        KeptApart: the household has a health record, and the actor may not see it.
        NotFound: no such file.
        InvalidInput: P301 no reason is given.
    """
    require_any(actor, "privacy.manage", "file.export")
    if len(reason.strip()) < 2:
        message = _("请写明导出的缘由，例如“本人申请”。")
        raise InvalidInput([Problem(code="P301", field="reason", message=message)])
    file = locked_file(file_id)
    draft = draft_of(file, members_of(file))
    held = held_about(file)
    _leave_traces(held, file, reason=reason, actor=actor, now=now)
    gathered = _gathered(file, draft, for_worker=for_worker, now=now)
    data = as_json(gathered | {one.holding.key: one.as_data for one in held})
    digest = sm3(canonical_json(data)).hex()
    record(
        event="privacy.exported",
        actor=actor,
        subject=("file", file.pk),
        data={"reason": reason.strip()[:200], "digest": digest, "for_worker": for_worker},
        now=now,
    )
    watermark = _("%(who)s 于 %(when)s 为本人导出。请妥善保管。") % {
        "who": actor.name,
        "when": _moment(now),
    }
    return SubjectExport(
        file_no=file.file_no,
        data=data,
        sheets=(*_sheets(data, draft), *(_sheet_of(one) for one in held)),
        digest=digest,
        watermark=watermark,
    )


def _leave_traces(
    held: Iterable[Held], file: HouseholdFile, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Note a look at what is kept apart, of which there is something."""
    for one in held:
        if not one.rows or not one.holding.trace:
            continue
        if not actor.may(one.holding.capability):
            raise KeptApart(what=one.holding.title)
        record(
            event=one.holding.trace,
            actor=actor,
            subject=("file", file.pk),
            data={"reason": reason.strip()[:200], "entries": len(one.rows)},
            now=now,
        )


def _gathered(
    file: HouseholdFile, draft: HouseholdDraft, *, for_worker: bool, now: datetime
) -> dict[str, Any]:
    station = current_station()
    subject = ("file", file.pk)
    return {
        "exported_at": now,
        "station": {"code": station.code, "name": station.name},
        "file": {
            "file_no": file.file_no,
            "state": str(file.get_state_display()),
            "keep_until": file.keep_until,
            "values": _values(draft, FILE_FIELDS),
        },
        "members": [_values(one, MEMBER_FIELDS, of_member=True) for one in draft.members],
        "visits": [
            {
                "on": visit.visited_on,
                "visitors": [visit.first_visitor, visit.second_visitor],
                "findings": visit.findings,
            }
            for visit in visits_of(file)
        ],
        "papers": [
            {"name": paper.name, "kind": paper.kind, "at": paper.attached_at}
            for paper in attachments_of(subject)
        ],
        "versions": [
            {"number": one.number, "on": one.effective_on, "event": one.event, "state": one.state}
            for one in versions_of(file)
        ],
        "steps": [
            {
                "at": event.at,
                "what": str(action_label(event.action)),
                "by": event.place or station.name,
                "words": event.comment,
            }
            for event in events_of(subject)
        ],
        "consents": [
            {
                "purpose": one.purpose,
                "version": one.version,
                "given": one.is_given,
                "on": one.on,
            }
            for one in consent_history(file.pk)
        ],
        "corrections": [
            {
                "field": one.field,
                "wish": one.wish.reveal(),
                "state": str(one.get_state_display()),
                "answer": one.answer,
                "asked_at": one.asked_at,
            }
            for one in corrections_of(file.pk)
        ],
        "looked_at": [
            {"at": line.at, "who": line.who, "what": line.what, "why": line.why}
            for line in access_history(file.pk, for_worker=for_worker)
        ],
    }


def _values(
    person: HouseholdDraft | MemberDraft, specs: Iterable[FieldSpec], *, of_member: bool = False
) -> list[dict[str, str]]:
    return [
        {
            "field": spec.public_name,
            "label": str(spec.label),
            "value": text,
            "purpose": str(purpose_of_field(spec, of_member=of_member).title),
        }
        for spec in specs
        if (text := worded(spec, getattr(person, spec.name)))
    ]


def _sheets(data: dict[str, Any], draft: HouseholdDraft) -> tuple[Sheet, ...]:
    heading = (_("项目"), _("内容"), _("用途"))

    def three(values: Sequence[dict[str, str]]) -> tuple[tuple[str, ...], ...]:
        return tuple((one["label"], one["value"], one["purpose"]) for one in values)

    members = tuple(
        (f"{draft.members[place].name} {label}", value, purpose)
        for place, values in enumerate(data["members"])
        for label, value, purpose in three(values)
    )
    return (
        (_("档案内容"), heading, three(data["file"]["values"])),
        (_("家庭成员"), heading, members),
        (
            _("谁看过"),
            (_("时间"), _("人员"), _("做了什么"), _("理由")),
            tuple(
                (_moment(datetime.fromisoformat(one["at"])), one["who"], one["what"], one["why"])
                for one in data["looked_at"]
            ),
        ),
        (
            _("办理过程"),
            (_("时间"), _("步骤"), _("站点"), _("意见")),
            tuple(
                (_moment(datetime.fromisoformat(one["at"])), one["what"], one["by"], one["words"])
                for one in data["steps"]
            ),
        ),
        (
            _("更正申请"),
            (_("时间"), _("项目"), _("应改为"), _("状态"), _("答复")),
            tuple(
                (
                    _moment(datetime.fromisoformat(one["asked_at"])),
                    one["field"],
                    one["wish"],
                    one["state"],
                    one["answer"],
                )
                for one in data["corrections"]
            ),
        ),
    )


def _sheet_of(held: Held) -> Sheet:
    headings = tuple(str(heading) for _key, heading in held.holding.columns)
    return str(held.holding.title), headings, held.rows


def _moment(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"
