"""How a row of the past is said on the page of the household it was about."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import Text
from bangfu.ui.templatetags.ui import yuan
from shared_apps.paperbooks.models import Bound, PastRow
from shared_apps.rollup.dimensions import label_of

_KINDS: Mapping[str, Text] = {
    "aid": gettext_lazy("发放资金"),
    "goods": gettext_lazy("发放实物"),
    "certificate": gettext_lazy("发证"),
    "relief": gettext_lazy("优待减免"),
    "tickets": gettext_lazy("电影票"),
    "donation": gettext_lazy("社会捐款"),
    "income": gettext_lazy("资金收入"),
}
_THOUSANDTHS = 1_000


def kind_words(row: PastRow) -> Text:
    """Say what was done."""
    return _KINDS[row.kind]


def about_words(row: PastRow) -> str:
    """Say under which codes it counts."""
    return "、".join(label_of(name, value) for name, value in row.dims.items())


def amount_words(row: PastRow) -> str:
    """Say how much, with the word of the paper where the number is not exact; empty where it says none."""
    said = []
    fen = row.amount_fen + row.goods_fen
    if fen:
        said.append(_("%(amount)s 元") % {"amount": yuan(fen)})
    if row.quantity:
        amount = Decimal(row.quantity) / _THOUSANDTHS
        unit = _("吨") if row.dims.get("goods_kind") == "coal" else _("件")
        said.append(f"{amount.normalize():f} {unit}")
    words = "，".join(said)
    if row.bound == Bound.ABOUT:
        return _("约 %(words)s") % {"words": words}
    return f"{words}{row.get_bound_display()}" if row.bound else words


def place_words(row: PastRow) -> str:
    """Say where it stands: which book, which row of its sheet."""
    return _("《%(book)s》第 %(row)s 行") % {"book": row.book.source, "row": row.number}
