"""Faults this app could have, each put in by a change of one line, with the test that must catch it.

A mutant whose line is no longer found raises, so the list cannot go stale.
"""

import __future__

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.tenant_apps.payouts import test_bank_files as files
from tests.tenant_apps.payouts import test_facts as facts
from tests.tenant_apps.payouts import test_paying as paying
from tests.tenant_apps.payouts import test_receipts as receipts

APP = "tenant_apps.payouts"
SERVICES = f"{APP}.services"


@dataclass(frozen=True)
class Mutant:
    """One fault: the module, the line, what stands there instead, and the test that sees it."""

    module: str
    old: str
    new: str
    trial: Callable[..., None]


def _wrong(name: str) -> Callable[..., None]:
    (wrong,) = [one for one in files.WRONG if one.name == name]

    def trial(_office: object) -> None:
        files.test_a_wrong_file_is_refused_whole_and_says_what_to_do(wrong)

    return trial


def _contradiction(_office: object) -> None:
    files.test_a_result_that_contradicts_the_one_before_refuses_the_file(
        "failed", files.Status.PAID
    )


MUTANTS = {
    "one person signs twice": Mutant(
        f"{SERVICES}.signing",
        "    if actor.user_id in signed:\n",
        "    if False:\n",
        paying.test_nobody_signs_twice,
    ),
    "what is unknown is tried again": Mutant(
        f"{SERVICES}.outcomes",
        "by_status[Status.PAID], by_status[Status.FAILED]\n",
        "by_status[Status.PAID], [*by_status[Status.FAILED], *by_status[Status.UNKNOWN]]\n",
        paying.test_what_is_unknown_is_locked_until_the_bank_knows,
    ),
    "the file is made again": Mutant(
        f"{APP}.flow",
        "            sources=frozenset({BatchState.DRAFT}),\n",
        "            sources=frozenset({BatchState.DRAFT, BatchState.APPROVED}),\n",
        paying.test_the_file_is_made_once_and_its_digest_is_what_everybody_signed,
    ),
    "the digest is not compared": Mutant(
        f"{SERVICES}.signing",
        "    if sm3(data) != bytes(batch.digest):\n",
        "    if False:\n",
        paying.test_a_file_that_was_altered_is_not_sent,
    ),
    "a return file is used before the money left": Mutant(
        f"{SERVICES}.answering",
        "    if _not_yet_moved(changes, lines):\n",
        "    if False:\n",
        paying.test_a_return_file_waits_until_the_statement_shows_the_money_leave,
    ),
    "a bank line is posted twice": Mutant(
        f"{SERVICES}.settling",
        "    if posted is not None:\n",
        "    if False:\n",
        paying.test_the_same_bank_line_again_is_the_same_journal,
    ),
    "facts are written twice": Mutant(
        f"{SERVICES}.outcomes",
        "    record_facts(facts, now=now)\n",
        "    record_facts([*facts, *facts], now=now)\n",
        facts.test_facts_of_payments_receipts_and_returns_are_those_that_a_recount_finds,
    ),
    "only what was paid is posted": Mutant(
        f"{SERVICES}.outcomes",
        "    left = [line for line in failed if line.moved_on is not None]\n",
        "    left = []\n",
        paying.test_a_failed_line_is_tried_again_by_another_line_after_the_account_was_corrected,
    ),
    "budget of returned money stays spent": Mutant(
        f"{SERVICES}.outcomes",
        "                RESERVED: _sum(returned),\n                EXECUTED: -_sum(returned),\n",
        "",
        paying.test_money_that_comes_back_takes_the_payment_back,
    ),
    "lines may be left out of a whole reply": Mutant(
        f"{APP}.bankfile.judging",
        "    if reply.is_whole and left:\n",
        "    if False:\n",
        _wrong("lines missing from a whole reply"),
    ),
    "a line may stand twice": Mutant(
        f"{APP}.bankfile.judging",
        "    if first != row.line:\n",
        "    if False:\n",
        _wrong("a line twice, GBK"),
    ),
    "the card is not compared": Mutant(
        f"{APP}.bankfile.judging",
        "    if expected.card and known_card(row.card) != expected.card:\n",
        "    if False:\n",
        _wrong("another card"),
    ),
    "what failed may be paid after all": Mutant(
        f"{APP}.bankfile.judging",
        '        Status.PAID: frozenset({"sent", "unknown"}),\n',
        '        Status.PAID: frozenset({"sent", "unknown", "failed"}),\n',
        _contradiction,
    ),
    "anybody takes the signature of another": Mutant(
        f"{SERVICES}.receipts",
        "    actor.require(RECEIVES if proxy is None else APPROVES)\n",
        "    actor.require(RECEIVES)\n",
        receipts.test_another_person_signs_only_with_written_power_taken_by_the_head,
    ),
    "one signature signs for many": Mutant(
        f"{SERVICES}.receipts",
        "    if used.exists():\n",
        "    if False:\n",
        receipts.test_one_signature_signs_one_payment_so_no_group_can_sign,
    ),
}


@contextmanager
def standing(mutant: Mutant) -> Iterator[None]:
    """Let a mutant stand in for its module, wherever its names were imported to."""
    module = importlib.import_module(mutant.module)
    source = inspect.getsource(module)
    if source.count(mutant.old) != 1:
        raise LookupError(f"{mutant.module} does not hold once: {mutant.old!r}")
    before = dict(vars(module))
    code = compile(
        source.replace(mutant.old, mutant.new), module.__file__, "exec",
        flags=__future__.annotations.compiler_flag,
    )  # fmt: skip
    exec(code, vars(module))
    changed = [
        (name, value, vars(module)[name])
        for name, value in before.items()
        if not name.startswith("__") and vars(module).get(name) is not value
    ]
    places = [
        vars(one)
        for name, one in list(sys.modules.items())
        if name.startswith((APP, "tests.tenant_apps.payouts")) and one is not module
    ]
    rebound = [
        (place, name, old, new)
        for place in places
        for name, old, new in changed
        if place.get(name) is old and not isinstance(old, type)
    ]
    for place, name, _old, new in rebound:
        place[name] = new
    try:
        yield
    finally:
        for place, name, old, _new in rebound:
            place[name] = old
        vars(module).update(before)
