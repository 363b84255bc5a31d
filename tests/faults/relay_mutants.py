"""Faults a relay could have, each put in by a change of one line; the tests must catch every one.

As a pytest plugin it applies the mutant that ``BANGFU_MUTANT`` names. A mutant whose line is no longer
found raises, so the list cannot go stale.
"""

import importlib
import inspect
import os
from dataclasses import dataclass

RELAY = "shared_apps.exchange.relay"
SERVICES = "shared_apps.exchange.services"


@dataclass(frozen=True)
class Mutant:
    module: str
    old: str
    new: str


MUTANTS = {
    "applies outside the transaction of the mark": Mutant(
        RELAY,
        "    with in_network(), transaction.atomic():\n        message",
        "    with in_network():\n        message",
    ),
    "does not fence off an earlier claimant": Mutant(
        RELAY, " or message.attempts != claim.attempt", ""
    ),
    "lets an earlier claimant park": Mutant(
        RELAY, ", state=MessageState.NEW, attempts=claim.attempt)", ", state=MessageState.NEW)"
    ),
    "ignores the order of a stream": Mutant(RELAY, "earlier.seq < candidate.seq", "false"),
    "lets a stream run past a parked message": Mutant(
        RELAY, "earlier.state IN ('new', 'parked')", "earlier.state = 'new'"
    ),
    "holds up every stream for one": Mutant(
        RELAY, "                AND earlier.stream = candidate.stream\n", ""
    ),
    "claims what another worker holds": Mutant(
        RELAY,
        "          AND (candidate.lease_until IS NULL OR candidate.lease_until < clock_timestamp())\n",
        "",
    ),
    "never takes over from a dead worker": Mutant(
        RELAY, " OR candidate.lease_until < clock_timestamp()", ""
    ),
    "never sweeps what a dead worker held": Mutant(
        RELAY,
        "                Q(lease_until__isnull=True) | Q(lease_until__lt=Now()),\n",
        "                Q(lease_until__isnull=True),\n",
    ),
    "does not wait after a failure": Mutant(RELAY, "Now() + backoff(claim.attempt)", "Now()"),
    "waits without a limit": Mutant(
        RELAY, "min(BACKOFF_BASE * (1 << attempt), BACKOFF_LIMIT)", "BACKOFF_BASE * (1 << attempt)"
    ),
    "never parks": Mutant(RELAY, "claim.attempt >= MAX_ATTEMPTS", "False"),
    "claims a deadly message for ever": Mutant(RELAY, "claim.attempt > MAX_ATTEMPTS", "False"),
    "tries a permanent failure again": Mutant(
        RELAY,
        "        _park(claim, _said(error))\n        return False\n    except Exception",
        "        _put_off(claim, _said(error))\n        return False\n    except Exception",
    ),
    "takes a failure for success": Mutant(
        RELAY,
        "            _put_off(claim, _said(error))",
        "            Message.objects.filter(pk=claim.message_id).update(state='done')",
    ),
    "delivers to a suspended station": Mutant(
        RELAY,
        "    if station.state not in RECEIVING:\n"
        "        return Turn(applied=0, is_cut_short=False)\n",
        "",
    ),
    "applies as the network": Mutant(
        RELAY, "        with in_station(recipient):\n", "        with in_network():\n"
    ),
    "makes a new message of the same key": Mutant(
        SERVICES,
        'uuid5(NAMESPACE, f"{sender_id}|{recipient_id}|{kind}|{key}")',
        "__import__('uuid').uuid4()",
    ),
    "takes another body under the same key": Mutant(
        SERVICES,
        "if any(bytes(message.digest) != digests[key] for key, message in known.items()):",
        "if False:",
    ),
    "lets one person decide alone": Mutant(
        SERVICES, "if message.wished_by_id == actor.user_id:", "if False:"
    ),
}


def source_with(name: str) -> str:
    """Return the source of the mutant's module with the mutant in it; LookupError where its line is gone."""
    mutant = MUTANTS[name]
    source = inspect.getsource(importlib.import_module(mutant.module))
    if source.count(mutant.old) != 1:
        raise LookupError(
            f"the line of the mutant {name!r} is there {source.count(mutant.old)} times"
        )
    return source.replace(mutant.old, mutant.new)


def apply(name: str) -> None:
    """Put the mutant into its module, in place."""
    module = importlib.import_module(MUTANTS[name].module)
    exec(compile(source_with(name), str(module.__file__), "exec"), module.__dict__)


def pytest_configure(config) -> None:
    name = os.environ.get("BANGFU_MUTANT")
    if name:
        apply(name)
