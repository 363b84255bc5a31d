"""The list of a campaign: proposed from the files with reasons, changed, left out, handed in, decided at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import (
    DomainError,
    IllegalMove,
    InvalidInput,
    NotFound,
    NotPermitted,
    Problem,
)
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.programmes.models import Campaign
from shared_apps.programmes.selectors import get_campaign, terms_of
from tenant_apps.aid.errors import NotEligible
from tenant_apps.aid.flow import ENTERS
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.rules import refusal_of
from tenant_apps.aid.rules.choosing import Child, Household, child_fits, reasons_for, stage_of
from tenant_apps.aid.services.approving import (
    Minutes,
    decide_in_meeting,
    ratify_in_party_group,
)
from tenant_apps.aid.services.drafting import MOST_FEN, Asked, drafted, fill_from_file, save_listed
from tenant_apps.aid.services.judging import Judge
from tenant_apps.aid.services.moving import (
    accept_application,
    check_application,
    review_application,
    submit_application,
)
from tenant_apps.aid.services.numbering import number_of
from tenant_apps.aid.services.progressing import count_campaigns_soon, count_soon
from tenant_apps.aid.services.stepping import (
    advance,
    locked_application,
    needed_reason,
    tell_step,
)
from tenant_apps.households.models import FileState, HouseholdFile, HouseholdMember

MOST_AT_ONCE = 200
CAMPAIGN = "campaign"


class CampaignNotOpen(DomainError):
    """The campaign has not begun, or is over."""

    code = "campaign-not-open"
    message = gettext_lazy("活动“%(name)s”不在开放时间内。")


@dataclass(frozen=True, slots=True)
class Bulk:
    """What an act on many applications did: how many went through, and why the others did not."""

    done: int = 0
    refused: tuple[tuple[str, str], ...] = field(default_factory=tuple)


@transaction.atomic
def propose_list(campaign_id: UUID, *, actor: Actor, now: datetime) -> int:
    """List every household on file that a campaign is for, with the reason; return how many are new.

    Again, it adds those that came on file since; nobody is listed twice.

    Raises:
        NotPermitted, NotFound: as for any record.
        CampaignNotOpen: it is not open today.
    """
    actor.require(ENTERS)
    campaign = _open_campaign(campaign_id, on=clock.local_day(now))
    judge = Judge(on=clock.local_day(now))
    rows = proposals_of(campaign, judge, actor=actor, now=now)
    known = set(
        Application.objects.filter(campaign_id=campaign.pk)
        .exclude(state=AidState.WITHDRAWN)
        .values_list("household", "member")
    )
    fresh = [row for row in rows if (row.household, row.member) not in known]
    Application.objects.bulk_create(fresh, ignore_conflicts=True)
    count_campaigns_soon([campaign.pk])
    record(
        event="campaign.listed",
        actor=actor,
        subject=(CAMPAIGN, campaign.pk),
        data={"found": len(rows), "new": len(fresh)},
        now=now,
    )
    return len(fresh)


@transaction.atomic
def list_person(asked: Asked, *, actor: Actor, now: datetime) -> Application:
    """Put a person outside the files on the list of a campaign, by name and group.

    Raises:
        NotPermitted, NotFound, SameNeedTwice, InvalidInput: as ``open_application``; A240 the campaign is not for
            that group.
        CampaignNotOpen: it is not open today.
    """
    actor.require(ENTERS)
    on = clock.local_day(now)
    if asked.campaign_id is None:
        raise NotFound
    campaign = _open_campaign(asked.campaign_id, on=on)
    if asked.group not in campaign.groups:
        message = _("这次活动不面向所选的慰问对象类别。")
        raise InvalidInput([Problem(code="A240", field="group", message=message)])
    row = drafted(asked, actor=actor, now=now)
    row.state = AidState.PROPOSED
    save_listed(row, is_new=True)
    count_soon([row])
    tell_step(row, "list", before="", actor=actor, now=now)
    return row


@transaction.atomic
def change_amount(
    application_id: UUID, *, amount_fen: int, actor: Actor, now: datetime
) -> Application:
    """Propose another amount for somebody on the list, within what may be granted.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any record.
        NotEligible: the amount is above what may be granted, or nothing at all.
    """
    actor.require(ENTERS)
    row = locked_application(application_id)
    if row.state != AidState.PROPOSED:
        raise IllegalMove
    before_fen, row.amount_fen = row.amount_fen, amount_fen
    if not 0 < amount_fen <= MOST_FEN:
        raise NotEligible(reasons=_("请填写金额。"))
    judgement = Judge(on=clock.local_day(now)).judge(row)
    if "A110" in judgement.assessment.reasons:
        raise NotEligible(reasons=refusal_of(judgement.assessment, ["A110"]))
    row.changed_at = now
    row.save(update_fields=["amount_fen", "changed_at"])
    tell_step(
        row, "change_amount", before=row.state, actor=actor, now=now,
        data={"before_fen": before_fen},
    )  # fmt: skip
    return row


@transaction.atomic
def leave_out(application_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Application:
    """Leave somebody off the list, with a reason that stays.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: A211 no reason is given.
    """
    row = locked_application(application_id)
    before = advance(row, "leave_out", actor=actor)
    row.reason, row.changed_at = needed_reason(reason), now
    row.save(update_fields=["state", "reason", "changed_at"])
    tell_step(row, "leave_out", before=before, comment=row.reason, actor=actor, now=now)
    return row


@transaction.atomic
def put_back(application_id: UUID, *, actor: Actor, now: datetime) -> Application:
    """Put somebody back on the list who was left off.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
    """
    row = locked_application(application_id)
    before = advance(row, "put_back", actor=actor)
    row.reason, row.changed_at = "", now
    row.save(update_fields=["state", "reason", "changed_at"])
    tell_step(row, "put_back", before=before, actor=actor, now=now)
    return row


def leave_out_many(
    application_ids: Sequence[UUID], *, reason: str, actor: Actor, now: datetime
) -> Bulk:
    """Leave many off the list; each for itself. Raises: A211, NotPermitted."""
    needed_reason(reason)
    return _each(application_ids, lambda key: leave_out(key, reason=reason, actor=actor, now=now))


def put_back_many(application_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> Bulk:
    """Put many back on the list; each for itself. Raises: NotPermitted."""
    return _each(application_ids, lambda key: put_back(key, actor=actor, now=now))


def change_amounts(amounts: Mapping[UUID, int], *, actor: Actor, now: datetime) -> Bulk:
    """Propose other amounts for many; each for itself. Raises: NotPermitted."""
    return _each(
        list(amounts),
        lambda key: change_amount(key, amount_fen=amounts[key], actor=actor, now=now),
    )


def hand_in_many(application_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> Bulk:
    """Hand in, accept and check many of the list at once: those that fit go to the reviewer. Raises: NotPermitted."""

    def hand_in(key: UUID) -> None:
        submit_application(key, actor=actor, now=now)
        accept_application(key, actor=actor, now=now)
        check_application(key, actor=actor, now=now)

    return _each(application_ids, hand_in)


def review_many(
    application_ids: Sequence[UUID], *, fund_id: UUID, actor: Actor, now: datetime
) -> Bulk:
    """Review many at once from one fund; each for itself. Raises: NotPermitted."""
    return _each(
        application_ids,
        lambda key: review_application(key, fund_id=fund_id, actor=actor, now=now),
    )


def decide_many(
    application_ids: Sequence[UUID], minutes: Minutes, *, actor: Actor, now: datetime
) -> Bulk:
    """Note for many what one chair's meeting agreed to; each for itself. Raises: NotPermitted."""
    return _each(application_ids, lambda key: decide_in_meeting(key, minutes, actor=actor, now=now))


