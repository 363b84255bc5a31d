"""Pages of the yearly report and of the books of the past."""
