"""What happens to the register, to the aliases of households and to cases of duplicates."""

from shared_apps.register.services.aliases import (
    AliasCircle,
    add_alias,
    forget_split,
    forget_splits,
    note_split,
    recount_removed_aliases,
    remove_alias,
)
from shared_apps.register.services.deciding import (
    Finding,
    NotTheOverseer,
    answer_case,
    ask_station,
    decide_case,
    note_what_left,
    undo_verdict,
)
from shared_apps.register.services.finding import (
    Found,
    find_all_duplicates,
    find_new_duplicates,
)
from shared_apps.register.services.following import follow
from shared_apps.register.services.registering import (
    Household,
    register_households,
    unregister_household,
)

__all__ = [
    "AliasCircle",
    "Finding",
    "Found",
    "Household",
    "NotTheOverseer",
    "add_alias",
    "answer_case",
    "ask_station",
    "decide_case",
    "find_all_duplicates",
    "find_new_duplicates",
    "follow",
    "forget_split",
    "forget_splits",
    "note_split",
    "note_what_left",
    "recount_removed_aliases",
    "register_households",
    "remove_alias",
    "undo_verdict",
    "unregister_household",
]