def ratify_many(
    application_ids: Sequence[UUID], minutes: Minutes, *, actor: Actor, now: datetime
) -> Bulk:
    """Note for many what one party group ratified; each for itself. Raises: NotPermitted."""
    return _each(
        application_ids, lambda key: ratify_in_party_group(key, minutes, actor=actor, now=now)
    )


def _each(application_ids: Sequence[UUID], act: Callable[[UUID], object]) -> Bulk:
    done, refused = 0, []
    numbers = dict(
        Application.objects.filter(pk__in=list(application_ids)).values_list("pk", "number")
    )
    for key in list(application_ids)[:MOST_AT_ONCE]:
        try:
            with transaction.atomic():
                act(key)
        except InvalidInput as refusal:
            said = "".join(str(problem.message) for problem in refusal.problems)
            refused.append((numbers.get(key, ""), said))
        except NotPermitted:
            raise
        except DomainError as refusal:
            refused.append((numbers.get(key, ""), str(refusal)))
        else:
            done += 1
    return Bulk(done, tuple(refused))


def proposals_of(
    campaign: Campaign, judge: Judge, *, actor: Actor, now: datetime
) -> list[Application]:
    """Return, unsaved, an application for each household or student on file here that a campaign is for."""
    terms = terms_of(judge.programme(campaign.programme))
    files = (
        HouseholdFile.objects.filter(state=FileState.ON_FILE, id_no_hash__isnull=False)
        .prefetch_related("members", "papers")
        .order_by("pk")
    )
    rows = []
    for file in files.iterator(chunk_size=200):
        household = Household(
            tier=file.tier,
            level=file.file_level,
            groups=tuple(file.groups),
            causes=(file.main_cause, *file.other_causes),
        )
        reasons = reasons_for(campaign.rule, household)
        if reasons is None:
            continue
        for member, stage in _for_whom(campaign, file, per_student=terms.unit == "student"):
            row = _proposal(campaign, judge, file, member, stage, actor=actor, now=now)
            if row is not None:
                row.need = _worded(reasons, member)
                rows.append(row)
    return rows


