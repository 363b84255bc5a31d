"""Faults to Sentry, where an operator has named one."""

from collections.abc import Mapping

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.types import Event, Hint

from bangfu.observability.scrub import scrub_event


def _before_send(event: Event, hint: Hint) -> Event:
    from bangfu.kernel.tenancy import station_in_force

    scrubbed: Event = scrub_event(event, hint)
    station = station_in_force()
    if station is not None:
        scrubbed.setdefault("tags", {})["station"] = station.code
    return scrubbed


def report_errors(environ: Mapping[str, str], *, release: str) -> bool:
    """Report faults to ``SENTRY_DSN``; without it nothing is reported anywhere.

    Refusals (``DomainError``) are answers and are never reported.

    Returns:
        Whether faults are reported.
    """
    dsn = environ.get("SENTRY_DSN", "")
    if not dsn:
        return False
    from bangfu.kernel.errors import DomainError

    sentry_sdk.init(
        dsn=dsn,
        release=release,
        environment=environ.get("BANGFU_ENV", "local"),
        integrations=[DjangoIntegration(), CeleryIntegration(propagate_traces=False)],
        include_local_variables=False,
        max_request_body_size="never",
        before_send=_before_send,
        before_send_transaction=scrub_event,
        before_breadcrumb=lambda crumb, _hint: crumb if crumb.get("category") != "query" else None,
        ignore_errors=[DomainError],
        traces_sample_rate=float(environ.get("SENTRY_TRACES", "0")),
    )
    return True
