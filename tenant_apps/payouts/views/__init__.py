"""Pages of payouts."""
