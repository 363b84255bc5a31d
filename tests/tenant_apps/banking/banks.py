"""A bank of the tests' own: it writes statements as banks do, and apps that wait for money as apps do."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date

from openpyxl import Workbook

from bangfu.kernel.errors import DomainError
from tenant_apps.funds.expectations import Expectation
from tenant_apps.funds.rules import Leg
from tenant_apps.funds.services import post_journal

ACCOUNT = "6222000011112222"
TITLES = [
    "交易日期",
    "流水号",
    "收入",
    "支出",
    "余额",
    "对方户名",
    "对方账号",
    "摘要",
    "企业流水号",
]


@dataclass
class Booked:
    """One booking as the bank made it; fen below zero for money that left."""

    serial: str
    on: date
    fen: int
    name: str = ""
    reference: str = ""
    text: str = ""
    other: str = "6999990000000001111"


def yuan_of(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def rows_of(lines, *, opening=0, account=ACCOUNT, head=True):
    """The rows of a statement as a table: head, titles, bookings."""
    closing = opening + sum(line.fen for line in lines)
    if head:
        yield ["账号", account, "币种", "人民币"]
        yield ["期初余额", yuan_of(opening), "期末余额", yuan_of(closing)]
        yield [
            "起始日期",
            str(min(one.on for one in lines)),
            "终止日期",
            str(max(one.on for one in lines)),
        ]
    yield TITLES
    balance = opening
    for one in lines:
        balance += one.fen
        yield [
            f"{one.on}", one.serial, yuan_of(one.fen) if one.fen > 0 else "",
            yuan_of(-one.fen) if one.fen < 0 else "", yuan_of(balance), one.name, one.other,
            one.text, one.reference,
        ]  # fmt: skip


def csv_of(lines, *, encoding="utf-8", **more) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows(rows_of(lines, **more))
    return target.getvalue().encode(encoding)


def xlsx_of(lines, **more) -> bytes:
    book = Workbook()
    for row in rows_of(lines, **more):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def camt_of(lines, *, opening=0, account=ACCOUNT, extra="") -> bytes:
    def entry(one):
        side, other = ("CRDT", "Dbtr") if one.fen > 0 else ("DBIT", "Cdtr")
        return f"""<Ntry><Amt Ccy="CNY">{yuan_of(abs(one.fen))}</Amt><CdtDbtInd>{side}</CdtDbtInd>
        <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{one.on}</Dt></BookgDt><AcctSvcrRef>{one.serial}</AcctSvcrRef>
        <NtryDtls><TxDtls><Refs><EndToEndId>{one.reference or "NOTPROVIDED"}</EndToEndId></Refs>
        <RltdPties><{other}><Nm>{one.name}</Nm></{other}></RltdPties>
        <RmtInf><Ustrd>{one.text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""

    def balance(code, fen):
        return f"""<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>
        <Amt Ccy="CNY">{yuan_of(abs(fen))}</Amt><CdtDbtInd>{"CRDT" if fen >= 0 else "DBIT"}</CdtDbtInd></Bal>"""

    closing = opening + sum(one.fen for one in lines)
    return f"""<?xml version="1.0" encoding="UTF-8"?>{extra}
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
    <Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>
    {balance("OPBD", opening)}{balance("CLBD", closing)}{"".join(map(entry, lines))}
    </Stmt></BkToCstmrStmt></Document>""".encode()


class NotSoMuch(DomainError):
    """The bank booked another amount than was waited for."""

    code = "test-not-so-much"
    message = "金额不符。"


@dataclass
class Transfers:
    """Waits for money of transfers, in and out, and posts it between the bank and one account."""

    kind: str = "transfer"
    waiting: list = field(default_factory=list)
    gone: dict = field(default_factory=dict)

    def wait(self, ref, fen, on, *, incoming=True, name="张家口市总工会", fund, parts=()):
        self.waiting.append(
            Expectation(
                kind=self.kind, ref=ref, amount_fen=fen, incoming=incoming, fund_id=fund.pk,
                counterparty=name, due_on=on, parts=tuple(parts),
            )
        )  # fmt: skip

    def expected(self, *, on):
        return list(self.waiting)

    def ended(self, refs):
        return {ref: why for ref, why in self.gone.items() if ref in refs}

    def settle(self, ref, bookings, *, maker, actor, now):
        one = next((one for one in self.waiting if one.ref == ref), None)
        fen = sum(booking.amount_fen for booking in bookings)
        if one is None or fen > one.amount_fen or (fen < one.amount_fen and not one.parts):
            raise NotSoMuch
        signed = fen if one.incoming else -fen
        against = "4002" if one.incoming else "1201" if one.parts else "1101"
        journal = post_journal(
            kind="transfer_in" if one.incoming else "payout_sent" if one.parts else "transfer_sent",
            ref=f"{ref}:{bookings[0].serial}", effective_on=max(b.booked_on for b in bookings),
            memo=f"银行流水 {ref}", maker=maker, actor=actor, now=now,
            legs=[Leg(code="1001", fund_id=one.fund_id, amount_fen=signed),
                  Leg(code=against, fund_id=one.fund_id, amount_fen=-signed)],
        )  # fmt: skip
        self.waiting.remove(one)
        return journal


class Payouts(Transfers):
    """Waits for batches: the whole at once, or every payee alone."""

    def __init__(self):
        super().__init__(kind="payout")
