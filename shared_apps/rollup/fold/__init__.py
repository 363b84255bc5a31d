"""The only part of the roll-up that holds SQL: appending, folding, comparing, counting once, and what is filled."""

from shared_apps.rollup.fold.comparing import (
    CellDifference,
    MemberDifference,
    apply_differences,
    correct_tree,
    differences,
    set_stocks,
    tree_differences,
)
from shared_apps.rollup.fold.distinct import counted_twice, distinct_subjects
from shared_apps.rollup.fold.filled import filled
from shared_apps.rollup.fold.folding import (
    BATCH,
    Folded,
    append,
    fold,
    lag_seconds,
    pending_deltas,
    rebuild_tree,
)
from shared_apps.rollup.fold.moving import hashes_of, move_members, stations_counting

__all__ = [
    "BATCH",
    "CellDifference",
    "Folded",
    "MemberDifference",
    "append",
    "apply_differences",
    "correct_tree",
    "counted_twice",
    "differences",
    "distinct_subjects",
    "filled",
    "fold",
    "hashes_of",
    "lag_seconds",
    "move_members",
    "pending_deltas",
    "rebuild_tree",
    "set_stocks",
    "stations_counting",
    "tree_differences",
]
