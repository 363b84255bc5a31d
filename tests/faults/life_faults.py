"""Faults that the life of files could have, each put in by a change of one line; the walk must find each.

A fault whose line is no longer found raises, so the list cannot go stale.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace

from shared_apps.exchange import services as exchange
from tenant_apps.households.services import following, handing, taking_in, versions
from tests.faults.custody_faults import PROTOCOL, Changed


@dataclass(frozen=True)
class Fault:
    function: Callable
    old: str
    new: str


FAULTS: dict[str, Fault | Changed] = {
    "a hand-over leaves the giver open": Fault(
        handing.hand_over, "file.custody = transfer.taking_code", "pass"
    ),
    "a file is handed over without a message": Fault(
        handing.hand_over, "    post(\n        kind=HANDED", "    dict(\n        kind=HANDED"
    ),
    **{
        name: PROTOCOL[name]
        for name in (
            "a file that was handed over is taken back",
            "a file that arrived is made once more",
            "a file that was received is closed once more",
            "a confirmation is followed though the offer was taken back",
        )
    },
    "a household that moved away is counted off by both": Fault(
        handing.close_stub_of, "is_counted_already=True", "is_counted_already=False"
    ),
    "a message under one key is written twice": Fault(
        exchange.post, "    if known:\n", "    if False:\n"
    ),
    "the facts of the giver are not written": Fault(
        taking_in.take_in, "        record_facts(\n", "        dict(\n            facts="
    ),
    "no fact is written of a household that leaves": Fault(
        versions.record_version, "    if facts:\n", '    if facts and event != "exit":\n'
    ),
    "a household that left stays in the register": Fault(
        following._leave, "    unregister_household(file.pk)\n", ""
    ),
    "the notice of an exit is skipped": Fault(
        following._agree_exit,
        'done.save("exit_agreed")',
        'file.state = "out"\n    done.save("exit")',
    ),
    "a decision is followed twice": Fault(
        following.follow_life, "            followed__lt=decision.step,\n", ""
    ),
}
# What the first runs find.
QUICKLY_FOUND = ("a hand-over leaves the giver open",)


def put_in(fault, monkeypatch):
    """Change the one line of a fault in place, for everybody who imported the function."""
    if isinstance(fault, Changed):
        there = fault.table[fault.key]
        monkeypatch.setitem(fault.table, fault.key, replace(there, **fault.changes))
        return
    function = inspect.unwrap(fault.function)
    source = inspect.getsource(function)
    source = source[source.index("def ") :]
    if source.count(fault.old) != 1:
        raise LookupError(f"{fault.old!r} is there {source.count(fault.old)} times")
    given = dict(function.__globals__)
    code = "from __future__ import annotations\n" + source.replace(fault.old, fault.new)
    exec(compile(code, function.__code__.co_filename, "exec"), given)
    monkeypatch.setattr(function, "__code__", given[function.__name__].__code__)
