"""Runs and rows of imports, before anything becomes a file."""
