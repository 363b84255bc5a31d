"""What happens to helpers, pairings, visits, campaigns and health records."""

from tenant_apps.pairing.services.health import (
    HealthDetails,
    add_health_check,
    look_at_health,
    withdraw_health_check,
)
from tenant_apps.pairing.services.helping import (
    HelperDetails,
    HelperHasHouseholds,
    add_helper,
    change_helper,
    restore_helper,
    retire_helper,
    reveal_phone,
)
from tenant_apps.pairing.services.pairing import (
    AlreadyPaired,
    PairingDetails,
    agree_pairing,
    assign_many,
    end_pairing,
    go_on_with_pairing,
    hand_over,
    propose_pairing,
    resume_pairing,
    review_pairing,
    start_pairing,
)
from tenant_apps.pairing.services.planning import cancel_duties, plan_visits
from tenant_apps.pairing.services.rounds import (
    Kept,
    RoundDetails,
    close_round,
    extend_campaign,
    keep_up,
    open_campaign,
)
from tenant_apps.pairing.services.visiting import (
    ContactDetails,
    MustGo,
    follow_up,
    record_contact,
    withdraw_contact,
)

__all__ = [
    "AlreadyPaired",
    "ContactDetails",
    "HealthDetails",
    "HelperDetails",
    "HelperHasHouseholds",
    "Kept",
    "MustGo",
    "PairingDetails",
    "RoundDetails",
    "add_health_check",
    "add_helper",
    "agree_pairing",
    "assign_many",
    "cancel_duties",
    "change_helper",
    "close_round",
    "end_pairing",
    "extend_campaign",
    "follow_up",
    "go_on_with_pairing",
    "hand_over",
    "keep_up",
    "look_at_health",
    "open_campaign",
    "plan_visits",
    "propose_pairing",
    "record_contact",
    "restore_helper",
    "resume_pairing",
    "retire_helper",
    "reveal_phone",
    "review_pairing",
    "start_pairing",
    "withdraw_contact",
    "withdraw_health_check",
]
