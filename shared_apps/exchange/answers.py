"""Keeps the answers to writes with an ``Idempotency-Key`` and to forms done once, in the transaction of the act."""

from datetime import datetime
from uuid import UUID

from bangfu.kernel import clock
from bangfu.kernel.answers import Answer
from bangfu.kernel.tenancy import in_network, station_in_force
from shared_apps.exchange.models import KeptAnswer


def find(place: UUID, *, since: datetime | None = None) -> Answer | None:
    """Return the answer at this place, if there is one that is not older than ``since``."""
    row = KeptAnswer.objects.filter(pk=place).first()
    if row is None or (since is not None and row.at < since):
        return None
    body = row.body.reveal() if row.body is not None else ""
    return Answer(asked=bytes(row.asked), status=row.status, body=body)


def keep(place: UUID, answer: Answer) -> None:
    """Keep an answer of the station in force, or of the network; it stands when the transaction does."""
    station = station_in_force()
    KeptAnswer.objects.create(
        id=place,
        station_id=station.id if station else None,
        asked=answer.asked,
        status=answer.status,
        body=answer.body,
        at=clock.now(),
    )


def forget_answers(*, before: datetime) -> int:
    """Delete the answers given before an instant; return how many."""
    with in_network():
        return KeptAnswer.objects.filter(at__lt=before).delete()[0]
