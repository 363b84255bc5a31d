"""Pages of transfers, donations and plans."""
