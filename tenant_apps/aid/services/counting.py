"""When an application counts, and when it does not any more."""

from __future__ import annotations

from datetime import datetime

from shared_apps.rollup.services import record_facts
from tenant_apps.aid.indicators import counted_of, facts_of_application
from tenant_apps.aid.models import Application


def count_paid(application: Application, *, now: datetime) -> None:
    """Keep, unsaved, under which dimensions a paid application counts, and write its facts."""
    application.counted = counted_of(application)
    record_facts(facts_of_application(application), now=now)


def uncount(application: Application, *, now: datetime) -> None:
    """Take back the facts that a payment wrote, while the row still says which."""
    gone = [fact.reversed() for fact in facts_of_application(application)]
    record_facts(gone, now=now)
