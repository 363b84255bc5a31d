"""Where the money of the story comes from: appropriated to the city, sent down, once with less than was sent."""

from __future__ import annotations

from bangfu.demo.bank import Booked
from bangfu.demo.desk import CITY, COUNTY, STREET, Desk, union_of
from shared_apps.accounts.roles import Role
from shared_apps.bankfiles.models import BreakType, Line, LineState
from tenant_apps.banking import services as banking
from tenant_apps.funds import services as funds
from tenant_apps.funds.models import Fund
from tenant_apps.funds.rules import Leg
from tenant_apps.sources import services as sources
from tenant_apps.sources.models import Donation, DonationState, Transfer
from tenant_apps.sources.services import Meetings

_OWN_FEN = {CITY: 600_000_00, COUNTY: 120_000_00, STREET: 20_000_00}
_OWN_OF_A_TOWNSHIP_FEN = 8_000_00
_APPROPRIATED_FEN = 3_000_000_00
_TO_COUNTY_FEN, _SECOND_FEN, _LOST_FEN = 1_800_000_00, 300_000_00, 50_00
_TO_STREET_FEN, _TO_A_TOWNSHIP_FEN = 150_000_00, 60_000_00
_REGULAR, _SECOND = "困难职工帮扶和送温暖", "困难职工子女助学"
# Transfers of the city that wait: for the supervisor's check, the head's approval, and finance at the bank.
_WAITING = (
    ("困难职工法律援助", 120_000_00),
    ("大病职工医疗救助", 80_000_00),
    ("冬季取暖补助", 60_000_00),
)
_OF_THE_COUNTY = ("冬季取暖补助", 20_000_00)
_UNKNOWN_FEN = 2_000_00


def open_books(desk: Desk) -> None:
    """Open the books of the year with what the station had before."""
    funds.open_year(year=desk.year, **desk.two(48))
    own = funds.open_fund(
        code=f"GH{desk.year % 100}",
        name="本级工会帮扶经费",
        source="own_union",
        keeper=desk.person(Role.FINANCE).name,
        **desk.by(Role.FINANCE, 48),
    )
    fen = _OWN_FEN.get(desk.station.code, _OWN_OF_A_TOWNSHIP_FEN)
    voucher = funds.propose_voucher(
        kind="takeover",
        effective_on=desk.on(48),
        memo="启用本系统时的期初余额",
        legs=[
            Leg(code=code, fund_id=own.pk, amount_fen=amount)
            for code, amount in (("1001", fen), ("3001", -fen), ("8001", fen), ("8000", -fen))
        ],
        **desk.by(Role.FINANCE, 48, 14),
    )
    funds.check_voucher(voucher.id, **desk.by(Role.HEAD, 48, 16))


def receive_appropriation(desk: Desk) -> None:
    """The province's money comes: finance says what it is, the head agrees, and it becomes a budget."""
    fund = funds.open_fund(
        code=f"ZY{desk.year % 100}",
        name="中央财政困难职工帮扶资金",
        source="central",
        keeper=desk.person(Role.FINANCE).name,
        **desk.by(Role.FINANCE, 47),
    )
    sources.plan_fund(
        fund.pk, year=desk.year, planned_fen=_APPROPRIATED_FEN, **desk.by(Role.HEAD, 47)
    )
    came = Booked(
        on=desk.on(46), fen=_APPROPRIATED_FEN, name="河北省总工会", text="拨付困难职工帮扶资金"
    )
    desk.statement(45, came, fund=fund)
    _enter(desk, fund, 45, account="4001", memo="省总工会下达中央财政帮扶资金")
    funds.appropriate_budget(
        ref=f"budget:{fund.code}",
        fund_id=fund.pk,
        amount_fen=_APPROPRIATED_FEN,
        on=desk.on(45),
        memo="下达年度帮扶资金预算",
        **desk.two(45, 16),
    )


def send_to_county(desk: Desk) -> None:
    """Two sums go to the county: planned, checked, decided in two meetings, paid by the bank."""
    fund = desk.fund("central")
    lines = [
        _paid_line(desk, _sent_to(desk, COUNTY, fund, fen, purpose, 44), 43)
        for fen, purpose in ((_TO_COUNTY_FEN, _REGULAR), (_SECOND_FEN, _SECOND))
    ]
    desk.statement(42, *lines, fund=fund)


def receive_from_city(desk: Desk) -> None:
    """One sum arrives as it was sent; of the other the bank credited less, and two people say which it is."""
    regular, short = (
        Transfer.objects.select_related("fund").get(purpose=purpose)
        for purpose in (_REGULAR, _SECOND)
    )
    lines = [
        Booked(
            on=desk.on(42), fen=fen, name=union_of(CITY), text=one.purpose, reference=one.number
        )
        for one, fen in ((regular, regular.amount_fen), (short, short.amount_fen - _LOST_FEN))
    ]  # fmt: skip
    desk.statement(41, *lines, *_donations(desk), fund=regular.fund)
    line = _open_line(desk, BreakType.B5)
    banking.propose_match(
        [line.pk], kind="transfer", ref=short.number, memo="银行扣收汇款手续费",
        **desk.by(Role.FINANCE, 41, 14),
    )  # fmt: skip
    banking.confirm_line(line.pk, **desk.by(Role.HEAD, 41, 16))


