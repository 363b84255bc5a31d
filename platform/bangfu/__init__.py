"""Bangfu: assistance to workers in hardship over a four-level network of stations."""
