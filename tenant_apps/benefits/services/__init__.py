"""Everything that is done with partners, cards, purchases and settlements."""

from tenant_apps.benefits.services.carding import (
    apply_for_card,
    issue_card,
    keep_cards_up,
    replace_card,
    step_card,
)
from tenant_apps.benefits.services.listing import TakenIn, take_in_cards
from tenant_apps.benefits.services.partnering import (
    AgreementDetails,
    PartnerDetails,
    confirm_agreement,
    draft_agreement,
    end_agreement,
    end_partner,
    keep_partner,
)
from tenant_apps.benefits.services.relieving import Relief, give_tickets, record_relief
from tenant_apps.benefits.services.settling import (
    confirm_settlement,
    propose_settlement,
    return_settlement,
)
from tenant_apps.benefits.services.spending import (
    Purchase,
    charge_card,
    record_purchase,
    reverse_entry,
)

__all__ = [
    "AgreementDetails",
    "PartnerDetails",
    "Purchase",
    "Relief",
    "TakenIn",
    "apply_for_card",
    "charge_card",
    "confirm_agreement",
    "confirm_settlement",
    "draft_agreement",
    "end_agreement",
    "end_partner",
    "give_tickets",
    "issue_card",
    "keep_cards_up",
    "keep_partner",
    "propose_settlement",
    "record_purchase",
    "record_relief",
    "replace_card",
    "return_settlement",
    "reverse_entry",
    "step_card",
    "take_in_cards",
]
