"""A bank for rehearsals: it answers an instruction file of any layout with a return file, and writes statements.

Which payee fails, stays unknown or comes back is said by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tenant_apps.payouts.bankfile import Status
from tenant_apps.payouts.bankfile.layouts import details_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of an instruction as the bank read it, and what it says of it; ``reason`` where it failed."""

    ref: str
    card: str
    amount_fen: int
    status: Status = Status.PAID
    reason: str = ""

    @property
    def serial(self) -> str:
        """The bank's own number of the booking; none where no money moved."""
        return f"BK{self.ref}" if self.status in {Status.PAID, Status.RETURNED} else ""


def payments_of(layout: str, data: bytes) -> tuple[str, list[Told]]:
    """Return the number of the batch and the lines of an instruction file."""
    return _READERS[layout](data)


def answer(
    layout: str,
    data: bytes,
    *,
    results: Mapping[str, tuple[Status, str]] | None = None,
    is_whole: bool = True,
) -> bytes:
    """Return the return file of an instruction.

    ``results`` gives status and reason by reference; what it does not name was paid, or is left out where the
    answer is not whole.
    """
    number, told = payments_of(layout, data)
    known = results or {}
    lines = [
        Told(
            ref=one.ref, card=one.card, amount_fen=one.amount_fen,
            status=known.get(one.ref, (Status.PAID, ""))[0],
            reason=known.get(one.ref, (Status.PAID, ""))[1],
        )
        for one in told
        if is_whole or one.ref in known
    ]  # fmt: skip
    return _WRITERS[layout](number, lines, is_whole)


def _read_generic(data: bytes) -> tuple[str, list[Told]]:
    rows = [line.split(",") for line in data.decode().split("\r\n")]
    told = [Told(ref=row[2], card=row[4], amount_fen=_fen(row[5])) for row in rows if row[0] == "D"]
    return rows[0][2], told


def _read_gbk(data: bytes) -> tuple[str, list[Told]]:
    rows = [line.split(",") for line in data.decode("gb18030").split("\r\n") if line]
    return rows[0][1], [Told(ref=row[1], card=row[2], amount_fen=_fen(row[4])) for row in rows[2:]]


def _read_fixed(data: bytes) -> tuple[str, list[Told]]:
    lines = [line for line in data.split(b"\r\n") if line]
    told = [
        Told(
            ref=line[9:29].decode().strip(),
            card=line[29:61].decode().strip(),
            amount_fen=int(line[121:136]),
        )
        for line in lines
        if line[:1] == b"D"
    ]
    return lines[0][1:21].decode().strip(), told


def _write_generic(number: str, lines: Sequence[Told], is_whole: bool) -> bytes:
    letters = {Status.PAID: "S", Status.FAILED: "F", Status.UNKNOWN: "U", Status.RETURNED: "R"}
    body = [
        f"D,{at},{one.ref},{one.card},{_yuan(one.amount_fen)},{letters[one.status]},{one.reason},"
        f"{one.serial}"
        for at, one in enumerate(lines, start=1)
    ]
    count, total, paid, paid_total = _sums(lines)
    kind = "A" if is_whole else "P"
    head = f"H,BANGFU-RET-1,{number},{kind},20261123,{count},{_yuan(total)},{details_digest(body)}"
    end = f"T,{count},{_yuan(total)},{paid},{_yuan(paid_total)}"
    return "".join(f"{line}\r\n" for line in [head, *body, end]).encode()


def _write_gbk(number: str, lines: Sequence[Told], is_whole: bool) -> bytes:
    words = {
        Status.PAID: "成功", Status.FAILED: "失败", Status.UNKNOWN: "处理中", Status.RETURNED: "退票"
    }  # fmt: skip
    count, total, paid, paid_total = _sums(lines)
    kind = "全部" if is_whole else "补充"
    sums = f"总笔数,{count},总金额,{_yuan(total)},成功笔数,{paid},成功金额,{_yuan(paid_total)}"
    rows = [
        f"批次号,{number},文件类型,{kind},{sums}",
        "序号,业务编号,账号,金额,处理结果,失败原因,银行流水号",
    ]
    rows += [
        f"{at},{one.ref},{one.card},{_yuan(one.amount_fen)},{words[one.status]},{one.reason},"
        f"{one.serial}"
        for at, one in enumerate(lines, start=1)
    ]
    return "".join(f"{row}\r\n" for row in rows).encode("gb18030")


def _write_fixed(number: str, lines: Sequence[Told], is_whole: bool) -> bytes:
    digits = {Status.PAID: "0", Status.FAILED: "1", Status.UNKNOWN: "2", Status.RETURNED: "3"}
    count, total, paid, paid_total = _sums(lines)
    kind = "A" if is_whole else "P"
    rows = [f"H{number:<20}{kind}{count:08d}{total:015d}".encode()]
    rows += [
        f"D{at:08d}{one.ref:<20}{one.card:<32}{one.amount_fen:015d}{digits[one.status]}{one.serial:<32}".encode()
        + one.reason.encode("gb18030")[:60].ljust(60)
        for at, one in enumerate(lines, start=1)
    ]
    rows.append(f"T{count:08d}{total:015d}{paid:08d}{paid_total:015d}".encode())
    return b"".join(row + b"\r\n" for row in rows)


def _sums(lines: Sequence[Told]) -> tuple[int, int, int, int]:
    paid = [one.amount_fen for one in lines if one.status is Status.PAID]
    return len(lines), sum(one.amount_fen for one in lines), len(paid), sum(paid)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _fen(text: str) -> int:
    return int(text.replace(".", ""))


_READERS: Mapping[str, Callable[[bytes], tuple[str, list[Told]]]] = {
    "generic": _read_generic,
    "gbk-csv": _read_gbk,
    "fixed": _read_fixed,
}
_WRITERS: Mapping[str, Callable[[str, Sequence[Told], bool], bytes]] = {
    "generic": _write_generic,
    "gbk-csv": _write_gbk,
    "fixed": _write_fixed,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """One line of a statement: what the bank booked that day, below zero for money that left."""

    on: date
    fen: int
    name: str
    text: str
    reference: str = ""


_TITLES = (
    "交易日期", "流水号", "收入", "支出", "余额", "对方户名", "对方账号", "摘要", "企业流水号",
)  # fmt: skip


def statement_of(
    account: str, lines: Sequence[Booked], *, opening_fen: int, first_serial: int
) -> bytes:
    """Return a statement as a bank exports it: the head with both balances, then one row a booking."""
    closing = opening_fen + sum(line.fen for line in lines)
    rows = [
        f"账号,{account},币种,人民币",
        f"期初余额,{_yuan(opening_fen)},期末余额,{_yuan(closing)}",
        f"起始日期,{min(line.on for line in lines)},终止日期,{max(line.on for line in lines)}",
        ",".join(_TITLES),
    ]
    balance = opening_fen
    for number, line in enumerate(lines, start=first_serial):
        balance += line.fen
        came = _yuan(line.fen) if line.fen > 0 else ""
        left = _yuan(-line.fen) if line.fen < 0 else ""
        rows.append(
            f"{line.on},{line.on:%Y%m%d}{number:06d},{came},{left},{_yuan(balance)},{line.name},,"
            f"{line.text},{line.reference}"
        )
    return "".join(f"{row}\r\n" for row in rows).encode("gb18030")
