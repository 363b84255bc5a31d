"""Applications as they are written down: for a household on file, a student of it, or a person outside the files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import blind_index
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.identity import NumberRefused, normalised, parse_id_no
from bangfu.kernel.tenancy import current_station
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.programmes.models import Campaign, Programme
from shared_apps.programmes.selectors import get_campaign, get_programme, terms_of
from shared_apps.programmes.terms import Terms
from tenant_apps.aid.errors import SameNeedTwice
from tenant_apps.aid.flow import ENTERS
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.services.judging import cycle_of
from tenant_apps.aid.services.numbering import number_of
from tenant_apps.aid.services.stepping import locked_application, tell_step
from tenant_apps.households.mapping import number_hash
from tenant_apps.households.models import HouseholdFile, HouseholdMember

_EDITABLE = (AidState.DRAFT, AidState.RETURNED, AidState.PROPOSED)
MOST_FEN = 10**10
_LISTED_ONCE = "aid_listed_once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is applied for. A household's file, or a group with a name and what identifies the person."""

    programme: str
    amount_fen: int
    file_id: UUID | None = None
    member_id: UUID | None = None
    campaign_id: UUID | None = None
    group: str = ""
    name: str = ""
    unit: str = ""
    id_no: str = ""
    bank: str = ""
    card_no: str = ""
    need: str = ""
    stage: str = ""
    loss_kind: str = ""
    loss_fen: int | None = None
    self_paid_fen: int | None = None
    case_on: date | None = None


@transaction.atomic
def open_application(asked: Asked, *, actor: Actor, now: datetime) -> Application:
    """Write down an application; nobody decides on it until it is submitted.

    Raises:
        NotPermitted: the actor may not.
        NotFound: the file, the student, the programme or the campaign is not there.
        SameNeedTwice: the household, or the student, is on the list of the campaign.
        InvalidInput: A201 the amount · A202 the day of the case · A203 the campaign is not open, or of another
            programme · A204 group or name · A205 the student · A206 the identity number · A207 the text is too long.
    """
    actor.require(ENTERS)
    on = clock.local_day(now)
    row = drafted(asked, actor=actor, now=now)
    save_listed(row, is_new=True)
    tell_step(row, "open", before="", actor=actor, now=now, data={"on": on.isoformat()})
    return row


@transaction.atomic
def change_application(
    application_id: UUID, asked: Asked, *, actor: Actor, now: datetime
) -> Application:
    """Write a draft, or what was returned, anew: everything but whom it is for.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: it was submitted.
        SameNeedTwice, InvalidInput: as ``open_application``.
    """
    actor.require(ENTERS)
    row = locked_application(application_id)
    if row.state not in _EDITABLE:
        raise IllegalMove
    fresh = drafted(asked, actor=actor, now=now)
    for name in (
        "programme", "programme_version_id", "aid", "cycle", "campaign_id", "campaign", "mode",
        "asked_fen", "amount_fen", "self_paid_fen", "stage", "loss_kind", "loss_fen", "case_on", "need",
        "member", "person_name", "unit",
    ):  # fmt: skip
        setattr(row, name, getattr(fresh, name))
    row.changed_at = now
    save_listed(row)
    tell_step(row, "change", before=row.state, actor=actor, now=now)
    return row


def save_listed(row: Application, *, is_new: bool = False) -> None:
    """Save an application that may stand on the list of a campaign.

    Raises:
        SameNeedTwice: the household, or the student, stands there already.
    """
    try:
        with transaction.atomic():
            row.save(force_insert=is_new)
    except IntegrityError as clash:
        if _LISTED_ONCE not in str(clash):
            raise
        other = (
            Application.objects.filter(
                campaign_id=row.campaign_id, household=row.household, member=row.member
            )
            .exclude(state=AidState.WITHDRAWN)
            .exclude(pk=row.pk)
            .first()
        )
        raise SameNeedTwice(
            name=row.person_name,
            programme=CODE_LISTS["aid"].label(row.aid),
            cycle="",
            number=other.number if other else "",
        ) from clash


def drafted(asked: Asked, *, actor: Actor, now: datetime) -> Application:
    """Return an application as it would be written down, unsaved.

    Raises:
        NotFound, InvalidInput: as ``open_application``.
    """
    on = clock.local_day(now)
    station = current_station()
    programme = get_programme(asked.programme, station=station, on=on)
    campaign = get_campaign(asked.campaign_id, station=station) if asked.campaign_id else None
    terms = terms_of(programme)
    problems = _problems(asked, terms, programme, campaign, on=on)
    if problems:
        raise InvalidInput(problems)
    row = Application(
        programme=programme.key,
        programme_version_id=programme.pk,
        aid=programme.aid,
        mode="concentrated" if campaign else "everyday",
        cycle=cycle_of(
            terms, on=on, case_on=asked.case_on, campaign_key=campaign.key if campaign else ""
        ),
        campaign_id=campaign.pk if campaign else None,
        campaign=campaign.kind if campaign else "",
        asked_fen=asked.amount_fen,
        amount_fen=asked.amount_fen,
        self_paid_fen=asked.self_paid_fen,
        stage=asked.stage,
        loss_kind=asked.loss_kind,
        loss_fen=asked.loss_fen,
        case_on=asked.case_on,
        need=asked.need.strip(),
        entered_by_id=actor.user_id,
        entered_by=actor.name,
        created_at=now,
        changed_at=now,
    )
    row.number = number_of(row.pk, on=on)
    if asked.file_id is not None:
        fill_from_file(row, _file(asked.file_id), member=_member(asked))
    else:
        _fill_outside(row, asked)
    return row


