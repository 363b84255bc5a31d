"""Facts that are written as the difference a change makes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from shared_apps.rollup.indicators import change_of
from shared_apps.rollup.services import record_facts
from tenant_apps.pairing.indicators import facts_of_duty
from tenant_apps.pairing.models import Duty
from tenant_apps.pairing.selectors import pairing_facts


@contextmanager
def pairings_counted(file_ids: Collection[UUID], *, now: datetime) -> Iterator[None]:
    """Record what the block changes in the pairings of these files."""
    before = pairing_facts(file_ids)
    yield
    record_facts(change_of(before, pairing_facts(file_ids)), now=now)


@contextmanager
def duties_counted(duties: Sequence[Duty], *, now: datetime) -> Iterator[None]:
    """Record what the block changes in these duties; it changes the same instances."""
    before = [fact for duty in duties for fact in facts_of_duty(duty)]
    yield
    after = [fact for duty in duties for fact in facts_of_duty(duty)]
    record_facts(change_of(before, after), now=now)
