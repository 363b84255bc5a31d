"""The household file: who is in hardship, why, and what proves it."""
