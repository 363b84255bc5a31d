import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bangfu.kernel.memory import spare_what_stays

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_loaded_is_no_longer_looked_through():
    kept = [[number] for number in range(1_000)]
    assert gc.is_tracked(kept)

    spare_what_stays()

    assert len(gc.get_objects()) < 1_000


@pytest.mark.fault
@pytest.mark.parametrize(
    "ready",
    [
        "from bangfu.gunicorn import when_ready; when_ready(None); import bangfu.urls",
        "bangfu.celery.app.loader.import_default_modules(); celery.signals.worker_init.send(None)",
    ],
    ids=["the web", "a worker"],
)
def test_a_process_that_serves_spares_what_it_loaded(ready):
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import bangfu.wsgi, celery, gc; {ready}; print(gc.get_freeze_count(), len(gc.get_objects()))",
        ],
        cwd=ROOT,
        env=os.environ
        | {"PYTHONPATH": f"platform{os.pathsep}.", "DJANGO_SETTINGS_MODULE": "bangfu.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    spared, looked_through = map(int, told.stdout.split())
    assert spared > 50 * looked_through
