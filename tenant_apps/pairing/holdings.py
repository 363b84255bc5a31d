"""Who was with a household and what was written down of it, told to the household.

The health record is told on its own page, to whoever may see it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from tenant_apps.households.holdings import Holding
from tenant_apps.households.models import HouseholdFile
from tenant_apps.pairing.models import Contact


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
