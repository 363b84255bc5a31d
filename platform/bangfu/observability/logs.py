"""Logs as one JSON object a line, with the station, and without personal data."""

import logging.config
from typing import Any

import structlog

from bangfu.observability.scrub import scrub_log


def _with_station(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Name the station in which the line is written, unless it names one itself."""
    from django.conf import settings

    if settings.configured and "station" not in event:
        from bangfu.kernel.tenancy import station_in_force

        station = station_in_force()
        if station is not None:
            event["station"] = station.code
    return event


# What every line gets, from our code and from libraries alike.
SHARED_STEPS: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    _with_station,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def logging_configuration(level: str = "INFO") -> dict[str, Any]:
    """Return the configuration for ``logging.config.dictConfig``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *SHARED_STEPS],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    scrub_log,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "gunicorn.error": {"handlers": ["stderr"], "level": level, "propagate": False},
            "gunicorn.access": {"handlers": [], "level": level, "propagate": False},
            "django.server": {"handlers": ["stderr"], "level": level, "propagate": False},
            # What went well is told by the rows of its job; what did not is an error.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            # Each refusal is an answer, told by the line of its request already.
            "django.request": {"level": "ERROR"},
        },
    }


def configure_structlog() -> None:
    """Send structlog's events the way of the standard library, so that all lines look alike."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_STEPS,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def configure_logging() -> None:
    """Configure both for a process that Django does not configure by itself."""
    from django.conf import settings

    configure_structlog()
    logging.config.dictConfig(settings.LOGGING)
