"""What happens to the register, to the aliases of households and to cases of duplicates."""

from shared_apps.register.services.aliases import (
    AliasCircle,
    add_alias,
    recount_removed_aliases,
    remove_alias,
)
from shared_apps.register.services.registering import (
    Household,
    register_households,
    unregister_household,
)

__all__ = [
    "AliasCircle",
    "Household",
    "add_alias",
    "recount_removed_aliases",
    "register_households",
    "remove_alias",
    "unregister_household",
]
