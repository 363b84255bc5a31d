"""Faults that transfers and their vouchers could have, each put in by a change of one line; a walk must find each."""

from tenant_apps.funds.services import posting
from tenant_apps.sources import rules, unpairing
from tenant_apps.sources.services import following, hearing
from tests.faults.life_faults import Fault

# Found by the walk over the rules alone.
RULES = {
    "another amount than instructed is taken as sent": Fault(
        rules.debited, " or fen != end.amount_fen", " or fen > 2 * end.amount_fen"
    ),
    "a payment is posted to spending at once": Fault(
        rules.debited, "(IN_TRANSIT, fen), (BANK, -fen)", '("5101", fen), (BANK, -fen)'
    ),
    "the budget is held for ever": Fault(
        rules.debited, "(EXECUTED, fen), (RESERVED, -fen)", "(EXECUTED, fen), (AVAILABLE, -fen)"
    ),
    "whatever was received closes the transfer": Fault(
        rules.heard_received, "fen != end.in_transit_fen or ", ""
    ),
    "a receipt told twice is followed twice": Fault(
        rules.heard_received, " or end.confirmed_fen or end.heard_fen", ""
    ),
    "more is agreed on than was sent": Fault(
        rules.agreed, "min(end.heard_fen, end.in_transit_fen)", "end.heard_fen"
    ),
    "the receiver is not told what was agreed": Fault(
        rules.agreed, "return replace(outcome, says=AGREED", "return replace(outcome, says=''"
    ),
    "what bounced stays in transit": Fault(
        rules.bounced, "back_fen=end.back_fen + fen", "back_fen=end.back_fen"
    ),
    "a doubled credit is income twice": Fault(
        rules.credited, "end.state != TransferState.ANNOUNCED or ", ""
    ),
    "the sender is not told of the receipt": Fault(rules.credited, "says=RECEIVED,", 'says="",'),
    "money back is said by its amount and not in all": Fault(
        rules.heard_given_back, "coming = given - end.given_fen", "coming = given"
    ),
    "the receiver is not told that nothing was paid": Fault(
        unpairing.unsent, "says=UNSENT,", 'says="",'
    ),
    "the sender is not told that nothing came": Fault(
        unpairing.unreceived, "says=UNRECEIVED,", 'says="",'
    ),
    "a debit is taken back though the receiver confirmed": Fault(
        unpairing.unsent, "end.confirmed_fen or end.heard_fen or ", ""
    ),
    "what came before is not said again": Fault(
        unpairing.heard_announced_again, "says=RECEIVED,", 'says="",'
    ),
    "money agreed on is claimed again": Fault(
        rules.heard_agreed,
        "end.state != TransferState.MISMATCH or not 0 < fen <= end.unclaimed_fen",
        "fen <= 0",
    ),
}

# Found by the walk over stations: the same rules with their rows, vouchers and messages.
SERVICES = {
    "a leg is posted on the other side": Fault(
        posting.post_journal,
        "            amount_fen=leg.amount_fen,\n        )\n        for line",
        "            amount_fen=abs(leg.amount_fen),\n        )\n        for line",
    ),
    "a voucher is posted without its facts": Fault(
        posting.post_journal, "    record_facts(\n", "    (lambda *_facts, now: None)(\n"
    ),
    "a voucher is posted and nobody told": Fault(
        following.follow, "    if outcome.says:", "    if False:"
    ),
    "what was heard is not kept": Fault(hearing.hear_received, "if outcome.kind:", "if False:"),
    "an announcement makes a transfer each time": Fault(
        hearing.expect, "if known is not None:", "if False:"
    ),
    "the pair is counted at one end only": Fault(
        following.note_pair, "    transfer.pairs = [*transfer.pairs, pair]\n", ""
    ),
}
