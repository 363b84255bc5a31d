"""What stations brought along on paper: rows of past aid, and totals without rows."""
