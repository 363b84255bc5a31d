"""Forms of the store. Quantities are typed in the unit, amounts in yuan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.ui.forms import TakesProblems
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.goods.models import COUNTABLE, Place
from tenant_apps.goods.rules import MILLI, LotDetails

_DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def quantity_field(label: Any, *, required: bool = True, least: int | None = None) -> Any:
    """Return a field for a quantity with up to three decimals."""
    return forms.DecimalField(
        label=label, required=required, max_digits=12, decimal_places=3, min_value=least,
        widget=forms.NumberInput({"inputmode": "decimal", "step": "any"}),
    )  # fmt: skip


def milli(quantity: Decimal | None) -> int:
    """Return a typed quantity in thousandths; nothing typed is nothing."""
    return int((quantity or Decimal()) * MILLI)


class LotSearchForm(forms.Form):
    """What to look for in the store."""

    words = forms.CharField(label=gettext_lazy("品名、货位、捐赠人"), required=False, max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("状态"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = CODE_LISTS["goods_kind"].choices(blank=_("全部"))
        places = [(place.value, place.label) for place in Place if place != Place.OUTSIDE]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", _("全部")), *places]  # type: ignore[attr-defined]


class HouseholdSearchForm(forms.Form):
    """Whom to look for among the households on file."""

    words = forms.CharField(
        label=gettext_lazy("姓名、首字母、档案编号或身份证号"), required=False, max_length=40
    )


class LotForm(TakesProblems):
    """Goods that come in."""

    name = forms.CharField(label=gettext_lazy("品名规格"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    unit = forms.ChoiceField(label=gettext_lazy("计量单位"))
    quantity = quantity_field(gettext_lazy("数量"))
    unit_value = forms.DecimalField(
        label=gettext_lazy("单价（折价，元）"), max_digits=9, decimal_places=2, min_value=0
    )
    expires_on = forms.DateField(
        label=gettext_lazy("保质期至"),
        required=False,
        widget=_DAY,
        help_text=gettext_lazy("食品必填；到期当天起不能发放。"),
    )
    origin = forms.ChoiceField(label=gettext_lazy("来源"))
    donor = forms.CharField(
        label=gettext_lazy("捐赠人（单位）、供货单位"), max_length=80, required=False
    )
    is_anonymous = forms.BooleanField(label=gettext_lazy("捐赠人不愿具名"), required=False)
    is_new = forms.BooleanField(
        label=gettext_lazy("全新未使用"),
        required=False,
        help_text=gettext_lazy("旧衣物、被褥须先消毒再上架；全新的不用。"),
    )
    season_limit = quantity_field(gettext_lazy("每户每季限领"), required=False)
    shelf = forms.CharField(label=gettext_lazy("货位"), max_length=40, required=False)
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)
    is_announced = forms.BooleanField(label=gettext_lazy("只登记拟捐，尚未到货"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, listed in (("kind", "goods_kind"), ("unit", "goods_unit")):
            choices = CODE_LISTS[listed].choices(blank=_("请选择"))
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["origin"].choices = [  # type: ignore[attr-defined]
            one for one in CODE_LISTS["goods_origin"].choices() if one[0] != "station"
        ]

    @property
    def details(self) -> LotDetails:
        """What was said of the goods."""
        given = self.cleaned_data
        limit = given["season_limit"]
        return LotDetails(
            unit_value_fen=int(given["unit_value"] * 100),
            season_limit_milli=milli(limit) if limit is not None else None,
            **{
                name: given[name]
                for name in (
                    "name", "kind", "unit", "origin", "donor", "is_anonymous", "expires_on",
                    "is_new", "shelf", "note",
                )
            },
        )  # fmt: skip


class ListForm(forms.Form):
    """A list of goods in a workbook."""

    file = forms.FileField(
        label=gettext_lazy("填好的物资清单（Excel）"),
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
    )


class CheckForm(forms.Form):
    """A count, or what is to be thrown away."""

    place = forms.ChoiceField(label=gettext_lazy("位置"))
    quantity = quantity_field(gettext_lazy("数量"), least=0)
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=200,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(place.value, place.label) for place in reversed(COUNTABLE)]
        places.append((Place.IN_TRANSIT.value, Place.IN_TRANSIT.label))
        self.fields["place"].choices = places  # type: ignore[attr-defined]


class SendForm(forms.Form):
    """To which station goods go."""

    to = forms.CharField(
        label=gettext_lazy("调入站点编码"),
        max_length=20,
        help_text=gettext_lazy("对方站点网址里的编码，例如 130705001。"),
    )
    quantity = quantity_field(gettext_lazy("数量"))
    reason = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)


class IssueForm(forms.Form):
    """How much a household is given."""

    quantity = quantity_field(gettext_lazy("数量"))


class GroupForm(IssueForm):
    """How much the people of a group are given, and how many they are."""

    group = forms.ChoiceField(label=gettext_lazy("对象群体"))
    name = forms.CharField(label=gettext_lazy("领取单位或说明"), max_length=40, required=False)
    persons = forms.IntegerField(label=gettext_lazy("人数"), min_value=1, max_value=100_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = CODE_LISTS["warmth_group"].choices(blank=_("请选择"))
        self.fields["group"].choices = groups  # type: ignore[attr-defined]


class KeepForm(forms.Form):
    """Where a lot stands, and the limit of the quarter."""

    shelf = forms.CharField(label=gettext_lazy("货位"), max_length=40, required=False)
    season_limit = quantity_field(gettext_lazy("每户每季限领"), required=False)
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)
