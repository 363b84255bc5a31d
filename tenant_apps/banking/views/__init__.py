"""Pages of bank statements: statements and the reconciliation, single lines, receipts nobody has claimed."""
