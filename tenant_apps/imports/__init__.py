"""Household files from Excel and back."""
