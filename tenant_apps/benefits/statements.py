"""A partner's statement in a workbook: one slip a row, below the headings 小票号 and 金额."""

from __future__ import annotations

from decimal import Decimal

from tenant_apps.benefits.rules import Line
from tenant_apps.imports.sheets import CellValue, sheets_of, shown_number

RECEIPT, AMOUNT = ("小票号", "流水号", "凭证号"), ("金额", "金额（元）", "金额(元)", "消费金额")
MOST_LINES = 5_000
_HEADER_DEPTH = 20


def read_statement(data: bytes, filename: str) -> list[Line] | int:
    """Read the slips of a statement; the number of the first row that cannot be read instead, 0 for no headings.

    Raises:
        WorkbookRefused: the file is not what it says, is damaged, or is hostile.
    """
    for sheet in sheets_of(data, filename).values():
        for header in sorted(sheet.rows)[:_HEADER_DEPTH]:
            at = {_text(cell): column for column, cell in sheet.rows[header].items()}
            receipt = next((at[name] for name in RECEIPT if name in at), 0)
            amount = next((at[name] for name in AMOUNT if name in at), 0)
            if not receipt or not amount:
                continue
            lines: list[Line] = []
            for number, cells in sheet.rows.items():
                said = (_text(cells.get(receipt)), _text(cells.get(amount)))
                if number <= header or not any(said):
                    continue
                line = line_of(*said)
                if line is None or len(lines) >= MOST_LINES:
                    return number
                lines.append(line)
            return lines
    return 0


def line_of(receipt: str, amount: str) -> Line | None:
    """Read one slip as people write it, the amount in yuan; None where it cannot be read."""
    try:
        value = Decimal(amount.replace(",", "")) * 100
    except ArithmeticError:
        return None
    is_amount = value.is_finite() and value == value.to_integral_value() and abs(value) < 10**12
    if not is_amount or not 0 < len(receipt) <= 40:
        return None
    return Line(receipt=receipt, amount_fen=int(value))


def _text(cell: CellValue | None) -> str:
    if isinstance(cell, Decimal):
        return shown_number(cell)
    return "".join(cell.split()) if isinstance(cell, str) else ""
