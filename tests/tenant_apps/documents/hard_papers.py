"""The papers of money as hard as they come: long names and places, large amounts, and fields that are empty."""

from datetime import date

from shared_apps.printing.models import PaperKind
from tenant_apps.aid.models import AidState, Application
from tenant_apps.documents import papers
from tenant_apps.documents.papers import Sheet
from tenant_apps.documents.typesetting import Numbered
from tenant_apps.funds.models import Book, Fund, Journal
from tenant_apps.funds.presenting import VoucherLine
from tenant_apps.payouts.models import Batch, BatchState, Line, LineState
from tenant_apps.sources.models import Donation, Transfer
from tests.conftest import NOON

STATION = "河北省张家口市宣化区工业街街道示例社区职工服务中心工会困难职工帮扶站点"
NAME = "阿卜杜热合曼·买买提力力"
PLACE = (
    "河北省张家口市宣化区工业街街道示例社区第一百二十八号大院甲字三号楼"
    "二单元二十四层二千四百零六室（原第一毛纺织厂家属院西侧平房）"
)
MOST_FEN = 999_999_999
MOST = "玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"
ON = date(2026, 11, 20)


def fund(name: str = "2026年中央财政专项帮扶资金（生活救助、医疗救助、助学救助）第一批") -> Fund:
    return Fund(code="ZY26", name=name, source="central")


def voucher(*, is_full: bool) -> Sheet:
    journal = Journal(
        year=2026, number=1234, kind="payout_paid", ref="x", effective_on=ON,
        memo=(PLACE + NAME) * 2 if is_full else "发放成功", maker_name=NAME if is_full else "王",
        checker_name=NAME if is_full else "李", hash=bytes(range(32)), prev_hash=bytes(32),
    )  # fmt: skip
    names = [
        "5001 帮扶支出—生活救助",
        "1201 在途发放款",
        "8003 已执行预算",
        "8002 已占用预算",
    ]
    lines = [
        VoucherLine(
            account=names[at % 4], fund=fund().name, debit=MOST_FEN * (at % 2 == 0),
            credit=MOST_FEN * (at % 2 == 1), book=Book.CASH if at % 4 < 2 else Book.BUDGET,
        )
        for at in range(24 if is_full else 2)
    ]  # fmt: skip
    return papers.voucher_sheet(
        journal, lines, reverses="2026-000001" if is_full else "", station_name=STATION
    )


def aid_approval(*, is_full: bool) -> Sheet:
    row = Application(
        number="BF2026000123", state=AidState.APPROVED if is_full else AidState.DRAFT,
        group="holiday", person_name=NAME, payee_name=NAME, aid="medical", cycle="2026",
        programme="medical", amount_fen=MOST_FEN, asked_fen=MOST_FEN, entered_by=NAME,
        fund=fund() if is_full else None, unit=PLACE[:64] if is_full else "",
        need="患重大疾病，医疗费用支出巨大。" * 30 if is_full else "",
        payee_bank="中国工商银行股份有限公司张家口宣化工业街支行" if is_full else "",
        assessment={"programme": "医疗救助（2026 年版）", "rules": ["2026-1", "2026-2"]},
    )  # fmt: skip
    if is_full:
        row.reviewed_by, row.approved_by, row.approved_on = NAME, NAME, ON
        row.meetings = [
            {
                "kind": kind, "number": "〔2026〕第 18 号", "held_on": "2026-11-18",
                "members": "、".join(["阿卜杜热合曼·买买提力力", "欧阳某某"] * 6),
                "decision": "同意按医疗救助标准给予帮扶，" * 20, "noted_by": NAME,
            }
            for kind in ("chair", "party")
        ]  # fmt: skip
    sentences = [
        "不超过本人自付部分的 70%：自付 1,428,571.42 元，本次至多 9,999,999.99 元。",
        "不超过 12 个月低保标准：已用 0.00 元，还可 9,999,999.99 元。",
    ]
    return papers.aid_approval(
        row, programme="医疗救助", cycle="2027 年金秋助学（高中阶段）" if is_full else "2026",
        basis="医疗救助（第 12 版，关于做好困难职工医疗救助工作的通知）" if is_full else "",
        sentences=sentences if is_full else [], station_name=STATION,
    )  # fmt: skip


def aid_minutes(*, is_full: bool) -> Sheet:
    meeting = {
        "kind": "party", "number": "党组会〔2026〕第 18 号", "held_on": "2026-11-18",
        "members": "、".join([NAME, "欧阳某某"] * 6) if is_full else "", "noted_by": NAME,
    }  # fmt: skip
    said = "同意按医疗救助标准给予帮扶，" * 6 if is_full else "同意"
    rows = [
        Application(
            number=f"BF2026{place:06d}", person_name=NAME if place % 2 else "王某",
            amount_fen=MOST_FEN, programme_version_id=place % 2,
            meetings=[{**meeting, "kind": "chair", "decision": "—"}, {**meeting, "decision": said}],
        )
        for place in range(1, 31 if is_full else 2)
    ]  # fmt: skip
    return papers.aid_minutes(rows, meeting=meeting, names={1: "医疗救助"}, station_name=STATION)


