"""Public notices and what was objected."""
