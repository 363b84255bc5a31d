"""The door to the demo network, which is loaded in the background. Production has no loader."""

from celery import current_app, shared_task
from django.conf import settings
from django.utils.module_loading import import_string

from bangfu.kernel.tenancy.tasks import NetworkTask


@shared_task(name="demo.go_on", base=NetworkTask)
def go_on() -> int:
    """Furnish the stations that were opened since; while there are more, ring again."""
    if not settings.BANGFU_DEMO:
        return 0
    # By name: the demo network stands above the tasks.
    furnished: int = import_string("bangfu.demo.go_on")()
    if furnished:
        current_app.send_task("demo.go_on")
    return furnished
