"""Forms of aid."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.ui.forms import TakesProblems
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.programmes.models import Campaign, Programme
from tenant_apps.aid.models import AidState
from tenant_apps.funds.models import Fund
from tenant_apps.households.models import HouseholdMember

_DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
_LONG = forms.Textarea({"rows": 3})


def fen(amount: Decimal | None) -> int | None:
    """Return an amount in yuan, of at most two decimals, as integer fen."""
    return None if amount is None else int(amount * 100)


class _Form(TakesProblems):
    def field_of(self, field: str) -> str:
        """Amounts are entered in yuan."""
        return {"amount_fen": "amount", "self_paid_fen": "self_paid", "loss_fen": "loss"}.get(
            field, field
        )

    def choose(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Offer the choices of a field."""
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]


def _amount(label: Any, *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
    )


class SearchForm(_Form):
    """What to look for among the applications."""

    words = forms.CharField(label=gettext_lazy("姓名、编号"), required=False, max_length=32)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)
    aid = forms.ChoiceField(label=gettext_lazy("帮扶项目"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("state", [("", _("全部")), *AidState.choices])
        self.choose("aid", CODE_LISTS["aid"].choices(blank=_("全部")))


class AskForm(_Form):
    """What a household on file asks for."""

    programme = forms.ChoiceField(label=gettext_lazy("帮扶项目"))
    amount = _amount(gettext_lazy("申请金额（元）"))
    member = forms.ChoiceField(label=gettext_lazy("就读成员"), required=False)
    stage = forms.ChoiceField(label=gettext_lazy("助学阶段"), required=False)
    campaign = forms.ChoiceField(label=gettext_lazy("集中帮扶活动"), required=False)
    loss_kind = forms.ChoiceField(label=gettext_lazy("意外损失类别"), required=False)
    loss = _amount(gettext_lazy("损失金额（元，扣除赔付、保险、其他救助后）"), required=False)
    case_on = forms.DateField(label=gettext_lazy("事由发生日期"), required=False, widget=_DAY)
    self_paid = _amount(gettext_lazy("个人自付金额（元）"), required=False)
    need = forms.CharField(
        label=gettext_lazy("困难和需求说明"), required=False, max_length=500, widget=_LONG
    )

    def __init__(
        self,
        *args: Any,
        programmes: Iterable[Programme],
        campaigns: Iterable[Campaign] = (),
        members: Iterable[HouseholdMember] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        none = ("", _("（不适用）"))
        self.choose("programme", [(one.key, one.name) for one in programmes])
        self.choose("member", [none, *((str(one.pk), one.name) for one in members)])
        self.choose("campaign", [none, *((str(one.pk), one.name) for one in campaigns)])
        self.choose("stage", CODE_LISTS["aid_stage"].choices(blank=str(none[1])))
        self.choose("loss_kind", CODE_LISTS["loss_kind"].choices(blank=str(none[1])))

    def asked(self) -> dict[str, Any]:
        """Return what was filled in, as the service takes it."""
        given = self.cleaned_data
        return {
            "programme": given["programme"],
            "amount_fen": fen(given["amount"]),
            "member_id": given.get("member") or None,
            "campaign_id": given.get("campaign") or None,
            "stage": given.get("stage", ""),
            "loss_kind": given.get("loss_kind", ""),
            "loss_fen": fen(given.get("loss")),
            "case_on": given.get("case_on"),
            "self_paid_fen": fen(given.get("self_paid")),
            "need": given["need"],
        }


class PersonForm(_Form):
    """A person of a warmth group outside the files."""

    programme = forms.ChoiceField(label=gettext_lazy("帮扶项目"))
    group = forms.ChoiceField(label=gettext_lazy("慰问对象类别"))
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=20)
    unit = forms.CharField(label=gettext_lazy("单位"), required=False, max_length=64)
    id_no = forms.CharField(label=gettext_lazy("身份证号码"), required=False, max_length=18)
    bank = forms.CharField(label=gettext_lazy("开户银行"), required=False, max_length=64)
    card_no = forms.CharField(label=gettext_lazy("本人银行卡号"), required=False, max_length=30)
    amount = _amount(gettext_lazy("金额（元）"))
    case_on = forms.DateField(label=gettext_lazy("慰问日期"), required=False, widget=_DAY)
    need = forms.CharField(label=gettext_lazy("事由"), required=False, max_length=500, widget=_LONG)

    def __init__(
        self, *args: Any, programmes: Iterable[Programme], groups: Iterable[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        allowed = set(groups)
        self.choose("programme", [(one.key, one.name) for one in programmes])
        self.choose(
            "group",
            [pair for pair in CODE_LISTS["warmth_group"].choices() if pair[0] in allowed],
        )

    def asked(self) -> dict[str, Any]:
        """Return what was filled in, as the service takes it."""
        given = dict(self.cleaned_data)
        given["amount_fen"] = fen(given.pop("amount"))
        return given


class ReviewForm(_Form):
    """From which fund, and how much."""

    fund = forms.ChoiceField(label=gettext_lazy("资金来源"))
    amount = _amount(gettext_lazy("拟批金额（元）"), required=False)
    comment = forms.CharField(label=gettext_lazy("审核意见"), required=False, max_length=300)

    def __init__(self, *args: Any, funds: Iterable[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("fund", [(str(one.pk), f"{one.code} {one.name}") for one in funds])


class UrgentForm(_Form):
    """From which fund, and why at once."""

    fund = forms.ChoiceField(label=gettext_lazy("资金来源"))
    reason = forms.CharField(label=gettext_lazy("急救理由"), max_length=300, widget=_LONG)

    def __init__(self, *args: Any, funds: Iterable[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("fund", [(str(one.pk), f"{one.code} {one.name}") for one in funds])


class MinutesForm(_Form):
    """What a meeting decided."""

    held_on = forms.DateField(label=gettext_lazy("会议日期"), widget=_DAY)
    number = forms.CharField(label=gettext_lazy("纪要编号"), max_length=60)
    members = forms.CharField(label=gettext_lazy("参会人员"), max_length=200)
    decision = forms.CharField(label=gettext_lazy("会议决定"), max_length=500, widget=_LONG)


class PayeeForm(_Form):
    """Another account of the same person."""

    bank = forms.CharField(label=gettext_lazy("开户银行"), max_length=64)
    card_no = forms.CharField(label=gettext_lazy("银行卡号"), max_length=30)
    reason = forms.CharField(label=gettext_lazy("更正原因"), max_length=300)


class EffectForm(_Form):
    """What the aid did for the household."""

    effect = forms.CharField(label=gettext_lazy("帮扶效果"), max_length=500, widget=_LONG)


class OpinionForm(_Form):
    """What the station above says of a request."""

    opinion = forms.CharField(label=gettext_lazy("审批意见"), max_length=300, widget=_LONG)


class CampaignForm(_Form):
    """What a campaign is, and whom it is for."""

    kind = forms.ChoiceField(label=gettext_lazy("活动类别"))
    name = forms.CharField(label=gettext_lazy("活动名称"), max_length=60)
    programme = forms.ChoiceField(label=gettext_lazy("帮扶项目"))
    amount = _amount(gettext_lazy("每户（人）拟发金额（元）"), required=False)
    opens_on = forms.DateField(label=gettext_lazy("开始日期"), widget=_DAY)
    closes_on = forms.DateField(label=gettext_lazy("截止日期"), widget=_DAY)
    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("困难类别"), required=False, widget=forms.CheckboxSelectMultiple
    )
    special = forms.MultipleChoiceField(
        label=gettext_lazy("在档特殊群体"), required=False, widget=forms.CheckboxSelectMultiple
    )
    stages = forms.MultipleChoiceField(
        label=gettext_lazy("助学阶段"), required=False, widget=forms.CheckboxSelectMultiple
    )
    under_age = forms.IntegerField(
        label=gettext_lazy("不满周岁"), required=False, min_value=1, max_value=30
    )
    age_on = forms.CharField(
        label=gettext_lazy("周岁计算日（月-日）"), required=False, max_length=5, initial="06-01"
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("档外慰问对象"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=300, widget=_LONG)

    def __init__(self, *args: Any, programmes: Iterable[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("kind", CODE_LISTS["campaign"].choices())
        self.choose("programme", [(one.key, one.name) for one in programmes])
        self.choose("tiers", [one for one in CODE_LISTS["tier"].choices() if len(one[0]) == 1])
        self.choose("special", CODE_LISTS["group"].choices())
        self.choose("stages", CODE_LISTS["aid_stage"].choices())
        self.choose(
            "groups", [one for one in CODE_LISTS["warmth_group"].choices() if one[0] != "on_file"]
        )

    def called(self) -> dict[str, Any]:
        """Return what was filled in, as the service takes it."""
        given = self.cleaned_data
        rule: dict[str, Any] = {
            name: given[field]
            for name, field in (("tiers", "tiers"), ("groups", "special"), ("stages", "stages"))
            if given[field]
        }
        if given["under_age"]:
            rule |= {"under_age": given["under_age"], "age_on": given["age_on"] or "06-01"}
        return {
            "kind": given["kind"],
            "name": given["name"],
            "programme": given["programme"],
            "opens_on": given["opens_on"],
            "closes_on": given["closes_on"],
            "amount_fen": fen(given["amount"]),
            "groups": given["groups"],
            "rule": rule,
            "note": given["note"],
        }
