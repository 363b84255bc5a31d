"""What a household answered when it was drawn, told to the household."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy import current_station
from shared_apps.evaluations.models import Drawn
from tenant_apps.households.holdings import Holding
from tenant_apps.households.models import HouseholdFile


def _rows(file: HouseholdFile) -> Iterator[tuple[object, ...]]:
    drawn = Drawn.objects.filter(file_id=file.pk, station_id=current_station().id)
    for one in drawn.select_related("sample").order_by("pk"):
        remark = one.remark.reveal() if one.remark else ""
        yield (one.sample.year, one.get_answer_display(), one.answered_on, remark)


HOLDING = Holding(
    key="answers",
    title=_("满意度回访"),
    columns=(
        ("year", _("年度")),
        ("answer", _("回访结果")),
        ("on", _("日期")),
        ("remark", _("备注")),
    ),
    rows=_rows,
)