def agree_on_less(desk: Desk) -> None:
    """The city agrees to what came; the bank gives the rest back."""
    short = Transfer.objects.select_related("fund").get(purpose=_SECOND)
    sources.agree_on_received(short.pk, **desk.by(Role.HEAD, 40))
    back = Booked(
        on=desk.on(40), fen=_LOST_FEN, name=union_of(COUNTY), text="退回多扣款项",
        reference=short.number,
    )  # fmt: skip
    desk.statement(39, back, fund=short.fund)


def send_to_townships(desk: Desk) -> None:
    """The county sends a part on to each of its townships."""
    fund = desk.fund("central")
    transfers = [
        _sent_to(
            desk,
            code,
            fund,
            _TO_STREET_FEN if code == STREET else _TO_A_TOWNSHIP_FEN,
            "两节送温暖和金秋助学",
            39,
        )
        for code in desk.townships
    ]
    desk.statement(37, *(_paid_line(desk, one, 38) for one in transfers), fund=fund)


def receive_from_county(desk: Desk) -> None:
    """What the county sent arrives."""
    transfer = Transfer.objects.select_related("fund").get()
    came = Booked(
        on=desk.on(37), fen=transfer.amount_fen, name=union_of(COUNTY), text=transfer.purpose,
        reference=transfer.number,
    )  # fmt: skip
    desk.statement(37, came, fund=transfer.fund)


def leave_receipt_unclaimed(desk: Desk) -> None:
    """Somebody gives without saying what for: the break that waits for visitors."""
    came = Booked(on=desk.on(1), fen=_UNKNOWN_FEN, name="何雪松（虚构）", text="爱心款")
    desk.statement(1, came, fund=desk.fund("central"))


def leave_transfers_waiting(desk: Desk) -> None:
    """Three transfers of the city wait: one for its check, one for its approval, one for the bank."""
    fund = desk.fund("central")
    _planned, checked, approved = (
        _plan(desk, COUNTY, fund, fen, purpose, 4) for purpose, fen in _WAITING
    )
    for one in (checked, approved):
        sources.check_transfer(one.pk, **desk.by(Role.SUPERVISOR, 3, 11))
    _approve(desk, approved, 2)


def leave_transfer_to_approve(desk: Desk) -> None:
    """What the county means to send on has been checked, and waits for the head."""
    purpose, fen = _OF_THE_COUNTY
    planned = _plan(desk, STREET, desk.fund("central"), fen, purpose, 3)
    sources.check_transfer(planned.pk, **desk.by(Role.SUPERVISOR, 2, 11))


def claim_interest(desk: Desk, day: int) -> None:
    """Let two people enter the interest that a statement showed, with its budget."""
    fund = desk.fund("own_union")
    line = _enter(desk, fund, day, account="4004", memo="专户结息")
    funds.appropriate_budget(
        ref=f"interest:{line.serial}",
        fund_id=fund.pk,
        amount_fen=line.amount_fen,
        on=desk.on(day),
        memo="利息转入帮扶预算",
        **desk.two(day, 16),
    )


def _donations(desk: Desk) -> list[Booked]:
    return [
        Booked(
            on=desk.on(42), fen=one.amount_fen, name=one.donor, text="捐助金秋助学",
            reference=one.number,
        )
        for one in Donation.objects.filter(kind="cash", state=DonationState.PLEDGED)
    ]  # fmt: skip


def _sent_to(desk: Desk, code: str, fund: Fund, fen: int, purpose: str, day: int) -> Transfer:
    """Plan, check, approve and instruct a transfer on one day."""
    transfer = _plan(desk, code, fund, fen, purpose, day)
    sources.check_transfer(transfer.pk, **desk.by(Role.SUPERVISOR, day, 11))
    _approve(desk, transfer, day)
    return sources.instruct_transfer(transfer.pk, **desk.by(Role.FINANCE, day, 16))


def _plan(desk: Desk, code: str, fund: Fund, fen: int, purpose: str, day: int) -> Transfer:
    return sources.plan_transfer(
        to_code=code,
        fund_id=fund.pk,
        amount_fen=fen,
        purpose=purpose,
        payee=union_of(code),
        year=desk.year,
        **desk.by(Role.FINANCE, day, 9),
    )


def _approve(desk: Desk, transfer: Transfer, day: int) -> None:
    met = Meetings(
        chair_met_on=desk.on(day + 1),
        chair_decided="同意按计划拨付",
        party_met_on=desk.on(day),
        party_decided="审定通过",
    )
    sources.approve_transfer(transfer.pk, met, **desk.by(Role.HEAD, day, 14))


def _paid_line(desk: Desk, transfer: Transfer, day: int) -> Booked:
    return Booked(
        on=desk.on(day), fen=-transfer.amount_fen, name=transfer.payee, text=transfer.purpose,
        reference=transfer.number,
    )  # fmt: skip


def _enter(desk: Desk, fund: Fund, day: int, *, account: str, memo: str) -> Line:
    """Let finance say what a receipt of unknown origin is, and the head agree."""
    line = _open_line(desk, BreakType.B1)
    banking.propose_closing(
        line.pk, account=account, fund_id=fund.pk, memo=memo, **desk.by(Role.FINANCE, day, 14)
    )
    banking.confirm_line(line.pk, **desk.by(Role.HEAD, day, 15))
    return line


def _open_line(desk: Desk, break_type: str) -> Line:
    return Line.objects.get(
        station_id=desk.station.id,
        break_type=break_type,
        state__in=[LineState.HELD, LineState.BREAK],
        is_void=False,
    )
