"""What the endpoints of bank statements take and answer. Amounts are integer fen."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from shared_apps.bankfiles.models import Line, Statement
from tenant_apps.banking.reading import fault_kept, worded
from tenant_apps.banking.wishes import act_of


class ProblemRow(serializers.Serializer[Any]):
    """One thing wrong with a file: where, and the remedy in words."""

    code = serializers.CharField()
    type = serializers.CharField()
    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField()
    message = serializers.CharField()


class StatementRow(serializers.ModelSerializer[Statement]):
    """One statement of one account."""

    problems = serializers.SerializerMethodField()

    class Meta:
        model = Statement
        fields = [
            "id", "filename", "digest", "account_tail", "fund_id", "only_this_fund", "first_on", "last_on",
            "opening_fen", "closing_fen", "credit_fen", "debit_fen", "state", "problems", "lines_total",
            "lines_done", "maker_name", "checker_name", "created_at", "checked_at", "done_at",
        ]  # fmt: skip

    def get_problems(self, statement: Statement) -> list[dict[str, Any]]:
        """Give everything that is wrong with a statement that was refused."""
        faults = [fault_kept(kept) for kept in statement.problems]
        return [
            {
                "code": fault.code,
                "type": fault.break_type.value,
                "row": fault.row,
                "column": fault.column,
                "message": worded(fault),
            }
            for fault in faults
        ]


class UploadRequest(serializers.Serializer[Any]):
    """The file of a bank: CSV, Excel or CAMT.053."""

    file = serializers.FileField(allow_empty_file=True)
    fund_id = serializers.UUIDField(
        help_text="The fund under which money of unknown origin is held"
    )
    only_this_fund = serializers.BooleanField(default=False)


class LineRow(serializers.ModelSerializer[Line]):
    """One booking of the bank: in above zero, out below; of the other account the last digits."""

    class Meta:
        model = Line
        fields = [
            "id", "statement", "number", "serial", "booked_on", "amount_fen", "counterparty",
            "other_tail", "text", "reference", "state", "break_type", "kind", "ref", "part", "rule",
            "note", "journal_id", "maker_name", "checker_name", "settled_at",
        ]  # fmt: skip


class ReasonRequest(serializers.Serializer[Any]):
    """A reason in words."""

    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class MatchRequest(serializers.Serializer[Any]):
    """Lines, and the expectation that they are, or whose parts."""

    line_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=200)
    kind = serializers.CharField(max_length=24)
    ref = serializers.CharField(max_length=80)
    part = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    memo = serializers.CharField(
        max_length=200, required=False, allow_blank=True, default="",
        help_text="Why the amounts differ; needed where more or less came than was expected",
    )  # fmt: skip


class EnterRequest(serializers.Serializer[Any]):
    """How a line that nothing expects is entered in the books."""

    account = serializers.CharField(max_length=32)
    fund_id = serializers.UUIDField()
    memo = serializers.CharField(max_length=200)
    with_budget = serializers.BooleanField(
        default=False, help_text="Whether income adds as much to the budget of the fund"
    )


class RefundRequest(serializers.Serializer[Any]):
    """To whom a receipt goes back, and why."""

    payee = serializers.CharField(max_length=120)
    memo = serializers.CharField(max_length=200)


class ReceiptRow(LineRow):
    """A receipt on 2101; ``act`` is what is asked or agreed: ``back`` goes back, ``part`` waits for the rest."""

    act = serializers.SerializerMethodField()

    class Meta(LineRow.Meta):
        fields = [*LineRow.Meta.fields, "act"]

    def get_act(self, line: Line) -> str:
        """Give what is asked or agreed; empty where nobody has said anything."""
        return act_of(line)


class RevealedRow(serializers.Serializer[Any]):
    """A number in the open."""

    account = serializers.CharField()


class ExpectationRow(serializers.Serializer[Any]):
    """Something that should come to the account or leave it."""

    kind = serializers.CharField()
    ref = serializers.CharField()
    amount_fen = serializers.IntegerField()
    incoming = serializers.BooleanField()
    fund_id = serializers.UUIDField()
    counterparty = serializers.CharField()
    due_on = serializers.DateField()


class OpenItemRow(serializers.Serializer[Any]):
    """One thing that stands on one side only; in above zero."""

    on = serializers.DateField()
    fen = serializers.IntegerField()
    name = serializers.CharField()
    number = serializers.CharField()


class DayQuery(serializers.Serializer[Any]):
    """The day of a reconciliation."""

    on = serializers.DateField(required=False)


class ReconciliationRow(serializers.Serializer[Any]):
    """Both balances, what stands on one side only, and what nothing explains."""

    on = serializers.DateField()
    bank_fen = serializers.IntegerField()
    book_fen = serializers.IntegerField()
    adjusted_bank_fen = serializers.IntegerField()
    adjusted_book_fen = serializers.IntegerField()
    left_fen = serializers.IntegerField()
    at_bank_only = OpenItemRow(many=True)
    in_books_only = OpenItemRow(many=True)
