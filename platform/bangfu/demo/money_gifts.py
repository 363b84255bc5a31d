"""What else the money of the story is about: a donation with its receipt, goods, and cards of the love supermarket."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bangfu.demo.bank import Booked
from bangfu.demo.desk import Desk
from bangfu.demo.money_transfers import claim_interest
from bangfu.kernel import clock
from shared_apps.accounts.roles import Role
from shared_apps.partners.models import Partner
from tenant_apps.benefits import services as benefits
from tenant_apps.benefits.models import Card, Entry, EntryKind
from tenant_apps.benefits.rules import Line as SlipLine
from tenant_apps.benefits.services import AgreementDetails, PartnerDetails, Purchase
from tenant_apps.benefits.services.settling import bank_ref
from tenant_apps.funds import services as funds
from tenant_apps.goods import services as goods
from tenant_apps.goods.models import Lot
from tenant_apps.goods.rules import LotDetails, Recipient
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.sources import services as sources
from tenant_apps.sources.models import Donation

MARKET = "天泰寺爱心超市"
_DONOR = "（虚构）禾川纺织有限公司"
_GIVEN_FEN = 50_000_00
_STUDENTS, _EACH_FEN = 5, 4_000_00
_CARDS, _CHARGED_FEN = 3, 300_00
_UNION_SHARE = 8_800
# What was bought with each card: slip, fen, kind of goods.
_BOUGHT = (
    ("A20931", 86_50, "grain_oil"), ("A20938", 42_80, "daily"), ("A20952", 119_90, "grain_oil"),
    ("A20967", 35_60, "food"), ("A20971", 64_00, "daily"),
)  # fmt: skip
_INTEREST_FEN, _COLLECTED_FEN = 128_46, 3_680_00
_BAGS, _COATS = 50, 36


def promise_donation(desk: Desk) -> None:
    """A company promises money for students; it becomes a named fund."""
    fund = funds.open_fund(
        code=f"JZ{desk.year % 100}",
        name="禾川助学金",
        source="donation",
        programmes=["schooling"],
        keeper=desk.person(Role.FINANCE).name,
        **desk.by(Role.FINANCE, 43),
    )
    sources.pledge_donation(
        kind="cash",
        donor=_DONOR,
        amount_fen=_GIVEN_FEN,
        fund_id=fund.pk,
        campaign="schooling",
        wish="资助困难职工子女上学",
        **desk.by(Role.FINANCE, 43, 11),
    )


def thank_donor(desk: Desk) -> None:
    """The donor gets a receipt, and the fund its rule: five students, four thousand yuan each a year."""
    donation = Donation.objects.get(kind="cash")
    sources.give_receipt(donation.pk, **desk.by(Role.FINANCE, 40))
    sources.move_donation(
        donation.pk, "allocate", words="用于资助 5 名困难职工子女", **desk.by(Role.FINANCE, 39)
    )
    sources.lay_down_rule(
        desk.fund("donation").pk,
        students=_STUDENTS,
        each_fen=_EACH_FEN,
        **desk.by(Role.HEAD, 39, 14),
    )


def take_in_goods(desk: Desk) -> None:
    """Rice is given and goes on the shelf; coats of colleagues wait for disinfection."""
    donation = sources.pledge_donation(
        kind="goods",
        donor=MARKET,
        amount_fen=_BAGS * 60_00,
        goods=f"东北大米 10kg {_BAGS} 袋",
        campaign="festival",
        **desk.by(Role.FINANCE, 37, 9),
    )
    sources.receive_goods(donation.pk, **desk.by(Role.FINANCE, 36, 9))
    sources.give_receipt(donation.pk, **desk.by(Role.FINANCE, 36, 11))
    rice = goods.take_in_goods(
        LotDetails(
            name="东北大米 10kg",
            kind="grain_oil",
            unit="bag",
            unit_value_fen=60_00,
            origin="donation",
            donor=MARKET,
            expires_on=desk.last_day + timedelta(days=240),
            season_limit_milli=3_000,
            shelf="A-01",
            note=f"捐赠登记 {donation.number}",
        ),
        quantity_milli=_BAGS * 1000,
        **desk.by(Role.CLERK, 36, 14),
    )
    goods.bring_on(rice.pk, kind="sort", quantity_milli=_BAGS * 1000, **desk.by(Role.CLERK, 36, 15))
    goods.take_in_goods(
        LotDetails(
            name="冬季棉衣",
            kind="clothes",
            unit="piece",
            unit_value_fen=35_00,
            origin="staff",
            donor="街道机关干部职工",
            shelf="B-02",
        ),
        quantity_milli=_COATS * 1000,
        **desk.by(Role.CLERK, 5, 14),
    )


def leave_statement_unchecked(desk: Desk) -> None:
    """Colleagues give for the festival: finance has brought the statement that shows it, and nobody checked it."""
    fund = funds.open_fund(
        code=f"AX{desk.year % 100}",
        name="街道职工爱心捐款",
        source="donation",
        keeper=desk.person(Role.FINANCE).name,
        **desk.by(Role.FINANCE, 3),
    )
    donation = sources.pledge_donation(
        kind="cash",
        donor="天泰寺街道机关工会",
        amount_fen=_COLLECTED_FEN,
        fund_id=fund.pk,
        campaign="festival",
        wish="用于走访慰问困难职工家庭",
        **desk.by(Role.FINANCE, 3, 11),
    )
    came = Booked(
        on=desk.on(1), fen=_COLLECTED_FEN, name=donation.donor, text="职工爱心捐款",
        reference=donation.number,
    )  # fmt: skip
    desk.brought(1, came, fund=fund)


def give_goods(desk: Desk) -> None:
    """Rice goes to households on file and to those at their posts; the shelf is counted by two people."""
    rice = Lot.objects.get(kind="grain_oil")
    for file in _on_file():
        goods.issue_goods(
            rice.pk,
            to=Recipient(file_id=file.pk),
            quantity_milli=2_000,
            **desk.by(Role.CLERK, 9, 10),
        )
    goods.issue_goods(
        rice.pk,
        to=Recipient(group="front_line", name="环卫一队", persons=12),
        quantity_milli=12_000,
        **desk.by(Role.CLERK, 9, 15),
    )
    rice.refresh_from_db()
    counted = goods.propose_count(
        rice.pk, place="sorted", counted_milli=rice.sorted_milli, reason="月末盘点",
        **desk.by(Role.CLERK, 4, 16),
    )  # fmt: skip
    goods.confirm_check(counted.pk, **desk.by(Role.REVIEWER, 4, 17))


def agree_with_the_market(desk: Desk) -> None:
    """The street agrees with a market on 88 to 12, and gives cards and certificates to households."""
    partner = benefits.keep_partner(
        PartnerDetails(
            kind="supermarket",
            name=MARKET,
            contact="店长",
            phone="0313-0000000",
            address="天泰寺街演示路 18 号",
            outlets=("天泰寺店", "皇城桥店"),
        ),
        **desk.by(Role.REVIEWER, 47),
    )
    agreement = benefits.draft_agreement(
        partner.pk,
        AgreementDetails(
            number=f"AXCS-{desk.year}-01",
            valid_from=date(desk.year, 1, 1),
            valid_to=date(desk.year + 1, 12, 31),
            union_basis_points=_UNION_SHARE,
            goods=("grain_oil", "food", "daily"),
            note="工会承担 88%，超市让利 12%。",
        ),
        **desk.by(Role.REVIEWER, 47, 11),
    )
    benefits.confirm_agreement(agreement.pk, **desk.by(Role.HEAD, 47, 15))
    for number, file in enumerate(_on_file(), start=1):
        card = _issued(desk, file, "shopping", f"GW{desk.year}{number:04d}")
        benefits.charge_card(card.pk, amount_fen=_CHARGED_FEN, **desk.by(Role.FINANCE, 46, 16))
    _issued(desk, _on_file()[0], "extreme", f"TK{desk.year}0001")


def use_cards(desk: Desk) -> None:
    """Households buy in the month before."""
    market = Partner.objects.get(station_id=desk.station.id, name=MARKET)
    cards = list(Card.objects.filter(kind="shopping").order_by("number"))
    for at, (receipt, fen, kind) in enumerate(_BOUGHT):
        day = _month_before(desk) + timedelta(days=27 - 2 * at)
        benefits.record_purchase(
            cards[at % len(cards)].pk,
            Purchase(
                partner_id=market.pk,
                amount_fen=fen,
                goods_kind=kind,
                outlet="天泰寺店",
                receipt=receipt,
                bought_on=day,
            ),
            **_by_on(desk, Role.CLERK, day),
        )


def settle_month(desk: Desk) -> None:
    """The month is compared with the market's slips, posted by two people, and paid by the bank."""
    market = Partner.objects.get(station_id=desk.station.id, name=MARKET)
    own = desk.fund("own_union")
    slips = [SlipLine(receipt=receipt, amount_fen=fen) for receipt, fen, _kind in _BOUGHT]
    waits = benefits.propose_settlement(
        market.pk,
        month=_month_before(desk),
        fund_id=own.pk,
        statement=slips,
        **desk.by(Role.FINANCE, 3),
    )
    benefits.confirm_settlement(waits.pk, **desk.by(Role.HEAD, 3, 15))
    entry = Entry.objects.get(kind=EntryKind.SETTLEMENT)
    paid = Booked(
        on=desk.on(2),
        fen=-entry.union_fen,
        name=MARKET,
        text="爱心卡结算",
        reference=bank_ref(entry),
    )
    interest = Booked(on=desk.on(1), fen=_INTEREST_FEN, name="", text="结息")
    desk.statement(1, paid, interest, fund=own)
    claim_interest(desk, 1)


def _issued(desk: Desk, file: HouseholdFile, kind: str, number: str) -> Card:
    card = benefits.apply_for_card(file.pk, kind=kind, **desk.by(Role.CLERK, 46, 9))
    benefits.issue_card(card.pk, number=number, **desk.by(Role.REVIEWER, 46, 11))
    return benefits.step_card(card.pk, "activate", **desk.by(Role.CLERK, 46, 14))


def _on_file() -> list[HouseholdFile]:
    rows = HouseholdFile.objects.filter(state=FileState.ON_FILE).order_by("file_no")
    return list(rows[:_CARDS])


def _month_before(desk: Desk) -> date:
    """Return the first day of the month before the one in which the settlement is made."""
    return (desk.on(3).replace(day=1) - timedelta(days=1)).replace(day=1)


def _by_on(desk: Desk, role: str, on: date) -> dict[str, Any]:
    at = datetime(on.year, on.month, on.day, 17, tzinfo=clock.LOCAL)
    return {"actor": desk.person(role), "now": at}
