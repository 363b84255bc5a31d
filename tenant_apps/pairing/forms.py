"""Forms of helpers, pairings, visits, campaigns and health records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from bangfu.ui.forms import TakesProblems
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.visiting import VisitForm
from tenant_apps.pairing.models import PairingState, VisitWay
from tenant_apps.pairing.rules import CAMPAIGNS

_CHOOSE = ("", _("请选择"))
_ANY = ("", _("全部"))


def choices_of(code_list: str) -> list[tuple[str, Text]]:
    """Return a code list as the choices of a field."""
    return [(code.value, code.text) for code in CODE_LISTS[code_list]]


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )


class HelperForm(TakesProblems):
    """A helper; a telephone left blank stays as it is."""

    name = forms.CharField(label=_("姓名或单位名称"), max_length=32)
    kind = forms.ChoiceField(label=_("类别"))
    unit = forms.CharField(label=_("所在单位"), max_length=64, required=False)
    duty = forms.CharField(label=_("职务"), max_length=32, required=False)
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("加密保存；修改时留空表示不变，填“-”清空。"),
    )
    user_id = forms.TypedChoiceField(
        label=_("本站点账号"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("选定后，该账号的“我的应访”会列出其名下各户。"),
    )
    is_default = forms.BooleanField(label=_("默认责任人（谁主管、谁帮扶）"), required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "kind", choices_of("helper_kind"))
        _offer(self, "user_id", [("", _("无")), *people])


class PairingForm(TakesProblems):
    """A pairing."""

    helper_id = forms.ChoiceField(label=_("帮扶责任人"))
    form = forms.ChoiceField(label=_("结对形式"))
    help_kinds = forms.MultipleChoiceField(
        label=_("帮扶方式"), required=False, widget=forms.CheckboxSelectMultiple
    )
    student = forms.ChoiceField(
        label=_("结对学生"), required=False, help_text=_("社会爱心人士与学生一对一结对时选择。")
    )
    planned_until = _day(_("计划帮扶至"), required=False)
    plan = forms.CharField(
        label=_("帮扶计划"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )
    begins = forms.BooleanField(label=_("双方已同意，今天开始帮扶"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        helpers: Iterable[tuple[str, str]],
        students: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "helper_id", [_CHOOSE, *helpers])
        _offer(self, "form", choices_of("pairing_form"))
        _offer(self, "help_kinds", choices_of("help_kind"))
        _offer(self, "student", [("", _("不指定")), *students])


class PairingSearchForm(forms.Form):
    """What the list of pairings is narrowed by."""

    state = forms.ChoiceField(label=_("状态"), required=False)
    form = forms.ChoiceField(label=_("结对形式"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "state", [_ANY, *PairingState.choices])
        _offer(self, "form", [_ANY, *choices_of("pairing_form")])


class DutySearchForm(forms.Form):
    """What the list of visits is narrowed by."""

    kind = forms.ChoiceField(label=_("走访类别"), required=False)
    helper = forms.ChoiceField(label=_("责任人"), required=False)
    mine = forms.BooleanField(label=_("只看我的"), required=False)

    def __init__(self, *args: Any, helpers: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "kind", [_ANY, *choices_of("visit_kind")])
        _offer(self, "helper", [_ANY, *helpers])


class ContactForm(TakesProblems):
    """A contact as it was, made for a phone at the door."""

    visited_on = _day(_("走访日期"))
    way = forms.ChoiceField(label=_("方式"), choices=VisitWay.choices)
    by_names = forms.CharField(label=_("走访人"), max_length=100)
    findings = forms.CharField(
        label=_("走访情况"), max_length=2000, widget=forms.Textarea({"rows": 5})
    )
    help_given = forms.CharField(label=_("帮扶内容"), max_length=300, required=False)
    needs = forms.MultipleChoiceField(
        label=_("发现的需求"), required=False, widget=forms.CheckboxSelectMultiple
    )
    follow_up = forms.CharField(label=_("需要跟进的事项"), max_length=300, required=False)
    follow_up_due_on = _day(_("跟进期限"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"] = VisitForm.base_fields["photos"]
        _offer(self, "needs", choices_of("need"))


class RoundForm(TakesProblems):
    """A campaign of visits."""

    kind = forms.ChoiceField(
        label=_("活动类别"), choices=[(kind, one.label) for kind, one in CAMPAIGNS.items()]
    )
    name = forms.CharField(label=_("活动名称"), max_length=60)
    opens_on = _day(_("开始日期"))
    due_on = _day(_("截止日期"))
    groups = forms.MultipleChoiceField(
        label=_("走访对象"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选表示全部在档户；六一走访另含有 14 周岁以下儿童的家庭。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "groups", choices_of("group"))


class HealthForm(TakesProblems):
    """One check-up."""

    person = forms.ChoiceField(label=_("检查对象"))
    checked_on = _day(_("检查日期"))
    hospital = forms.CharField(label=_("爱心医院"), max_length=64, required=False)
    findings = forms.CharField(
        label=_("检查结果"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("加密保存，查看须写明理由并记入审计日志。"),
    )
    advice = forms.CharField(label=_("医嘱"), max_length=500, required=False)
    next_check_on = _day(_("下次检查"), required=False)

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "person", list(people))


class StudentSearchForm(forms.Form):
    """What the list of students is narrowed by."""

    stage = forms.ChoiceField(label=_("就读阶段"), required=False)
    year = forms.CharField(
        label=_("入学年份"),
        required=False,
        max_length=4,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "stage", [_ANY, *choices_of("education")])


def _offer(form: forms.Form, field: str, choices: Iterable[tuple[Any, Any]]) -> None:
    form.fields[field].choices = list(choices)  # type: ignore[attr-defined]
