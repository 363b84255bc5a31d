"""The ledger of a station: funds, two books of double entry, vouchers, periods."""
