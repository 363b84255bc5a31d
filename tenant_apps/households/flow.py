"""The flow of a file. Source: domain reference §3.2."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.flow import Flow, Step
from tenant_apps.households.models import EDITABLE_STATES, FileState

FILE_FLOW = Flow(
    "file",
    {
        "submit": Step(
            sources=frozenset(EDITABLE_STATES),
            target=FileState.SUBMITTED,
            capability="file.submit",
            label=_("提交"),
            clock="first_review",
        ),
    },
)