def _for_whom(
    campaign: Campaign, file: HouseholdFile, *, per_student: bool
) -> list[tuple[HouseholdMember | None, str]]:
    if not per_student:
        wants_child = campaign.rule.get("under_age") is not None
        children = [one for one in file.members.all() if _fits(campaign, one)]
        return [(None, "")] if not wants_child or children else []
    return [
        (one, stage_of(_child(one)) or "compulsory")
        for one in file.members.all()
        if one.id_no_hash and _fits(campaign, one)
    ]


def _proposal(
    campaign: Campaign,
    judge: Judge,
    file: HouseholdFile,
    member: HouseholdMember | None,
    stage: str,
    *,
    actor: Actor,
    now: datetime,
) -> Application | None:
    programme = judge.programme(campaign.programme)
    row = Application(
        state=AidState.PROPOSED,
        programme=programme.key,
        programme_version_id=programme.pk,
        aid=programme.aid,
        mode="concentrated",
        cycle=campaign.key if terms_of(programme).cycle != "year" else f"{judge.on:%Y}",
        campaign_id=campaign.pk,
        campaign=campaign.kind,
        stage=stage,
        asked_fen=1,
        amount_fen=1,
        entered_by_id=actor.user_id,
        entered_by=actor.name,
        created_at=now,
        changed_at=now,
    )
    row.number = number_of(row.pk, on=judge.on)
    fill_from_file(row, file, member=member)
    said = judge.judge(row).assessment
    wanted = campaign.amount_fen or said.standard_fen or said.most_fen
    if not wanted or said.most_fen == 0:
        return None
    row.asked_fen = row.amount_fen = wanted if said.most_fen is None else min(wanted, said.most_fen)
    return row


def _fits(campaign: Campaign, member: HouseholdMember) -> bool:
    return child_fits(campaign.rule, _child(member), on=campaign.opens_on)


def _child(member: HouseholdMember) -> Child:
    return Child(birth=member.birth, identity=member.identity, education=member.stage)


def _worded(reasons: list[tuple[str, str]], member: HouseholdMember | None) -> str:
    words = [CODE_LISTS[name].label(value) for name, value in reasons if value]
    if member is not None:
        words.append(CODE_LISTS["aid_stage"].label(stage_of(_child(member)) or "compulsory"))
    return "、".join(words)


def _open_campaign(campaign_id: UUID, *, on: date) -> Campaign:
    campaign = get_campaign(campaign_id, station=current_station())
    if not campaign.is_open(on):
        raise CampaignNotOpen(name=campaign.name)
    return campaign
