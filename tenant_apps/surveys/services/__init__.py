"""What is done with samples, and with the orders to draw that come from above."""

from tenant_apps.surveys.services.ordering import order_samples, take_back_order
from tenant_apps.surveys.services.sampling import (
    draw_sample,
    erase_remark,
    note_answer,
    take_call_list,
    void_sample,
)

__all__ = [
    "draw_sample",
    "erase_remark",
    "note_answer",
    "order_samples",
    "take_back_order",
    "take_call_list",
    "void_sample",
]
