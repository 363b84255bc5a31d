"""What the applications of a household say, told to the household."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.aid.models import Application
from tenant_apps.households.holdings import Holding
from tenant_apps.households.models import HouseholdFile


def _rows(file: HouseholdFile) -> Iterator[tuple[object, ...]]:
    for one in Application.objects.filter(file_id=file.pk).order_by("pk"):
        yield (
            one.number,
            CODE_LISTS["aid"].label(one.aid),
            one.person_name,
            one.need,
            yuan(one.asked_fen),
            yuan(one.amount_fen),
            one.get_state_display(),
            one.reason,
            one.payee_name,
            one.payee_card.reveal() if one.payee_card else "",
            one.submitted_on,
            one.paid_on,
            one.effect,
        )


HOLDING = Holding(
    key="aid",
    title=_("帮扶申请与发放"),
    columns=(
        ("number", _("编号")),
        ("kind", _("帮扶类型")),
        ("person", _("受助人")),
        ("need", _("事由")),
        ("asked", _("申请金额（元）")),
        ("granted", _("批准金额（元）")),
        ("state", _("状态")),
        ("reason", _("理由")),
        ("payee", _("收款人")),
        ("account", _("收款账号")),
        ("submitted_on", _("申请日期")),
        ("paid_on", _("发放日期")),
        ("effect", _("帮扶效果")),
    ),
    rows=_rows,
)
