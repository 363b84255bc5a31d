"""Forms of cards, purchases, reliefs, partners and settlements. Amounts are typed in yuan, shares in per cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.ui.forms import TakesProblems
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.partners.models import Partner
from tenant_apps.benefits.models import CardState
from tenant_apps.benefits.rules import Line
from tenant_apps.benefits.services import AgreementDetails, PartnerDetails
from tenant_apps.benefits.statements import MOST_LINES, line_of, read_statement
from tenant_apps.funds.models import Fund
from tenant_apps.households.models import HouseholdFile, HouseholdMember
from tenant_apps.imports.refusals import WorkbookRefused

_DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def _amount(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=10, decimal_places=2, min_value=Decimal("0.01"),
        widget=forms.NumberInput({"inputmode": "decimal", "step": "0.01"}), **more,
    )  # fmt: skip


def _percent(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=5, decimal_places=2, min_value=0, max_value=100, **more
    )


def fen(yuan: Decimal | None) -> int:
    """Return typed yuan in fen."""
    return int((yuan or Decimal()) * 100)


class CardSearchForm(forms.Form):
    """What to look for in the register of cards."""

    words = forms.CharField(
        label=gettext_lazy("编号、户主姓名、档案编号"), required=False, max_length=40
    )
    kind = forms.ChoiceField(label=gettext_lazy("种类"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = CODE_LISTS["card_kind"].choices(blank=_("全部"))
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("全部")), *CardState.choices]  # type: ignore[attr-defined]


class HouseholdSearchForm(forms.Form):
    """Whom to look for among the households on file."""

    words = forms.CharField(
        label=gettext_lazy("姓名、首字母、档案编号或身份证号"), required=False, max_length=40
    )


class ApplyForm(TakesProblems):
    """Which card a household asks for."""

    kind = forms.ChoiceField(label=gettext_lazy("证卡种类"))
    goods = forms.MultipleChoiceField(
        label=gettext_lazy("限购物品"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不勾选表示按协议范围购买。证件不用填。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = CODE_LISTS["card_kind"].choices(blank=_("请选择"))
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["goods"].choices = CODE_LISTS["goods_kind"].choices()  # type: ignore[attr-defined]


class AmountForm(forms.Form):
    """How much is put on a card."""

    amount = _amount(gettext_lazy("充值金额（元）"))


class PurchaseForm(TakesProblems):
    """What was bought with a card."""

    number = forms.CharField(
        label=gettext_lazy("卡号"),
        max_length=32,
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True}),
    )
    partner = forms.ChoiceField(label=gettext_lazy("消费单位"))
    outlet = forms.CharField(label=gettext_lazy("网点"), max_length=60, required=False)
    amount = _amount(gettext_lazy("消费金额（元）"))
    goods_kind = forms.ChoiceField(label=gettext_lazy("物品类别"), required=False)
    receipt = forms.CharField(label=gettext_lazy("小票号"), max_length=40, required=False)
    bought_on = forms.DateField(label=gettext_lazy("消费日期"), widget=_DAY)

    def __init__(self, *args: Any, partners: list[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].choices = [  # type: ignore[attr-defined]
            ("", _("请选择")), *((str(one.pk), one.name) for one in partners)
        ]  # fmt: skip
        self.fields["outlet"].help_text = "；".join(
            f"{one.name}：{'、'.join(one.outlets)}" for one in partners if one.outlets
        )
        kinds = CODE_LISTS["goods_kind"].choices(blank=_("未分类"))
        self.fields["goods_kind"].choices = kinds  # type: ignore[attr-defined]


class ReliefForm(TakesProblems):
    """What a household was let off."""

    relief = forms.ChoiceField(label=gettext_lazy("减免项目"))
    bill = _amount(
        gettext_lazy("账单金额（元）"),
        required=False,
        help_text=gettext_lazy("义务教育学杂费按70%、协议医院药店按优惠比例，可只填账单。"),
    )
    amount = _amount(gettext_lazy("减免金额（元）"), required=False)
    granted_on = forms.DateField(label=gettext_lazy("减免日期"), widget=_DAY)
    department = forms.CharField(
        label=gettext_lazy("减免部门（单位）"), max_length=60, required=False
    )
    partner = forms.ChoiceField(label=gettext_lazy("医院（药店）"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("享受人"), required=False)
    stage = forms.ChoiceField(
        label=gettext_lazy("就读阶段"),
        required=False,
        help_text=gettext_lazy("学杂费减免必填。"),
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        partners: list[Partner],
        file: HouseholdFile,
        members: list[HouseholdMember],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        reliefs = CODE_LISTS["relief"].choices(blank=_("请选择"))
        self.fields["relief"].choices = reliefs  # type: ignore[attr-defined]
        self.fields["partner"].choices = [  # type: ignore[attr-defined]
            ("", _("不适用")), *((str(one.pk), one.name) for one in partners)
        ]  # fmt: skip
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", _("%(name)s（户主）") % {"name": file.name}),
            *((str(one.pk), one.name) for one in members),
        ]
        stages = CODE_LISTS["aid_stage"].choices(blank=_("不适用"))
        self.fields["stage"].choices = stages  # type: ignore[attr-defined]


class PartnerForm(TakesProblems):
    """A partner and its outlets."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    contact = forms.CharField(label=gettext_lazy("联系人"), max_length=40, required=False)
    phone = forms.CharField(
        label=gettext_lazy("电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"inputmode": "tel"}),
    )
    address = forms.CharField(label=gettext_lazy("地址"), max_length=120, required=False)
    outlets = forms.CharField(
        label=gettext_lazy("网点"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("每行一个网点；只有一处的不用填。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = CODE_LISTS["partner_kind"].choices(blank=_("请选择"))
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    @property
    def details(self) -> PartnerDetails:
        """What was said of the partner."""
        given = dict(self.cleaned_data)
        return PartnerDetails(outlets=given.pop("outlets").splitlines(), **given)


class AgreementForm(TakesProblems):
    """What is agreed with a partner."""

    number = forms.CharField(label=gettext_lazy("协议编号"), max_length=40)
    valid_from = forms.DateField(label=gettext_lazy("起始日期"), widget=_DAY)
    valid_to = forms.DateField(label=gettext_lazy("终止日期"), widget=_DAY)
    union_share = _percent(
        gettext_lazy("工会承担（%）"), help_text=gettext_lazy("其余由合作单位让利承担。")
    )
    discount = _percent(gettext_lazy("另给优惠（%）"), required=False)
    goods = forms.MultipleChoiceField(
        label=gettext_lazy("可购物品"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不勾选表示不限。"),
    )
    goes_down = forms.BooleanField(label=gettext_lazy("下级站点通用"), required=False)
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goods"].choices = CODE_LISTS["goods_kind"].choices()  # type: ignore[attr-defined]

    @property
    def details(self) -> AgreementDetails:
        """What was agreed."""
        given = dict(self.cleaned_data)
        return AgreementDetails(
            union_basis_points=int(given.pop("union_share") * 100),
            discount_basis_points=int((given.pop("discount") or 0) * 100),
            **given,
        )


class SettlementForm(TakesProblems):
    """A month with a partner and its statement."""

    partner = forms.ChoiceField(label=gettext_lazy("合作单位"))
    month = forms.DateField(
        label=gettext_lazy("结算月份"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput({"type": "month"}, format="%Y-%m"),
    )
    fund = forms.ChoiceField(label=gettext_lazy("支付资金"))
    file = forms.FileField(
        label=gettext_lazy("对账单（Excel）"),
        required=False,
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("表头有“小票号”“金额”两列即可。"),
    )
    statement = forms.CharField(
        label=gettext_lazy("或粘贴对账单"),
        required=False,
        widget=forms.Textarea({"rows": 8}),
        help_text=gettext_lazy(
            "每行一笔：小票号、金额（元），可直接从 Excel 复制两列粘贴。退货写负数。"
        ),
    )

    def __init__(
        self, *args: Any, partners: list[Partner], funds: list[Fund], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].choices = [  # type: ignore[attr-defined]
            ("", _("请选择")), *((str(one.pk), one.name) for one in partners)
        ]  # fmt: skip
        self.fields["fund"].choices = [  # type: ignore[attr-defined]
            ("", _("请选择")), *((str(one.pk), one.name) for one in funds)
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Read the statement, from the workbook or as pasted; a line that cannot be read is named."""
        given: dict[str, Any] = super().clean() or {}
        upload = given.get("file")
        given["statement"] = (
            self._uploaded(upload) if upload else self._pasted(given.get("statement") or "")
        )
        if not given["statement"] and not self.errors:
            self.add_error("file", _("请上传或粘贴对账单。"))
        return given

    def _uploaded(self, upload: Any) -> list[Line]:
        try:
            found = read_statement(upload.read(), upload.name or "")
        except WorkbookRefused as refusal:
            self.add_error("file", str(refusal))
            return []
        if isinstance(found, int):
            text = (
                _("第 %(number)s 行看不懂，请写成“小票号 金额”。") % {"number": found}
                if found
                else _("没有找到“小票号”“金额”两列。")
            )
            self.add_error("file", text)
            return []
        return found

    def _pasted(self, text: str) -> list[Line]:
        lines = [one for one in text.splitlines() if one.strip()]
        try:
            if len(lines) > MOST_LINES:
                self.add_error("statement", _("对账单行数过多。"))
                return []
            return [_line(number, one) for number, one in enumerate(lines, start=1)]
        except forms.ValidationError as refusal:
            self.add_error("statement", refusal)
            return []


def _line(number: int, text: str) -> Line:
    cells = text.replace("，", "\t").replace(",", "\t").split()
    line = line_of(*cells) if len(cells) == 2 else None
    if line is None:
        raise forms.ValidationError(
            _("第 %(number)s 行看不懂，请写成“小票号 金额”。") % {"number": number}
        )
    return line


class CardListForm(forms.Form):
    """A list of cards that were issued on paper."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy(".xlsx 或 .csv，用下载的模板填写。"),
    )
    leave_out_bad = forms.BooleanField(
        label=gettext_lazy("跳过有错误的行，其余照常导入"), required=False
    )
