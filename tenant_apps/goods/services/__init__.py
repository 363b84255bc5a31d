"""Everything that is done in the store."""

from tenant_apps.goods.services.counting import (
    ask_for_counts,
    confirm_check,
    is_donated,
    propose_count,
    propose_return,
    propose_scrap,
    return_check,
)
from tenant_apps.goods.services.importing import import_goods
from tenant_apps.goods.services.intake import (
    bring_on,
    cancel_announced,
    keep_lot,
    receive_announced,
    take_in_goods,
)
from tenant_apps.goods.services.issuing import (
    end_reservation,
    issue_goods,
    reserve_goods,
    undo_movement,
)
from tenant_apps.goods.services.sending import receive_transfer, send_goods, take_back

__all__ = [
    "ask_for_counts",
    "bring_on",
    "cancel_announced",
    "confirm_check",
    "end_reservation",
    "import_goods",
    "is_donated",
    "issue_goods",
    "keep_lot",
    "propose_count",
    "propose_return",
    "propose_scrap",
    "receive_announced",
    "receive_transfer",
    "reserve_goods",
    "return_check",
    "send_goods",
    "take_back",
    "take_in_goods",
    "undo_movement",
]
