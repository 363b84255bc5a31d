"""Menu entries of messages and their red count."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from shared_apps.exchange.models import Message, MessageState

MENU = [
    MenuItem(
        _("站间消息"),
        "mail-forward",
        "exchange:list",
        group=_("协同"),
        capability="message.view",
        order=620,
        count="messages.parked",
    ),
    MenuItem(
        _("站间消息"),
        "mail-forward",
        "exchange:list",
        group=_("运行"),
        capability="message.view",
        order=620,
        count="messages.parked",
        scope="network",
    ),
]


def count_parked(request: HttpRequest) -> int:
    """Count the messages that wait for two people."""
    actor = getattr(request, "actor", None)
    if actor is None or not actor.may("message.view"):
        return 0
    return Message.objects.filter(state=MessageState.PARKED).count()


counters.register("messages.parked", count_parked)
