"""R21: edits, deletes, inserts, reorders and cut tails of a chain, a hundred seeded ones each, all found."""

import copy
from datetime import timedelta
from random import Random

import pytest

from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import chained_hash, proved
from tests.support.databases import NOON

LENGTH = 24
ANCHORED = (8, 16, LENGTH)


def chain():
    """A chain as the service writes it, without a database."""
    rows, prev = [], bytes(32)
    for seq in range(1, LENGTH + 1):
        row = AuditRow(
            chain=7, seq=seq, at=NOON + timedelta(minutes=seq), event="file.changed", actor_id=seq % 3,
            actor_name=f"经办{seq % 3}", via="page", subject_kind="file", subject_id=str(seq),
            data={"fields": ["mobile"], "version": seq}, prev=prev,
        )  # fmt: skip
        row.hash = prev = chained_hash(row)
        rows.append(row)
    return rows


CHAIN = chain()
ANCHORS = {seq: CHAIN[seq - 1].hash.hex() for seq in ANCHORED}


def found(rows, *, count=LENGTH, last_hash=CHAIN[-1].hash, anchors=ANCHORS):
    verdict = proved(
        sorted(rows, key=lambda row: row.seq), count=count, last_hash=last_hash, anchors=anchors
    )
    return verdict.first_broken


def edited(row, rng):
    changes = {
        "event": "file.approved",
        "actor_name": "别人",
        "actor_id": 99,
        "via": "token",
        "subject_id": "x",
        "subject_kind": "review",
        "at": row.at + timedelta(seconds=1),
        "data": {**row.data, "version": -1},
    }
    name = rng.choice(sorted(changes))
    changed = copy.copy(row)
    setattr(changed, name, changes[name])
    if rng.random() < 0.5:
        # Whoever knows how rows are hashed makes the hash fit again: the next row gives it away.
        changed.hash = chained_hash(changed)
    return changed


def edit(rows, rng):
    place = rng.randrange(LENGTH)
    return [*rows[:place], edited(rows[place], rng), *rows[place + 1 :]], place + 1


def delete(rows, rng):
    place = rng.randrange(LENGTH)
    return [*rows[:place], *rows[place + 1 :]], place + 1


def renumbered(rows):
    """Close the gap that a deletion left, as somebody careful would."""
    fresh = []
    for seq, row in enumerate(rows, start=1):
        moved = copy.copy(row)
        moved.seq = seq
        fresh.append(moved)
    return fresh


def delete_and_renumber(rows, rng):
    changed, place = delete(rows, rng)
    return renumbered(changed), place


def insert(rows, rng):
    place = rng.randrange(LENGTH)
    forged = edited(rows[place], rng)
    return renumbered([*rows[:place], forged, *rows[place:]]), place + 1


def reorder(rows, rng):
    first, second = sorted(rng.sample(range(LENGTH), 2))
    changed = list(rows)
    changed[first], changed[second] = changed[second], changed[first]
    return renumbered(changed), first + 1


@pytest.mark.parametrize("change", [edit, delete, delete_and_renumber, insert, reorder])
def test_a_hundred_changes_of_a_kind_are_all_found_at_or_after_their_place(change):
    missed = []
    for seed in range(100):
        rows, place = change(CHAIN, Random(seed))
        broken = found(rows)
        if broken is None or not place <= broken <= place + 1:
            missed.append((seed, place, broken))
    assert missed == []


def test_a_hundred_cut_tails_are_found_by_the_head():
    lengths = [Random(seed).randrange(LENGTH) for seed in range(100)]
    assert [cut for cut in lengths if found(CHAIN[:cut]) != cut + 1] == []


def test_a_hundred_tails_cut_together_with_their_head_are_found_by_the_anchors_above():
    missed = []
    for seed in range(100):
        cut = Random(seed).randrange(LENGTH)
        last = CHAIN[cut - 1].hash if cut else bytes(32)
        if found(CHAIN[:cut], count=cut, last_hash=last) != cut + 1:
            missed.append(cut)
    assert missed == []


def test_a_hundred_chains_rewritten_from_a_row_on_are_found_by_the_anchors_above():
    missed = []
    for seed in range(100):
        rng = Random(seed)
        place = rng.randrange(LENGTH)
        rows, prev = list(CHAIN[:place]), CHAIN[place - 1].hash if place else bytes(32)
        for row in CHAIN[place:]:
            forged = copy.copy(row)
            forged.data = {"fields": [], "version": rng.randrange(10**9)}
            forged.prev = prev
            forged.hash = prev = chained_hash(forged)
            rows.append(forged)
        if found(rows, last_hash=prev) is None:
            missed.append(seed)
    assert missed == []


def test_a_chain_nobody_touched_holds():
    assert found(CHAIN) is None