def fill_from_file(
    row: Application, file: HouseholdFile, *, member: HouseholdMember | None = None
) -> None:
    """Take from a file whom the aid is for and who is paid: a student's aid is paid to the file's account (NR19)."""
    row.file = file
    row.household = bytes(file.id_no_hash) if file.id_no_hash else b""
    row.person_name = member.name if member else file.name
    row.unit = (member.workplace if member else file.employer)[:64]
    if member is not None and member.id_no_hash:
        row.member = bytes(member.id_no_hash)
    row.payee_name = file.card_name or file.name
    row.payee_bank = f"{file.bank} {file.bank_branch}".strip()[:64]
    if file.id_no is not None:
        row.payee_id_no = file.id_no.reveal()
        row.payee_id_hash = file.id_no_hash
    if file.card_no is not None:
        row.payee_card = file.card_no.reveal()
        row.payee_card_hash = file.card_no_hash


def _fill_outside(row: Application, asked: Asked) -> None:
    name, number = asked.name.strip(), normalised(asked.id_no)
    row.group = asked.group
    row.person_name = row.payee_name = name
    row.unit = asked.unit.strip()
    row.is_identified = bool(number)
    row.household = (
        number_hash(number)
        if number
        else blind_index(f"{asked.group}|{asked.unit.strip()}|{name}", purpose="aid.person")
    ) or b""
    if number:
        row.payee_id_no = number
        row.payee_id_hash = row.household
    row.payee_bank = asked.bank.strip()
    card = "".join(asked.card_no.split())
    if card:
        row.payee_card = card
        row.payee_card_hash = blind_index(card, purpose="card_no")


def _problems(
    asked: Asked,
    terms: Terms,
    programme: Programme,
    campaign: Campaign | None,
    *,
    on: date,
) -> list[Problem]:
    problems = []
    if not 0 < asked.amount_fen <= MOST_FEN:
        problems.append(_problem("A201", "amount_fen", _("请填写金额。")))
    if terms.cycle == "case" and campaign is None:
        if asked.case_on is None:
            problems.append(_problem("A202", "case_on", _("请填写事由发生日期。")))
        elif asked.case_on > on:
            problems.append(_problem("A202", "case_on", _("事由发生日期不能晚于今天。")))
    if terms.cycle == "campaign" and campaign is None:
        problems.append(
            _problem("A203", "campaign_id", _("这个项目在集中活动中申请，请选择活动。"))
        )
    if campaign is not None and (campaign.programme != programme.key or not campaign.is_open(on)):
        problems.append(_problem("A203", "campaign_id", _("活动未开放，或不是这个项目的活动。")))
    if len(asked.need) > 500:
        problems.append(_problem("A207", "need", _("说明请控制在 500 字以内。")))
    if asked.file_id is None:
        problems += _outside_problems(asked, on=on)
    if terms.unit == "student" and asked.member_id is None:
        problems.append(_problem("A205", "member_id", _("请选择就读的家庭成员。")))
    if asked.stage and asked.stage not in CODE_LISTS["aid_stage"]:
        problems.append(_problem("A205", "stage", _("请从所列各项中选择。")))
    if asked.loss_kind and asked.loss_kind not in CODE_LISTS["loss_kind"]:
        problems.append(_problem("A205", "loss_kind", _("请从所列各项中选择。")))
    return problems


def _outside_problems(asked: Asked, *, on: date) -> list[Problem]:
    problems = []
    if asked.group not in CODE_LISTS["warmth_group"] or asked.group == "on_file":
        problems.append(_problem("A204", "group", _("请选择慰问对象类别。")))
    if not 2 <= len(asked.name.strip()) <= 20:
        problems.append(_problem("A204", "name", _("请填写姓名（2 至 20 字）。")))
    if len(asked.unit.strip()) > 64:
        problems.append(_problem("A207", "unit", _("单位名称请控制在 64 字以内。")))
    if asked.id_no.strip() and not _is_number(asked.id_no, on=on):
        problems.append(_problem("A206", "id_no", _("身份证号码不正确，请核对。")))
    return problems


def _is_number(text: str, *, on: date) -> bool:
    try:
        parse_id_no(text, on=on)
    except NumberRefused:
        return False
    return True


def _file(file_id: UUID) -> HouseholdFile:
    file: HouseholdFile | None = HouseholdFile.objects.filter(pk=file_id).first()
    if file is None:
        raise NotFound
    return file


def _member(asked: Asked) -> HouseholdMember | None:
    if asked.member_id is None:
        return None
    member: HouseholdMember | None = HouseholdMember.objects.filter(
        pk=asked.member_id, file_id=asked.file_id
    ).first()
    if member is None:
        raise NotFound
    return member


def _problem(code: str, field: str, message: str) -> Problem:
    return Problem(code=code, field=field, message=message)
