"""Questions about papers, downloads and templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import chained_hash
from shared_apps.printing.models import (
    Download,
    DownloadState,
    Paper,
    PaperKind,
    WordKind,
    WordTemplate,
)
from tenant_apps.documents.papers import Household, Leaving, Stamp, Visit
from tenant_apps.households.dossiers import draft_in, opinions_in
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import HouseholdFile, HouseholdMember, HouseholdVisit
from tenant_apps.reviews.models import Review
from tenant_apps.reviews.selectors import dossier_of

PRINTED = "paper.printed"
OF_FILE = (
    PaperKind.APPROVAL,
    PaperKind.APPLICATION,
    PaperKind.AUTHORISATION,
    PaperKind.COVER,
    PaperKind.EXIT_CONFIRMATION,
)
OF_REVIEW = (PaperKind.APPROVAL, PaperKind.MEANS_REQUEST)
_SITTING = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSearch:
    """What the register is narrowed by; empty means any."""

    words: str = ""
    """A whole number of a paper, or the beginning of the name of who printed it."""
    kind: str = ""
    subject: tuple[str, UUID] | None = None


def papers_matching(search: PaperSearch, *, actor: Actor) -> QuerySet[Paper]:
    """The papers that fit, newest first.

    Raises:
        NotPermitted: the actor may not print.
    """
    actor.require("document.print")
    papers = _papers_here().order_by("-printed_at", "-id")
    if search.kind:
        papers = papers.filter(kind=search.kind)
    if search.subject:
        papers = papers.filter(subject_kind=search.subject[0], subject_id=search.subject[1])
    words = search.words.strip()
    if words:
        number = normalised_number(words)
        by_number = papers.filter(number=number)
        papers = by_number if number else papers.filter(printed_by__startswith=words)
    return papers


def get_paper(number: str) -> Paper | None:
    """The paper of a number, however it was typed; None when this station issued none."""
    number = normalised_number(number)
    return _papers_here().filter(number=number).first() if number else None


def normalised_number(typed: str) -> str:
    """Write a typed number the way it stands on the paper; empty when it cannot be one."""
    plain = "".join(one for one in typed.upper() if one.isascii() and one.isalnum())
    plain = plain.translate(str.maketrans("OIL", "011"))
    if len(plain) != 12 or "U" in plain:
        return ""
    return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"


def is_in_audit_chain(paper: Paper) -> bool:
    """Whether the station's audit chain still says what the register says of a paper. Two queries."""
    chain = current_station().id
    seq = paper.audit_seq
    rows = {row.seq: row for row in AuditRow.objects.filter(chain=chain, seq__in=[seq - 1, seq])}
    row = rows.get(seq)
    if row is None or row.event != PRINTED or bytes(row.hash) != chained_hash(row):
        return False
    before = bytes(rows[seq - 1].hash) if seq - 1 in rows else bytes(32)
    said = {"number": paper.number, "digest": bytes(paper.digest).hex(), "kind": paper.kind}
    return bytes(row.prev) == before and said.items() <= row.data.items()


def households_on_file(
    file_ids: Iterable[UUID], *, station_name: str, in_clear: bool
) -> list[Household]:
    """What papers say of files of the own station, in the order of the keys. Three queries."""
    keys = list(file_ids)
    files = HouseholdFile.objects.in_bulk(keys)
    members: dict[UUID, list[HouseholdMember]] = {}
    for member in HouseholdMember.objects.filter(file_id__in=keys).order_by("file_id", "position"):
        members.setdefault(member.file_id, []).append(member)
    visits: dict[UUID, list[HouseholdVisit]] = {}
    for visit in HouseholdVisit.objects.filter(file_id__in=keys).order_by("-visited_on", "-id"):
        visits.setdefault(visit.file_id, []).append(visit)
    return [
        _household_of(
            files[key],
            members.get(key, []),
            visits.get(key, []),
            station_name=station_name,
            in_clear=in_clear,
        )
        for key in keys
        if key in files
    ]


def household_in_review(review: Review, *, in_clear: bool) -> Household:
    """What papers say of a household as it was sent up."""
    dossier = dossier_of(review)
    stamps = {
        one.stamp: Stamp(
            sign=f"{one.station_name} {one.name}",
            text=one.text,
            on=datetime.fromisoformat(one.on).date(),
        )
        for one in opinions_in(review.opinions)
        if one.stamp
    }
    return Household(
        subject=("review", review.pk),
        draft=draft_in(dossier["snapshot"]),
        file_no=review.file_no,
        station_name=review.home_name,
        in_clear=in_clear,
        computation=dossier["computation"],
        stamps=stamps,
        visits=[
            Visit(on=one["on"], visitors="、".join(one["visitors"]), findings=one["findings"])
            for one in dossier["visits"]
        ],
        tier=review.tier,
    )


def downloads_here() -> QuerySet[Download]:
    """The downloads of the station in force, whoever asked."""
    return Download.objects.filter(station_id=current_station().id)


def downloads_of(actor: Actor) -> QuerySet[Download]:
    """What somebody asked for, newest first."""
    mine = downloads_here().filter(asked_by_id=actor.user_id or 0).defer("wish")
    return mine.order_by("-asked_at", "-id")


def get_download(download_id: UUID, *, actor: Actor) -> Download:
    """One download of the actor's own.

    Raises:
        NotFound: there is none, or somebody else asked for it.
    """
    download = downloads_of(actor).filter(pk=download_id).first()
    if download is None:
        raise NotFound
    return download


def downloads_unfinished(*, quiet_since: datetime) -> list[Download]:
    """What waits, or was left by a worker that has not been seen since an instant."""
    waiting = downloads_here().filter(state=DownloadState.WAITING)
    left = downloads_here().filter(state=DownloadState.WORKING, worked_at__lt=quiet_since)
    return [*waiting.order_by("asked_at")[:_SITTING], *left[:_SITTING]]


def own_templates() -> dict[str, WordTemplate]:
    """The station's own Word templates by kind, without their content."""
    own = WordTemplate.objects.filter(station_id=current_station().id)
    return {one.kind: one for one in own.defer("content")}


def own_template(kind: WordKind) -> WordTemplate | None:
    """The station's own template of a kind, if it has one."""
    return WordTemplate.objects.filter(station_id=current_station().id, kind=kind).first()


def _papers_here() -> QuerySet[Paper]:
    return Paper.objects.filter(station_id=current_station().id)


def _household_of(
    file: HouseholdFile,
    members: Sequence[HouseholdMember],
    visits: Sequence[HouseholdVisit],
    *,
    station_name: str,
    in_clear: bool,
) -> Household:
    stamps = {
        name: Stamp(sign=getattr(file, f"stamp_{name}_by"), on=getattr(file, f"stamp_{name}_on"))
        for name in ("community", "street", "union")
    }
    return Household(
        subject=("file", file.pk),
        draft=draft_of(file, members),
        file_no=file.file_no,
        station_name=station_name,
        in_clear=in_clear,
        computation=file.computation,
        stamps=stamps,
        visits=[
            Visit(
                on=one.visited_on.isoformat(),
                visitors=f"{one.first_visitor}、{one.second_visitor}",
                findings=one.findings,
            )
            for one in visits
        ],
        tier=file.tier,
        on_file_on=file.on_file_on,
        leaving=Leaving(
            kind=file.exit_kind,
            reason=file.exit_reason,
            incomes_fen=tuple(file.exit_incomes_fen),
            on=file.closed_on,
        ),
    )
