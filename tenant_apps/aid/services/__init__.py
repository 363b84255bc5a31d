"""Everything that is done with applications for aid."""

from tenant_apps.aid.services.paying import (
    batch_applications,
    note_not_paid,
    note_paid,
    note_returned,
    unbatch_application,
)

__all__ = [
    "batch_applications",
    "note_not_paid",
    "note_paid",
    "note_returned",
    "unbatch_application",
]
