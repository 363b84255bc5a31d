"""What happens to a report: opened, filled in, sent, decided, corrected, and summed up the tree."""

from tenant_apps.reports.services.chasing import ChasedRecently, chase, chase_all
from tenant_apps.reports.services.checking import SealDifference, check_sealed
from tenant_apps.reports.services.deciding import (
    DiffersFromFacts,
    accept,
    accept_all,
    agree_correction,
    decline_correction,
    demand,
    excuse,
    return_down,
)
from tenant_apps.reports.services.exporting import take_away
from tenant_apps.reports.services.filling import enter, explain, redraw
from tenant_apps.reports.services.opening import open_due, open_report
from tenant_apps.reports.services.papers import enter_paper, remove_paper
from tenant_apps.reports.services.sending import (
    NumbersChanged,
    UnitsOutstanding,
    ask_correction,
    submit,
)

__all__ = [
    "ChasedRecently",
    "DiffersFromFacts",
    "NumbersChanged",
    "SealDifference",
    "UnitsOutstanding",
    "accept",
    "accept_all",
    "agree_correction",
    "ask_correction",
    "chase",
    "chase_all",
    "check_sealed",
    "decline_correction",
    "demand",
    "enter",
    "enter_paper",
    "excuse",
    "explain",
    "open_due",
    "open_report",
    "redraw",
    "remove_paper",
    "return_down",
    "submit",
    "take_away",
]
