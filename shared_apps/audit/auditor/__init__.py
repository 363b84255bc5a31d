"""The auditor: looks at the tables with eyes of its own.

It shares no code with the services whose work it examines. It reads by plain SQL under the station's own
role, opens sealed values and computes digests by its own means, and changes nothing.
"""

from shared_apps.audit.auditor.ledger import LedgerFinding, audit_ledger, ledger_check_names
from shared_apps.audit.auditor.money import End, ends_here, ends_that_differ
from shared_apps.audit.auditor.opening import Ring
from shared_apps.audit.auditor.published import PUBLISHED_CHECKS, published_otherwise, sums_here
from shared_apps.audit.auditor.running import Finding, Place, audit_station, check_names

__all__ = [
    "PUBLISHED_CHECKS",
    "End",
    "Finding",
    "LedgerFinding",
    "Place",
    "Ring",
    "audit_ledger",
    "audit_station",
    "check_names",
    "ends_here",
    "ends_that_differ",
    "ledger_check_names",
    "published_otherwise",
    "sums_here",
]
