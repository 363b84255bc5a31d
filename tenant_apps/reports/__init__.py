"""Periodic reports: drawn, submitted, returned, accepted, locked, corrected."""
