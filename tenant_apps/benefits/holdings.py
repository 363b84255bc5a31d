"""What cards a household has and what was done with them, told to the household."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.benefits.models import Card, Entry
from tenant_apps.households.holdings import Holding
from tenant_apps.households.models import HouseholdFile


def _cards(file: HouseholdFile) -> Iterator[tuple[object, ...]]:
    for one in Card.objects.filter(file_id=file.pk).order_by("pk"):
        yield (
            CODE_LISTS["card_kind"].label(one.kind),
            one.number,
            one.holder_name,
            one.get_state_display(),
            yuan(one.balance_fen),
            one.issued_on,
            one.valid_to,
        )


def _entries(file: HouseholdFile) -> Iterator[tuple[object, ...]]:
    cards = Card.objects.filter(file_id=file.pk).values("pk")
    own = Entry.objects.filter(file_id=file.pk) | Entry.objects.filter(card__in=cards)
    for one in own.select_related("card").order_by("pk"):
        yield (
            one.entered_on,
            one.get_kind_display(),
            one.card.number if one.card else "",
            one.partner_name,
            yuan(one.amount_fen),
            yuan(one.effect_fen),
            one.note,
        )


CARDS = Holding(
    key="cards",
    title=_("证卡"),
    columns=(
        ("kind", _("种类")),
        ("number", _("编号")),
        ("holder", _("持卡人")),
        ("state", _("状态")),
        ("balance", _("余额（元）")),
        ("issued_on", _("发放日期")),
        ("valid_to", _("有效期至")),
    ),
    rows=_cards,
)
ENTRIES = Holding(
    key="benefits",
    title=_("证卡与减免记录"),
    columns=(
        ("on", _("日期")),
        ("what", _("做了什么")),
        ("card", _("证卡")),
        ("partner", _("合作单位")),
        ("amount", _("金额（元）")),
        ("effect", _("余额变动（元）")),
        ("note", _("备注")),
    ),
    rows=_entries,
)
