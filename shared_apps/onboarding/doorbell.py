"""Tell a worker that a station waits to be opened. Losing the bell costs seconds: a sweep finds it."""

from uuid import UUID

from bangfu.kernel import doorbell


def ring(application_id: UUID) -> None:
    """Ask a worker to open the station of an approved application."""
    doorbell.ring("onboarding.open", str(application_id))


def ring_for_letters() -> None:
    """Ask a worker to send the letters that applicants are owed."""
    doorbell.ring("onboarding.write")


def ring_for_waiting() -> None:
    """Ask a worker to open whatever waits."""
    doorbell.ring("onboarding.open_waiting")
