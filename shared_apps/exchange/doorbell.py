"""Tell a worker that a station has messages. Losing the bell costs seconds, never a message."""

from bangfu.kernel import doorbell


def ring(station_id: int) -> bool:
    """Ask a worker to deliver what waits for ``station_id``; the sweeper does it if nobody hears.

    Returns whether the broker took it. Never raises, and never waits for a broker that is down.
    """
    return doorbell.ring("relay.deliver", station_id)
