"""The door to the demo network, which is loaded in the background. Production has no loader."""

from celery import current_app, shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from bangfu.kernel.tenancy.tasks import NetworkTask

# One at a time: a second worker would furnish the same stations. A worker that was killed gives it up
# when the time of a task is over.
SLOT, SLOT_SECONDS = "demo.go_on", 120
REPORT_SLOT, REPORT_SECONDS = "demo.report", 570


@shared_task(name="demo.go_on", base=NetworkTask)
def go_on() -> int:
    """Furnish the stations that were opened since; while there are more, ring again."""
    if not settings.BANGFU_DEMO:
        return 0
    if not cache.add(SLOT, "taken", SLOT_SECONDS):
        return 0
    try:
        # By name: the demo network stands above the tasks.
        furnished: int = import_string("bangfu.demo.go_on")()
    finally:
        cache.delete(SLOT)
    if furnished:
        current_app.send_task("demo.go_on")
    else:
        current_app.send_task("demo.report", expires=10)
    return furnished


@shared_task(name="demo.report", base=NetworkTask, soft_time_limit=540, time_limit=REPORT_SECONDS)
def report() -> bool:
    """Let one more branch of the demo network report; while there is more to do, ring again."""
    if not settings.BANGFU_DEMO or not cache.add(REPORT_SLOT, "taken", REPORT_SECONDS):
        return False
    try:
        is_left: bool = import_string("bangfu.demo.report_next")()
    finally:
        cache.delete(REPORT_SLOT)
    if is_left:
        current_app.send_task("demo.report")
    return is_left
