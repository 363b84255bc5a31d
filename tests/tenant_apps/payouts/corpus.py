"""Return files that are wrong, each in one way, with the type of break that refuses it."""

from dataclasses import dataclass, replace
from datetime import date

from bangfu.demo.bank import answer
from bangfu.kernel.crypto import sm3
from tenant_apps.payouts.bankfile import (
    LARGEST_BYTES,
    Change,
    Expected,
    Instruction,
    Payment,
    Reply,
    Status,
    judge,
    layout_of,
)
from tenant_apps.payouts.bankfile.layouts import details_digest

NUMBER = "P20261121001"
SENT = Instruction(
    number=NUMBER,
    made_on=date(2026, 11, 21),
    payments=tuple(
        Payment(
            ref=f"{NUMBER}{at:05d}",
            name=f"测试{at}",
            card=f"62220202000{at:08d}",
            amount_fen=100_000 + at,
            purpose="生活救助",
        )
        for at in range(1, 13)
    ),
)
EXPECTED = {
    one.ref: Expected(card=one.card.encode(), amount_fen=one.amount_fen, state="sent")
    for one in SENT.payments
}
FAILED = {SENT.payments[3].ref: (Status.FAILED, "户名不符")}


def instruction_of(layout: str) -> bytes:
    return layout_of(layout).write(SENT)


def good(layout: str, **more) -> bytes:
    return answer(layout, instruction_of(layout), results=more.pop("results", FAILED), **more)


def read_and_judge(layout: str, data: bytes, sent=EXPECTED) -> list[Change]:
    reply: Reply = layout_of(layout).read(data)
    return judge(reply, number=NUMBER, sent=sent, known_card=str.encode)


@dataclass(frozen=True)
class Wrong:
    """One wrong file: what is wrong with it, in which layout, its bytes, the break, and the line it names."""

    name: str
    layout: str
    data: bytes
    kind: str
    line: int = 0


def _generic(change, *, resign=True) -> bytes:
    """Change the lines of a good file in the generic layout; then sign it anew, as a forger or a fault would."""
    lines = good("generic").decode().split("\r\n")[:-1]
    lines = change(lines) or lines
    if resign:
        lines[0] = f"{lines[0].rpartition(',')[0]},{details_digest(lines[1:-1])}"
    return "".join(f"{line}\r\n" for line in lines).encode()


def _gbk(change) -> bytes:
    lines = good("gbk-csv").decode("gb18030").split("\r\n")[:-1]
    lines = change(lines) or lines
    return "".join(f"{line}\r\n" for line in lines).encode("gb18030")


def _fixed(change) -> bytes:
    lines = good("fixed").split(b"\r\n")[:-1]
    lines = change(lines) or lines
    return b"".join(line + b"\r\n" for line in lines)


def _cell(at, column, text, comma=","):
    def change(lines):
        cells = lines[at].split(comma)
        cells[column] = text
        lines[at] = comma.join(cells)

    return change


def _swap(at, old, new):
    def change(lines):
        assert old in lines[at]
        lines[at] = lines[at].replace(old, new, 1)

    return change


def _without(at):
    return lambda lines: lines[:at] + lines[at + 1 :]


def _twice(at):
    return lambda lines: [*lines[: at + 1], lines[at], *lines[at + 1 :]]


def _other_batch(layout: str) -> bytes:
    other = replace(SENT, number="P20261120009")
    return answer(layout, layout_of(layout).write(other))


def _batch_with(layout: str, payments) -> bytes:
    return answer(layout, layout_of(layout).write(replace(SENT, payments=tuple(payments))))


def _same_batch(payment, **changes):
    return [replace(one, **changes) if one is payment else one for one in SENT.payments]


