"""Books of the past: taken in whole, taken back whole. Targets of a year: laid down, said, answered."""

from tenant_apps.yearly.services.aiming import (
    answer_said,
    drop_target,
    lay_down_target,
    say_progress,
)
from tenant_apps.yearly.services.keeping import Kept, keep_book
from tenant_apps.yearly.services.undoing import undo_book

__all__ = [
    "Kept",
    "answer_said",
    "drop_target",
    "keep_book",
    "lay_down_target",
    "say_progress",
    "undo_book",
]
