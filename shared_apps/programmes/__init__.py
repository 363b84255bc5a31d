"""Programmes of aid as rules with dates, and the campaigns a station calls for what lies below it."""
