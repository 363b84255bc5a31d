"""The rows of the household file: the file itself, and what happens to it once it is on file."""

from tenant_apps.households.models.files import (
    CLOSED_STATES,
    COUNTED_STATES,
    EDITABLE_STATES,
    FileState,
    HouseholdFile,
    HouseholdMember,
    Origin,
    Person,
)
from tenant_apps.households.models.life import (
    RECHECK_UNDER_WAY,
    RECHECK_WAITS,
    TRANSFER_UNDER_WAY,
    HouseholdRecheck,
    HouseholdRound,
    HouseholdTransfer,
    RecheckKind,
    RecheckState,
    RoundKind,
    TransferReason,
    TransferRole,
    TransferState,
)
from tenant_apps.households.models.records import (
    HouseholdPaper,
    HouseholdVersion,
    HouseholdVisit,
    VisitPlace,
)
from tenant_apps.households.models.retiering import OPEN_RETIERS, RetierItem, RetierState

__all__ = [
    "CLOSED_STATES",
    "COUNTED_STATES",
    "EDITABLE_STATES",
    "OPEN_RETIERS",
    "RECHECK_UNDER_WAY",
    "RECHECK_WAITS",
    "TRANSFER_UNDER_WAY",
    "FileState",
    "HouseholdFile",
    "HouseholdMember",
    "HouseholdPaper",
    "HouseholdRecheck",
    "HouseholdRound",
    "HouseholdTransfer",
    "HouseholdVersion",
    "HouseholdVisit",
    "Origin",
    "Person",
    "RecheckKind",
    "RecheckState",
    "RetierItem",
    "RetierState",
    "RoundKind",
    "TransferReason",
    "TransferRole",
    "TransferState",
    "VisitPlace",
]
