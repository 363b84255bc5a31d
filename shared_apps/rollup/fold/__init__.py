"""The only part of the roll-up that holds SQL: appending, folding, comparing, counting once."""

from shared_apps.rollup.fold.comparing import (
    CellDifference,
    MemberDifference,
    apply_differences,
    cell_differences,
    correct_tree,
    member_differences,
    set_stocks,
    tree_differences,
)
from shared_apps.rollup.fold.distinct import counted_twice, distinct_subjects
from shared_apps.rollup.fold.folding import (
    BATCH,
    Folded,
    append,
    fold,
    lag_seconds,
    pending_deltas,
    rebuild_tree,
)

__all__ = [
    "BATCH",
    "CellDifference",
    "Folded",
    "MemberDifference",
    "append",
    "apply_differences",
    "cell_differences",
    "correct_tree",
    "counted_twice",
    "distinct_subjects",
    "fold",
    "lag_seconds",
    "member_differences",
    "pending_deltas",
    "rebuild_tree",
    "set_stocks",
    "tree_differences",
]
