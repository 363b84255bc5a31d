"""What happens to the timeline, the to-dos, the deadlines and the papers of a record."""

from tenant_apps.casework.services.attachments import (
    MAX_BYTES,
    attach,
    content_of,
    remove_attachment,
    show_attachment,
)
from tenant_apps.casework.services.clocks import (
    Fired,
    fire_clocks,
    recount_clocks,
    start_clock,
    stop_clock,
    stop_clocks,
    take_clocks_back,
)
from tenant_apps.casework.services.events import record_event
from tenant_apps.casework.services.timelines import Act, record_acts
from tenant_apps.casework.services.todos import close_by_hand, close_todos, open_todo

__all__ = [
    "MAX_BYTES",
    "Act",
    "Fired",
    "attach",
    "close_by_hand",
    "close_todos",
    "content_of",
    "fire_clocks",
    "open_todo",
    "record_acts",
    "record_event",
    "recount_clocks",
    "remove_attachment",
    "show_attachment",
    "start_clock",
    "stop_clock",
    "stop_clocks",
    "take_clocks_back",
]
