"""What a change of rules does to the tiers of files: seen before, put on work lists, undone as a whole.

A change never alters a file. It puts the files whose tier would differ on the work list of their own
station, where a reviewer confirms them. The network counts per station, and sees no more than counts.
"""

from shared_apps.policies.changes.previewing import Preview, StationMoves, preview_change
from shared_apps.policies.changes.working import (
    CONFIRM,
    JOB,
    NotUndoable,
    Progress,
    changes_in_sight,
    get_change,
    note_confirming,
    parts_of,
    ring_for_changes,
    start_due_changes,
    undo_change,
    work_on_change,
)

__all__ = [
    "CONFIRM",
    "JOB",
    "NotUndoable",
    "Preview",
    "Progress",
    "StationMoves",
    "changes_in_sight",
    "get_change",
    "note_confirming",
    "parts_of",
    "preview_change",
    "ring_for_changes",
    "start_due_changes",
    "undo_change",
    "work_on_change",
]
