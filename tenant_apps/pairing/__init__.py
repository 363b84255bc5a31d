"""Helpers and households, the contacts and visits that fall due, and those that were made."""
