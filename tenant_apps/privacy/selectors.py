"""Questions about consents, corrections, requests to look, and files whose years are over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor, system_name
from bangfu.kernel.crypto import mask_name
from bangfu.kernel.errors import NotFound, Text
from shared_apps.audit.models import AuditRow
from shared_apps.audit.selectors import rows_of_subject
from tenant_apps.households.asking import Question
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.households.models import CLOSED_STATES, HouseholdFile
from tenant_apps.households.selectors import members_of
from tenant_apps.households.work import Blocked
from tenant_apps.privacy.models import (
    Consent,
    Correction,
    Disposal,
    DisposalState,
    LookRequest,
    Side,
)
from tenant_apps.privacy.purposes import CONSENT_VERSION, PURPOSES, Purpose, purposes_used

FILE = "file"
# Without these consents a household can neither be recognised nor paid.
NEEDED_FOR_PAYOUT = frozenset({"identity", "economy", "payment"})
_LABELS = {spec.name: spec.label for spec in (*MEMBER_FIELDS, *FILE_FIELDS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one consent of a file stands: the newest word, or none yet."""

    purpose: Purpose
    newest: Consent | None

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was given once and taken back."""
        return self.newest is not None and not self.newest.is_given

    @property
    def stands(self) -> bool:
        """Whether it was given on the text that is shown now."""
        newest = self.newest
        return newest is not None and newest.is_given and newest.version == CONSENT_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLine:
    """One time somebody looked at, printed, exported or asked for a file, in plain words."""

    at: datetime
    who: str
    what: str
    why: str
    where: str = ""


def consents_of(file_id: UUID) -> list[Standing]:
    """How every purpose that needs a consent stands for a file. One query."""
    newest: dict[str, Consent] = {}
    for row in Consent.objects.filter(file_id=file_id).order_by("at", "id"):
        newest[row.purpose] = row
    return [
        Standing(purpose=purpose, newest=newest.get(purpose.code))
        for purpose in PURPOSES.values()
        if purpose.needs_consent
    ]


def open_consents(file: HouseholdFile) -> list[Question]:
    """The consents a household has still to give, as they are read out to it. Two queries.

    It needs those of the purposes that something of it is kept for. One is open that was withdrawn or given on
    an older text, or about which nobody ever said a word where the consent of the application is not signed.
    """
    used = purposes_used(file, members_of(file))
    return [
        Question(
            purpose=one.purpose.code,
            version=CONSENT_VERSION,
            title=one.purpose.title,
            text=one.purpose.consent,
            why=_why_open(one),
        )
        for one in consents_of(file.pk)
        if one.purpose.code in used
        and not one.stands
        and (one.newest is not None or file.consent_on is None)
    ]


def _why_open(standing: Standing) -> str:
    if standing.newest is None:
        return ""
    said = {"on": f"{standing.newest.on:%Y-%m-%d}", "version": standing.newest.version}
    if standing.is_withdrawn:
        return _("%(on)s 已撤回") % said
    return _("%(on)s 同意的是 %(version)s 版") % said


def consent_history(file_id: UUID) -> QuerySet[Consent]:
    """Every word given or taken back, newest first."""
    return Consent.objects.filter(file_id=file_id).order_by("-at", "-id")


def consent_withdrawn(file_id: UUID) -> tuple[str, ...]:
    """The purposes whose consent was withdrawn for a file: what needs one of them has to stop."""
    return tuple(one.purpose.code for one in consents_of(file_id) if one.is_withdrawn)


def payout_blocker(file: HouseholdFile, _on: date) -> Blocked | None:
    """Say that nothing may be paid to a household that withdrew a consent payment rests on."""
    if NEEDED_FOR_PAYOUT.isdisjoint(consent_withdrawn(file.pk)):
        return None
    return Blocked(code="consent-withdrawn", label=gettext_lazy("已撤回发放所需的同意"))


def corrections_matching(
    *, actor: Actor, state: str = "", file_id: UUID | None = None
) -> QuerySet[Correction]:
    """The requests to correct, newest first.

    Raises:
        NotPermitted: the actor may not look at them.
    """
    actor.require("privacy.view")
    rows = Correction.objects.order_by("-asked_at", "-id")
    if state:
        rows = rows.filter(state=state)
    return rows.filter(file_id=file_id) if file_id else rows


def get_correction(correction_id: UUID, *, actor: Actor) -> Correction:
    """One request to correct.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    row = corrections_matching(actor=actor).filter(pk=correction_id).first()
    if row is None:
        raise NotFound
    return row


def corrections_of(file_id: UUID) -> QuerySet[Correction]:
    """What was asked to be corrected in one file, newest first; for the worker's own page."""
    return Correction.objects.filter(file_id=file_id).order_by("-asked_at")


