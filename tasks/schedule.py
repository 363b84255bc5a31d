"""The clock of the workers: short, static, and the same for any number of stations.

Each entry only wakes a job; what is due, and for whom, the job reads from the database.
"""

from typing import Any

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "relay.sweep": {"task": "relay.sweep", "schedule": 15.0, "options": {"expires": 15}},
    "relay.forget": {"task": "relay.forget", "schedule": 86400.0, "options": {"expires": 3600}},
    "onboarding.sweep": {
        "task": "onboarding.open_waiting",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "audit.anchor": {"task": "audit.anchor", "schedule": 300.0, "options": {"expires": 300}},
}
