"""Rules as data with dates and scopes."""
