"""What goods a household was given, told to the household."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from tenant_apps.goods.models import MoveKind, Movement
from tenant_apps.goods.rules import quantity_text
from tenant_apps.households.holdings import Holding
from tenant_apps.households.models import HouseholdFile


def _rows(file: HouseholdFile) -> Iterator[tuple[object, ...]]:
    given = Movement.objects.filter(kind=MoveKind.ISSUE, file_id=file.pk).select_related("lot")
    for one in given.exclude(followed_by__kind=MoveKind.UNDO).order_by("pk"):
        yield (
            one.moved_on,
            one.lot.name,
            quantity_text(one.quantity_milli, one.lot.unit),
            one.reason,
        )


HOLDING = Holding(
    key="goods",
    title=_("领取的物资"),
    columns=(
        ("on", _("日期")),
        ("what", _("物资")),
        ("quantity", _("数量")),
        ("reason", _("事由")),
    ),
    rows=_rows,
)
