"""What every layout speaks of: an instruction to pay, and the bank's reply to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError, Text

LARGEST_BYTES = 8 * 1024 * 1024
MOST_LINES = 50_000


class Status(StrEnum):
    """What the bank says became of a line."""

    PAID = "paid"
    FAILED = "failed"
    UNKNOWN = "unknown"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payee of an instruction: our reference, the name and card, so many fen, and what for."""

    ref: str
    name: str
    card: str
    amount_fen: int
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """A batch as the bank is told of it."""

    number: str
    made_on: date
    payments: tuple[Payment, ...]

    @property
    def total_fen(self) -> int:
        """The sum of all payments."""
        return sum(payment.amount_fen for payment in self.payments)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRow:
    """One line of a reply; ``line`` counts the lines of the file from one."""

    line: int
    ref: str
    card: str
    amount_fen: int
    status: Status
    reason: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A return file that is sound in itself.

    ``is_whole`` says that it answers every line of the batch; otherwise it tells what changed since.
    """

    number: str
    is_whole: bool
    rows: tuple[ReplyRow, ...]


class FileRefused(DomainError):
    """A return file is taken whole or not at all.

    ``kind`` is the type of break (B1-B15), ``line`` the line of the file, 0 where it is about the file itself,
    ``field`` the heading of the field.
    """

    code = "return-file-refused"
    http_status = 422
    message = _("回盘文件不能接收。")

    def __init__(
        self, text: Text, *, kind: str = "B11", line: int = 0, field: str = "", **params: object
    ) -> None:
        self.kind, self.line, self.field = kind, line, field
        super().__init__(text, **({"line": line, "field": field} | params))
