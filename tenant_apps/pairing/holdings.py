"""Who was with a household and what was written down of it, told to the household; and its health record."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from tenant_apps.households.holdings import Holding
from tenant_apps.households.models import HouseholdFile
from tenant_apps.pairing.models import Contact, HealthCheck
from tenant_apps.pairing.services.health import VIEWED, VIEWS


def _rows(file: HouseholdFile) -> Iterator[tuple[object, ...]]:
    for one in Contact.objects.filter(file=file, withdrawn_at=None).order_by("visited_on", "pk"):
        yield (
            one.visited_on,
            one.get_way_display(),
            one.by_names,
            one.findings,
            one.help_given,
            one.follow_up,
            one.follow_up_result,
        )


def _health_rows(file: HouseholdFile) -> Iterator[tuple[object, ...]]:
    checks = HealthCheck.objects.filter(file=file, withdrawn_at=None)
    for one in checks.order_by("checked_on", "pk"):
        yield (
            one.person_name.reveal() if one.person_name else None,
            one.checked_on,
            one.hospital,
            one.findings.reveal(),
            one.advice.reveal() if one.advice else None,
            one.next_check_on,
        )


HOLDING = Holding(
    key="contacts",
    title=_("走访联系"),
    columns=(
        ("on", _("日期")),
        ("way", _("方式")),
        ("by", _("走访人")),
        ("findings", _("了解到的情况")),
        ("help", _("给予的帮助")),
        ("follow_up", _("待跟进")),
        ("result", _("跟进结果")),
    ),
    rows=_rows,
)

HEALTH = Holding(
    key="health",
    title=_("健康记录"),
    columns=(
        ("person", _("人员")),
        ("on", _("检查日期")),
        ("hospital", _("医院")),
        ("findings", _("检查结果")),
        ("advice", _("医嘱")),
        ("next", _("下次检查")),
    ),
    rows=_health_rows,
    capability=VIEWS,
    trace=VIEWED,
)
