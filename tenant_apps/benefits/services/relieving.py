"""What households are let off: fees of four kinds, those of hospitals and pharmacies, and cinema tickets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound, Problem, refuse
from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.partners.models import Partner
from tenant_apps.benefits.errors import NoCertificate, OneTicketRule
from tenant_apps.benefits.flow import KEEPS
from tenant_apps.benefits.models import Card, CardState, Entry, EntryKind
from tenant_apps.benefits.rules import (
    CARDS_FOR,
    MEDICAL,
    PARTNERS_OF,
    SCHOOL_RELIEF_BASIS_POINTS,
    TICKETS_A_YEAR,
    amount_problems,
    choice_problems,
    day_problems,
    part_of,
)
from tenant_apps.benefits.selectors import agreement_in_force
from tenant_apps.benefits.services.carding import locked_on_file
from tenant_apps.benefits.services.entering import enter, partner_of
from tenant_apps.households.models import HouseholdFile, HouseholdMember


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """What a household was let off: which fee, how much in fen, by whom, for which of its people.

    Where ``bill_fen`` is given and no amount, the rate tells it: 70 % of sundries in compulsory education, or what
    the agreement with the hospital or pharmacy lets off.
    """

    relief: str
    granted_on: date
    amount_fen: int = 0
    bill_fen: int = 0
    partner_id: UUID | None = None
    department: str = ""
    member_id: UUID | None = None
    stage: str = ""
    note: str = ""


@transaction.atomic
def record_relief(file_id: UUID, relief: Relief, *, actor: Actor, now: datetime) -> Entry:
    """Note what a household was let off: one of the four reliefs, or fees of a hospital or pharmacy.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: B101-B104; B107 the household has no business.
        NotOnFile: it is not on file.
        NoCertificate: it has no certificate or card that this relief needs.
    """
    actor.require(KEEPS)
    partner = partner_of(relief.partner_id) if relief.partner_id else None
    if relief.bill_fen and not relief.amount_fen:
        relief = replace(relief, amount_fen=_by_rate(relief))
    refuse(_relief_problems(relief, partner, today=clock.local_day(now)))
    file = locked_on_file(file_id)
    if relief.relief == "business" and not file.shop:
        message = _("工商管理费减免只面向有经营活动的家庭，请先在档案中登记经营情况。")
        refuse([Problem(code="B107", field="relief", message=message)])
    _check_certificate(file, relief)
    person = _person(file, relief.member_id)
    return enter(
        EntryKind.RELIEF, card=None, amount_fen=relief.amount_fen, union_fen=0,
        partner_fen=relief.amount_fen, entered_on=relief.granted_on, relief=relief.relief,
        stage=relief.stage, department=relief.department.strip()[:60],
        note=_with_bill(relief), person_subject=person,
        partner_id=partner.pk if partner else None, partner_name=partner.name if partner else "",
        partner_kind=partner.kind if partner else "", actor=actor, now=now, **_of_file(file),
    )  # fmt: skip


@transaction.atomic
def give_tickets(file_id: UUID, *, quantity: int, actor: Actor, now: datetime) -> Entry:
    """Give a household with a certificate its cinema tickets, two a year.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: B108 none.
        NotOnFile, NoCertificate: the household has no right to them.
        OneTicketRule: it was given its tickets of the year.
    """
    actor.require(KEEPS)
    if not 1 <= quantity <= TICKETS_A_YEAR:
        message = _("每户每年 %(most)d 张。") % {"most": TICKETS_A_YEAR}
        refuse([Problem(code="B108", field="quantity", message=message)])
    file = locked_on_file(file_id)
    _need_card(file, ("preferential", "extreme"), _("电影票"))
    today = clock.local_day(now)
    had = (
        Entry.objects.filter(file_id=file.pk, entered_on__year=today.year)
        .exclude(kind=EntryKind.RELIEF)
        .aggregate(had=Sum("quantity"))["had"]
        or 0
    )
    if had + quantity > TICKETS_A_YEAR:
        raise OneTicketRule(had=had, most=TICKETS_A_YEAR)
    return enter(
        EntryKind.TICKETS, card=None, amount_fen=0, union_fen=0, partner_fen=0, quantity=quantity,
        entered_on=today, actor=actor, now=now, **_of_file(file),
    )  # fmt: skip


def _relief_problems(relief: Relief, partner: Partner | None, *, today: date) -> list[Problem]:
    problems = amount_problems(relief.amount_fen)
    problems += choice_problems(
        relief.relief, [one.value for one in CODE_LISTS["relief"]], "relief", _("减免项目")
    )
    problems += day_problems(relief.granted_on, today=today, field="granted_on")
    if relief.relief in MEDICAL and (
        partner is None or partner.kind not in PARTNERS_OF[relief.relief]
    ):
        problems.append(
            Problem(code="B104", field="partner", message=_("请选择给予减免的医院（药店）。"))
        )
    if relief.relief == "fees":
        stages = [one.value for one in CODE_LISTS["aid_stage"]]
        problems += choice_problems(relief.stage, stages, "stage", _("就读阶段"))
    return problems


def _by_rate(relief: Relief) -> int:
    rate = 0
    if relief.relief == "fees" and relief.stage == "compulsory":
        rate = SCHOOL_RELIEF_BASIS_POINTS
    elif relief.relief in MEDICAL and relief.partner_id is not None:
        agreement = agreement_in_force(relief.partner_id, on=relief.granted_on)
        rate = agreement.discount_basis_points if agreement else 0
    return part_of(relief.bill_fen, rate)


def _with_bill(relief: Relief) -> str:
    said = _("账单 %(bill)s 元") % {"bill": yuan(relief.bill_fen)} if relief.bill_fen else ""
    return "；".join(part for part in (said, relief.note.strip()) if part)[:200]


def _check_certificate(file: HouseholdFile, relief: Relief) -> None:
    needed = CARDS_FOR.get(relief.relief)
    if needed:
        _need_card(file, needed, CODE_LISTS["relief"].label(relief.relief))


def _need_card(file: HouseholdFile, kinds: tuple[str, ...], what: str) -> None:
    valid = Card.objects.filter(file_id=file.pk, kind__in=kinds, state=CardState.ACTIVE)
    if not valid.exists():
        raise NoCertificate(relief=what)


def _person(file: HouseholdFile, member_id: UUID | None) -> bytes | None:
    person: Any = file
    if member_id is not None:
        person = HouseholdMember.objects.filter(pk=member_id, file_id=file.pk).first()
        if person is None:
            raise NotFound
    return bytes(person.id_no_hash) if person.id_no_hash else None


def _of_file(file: HouseholdFile) -> dict[str, Any]:
    return {
        "file_id": file.pk,
        "file_no": file.file_no,
        "subject": bytes(file.id_no_hash) if file.id_no_hash else None,
    }
