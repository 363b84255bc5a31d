"""Partners and agreements of a station."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted, Problem, refuse
from bangfu.kernel.identity import phone_problems, tidied_phone
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.partners.models import Agreement, AgreementState, Partner
from shared_apps.rollup.indicators import change_of
from shared_apps.rollup.services import record_facts
from tenant_apps.benefits.indicators import facts_of_partner
from tenant_apps.benefits.rules import (
    WHOLE,
    choice_problems,
    text_problems,
)
from tenant_apps.benefits.selectors import PARTNER

MANAGES = "partner.manage"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerDetails:
    """What is said of a partner; ``outlets`` are the names of its shops."""

    kind: str
    name: str
    contact: str = ""
    phone: str = ""
    address: str = ""
    outlets: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDetails:
    """What is agreed: shares in ten thousandths, goods that may be bought (none means any)."""

    number: str
    valid_from: date
    valid_to: date
    union_basis_points: int = WHOLE
    discount_basis_points: int = 0
    goods: Sequence[str] = field(default_factory=tuple)
    goes_down: bool = False
    note: str = ""


@transaction.atomic
def keep_partner(
    details: PartnerDetails, *, partner_id: UUID | None = None, actor: Actor, now: datetime
) -> Partner:
    """Enter a partner, or change what is said of one; kind and name tell one from another.

    Raises:
        NotPermitted: the actor may not.
        NotFound: there is no such partner of this station.
        InvalidInput: B102 no name, B104 no kind, B105 one of that kind and name is there, B112 a telephone
            that nobody can call.
    """
    actor.require(MANAGES)
    outlets = list(dict.fromkeys(one.strip() for one in details.outlets if one.strip()))
    problems = text_problems(details.name, "name", _("名称"), most=80)
    problems += choice_problems(
        details.kind, [one.value for one in CODE_LISTS["partner_kind"]], "kind", _("类别")
    )
    if any(len(one) > 60 for one in outlets) or len(outlets) > 500:
        problems.append(
            Problem(code="B102", field="outlets", message=_("网点名称请控制在 60 字以内。"))
        )
    problems += phone_problems(details.phone, code="B112")
    refuse(problems)
    today = clock.local_day(now)
    partner = _locked(partner_id) if partner_id else Partner(opened_on=today)
    before = facts_of_partner(partner)
    partner.station_id = current_station().id
    partner.kind, partner.name, partner.outlets = details.kind, details.name.strip(), outlets
    partner.contact, partner.phone = details.contact.strip()[:40], tidied_phone(details.phone)
    partner.address = details.address.strip()[:120]
    _count(partner, today)
    try:
        with transaction.atomic():
            partner.save()
    except IntegrityError as refusal:
        message = _("同类别的“%(name)s”已经登记。") % {"name": partner.name}
        raise InvalidInput([Problem(code="B105", field="name", message=message)]) from refusal
    record_facts(change_of(before, facts_of_partner(partner)), now=now)
    _note("partner.kept", partner, {"name": partner.name, "outlets": len(outlets)}, actor, now)
    return partner


@transaction.atomic
def end_partner(partner_id: UUID, *, actor: Actor, now: datetime) -> Partner:
    """Stop working with a partner; its agreements end with it.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: it was ended before.
    """
    actor.require(MANAGES)
    partner = _locked(partner_id)
    if not partner.is_active:
        raise IllegalMove
    today = clock.local_day(now)
    before = facts_of_partner(partner)
    partner.closed_on = today
    _count(partner, today)
    partner.save(update_fields=["closed_on", "counted"])
    for agreement in Agreement.objects.select_for_update().filter(
        partner=partner, station_id=current_station().id, state=AgreementState.IN_FORCE
    ):
        _end(agreement, today, _("合作终止"))
    record_facts(change_of(before, facts_of_partner(partner)), now=now)
    _note("partner.ended", partner, {"name": partner.name}, actor, now)
    return partner


@transaction.atomic
def draft_agreement(
    partner_id: UUID, details: AgreementDetails, *, actor: Actor, now: datetime
) -> Agreement:
    """Write down what was agreed with a partner; it holds when a second person has confirmed it.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: B102 no number, B106 days or shares that cannot be, B104 unknown goods, B105 the number is taken.
        IllegalMove: the partner is not worked with any more.
    """
    actor.require(MANAGES)
    partner = _locked(partner_id)
    if not partner.is_active:
        raise IllegalMove
    if actor.user_id is None:
        raise NotPermitted
    refuse(_agreement_problems(details))
    agreement = Agreement(
        station_id=current_station().id,
        partner=partner,
        number=details.number.strip(),
        valid_from=details.valid_from,
        valid_to=details.valid_to,
        union_basis_points=details.union_basis_points,
        discount_basis_points=details.discount_basis_points,
        goods=list(details.goods),
        goes_down=details.goes_down,
        note=details.note.strip()[:200],
        made_by_id=actor.user_id,
        made_by=actor.name,
    )
    try:
        with transaction.atomic():
            agreement.save(force_insert=True)
    except IntegrityError as refusal:
        message = _("协议编号 %(number)s 已被使用。") % {"number": agreement.number}
        raise InvalidInput([Problem(code="B105", field="number", message=message)]) from refusal
    _note("agreement.drafted", partner, {"number": agreement.number}, actor, now)
    return agreement


@transaction.atomic
def confirm_agreement(agreement_id: UUID, *, actor: Actor, now: datetime) -> Agreement:
    """Put an agreement in force, as the second person.

    Raises:
        NotPermitted: the actor may not, or wrote it down.
        NotFound: there is no such agreement of this station.
        IllegalMove: it is in force, or ended.
    """
    actor.require(MANAGES)
    agreement = _locked_agreement(agreement_id)
    if agreement.state != AgreementState.DRAFT:
        raise IllegalMove
    if actor.user_id is None or actor.user_id == agreement.made_by_id:
        raise NotPermitted(_("协议须由另一人确认。"))
    agreement.state = AgreementState.IN_FORCE
    agreement.confirmed_by_id, agreement.confirmed_by = actor.user_id, actor.name
    agreement.save(update_fields=["state", "confirmed_by_id", "confirmed_by"])
    _note("agreement.confirmed", agreement.partner, {"number": agreement.number}, actor, now)
    return agreement


@transaction.atomic
def end_agreement(agreement_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Agreement:
    """End an agreement before its last day; what was bought until then stays as it was.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: B102 no reason.
        IllegalMove: it is not in force.
    """
    actor.require(MANAGES)
    refuse(text_problems(reason, "reason", _("终止原因"), most=200))
    agreement = _locked_agreement(agreement_id)
    if agreement.state != AgreementState.IN_FORCE:
        raise IllegalMove
    _end(agreement, clock.local_day(now), reason.strip())
    _note("agreement.ended", agreement.partner, {"number": agreement.number}, actor, now)
    return agreement


def _end(agreement: Agreement, on: date, reason: str) -> None:
    agreement.state = AgreementState.ENDED
    agreement.ended_on, agreement.end_reason = on, reason
    agreement.save(update_fields=["state", "ended_on", "end_reason"])


def _agreement_problems(details: AgreementDetails) -> list[Problem]:
    problems = text_problems(details.number, "number", _("协议编号"), most=40)
    if details.valid_to < details.valid_from:
        problems.append(
            Problem(code="B106", field="valid_to", message=_("终止日期不能早于起始日期。"))
        )
    shares = (details.union_basis_points, details.discount_basis_points)
    if not all(0 <= one <= WHOLE for one in shares):
        problems.append(
            Problem(code="B106", field="union_share", message=_("比例应在 0 至 100% 之间。"))
        )
    known = [one.value for one in CODE_LISTS["goods_kind"]]
    for kind in details.goods:
        problems += choice_problems(kind, known, "goods", _("可购物品"))
    return problems


def _locked(partner_id: UUID) -> Partner:
    partner = (
        Partner.objects.select_for_update()
        .filter(pk=partner_id, station_id=current_station().id)
        .first()
    )
    if partner is None:
        raise NotFound
    return partner


def _locked_agreement(agreement_id: UUID) -> Agreement:
    agreement = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("partner")
        .filter(pk=agreement_id, station_id=current_station().id)
        .first()
    )
    if agreement is None:
        raise NotFound
    return agreement


def _count(partner: Partner, today: date) -> None:
    """Note how many places the partner counts as from today on, where that is a change."""
    places = partner.places if partner.is_active else 0
    if not partner.counted or partner.counted[-1][1] != places:
        partner.counted = [*partner.counted, [today.isoformat(), places]]


def _note(
    event: str, partner: Partner, data: dict[str, object], actor: Actor, now: datetime
) -> None:
    record(event=event, actor=actor, subject=(PARTNER, partner.pk), data=data, now=now)