def transfer_letter(*, is_full: bool) -> Sheet:
    transfer = Transfer(
        number="T2026111900001", side="out", partner_name=STATION, fund=fund(), source="central",
        programmes=["living", "medical", "schooling"] if is_full else [], year=2026,
        purpose=(PLACE * 4)[:200] if is_full else "", payee=STATION, amount_fen=MOST_FEN,
        planned_by=NAME, checked_by=NAME if is_full else "", approved_by=NAME if is_full else "",
    )  # fmt: skip
    if is_full:
        transfer.chair_met_on = transfer.party_met_on = ON
        transfer.chair_decided = transfer.party_decided = "同意拨付，专款专用，按时决算。" * 13
    return papers.transfer_letter(transfer, station_name=STATION)


def donation_receipt(*, is_full: bool) -> Sheet:
    donation = Donation(
        number="D2026000001", kind="goods" if is_full else "cash", donor=(STATION * 2)[:60],
        amount_fen=MOST_FEN, goods="棉被、大米、食用油、取暖器；" * 14 if is_full else "",
        wish=(PLACE * 4)[:200] if is_full else "", campaign="one_day" if is_full else "",
        received_on=ON if is_full else None, receipt_year=2026, receipt_number=1,
        receipt_by=NAME if is_full else "",
    )  # fmt: skip
    return papers.donation_receipt(donation, station_name=STATION)


def batch(*, count: int, each_fen: int, is_answered: bool) -> Batch:
    return Batch(
        number="P202611200001", title="2026年“两节”送温暖生活救助金第一批集中发放", fund=fund(),
        state=BatchState.PARTLY_PAID if is_answered else BatchState.FROZEN, count=count,
        total_fen=count * each_fen, made_by=NAME, checked_by=NAME, audited_by="",
        approved_by="", made_at=NOON, reason="",
    )  # fmt: skip


def line_of(whole: Batch, serial: int, fen: int, *, is_answered: bool) -> Line:
    row = Application(number=f"BF2026{serial:06d}", cycle="2026")
    row.payee_id_no = "130771197406150127"
    line = Line(
        batch=whole, serial=serial, ref=f"{whole.number}{serial:05d}", application=row,
        aid="living", amount_fen=fen, payee_name=NAME if serial % 7 == 0 else f"职工{serial}",
        card_tail=f"{serial:04d}" if serial % 5 else "",
    )  # fmt: skip
    if is_answered:
        line.state = LineState.FAILED if serial % 9 == 0 else LineState.PAID
        line.paid_on = ON if line.state == LineState.PAID else None
        if serial % 4 == 0:
            line.receipt_kind, line.receipt_on, line.receipt = "screen", ON, {"signer": NAME}
        if serial % 8 == 0:
            line.is_proxy, line.receipt = True, {"signer": NAME, "relation": "父女"}
    return line


def payout_roster(*, is_full: bool, count: int = 45, first: int = 1, of: int = 0) -> Sheet:
    of = of or count
    fen = MOST_FEN if is_full else 100_000
    whole = batch(count=of, each_fen=fen, is_answered=is_full)
    lines = [line_of(whole, first + at, fen, is_answered=is_full) for at in range(count)]
    return papers.payout_roster(
        whole, papers.Part(lines=lines, first=first, of=of),
        programmes="生活救助、医疗救助、金秋助学" if is_full else "", cycles="2026" if is_full else "",
        paid_fen=sum(line.amount_fen for line in lines if line.state == LineState.PAID),
        station_name=STATION,
    )  # fmt: skip


def payout_slip(*, is_full: bool) -> Sheet:
    whole = batch(count=1, each_fen=MOST_FEN, is_answered=True)
    line = line_of(whole, 7 if is_full else 5, MOST_FEN, is_answered=is_full)
    return papers.payout_slip(
        line, programme="“两节”送温暖生活救助" if is_full else "", cycle="2026",
        station_name=STATION,
    )  # fmt: skip


HARD = {
    PaperKind.VOUCHER: voucher,
    PaperKind.AID_APPROVAL: aid_approval,
    PaperKind.AID_MINUTES: aid_minutes,
    PaperKind.TRANSFER_LETTER: transfer_letter,
    PaperKind.DONATION_RECEIPT: donation_receipt,
    PaperKind.PAYOUT_ROSTER: payout_roster,
    PaperKind.PAYOUT_SLIP: payout_slip,
}


def numbered(sheet: Sheet) -> Numbered:
    stamp = f"{NAME} 2026-11-20 12:00"
    return Numbered(
        sheet=sheet, number="7K3M-9QXP-2T4W", marks=f"查验码 7K3M-9QXP-2T4W　　打印 {stamp}",
        address="https://bangfu.example/s/130705001/public/verify/7K3M-9QXP-2T4W/",
        watermark=f"{STATION} {stamp}" if sheet.marked else "",
    )  # fmt: skip
