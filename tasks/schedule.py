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
    "onboarding.write": {"task": "onboarding.write", "schedule": 60.0, "options": {"expires": 60}},
    "onboarding.keep_time": {
        "task": "onboarding.keep_time",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "rollups.fold": {"task": "rollups.fold", "schedule": 2.0, "options": {"expires": 2}},
    "rollups.count": {"task": "rollups.count", "schedule": 20.0, "options": {"expires": 20}},
    "reconciliation.nightly": {
        "task": "reconciliation.nightly",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "reconciliation.alert": {
        "task": "reconciliation.alert",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    "onboarding.fill_pool": {
        "task": "onboarding.fill_pool",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "demo.go_on": {"task": "demo.go_on", "schedule": 10.0, "options": {"expires": 10}},
    "clocks.fire": {"task": "clocks.fire", "schedule": 20.0, "options": {"expires": 20}},
    "notifications.send": {
        "task": "notifications.send",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "banking.sweep": {"task": "banking.sweep", "schedule": 60.0, "options": {"expires": 60}},
    "banking.nightly": {
        "task": "banking.nightly",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "imports.sweep": {"task": "imports.sweep", "schedule": 60.0, "options": {"expires": 60}},
    "documents.sweep": {"task": "documents.sweep", "schedule": 120.0, "options": {"expires": 120}},
    "payouts.sweep": {"task": "payouts.sweep", "schedule": 120.0, "options": {"expires": 120}},
    "pairing.keep_up": {
        "task": "pairing.keep_up",
        "schedule": 120.0,
        "options": {"expires": 120},
    },
    "aid.keep_up": {"task": "aid.keep_up", "schedule": 600.0, "options": {"expires": 600}},
    "benefits.keep_up": {
        "task": "benefits.keep_up",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "duplicates.sweep": {
        "task": "duplicates.sweep",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "duplicates.nightly": {
        "task": "duplicates.nightly",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    "privacy.expire": {"task": "privacy.expire", "schedule": 600.0, "options": {"expires": 600}},
    "privacy.sweep": {"task": "privacy.sweep", "schedule": 3600.0, "options": {"expires": 3600}},
    "privacy.reseal": {"task": "privacy.reseal", "schedule": 300.0, "options": {"expires": 300}},
    "policies.sweep": {"task": "policies.sweep", "schedule": 30.0, "options": {"expires": 30}},
    "reports.open": {"task": "reports.open_reports", "schedule": 60.0, "options": {"expires": 60}},
    "audit.anchor": {"task": "audit.anchor", "schedule": 300.0, "options": {"expires": 300}},
    "applications.drop_stale": {
        "task": "applications.drop_stale",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}