def look_requests(
    *, actor: Actor, side: str = "", state: str = "", words: str = ""
) -> QuerySet[LookRequest]:
    """The requests to look, those asked here and those received, newest first; without the pictures.

    Raises:
        NotPermitted: the actor neither asks nor answers here.
    """
    if not actor.may("access.answer"):
        actor.require("access.request")
    rows = LookRequest.objects.defer("snapshot").order_by("-asked_at", "-id")
    if side:
        rows = rows.filter(side=side)
    if state:
        rows = rows.filter(state=state)
    if words.strip():
        rows = rows.filter(Q(file_no=words.strip()) | Q(other_name__contains=words.strip()))
    return rows


def get_look_request(request_id: UUID, *, actor: Actor) -> LookRequest:
    """One request to look.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    row = look_requests(actor=actor).filter(pk=request_id).first()
    if row is None:
        raise NotFound
    return row


def files_past_their_years(on: date) -> QuerySet[HouseholdFile]:
    """The closed files whose years of keeping are over on a day and of which nothing is decided."""
    decided = Disposal.objects.filter(
        Q(state__in=[DisposalState.PROPOSED, DisposalState.DELETED]) | Q(kept_until__gte=on)
    ).values("file_id")
    return (
        HouseholdFile.objects.filter(state__in=CLOSED_STATES, keep_until__lt=on)
        .exclude(pk__in=decided)
        .order_by("keep_until", "id")
    )


def disposals(*, actor: Actor, state: str = "") -> QuerySet[Disposal]:
    """The decisions about old files and their certificates, newest first.

    Raises:
        NotPermitted: the actor may not look at them.
    """
    actor.require("privacy.view")
    rows = Disposal.objects.order_by("-proposed_at", "-id")
    return rows.filter(state=state) if state else rows


def get_disposal(disposal_id: UUID, *, actor: Actor) -> Disposal:
    """One decision about an old file.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    row = disposals(actor=actor).filter(pk=disposal_id).first()
    if row is None:
        raise NotFound
    return row


def is_erased(file_id: UUID) -> bool:
    """Whether what a file said was deleted."""
    return Disposal.objects.filter(file_id=file_id, state=DisposalState.DELETED).exists()


_WORDS: dict[str, Text] = {
    "file.revealed": gettext_lazy("查看了完整的“%(field)s”"),
    "paper.viewed": gettext_lazy("查看了材料"),
    "file.printed": gettext_lazy("打印了档案"),
    "paper.printed": gettext_lazy("打印了档案表格"),
    "file.exported": gettext_lazy("导出了档案"),
    "privacy.exported": gettext_lazy("为本人导出了全部信息"),
    "access.requested": gettext_lazy("上级申请调阅"),
    "access.granted": gettext_lazy("同意上级调阅"),
    "access.refused": gettext_lazy("未同意上级调阅"),
    "access.looked": gettext_lazy("上级查看了调阅件"),
    "health.viewed": gettext_lazy("查看了健康记录"),
}


# What people of another station did; the row at home was written when the message came.
_DONE_ABOVE = frozenset({"access.requested", "access.looked"})


def access_history(file_id: UUID, *, for_worker: bool = False) -> list[AccessLine]:
    """Who looked at a file, printed, exported or asked for it, newest first, in plain words.

    For the worker's own page staff are named by their family name only. One query.
    """
    named: Callable[[str], str] = mask_name if for_worker else str
    rows = rows_of_subject(FILE, file_id).filter(event__in=list(_WORDS)).reverse()
    return [_access_line(row, named) for row in rows]


def _access_line(row: AuditRow, named: Callable[[str], str]) -> AccessLine:
    data = row.data
    field = _LABELS.get(str(data.get("field", "")), _("敏感信息"))
    is_theirs = row.event in _DONE_ABOVE
    name = str(data["who"]) if is_theirs else row.actor_name
    return AccessLine(
        at=row.at,
        who=system_name(name) or named(name),
        what=str(_WORDS[row.event]) % {"field": field},
        why=str(data.get("reason", "")),
        where=str(data["station"]) if is_theirs else "",
    )


def open_looks(*, actor: Actor) -> int:
    """How many requests to look wait for an answer from somebody like the actor."""
    if not actor.may("access.answer"):
        return 0
    return LookRequest.objects.filter(side=Side.HOME, state="asked").count()


def files_named(file_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Number and name of files, for lists. One query."""
    rows = HouseholdFile.objects.filter(pk__in=list(file_ids)).values("pk", "file_no", "name")
    return {row["pk"]: dict(row) for row in rows}


def look_door(request_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see a request to look. Raises: as ``get_look_request``."""
    return get_look_request(request_id, actor=actor)


def disposal_door(disposal_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see a decision about an old file. Raises: as ``get_disposal``."""
    return get_disposal(disposal_id, actor=actor)
