"""What the endpoints of the ledger take and answer. Amounts are integer fen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.funds.chart import CHART
from tenant_apps.funds.models import Book, Fund, Journal, Period
from tenant_apps.funds.selectors import Draft
from tenant_apps.funds.services import BY_HAND


class FundRow(serializers.ModelSerializer[Fund]):
    """One fund; `programmes` are the kinds of aid it may pay, empty for any."""

    class Meta:
        model = Fund
        fields = [
            "id", "code", "name", "source", "programmes", "keeper", "note", "opened_on", "closed_on",
        ]  # fmt: skip


class FundRequest(serializers.Serializer[Any]):
    """A new fund."""

    code = serializers.CharField(max_length=24)
    name = serializers.CharField(max_length=80)
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=CODE_LISTS["fund_source"].choices()
    )
    programmes = serializers.ListField(child=serializers.CharField(max_length=24), required=False)
    keeper = serializers.CharField(max_length=60, required=False, allow_blank=True)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class LegRow(serializers.Serializer[Any]):
    """One leg: a debit above zero, a credit below."""

    code = serializers.CharField(max_length=32)
    fund_id = serializers.UUIDField()
    amount_fen = serializers.IntegerField(min_value=-(10**15), max_value=10**15)


class BookTotal(serializers.Serializer[Any]):
    """The sums of a voucher in one book, `cash` or `budget`; both are equal. The books are never added up together."""

    book = serializers.ChoiceField(choices=Book.choices)
    debit_fen = serializers.IntegerField(min_value=0)
    credit_fen = serializers.IntegerField(min_value=0)


class JournalRow(serializers.ModelSerializer[Journal]):
    """One voucher of the list."""

    number = serializers.CharField(source="__str__")
    hash = serializers.SerializerMethodField()

    class Meta:
        model = Journal
        fields = [
            "id", "number", "kind", "ref", "effective_on", "memo", "maker_name", "checker_name",
            "posted_at", "reverses", "hash",
        ]  # fmt: skip

    def get_hash(self, journal: Journal) -> str:
        """Give the hash in hexadecimal."""
        return bytes(journal.hash).hex()


class JournalWhole(JournalRow):
    """One voucher with its legs."""

    legs = serializers.SerializerMethodField()
    totals = serializers.SerializerMethodField()

    class Meta(JournalRow.Meta):
        fields = [*JournalRow.Meta.fields, "legs", "totals"]

    def get_legs(self, journal: Journal) -> list[dict[str, Any]]:
        """Give the legs in order."""
        return [
            {
                "code": entry.account.code,
                "fund_id": str(entry.account.fund_id),
                "amount_fen": entry.amount_fen,
            }
            for entry in journal.entries.all()
        ]

    @extend_schema_field(BookTotal(many=True))
    def get_totals(self, journal: Journal) -> list[dict[str, Any]]:
        """Give the sums, each book for itself."""
        return _totals((entry.account.code, entry.amount_fen) for entry in journal.entries.all())


class VoucherRequest(serializers.Serializer[Any]):
    """A voucher by hand."""

    kind = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in BY_HAND])
    effective_on = serializers.DateField()
    memo = serializers.CharField(max_length=200)
    legs = LegRow(many=True)


class ReversalRequest(serializers.Serializer[Any]):
    """When and why a voucher is taken back."""

    effective_on = serializers.DateField()
    reason = serializers.CharField(max_length=200)


class ReasonRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class DraftRow(serializers.Serializer[Any]):
    """A voucher that waits for a second person."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    effective_on = serializers.DateField()
    memo = serializers.CharField()
    legs = LegRow(many=True)
    maker = serializers.CharField(source="name")
    made_at = serializers.DateTimeField()
    totals = serializers.SerializerMethodField()

    @extend_schema_field(BookTotal(many=True))
    def get_totals(self, draft: Draft) -> list[dict[str, Any]]:
        """Give the sums, each book for itself."""
        return _totals((leg.code, leg.amount_fen) for leg in draft.legs)


class BalanceRow(serializers.Serializer[Any]):
    """One account of the trial balance; opening and closing are signed, a debit above zero."""

    account_id = serializers.UUIDField(source="account.id")
    book = serializers.CharField(source="account.book")
    code = serializers.CharField(source="account.code")
    fund_id = serializers.UUIDField(source="account.fund_id")
    opening_fen = serializers.IntegerField()
    debit_fen = serializers.IntegerField()
    credit_fen = serializers.IntegerField()
    closing_fen = serializers.IntegerField()


class BalanceQuery(serializers.Serializer[Any]):
    """Which balance."""

    year = serializers.IntegerField(min_value=1949, max_value=2999)
    until = serializers.DateField(required=False)
    fund_id = serializers.UUIDField(required=False)
    book = serializers.ChoiceField(choices=Book.choices, required=False)


class EntryRow(serializers.Serializer[Any]):
    """One entry of an account with the balance after it."""

    journal_id = serializers.UUIDField()
    number = serializers.CharField(source="journal")
    effective_on = serializers.DateField(source="journal.effective_on")
    memo = serializers.CharField(source="journal.memo")
    amount_fen = serializers.IntegerField()
    balance_fen = serializers.IntegerField(source="balance")


class PeriodRow(serializers.ModelSerializer[Period]):
    """One month."""

    class Meta:
        model = Period
        fields = ["year", "month", "state", "closed_at", "closed_by"]


class StandingRow(serializers.Serializer[Any]):
    """Budget and final accounts of one fund in a year."""

    fund_id = serializers.UUIDField(source="fund.id")
    bank_fen = serializers.IntegerField(source="bank")
    income_fen = serializers.IntegerField(source="income")
    spent_fen = serializers.IntegerField(source="spent")
    paid_down_fen = serializers.IntegerField(source="paid_down")
    surplus_fen = serializers.IntegerField(source="surplus")
    budget_fen = serializers.IntegerField(source="budget")
    available_fen = serializers.IntegerField(source="available")
    reserved_fen = serializers.IntegerField(source="reserved")
    executed_fen = serializers.IntegerField(source="executed")


def _totals(amounts: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    sums: dict[Book, list[int]] = {}
    for code, fen in amounts:
        of_book = sums.setdefault(CHART[code].book, [0, 0])
        of_book[fen < 0] += abs(fen)
    return [
        {"book": book.value, "debit_fen": sums[book][0], "credit_fen": sums[book][1]}
        for book in Book
        if book in sums
    ]
