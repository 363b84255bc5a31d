"""Print papers: number them, set them, enter them in the register and the audit chain."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import sm3
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import SOURCE_LANGUAGE
from shared_apps.audit.services import record
from shared_apps.policies.rules import RULES
from shared_apps.printing.models import Paper, PaperKind
from shared_apps.programmes.models import Programme
from shared_apps.programmes.selectors import get_programme_version, names_of_campaigns
from tenant_apps.aid.models import Application
from tenant_apps.aid.presenting import sentences_of
from tenant_apps.aid.selectors import get_application
from tenant_apps.documents import papers
from tenant_apps.documents.errors import NothingToPrint, PaperNotOfThis
from tenant_apps.documents.papers import Household, Sheet
from tenant_apps.documents.selectors import (
    OF_FILE,
    OF_REVIEW,
    PRINTED,
    household_in_review,
    households_on_file,
)
from tenant_apps.documents.typesetting import Numbered, typeset
from tenant_apps.funds.presenting import line_of_entry
from tenant_apps.funds.selectors import get_journal
from tenant_apps.households.selectors import get_file
from tenant_apps.notices.selectors import get_notice
from tenant_apps.reviews.selectors import get_review

SHORTEST_REASON = 4
PRINTS, PRINTS_VOUCHERS = "document.print", "fund.export"
MOST_REQUESTED = 100
"""Households in one letter that asks for a check."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MAKE = {
    PaperKind.APPROVAL: papers.approval,
    PaperKind.APPLICATION: papers.application,
    PaperKind.AUTHORISATION: papers.authorisation,
    PaperKind.COVER: papers.file_cover,
    PaperKind.EXIT_CONFIRMATION: papers.exit_confirmation,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What left the press: one PDF and the papers in it, in their order."""

    pdf: bytes
    papers: tuple[Paper, ...]


def print_of_file(
    file_id: UUID,
    *,
    kind: PaperKind,
    in_clear: bool = False,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Printed:
    """Print one paper about a file of the own station.

    Raises:
        NotPermitted, NotFound: as for the file; in the clear only with ``file.reveal``.
        PaperNotOfThis: a file has no such paper.
        InvalidInput: in the clear without a reason.
    """
    actor.require("document.print")
    file = get_file(file_id, actor=actor)
    sheets = sheets_of_files([file.pk], kind=kind, in_clear=in_clear)
    return print_papers(sheets, in_clear=in_clear, reason=reason, actor=actor, now=now)


def print_of_review(
    review_id: UUID,
    *,
    kind: PaperKind,
    in_clear: bool = False,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Printed:
    """Print one paper about a file that was sent up.

    Raises: as ``print_of_file``.
    """
    if kind == PaperKind.MEANS_REQUEST:
        return print_means_request(
            [review_id], in_clear=in_clear, reason=reason, actor=actor, now=now
        )
    actor.require("document.print")
    review = get_review(review_id, actor=actor)
    if kind not in OF_REVIEW:
        raise PaperNotOfThis
    with override(SOURCE_LANGUAGE):
        sheet = papers.approval(household_in_review(review, in_clear=in_clear))
    return print_papers([sheet], in_clear=in_clear, reason=reason, actor=actor, now=now)


def print_notice(notice_id: UUID, *, actor: Actor, now: datetime) -> Printed:
    """Print a notice to be put up. It is masked as everybody may read it.

    Raises:
        NotPermitted, NotFound: as for the notice.
    """
    actor.require("document.print")
    notice = get_notice(notice_id, actor=actor)
    with override(SOURCE_LANGUAGE):
        sheet = papers.notice_sheet(notice, station_name=current_station().name)
    return print_papers([sheet], actor=actor, now=now)


def print_voucher(journal_id: UUID, *, actor: Actor, now: datetime) -> Printed:
    """Print a voucher of the ledger.

    Raises:
        NotPermitted, NotFound: as for the voucher.
    """
    actor.require(PRINTS_VOUCHERS)
    journal = get_journal(journal_id, actor=actor)
    with override(SOURCE_LANGUAGE):
        sheet = papers.voucher_sheet(
            journal,
            [line_of_entry(entry) for entry in journal.entries.all()],
            reverses=str(journal.reverses or ""),
            station_name=current_station().name,
        )
    return print_papers([sheet], capability=PRINTS_VOUCHERS, actor=actor, now=now)


def print_aid_approval(application_id: UUID, *, actor: Actor, now: datetime) -> Printed:
    """Print the approval form of an application for aid, number and card masked.

    Raises:
        NotPermitted, NotFound: as for the application.
    """
    actor.require(PRINTS)
    row = get_application(application_id, actor=actor)
    with override(SOURCE_LANGUAGE):
        programme = get_programme_version(row.programme_version_id)
        sheet = papers.aid_approval(
            row,
            programme=programme.name,
            cycle=cycles_in_words([(row.cycle, row.campaign_id)]),
            basis=_basis_of(row, programme),
            sentences=sentences_of(row.assessment),
            station_name=current_station().name,
        )
    return print_papers([sheet], actor=actor, now=now)


def cycles_in_words(cycles: Iterable[tuple[str, UUID | None]]) -> str:
    """Return years, months and days as they are and campaigns by name: the key of one says nothing on paper."""
    named = list(cycles)
    names = names_of_campaigns({campaign for _cycle, campaign in named if campaign is not None})
    words = {cycle if key is None else names.get(key, cycle) for cycle, key in named}
    return "、".join(sorted(words))


def _basis_of(row: Application, programme: Programme) -> str:
    """Say in words by which versions of programme and rules an application was judged; nothing before it was."""
    if not row.assessment:
        return ""
    source = f"{programme.source} {programme.document_no}".strip()
    said = [f"{programme.name}（第 {programme.version} 版，{source}）"]
    for reference in row.assessment.get("rules", []):
        key, _at, rest = reference.partition("@")
        label = RULES[key].label if key in RULES else key
        said.append(f"{label}（第 {rest.partition('#')[0]} 版）")
    return "；".join(said)


def print_means_request(
    review_ids: Sequence[UUID],
    *,
    in_clear: bool = False,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Printed:
    """Print the letter that asks for the means of these households to be checked.

    Raises:
        NothingToPrint: no review, or more than one letter may name.
        NotPermitted, NotFound, InvalidInput: as ``print_of_file``.
    """
    actor.require("document.print")
    if not 0 < len(review_ids) <= MOST_REQUESTED:
        raise NothingToPrint
    reviews = [get_review(one, actor=actor) for one in review_ids]
    station, on = current_station(), clock.local_day(now)
    with override(SOURCE_LANGUAGE):
        sheet = papers.means_request(
            [household_in_review(one, in_clear=in_clear) for one in reviews],
            station_name=station.name,
            number=f"{station.code}〔{on.year}〕{on:%m%d}-{_fresh_number()[:4]} 号",
            on=on,
            subject=("review", reviews[0].pk if len(reviews) == 1 else None),
        )
    return print_papers([sheet], in_clear=in_clear, reason=reason, actor=actor, now=now)


def sheets_of_files(
    file_ids: Sequence[UUID],
    *,
    kind: PaperKind,
    in_clear: bool,
    on: datetime | None = None,
    first: int = 1,
    total: int = 0,
) -> list[Sheet]:
    """Make the papers of files: one a file, or one real-name list of all.

    A list that is part of a longer one says so: its first row is the ``first`` of ``total``.

    Raises:
        PaperNotOfThis: files have no such paper.
        NotFound: none of the files is here.
    """
    station = current_station()
    with override(SOURCE_LANGUAGE):
        homes = households_on_file(file_ids, station_name=station.name, in_clear=in_clear)
        if not homes:
            raise NotFound
        if kind == PaperKind.ROSTER:
            day = clock.local_day(on) if on else clock.today()
            rows = [_roster_row(home) for home in homes]
            return [
                papers.roster(
                    rows, station_name=station.name, on=day, first=first, total_rows=total
                )
            ]
        if kind not in OF_FILE:
            raise PaperNotOfThis
        return [_MAKE[kind](home) for home in homes]


def checked_reason(in_clear: bool, reason: str, *, actor: Actor) -> str:
    """Ask for a reason, and for the right, where nothing is masked.

    Raises:
        NotPermitted: the actor may not see what is masked.
        InvalidInput: V901 no reason was given.
    """
    reason = reason.strip()[:200]
    if not in_clear:
        return reason
    actor.require("file.reveal")
    if len(reason) < SHORTEST_REASON:
        message = _("打印或导出明文，请写明理由，不少于 %(least)d 个字。") % {
            "least": SHORTEST_REASON
        }
        raise InvalidInput([Problem(code="V901", field="reason", message=message)])
    return reason


@transaction.atomic
def print_papers(
    sheets: Sequence[Sheet],
    *,
    in_clear: bool = False,
    reason: str = "",
    capability: str = PRINTS,
    actor: Actor,
    now: datetime,
) -> Printed:
    """Number sheets, set them as one PDF, and enter each in the register and the audit chain.

    Papers in the clear carry who printed them and when across every page. The chain is locked last.
    ``capability`` is what printing them asks, where that is another than for papers about people.

    Raises:
        NotPermitted, InvalidInput: as ``checked_reason``.
    """
    actor.require(capability)
    reason = checked_reason(in_clear, reason, actor=actor)
    station = current_station()
    stamp = f"{actor.name} {now.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"
    numbers = [_fresh_number() for _sheet in sheets]
    numbered = [
        Numbered(
            sheet=sheet,
            number=number,
            address=f"{settings.BANGFU_SITE}/s/{station.code}/public/verify/{number}/",
            marks=f"查验码 {number}　　打印 {stamp}",
            watermark=f"{station.name} {stamp}" if in_clear or sheet.marked else "",
        )
        for sheet, number in zip(sheets, numbers, strict=True)
    ]
    pdf = typeset(numbered, title=sheets[0].title, author=station.name, now=now)
    digest = sm3(pdf)
    entered = [
        _entered(sheet, number, digest, in_clear=in_clear, reason=reason, actor=actor, now=now)
        for sheet, number in zip(sheets, numbers, strict=True)
    ]
    Paper.objects.bulk_create(entered)
    return Printed(pdf=pdf, papers=tuple(entered))


def _entered(
    sheet: Sheet,
    number: str,
    digest: bytes,
    *,
    in_clear: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Paper:
    kind, key = sheet.subject
    data = {
        "number": number,
        "digest": digest.hex(),
        "kind": str(sheet.kind),
        "in_clear": in_clear,
        "reason": reason,
    }
    subject = (kind, key or current_station().id)
    row = record(event=PRINTED, actor=actor, subject=subject, data=data, now=now)
    return Paper(
        station_id=current_station().id,
        number=number,
        kind=sheet.kind,
        subject_kind=kind,
        subject_id=key,
        about=sheet.about[:60],
        in_clear=in_clear,
        reason=reason,
        digest=digest,
        audit_seq=row.seq,
        printed_by_id=actor.user_id,
        printed_by=actor.name,
        printed_at=now,
    )


def _fresh_number() -> str:
    plain = "".join(secrets.choice(_ALPHABET) for _place in range(12))
    return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"


def _roster_row(home: Household) -> papers.RosterRow:
    return papers.RosterRow(
        name=home.say("name"),
        id_no=home.say("id_no"),
        mobile=home.say("mobile"),
        employer=home.say("employer"),
        tier=home.tier_label,
        cause=home.say("main_cause"),
        file_no=home.file_no,
    )
