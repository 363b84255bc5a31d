"""Print what goes with money that comes and goes: letters to the bank, receipts, lists of those who are paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import override

from bangfu.kernel.actors import Actor
from bangfu.kernel.media_types import PDF
from bangfu.kernel.money import rmb_capitals
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import SOURCE_LANGUAGE
from bangfu.ui.templatetags.ui import yuan
from shared_apps.printing.models import Download, DownloadKind, PaperKind, WordKind
from shared_apps.programmes.selectors import names_of_versions
from tenant_apps.aid.flow import VIEWS as VIEWS_AID
from tenant_apps.aid.models import Application
from tenant_apps.aid.selectors import get_application
from tenant_apps.documents import papers
from tenant_apps.documents.errors import PaperNotOfThis
from tenant_apps.documents.services.downloads import Made, Progress, ask_for
from tenant_apps.documents.services.printing import (
    PRINTS,
    PRINTS_VOUCHERS,
    Printed,
    cycles_in_words,
    print_papers,
)
from tenant_apps.documents.services.wording import write_document
from tenant_apps.documents.typesetting import forget
from tenant_apps.documents.word import WORD
from tenant_apps.payouts.flow import RECEIVES
from tenant_apps.payouts.models import Batch, Channel, LineState
from tenant_apps.payouts.selectors import get_batch, get_line, listed_lines
from tenant_apps.payouts.services import note_summary, summed_batch
from tenant_apps.sources.models import Side
from tenant_apps.sources.selectors import get_donation, get_transfer

DECIDED_A_PART = 500
"""Applications in one part of the minutes of a meeting: longer ones become several, made by the download centre."""
LINES_A_LIST = 500
"""Payments in one real-name summary: a longer one becomes several, made by the download centre."""


def print_transfer_letter(transfer_id: UUID, *, actor: Actor, now: datetime) -> Printed:
    """Print the letter by which the bank is told to pay an approved transfer.

    Raises:
        NotPermitted, NotFound: as for the transfer.
        PaperNotOfThis: it was not approved, or is the receiver's end.
    """
    actor.require(PRINTS_VOUCHERS)
    transfer = get_transfer(transfer_id, actor=actor)
    if transfer.side != Side.OUT or transfer.chair_met_on is None:
        raise PaperNotOfThis
    with override(SOURCE_LANGUAGE):
        sheet = papers.transfer_letter(transfer, station_name=current_station().name)
    return print_papers([sheet], capability=PRINTS_VOUCHERS, actor=actor, now=now)


def print_donation_receipt(donation_id: UUID, *, actor: Actor, now: datetime) -> Printed:
    """Print the receipt of a donation.

    Raises:
        NotPermitted, NotFound: as for the donation.
        PaperNotOfThis: it has no receipt number yet.
    """
    actor.require(PRINTS_VOUCHERS)
    donation = get_donation(donation_id, actor=actor)
    if donation.receipt_number is None:
        raise PaperNotOfThis
    with override(SOURCE_LANGUAGE):
        sheet = papers.donation_receipt(donation, station_name=current_station().name)
    return print_papers([sheet], capability=PRINTS_VOUCHERS, actor=actor, now=now)


@transaction.atomic
def print_aid_minutes(
    application_id: UUID, *, meeting: str, actor: Actor, now: datetime
) -> Printed | Download:
    """Print the minutes of the meeting of a kind (``chair``, ``party``) that decided on an application.

    Every application of the station that names the same minutes is in them, however many; long ones are asked of the
    download centre, in parts that say which of how many they hold.

    Raises:
        NotPermitted, NotFound: as for the application.
        PaperNotOfThis: no such meeting decided on it.
    """
    said, keys = _decided_by(application_id, meeting, actor=actor)
    if len(keys) <= DECIDED_A_PART:
        return _print_minutes(said, keys, 0, actor=actor, now=now)
    with override(SOURCE_LANGUAGE):
        title = f"{PaperKind.AID_MINUTES.label} {said['number']}"
    return _ask_for_minutes(said, keys, title, actor=actor, now=now)


@transaction.atomic
def write_aid_minutes(
    application_id: UUID, *, meeting: str, actor: Actor, now: datetime
) -> bytes | Download:
    """Give those minutes as one Word document to edit, however many they decided on.

    Long ones are asked of the download centre.

    Raises: as ``print_aid_minutes``; TemplateRefused where the station's own template cannot be filled in.
    """
    said, keys = _decided_by(application_id, meeting, actor=actor)
    if len(keys) <= DECIDED_A_PART:
        return _write_minutes(said, keys, actor=actor, now=now)
    with override(SOURCE_LANGUAGE):
        title = f"{PaperKind.AID_MINUTES.label} {said['number']} (Word)"
    return _ask_for_minutes(said, keys, title, as_word=True, actor=actor, now=now)


def make_minutes(
    wish: Mapping[str, Any], actor: Actor, now: datetime, _progress: Progress, start: int
) -> Made:
    """Print the part of long minutes that begins behind ``start`` applications; in Word there is one, of all.

    Raises:
        NotPermitted: the actor may not print them any more.
    """
    actor.require(VIEWS_AID)
    keys = [UUID(key) for key in wish["applications"]]
    if wish.get("as_word"):
        data = _write_minutes(wish["meeting"], keys, actor=actor, now=now)
        name = f"minutes-{wish['meeting']['held_on']}.docx"
        return Made(data=data, file_name=name, content_type=WORD)
    printed = _print_minutes(wish["meeting"], keys, start, actor=actor, now=now)
    forget()
    end = min(start + DECIDED_A_PART, len(keys))
    name = f"minutes-{wish['meeting']['held_on']}-{start + 1:05d}-{end:05d}.pdf"
    return Made(data=printed.pdf, file_name=name, content_type=PDF)


def decided_a_part(wish: Mapping[str, Any]) -> int:
    """Return how many applications one part of long minutes holds."""
    return len(wish["applications"]) if wish.get("as_word") else DECIDED_A_PART


@transaction.atomic
def print_payout_roster(batch_id: UUID, *, actor: Actor, now: datetime) -> Printed | Download:
    """Print the real-name summary of a batch; a long one is asked of the download centre.

    Raises:
        NotPermitted, NotFound, IllegalMove: as ``payouts.services.summed_batch``.
    """
    batch = summed_batch(batch_id, actor=actor)
    total = listed_lines(batch).count()
    done: Printed | Download
    if total <= LINES_A_LIST:
        done = _print_roster(batch, 0, total, actor=actor, now=now)
    else:
        with override(SOURCE_LANGUAGE):
            title = f"{PaperKind.PAYOUT_ROSTER.label} {batch.number}"
        done = ask_for(
            DownloadKind.ROSTERS, title=title, wish={"batch": str(batch.pk)}, total=total,
            in_clear=False, reason="", actor=actor, now=now,
        )  # fmt: skip
    note_summary(batch, form="pdf", actor=actor, now=now)
    return done


def make_roster(
    wish: Mapping[str, Any], actor: Actor, now: datetime, _progress: Progress, start: int
) -> Made:
    """Print the part of a real-name summary that begins behind ``start`` payments.

    Raises:
        NotPermitted, NotFound: as ``print_payout_roster``.
    """
    actor.require(PRINTS_VOUCHERS)
    batch = get_batch(UUID(wish["batch"]), actor=actor)
    total = listed_lines(batch).count()
    printed = _print_roster(batch, start, total, actor=actor, now=now)
    forget()
    end = min(start + LINES_A_LIST, total)
    name = f"roster-{batch.number}-{start + 1:05d}-{end:05d}.pdf"
    return Made(data=printed.pdf, file_name=name, content_type=PDF)


def lines_a_list(_wish: Mapping[str, Any]) -> int:
    """Return how many payments one part of a real-name summary holds."""
    return LINES_A_LIST


def print_payout_slip(line_id: UUID, *, actor: Actor, now: datetime) -> Printed:
    """Print the slip on which one payee signs.

    Raises:
        NotPermitted, NotFound: as for the payment.
        PaperNotOfThis: it was signed for, or is not to be signed yet.
    """
    actor.require(RECEIVES)
    line = get_line(line_id, actor=actor)
    due = LineState.SENT if line.batch.channel == Channel.CASH else LineState.PAID
    if line.state != due or line.receipt_kind:
        raise PaperNotOfThis
    version = line.application.programme_version_id
    with override(SOURCE_LANGUAGE):
        sheet = papers.payout_slip(
            line, programme=names_of_versions([version]).get(version, ""),
            cycle=cycles_in_words([(line.application.cycle, line.application.campaign_id)]),
            station_name=current_station().name,
        )  # fmt: skip
    return print_papers([sheet], capability=RECEIVES, actor=actor, now=now)


def _decided_by(
    application_id: UUID, meeting: str, *, actor: Actor
) -> tuple[Mapping[str, str], list[UUID]]:
    """The meeting of a kind that decided on an application, and all it decided on, by their numbers."""
    actor.require(PRINTS)
    row = get_application(application_id, actor=actor)
    said = next((one for one in row.meetings if one["kind"] == meeting), None)
    if said is None:
        raise PaperNotOfThis
    same = {name: said[name] for name in ("kind", "number", "held_on")}
    found = Application.objects.filter(meetings__contains=[same]).order_by("number")
    return said, list(found.values_list("pk", flat=True))


def _ask_for_minutes(
    said: Mapping[str, str],
    keys: Sequence[UUID],
    title: str,
    *,
    as_word: bool = False,
    actor: Actor,
    now: datetime,
) -> Download:
    wish = {"meeting": said, "applications": [str(key) for key in keys], "as_word": as_word}
    return ask_for(
        DownloadKind.MINUTES, title=title, wish=wish, total=len(keys), in_clear=False, reason="",
        actor=actor, now=now,
    )  # fmt: skip


def _write_minutes(
    said: Mapping[str, str], keys: Sequence[UUID], *, actor: Actor, now: datetime
) -> bytes:
    rows = list(
        Application.objects.filter(pk__in=keys)
        .only("number", "person_name", "programme_version_id", "amount_fen", "meetings")
        .order_by("number")
    )
    total = sum(row.amount_fen for row in rows)
    columns = ("place", "number", "name", "programme", "amount", "decision")
    with override(SOURCE_LANGUAGE):
        names = names_of_versions({row.programme_version_id for row in rows})
        values = {
            "title": papers.minutes_title(said),
            "station": current_station().name,
            "meeting": papers.meeting_name(said),
            "day": said["held_on"],
            "number": said["number"],
            "members": said.get("members", ""),
            "subject": papers.minutes_subject(len(rows)),
            "noted_by": said["noted_by"],
            "count": len(rows),
            "total": yuan(total),
            "capitals": f"人民币{rmb_capitals(total)}",
            "decisions": [
                dict(
                    zip(
                        columns,
                        papers.decided_row(place, row, meeting=said, names=names),
                        strict=True,
                    )
                )
                for place, row in enumerate(rows, 1)
            ],
        }
    return write_document(
        WordKind.AID_MINUTES, values, subject=("aid", rows[0].pk), data={"number": said["number"]},
        actor=actor, now=now,
    )  # fmt: skip


def _print_minutes(
    said: Mapping[str, str], keys: Sequence[UUID], start: int, *, actor: Actor, now: datetime
) -> Printed:
    some = Application.objects.filter(pk__in=keys[start : start + DECIDED_A_PART])
    rows = list(some.order_by("number"))
    is_last = start + DECIDED_A_PART >= len(keys)
    whole = Application.objects.filter(pk__in=keys if is_last else [])
    with override(SOURCE_LANGUAGE):
        sheet = papers.aid_minutes(
            rows, meeting=said, station_name=current_station().name,
            names=names_of_versions({one.programme_version_id for one in rows}),
            first=start + 1, of=len(keys),
            total_fen=whole.aggregate(fen=Sum("amount_fen", default=0))["fen"],
        )  # fmt: skip
    return print_papers([sheet], actor=actor, now=now)


def _print_roster(batch: Batch, start: int, total: int, *, actor: Actor, now: datetime) -> Printed:
    lines = listed_lines(batch)
    paid = lines.filter(state=LineState.PAID).order_by().aggregate(fen=Sum("amount_fen"))["fen"]
    asked = Application.objects.filter(payouts__batch=batch).order_by()
    versions = asked.values_list("programme_version_id", flat=True).distinct()
    cycles = asked.values_list("cycle", "campaign_id").distinct()
    with override(SOURCE_LANGUAGE):
        sheet = papers.payout_roster(
            batch,
            papers.Part(lines=list(lines[start : start + LINES_A_LIST]), first=start + 1, of=total),
            programmes="、".join(sorted(set(names_of_versions(versions).values()))),
            cycles=cycles_in_words(cycles),
            paid_fen=paid or 0,
            station_name=current_station().name,
        )
    return print_papers([sheet], capability=PRINTS_VOUCHERS, actor=actor, now=now)