def corpus() -> list[Wrong]:
    """Every wrong file."""
    first, second = SENT.payments[0], SENT.payments[1]
    whole = good("generic")
    stranger = replace(first, ref=f"{NUMBER}09999")
    return [
        Wrong("no bytes at all", "generic", b"", "B11"),
        Wrong("white space only", "generic", b" \r\n \r\n", "B11"),
        Wrong("ten megabytes", "generic", whole + b"D" * (10 << 20), "B11"),
        Wrong("one byte above the limit", "fixed", b"H" * (LARGEST_BYTES + 1), "B11"),
        Wrong("sixty thousand lines", "generic", b"D\r\n" * 60_000, "B11"),
        Wrong("a workbook renamed to csv", "generic", b"PK\x03\x04\x14\x00" + whole, "B11"),
        Wrong("an old workbook", "gbk-csv", b"\xd0\xcf\x11\xe0\xa1\xb1" + whole, "B11"),
        Wrong("a picture of the reply as pdf", "fixed", b"%PDF-1.7\n" + whole, "B11"),
        Wrong("a compressed file", "generic", b"\x1f\x8b\x08" + whole, "B11"),
        Wrong("the mark of UTF-8", "generic", b"\xef\xbb\xbf" + whole, "B11"),
        Wrong("UTF-16", "generic", whole.decode().encode("utf-16"), "B11"),
        Wrong("GBK where UTF-8 was agreed", "generic",
              good("generic").decode().encode("gb18030"), "B11", 5),
        Wrong("UTF-8 where GBK was agreed", "gbk-csv",
              good("gbk-csv").decode("gb18030").encode(), "B11"),
        Wrong("NUL in the middle", "generic", whole.replace(b"D,5", b"D,\x005"), "B11", 6),
        Wrong("NUL at the end", "fixed", good("fixed") + b"\x00", "B11", 15),
        Wrong("a bell in a line", "generic", whole.replace(b"D,5", b"D,\x075"), "B11", 6),
        Wrong("truncated in a line", "generic", whole[: len(whole) // 2], "B11"),
        Wrong("truncated after a line", "generic", whole[: whole.index(b"D,7")], "B11"),
        Wrong("truncated after a line, GBK", "gbk-csv",
              _gbk(lambda lines: lines[:-3]), "B11", 1),
        Wrong("truncated after a line, fixed", "fixed",
              _fixed(lambda lines: lines[:-1]), "B11"),
        Wrong("only a head", "generic", whole.split(b"\r\n")[0] + b"\r\n", "B11"),
        Wrong("head twice", "generic", _generic(_twice(0)), "B11", 2),
        Wrong("an empty line", "generic", _generic(lambda x: [*x[:4], "", *x[4:]]), "B11", 5),
        Wrong("another layout", "generic", good("fixed", results={}), "B11", 1),
        Wrong("our own instruction sent back", "generic", instruction_of("generic"), "B11", 1),
        Wrong("count in the head", "generic", _generic(_cell(0, 5, "13")), "B11", 1),
        Wrong("total in the head", "generic", _generic(_cell(0, 6, "1.00")), "B11", 1),
        Wrong("count at the end", "generic", _generic(_cell(-1, 1, "11")), "B11", 14),
        Wrong("total at the end", "generic", _generic(_cell(-1, 2, "1.00")), "B11", 14),
        Wrong("number of the paid", "generic", _generic(_cell(-1, 3, "12")), "B11", 14),
        Wrong("sum of the paid", "generic", _generic(_cell(-1, 4, "1.00")), "B11", 14),
        Wrong("a count that is a word", "generic", _generic(_cell(0, 5, "十二")), "B11", 1),
        Wrong("digest of other lines", "generic",
              _generic(_cell(3, 5, "F"), resign=False), "B11", 1),
        Wrong("no digest", "generic", _generic(_cell(0, 7, ""), resign=False), "B11", 1),
        Wrong("a field too many", "generic", _generic(_swap(4, "户名", "户,名")), "B11", 5),
        Wrong("quotation marks", "generic", _generic(_swap(4, "户名", '"户名')), "B11", 5),
        Wrong("a formula as reason", "generic",
              _generic(_cell(4, 6, "=HYPERLINK(A1)")), "B11", 5),
        Wrong("a formula as reference", "generic", _generic(_cell(4, 2, "@SUM(A1)")), "B11", 5),
        Wrong("a negative amount", "generic", _generic(_cell(4, 4, "-1000.04")), "B11", 5),
        Wrong("an amount of zero", "generic", _generic(_cell(4, 4, "0.00")), "B11", 5),
        Wrong("an amount with a comma", "gbk-csv", _gbk(_cell(4, 3, "1,000.03")), "B11", 5),
        Wrong("an amount without decimals", "gbk-csv", _gbk(_cell(4, 3, "1000")), "B11", 5),
        Wrong("an amount in full-width digits", "gbk-csv",
              _gbk(_cell(4, 3, "１０００.03")), "B11", 5),
        Wrong("a card as a spreadsheet rounds it", "gbk-csv",
              _gbk(_cell(4, 2, "6.22202E+18")), "B11", 5),
        Wrong("a result nobody agreed on", "generic", _generic(_cell(4, 5, "X")), "B11", 5),
        Wrong("a result in other words", "gbk-csv", _gbk(_cell(4, 4, "已受理")), "B11", 5),
        Wrong("paid without a serial number", "generic", _generic(_cell(3, 7, "")), "B11", 4),
        Wrong("lines out of order", "generic",
              _generic(lambda x: [*x[:2], x[3], x[2], *x[4:]]), "B11", 3),
        Wrong("a line left out", "generic", _generic(_without(5)), "B11", 6),
        Wrong("another batch", "generic", _other_batch("generic"), "B11", 1),
        Wrong("another batch, fixed", "fixed", _other_batch("fixed"), "B11", 1),
        Wrong("headings in another order", "gbk-csv",
              _gbk(_swap(1, "账号,金额", "金额,账号")), "B11", 2),
        Wrong("a line too short", "fixed", _fixed(lambda x: [*x[:2], x[2][:-1], *x[3:]]),
              "B11", 3),
        Wrong("letters in an amount", "fixed",
              _fixed(_swap(2, b"000000000100002", b"0000000001O0002")), "B11", 3),
        Wrong("a line of its own twice", "generic",
              _batch_with("generic", [*SENT.payments, first]), "B6", 14),
        Wrong("a line twice, GBK", "gbk-csv",
              _batch_with("gbk-csv", [*SENT.payments, second]), "B6", 15),
        Wrong("a serial number twice", "generic",
              _generic(_cell(2, 7, f"BK{first.ref}")), "B6", 3),
        Wrong("a line that was never sent", "generic",
              _batch_with("generic", [*SENT.payments, stranger]), "B2", 14),
        Wrong("a line that was never sent, fixed", "fixed",
              _batch_with("fixed", [*SENT.payments, stranger]), "B2", 14),
        Wrong("another amount", "generic",
              _batch_with("generic", _same_batch(second, amount_fen=1)), "B5", 3),
        Wrong("one fen more", "fixed",
              _batch_with("fixed", _same_batch(second, amount_fen=100_003)), "B5", 3),
        Wrong("another card", "gbk-csv",
              _batch_with("gbk-csv", _same_batch(first, card="6222020200000000099")), "B9", 3),
        Wrong("lines missing from a whole reply", "generic",
              _batch_with("generic", SENT.payments[:-2]), "B12"),
        Wrong("lines missing from a whole reply, fixed", "fixed",
              _batch_with("fixed", SENT.payments[1:]), "B12"),
        Wrong("returned before it was paid", "generic",
              good("generic", results={first.ref: (Status.RETURNED, "退票")}), "B10", 2),
    ]  # fmt: skip


def digest(data: bytes) -> str:
    return sm3(data).hex()
