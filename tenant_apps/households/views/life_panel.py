"""What the page of a file shows of its life on file."""

from __future__ import annotations

from datetime import date
from typing import Any

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.register.selectors import splits_of
from tenant_apps.households.flow import LEFT
from tenant_apps.households.life_forms import EntryForm, HelperForm
from tenant_apps.households.models import (
    COUNTED_STATES,
    RECHECK_UNDER_WAY,
    FileState,
    HouseholdFile,
    HouseholdRecheck,
    RecheckKind,
    RecheckState,
)
from tenant_apps.households.services.rechecking import EVENTS
from tenant_apps.households.work import (
    files_linked_to,
    payout_blocked,
    rechecks_of,
    transfers_of,
)

_SHOWN = 12


def life_of(file: HouseholdFile, *, actor: Actor, on: date) -> dict[str, Any] | None:
    """Give the re-checks, transfers and linked files of a file; None while there is nothing of the kind."""
    rechecks, transfers, linked = rechecks_of(file), transfers_of(file.pk), files_linked_to(file)
    is_on_file = file.state in COUNTED_STATES
    head = bytes(file.id_no_hash) if file.id_no_hash is not None else None
    here = {one.pk for one in linked}
    splits = [
        one
        for one in splits_of(file.pk, head=head)
        if one.subject not in here or one.held_by not in {"", current_station().name}
    ]
    may_file_again = actor.may("file.edit") and file.state in {*LEFT, FileState.ARCHIVED} - {
        FileState.MOVED_OUT
    }
    dated = file.on_file_on or file.expires_on or file.closed_on
    if not (dated or is_on_file or rechecks or transfers or linked or splits or may_file_again):
        return None
    return {
        "rechecks": [_worded(one) for one in rechecks[:_SHOWN]],
        "is_asked": any(one.asked and one.state in RECHECK_UNDER_WAY for one in rechecks),
        "has_due": any(
            one.state == RecheckState.DUE and one.kind != RecheckKind.EXIT_CHECK for one in rechecks
        ),
        "transfers": transfers,
        "linked": linked,
        "splits": splits,
        "blocked": payout_blocked(file, on=on) if is_on_file else [],
        "exit_kind": CODE_LISTS["exit_kind"].label(file.exit_kind),
        "exit_reason": CODE_LISTS["exit_reason"].label(file.exit_reason),
        "exit_measure": CODE_LISTS["exit_measure"].label(file.exit_measure),
        "may_enter": is_on_file and actor.may("file.edit"),
        "may_file_again": may_file_again,
        "entry_form": EntryForm(
            initial={"number": file.nat_no, "entered_on": file.nat_entry_on or on}
        ),
        "helper_form": HelperForm(initial={"helper": file.helper_name}),
    }


def _worded(recheck: HouseholdRecheck) -> dict[str, Any]:
    tiers = [
        CODE_LISTS["tier"].label(one) for one in (recheck.tier_before, recheck.tier_after) if one
    ]
    return {
        "row": recheck,
        "event": EVENTS.get(recheck.event, ""),
        "tiers": " → ".join(dict.fromkeys(tiers)),
    }
