"""Forms of what happens to a file on file: re-checks, exits, events, transfers, changed households."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import InvalidInput
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.drafts import FILE_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.forms import SpecField
from tenant_apps.households.leaving import REASONS
from tenant_apps.households.models import TransferReason
from tenant_apps.households.services.findings import CONTINUE, EXIT, Findings
from tenant_apps.households.services.rechecking import EVENTS

_BLANK = ("", _("请选择"))
_TEMPORARY = (
    "name",
    "id_no",
    "mobile",
    "residence",
    "address",
    "main_cause",
    "sudden_net_fen",
    "story",
)


class _Refusable(forms.Form):
    use_required_attribute = False

    def show_refusal(self, refusal: InvalidInput) -> None:
        """Put each problem of a refusal at its field, or above the form."""
        for problem in refusal.problems:
            name = problem.field.removesuffix("_fen")
            self.add_error(name if name in self.fields else None, str(problem.message))


class FindingsForm(_Refusable):
    """What a re-check found, and whether the household stays or leaves; one income field a month."""

    proposal = forms.ChoiceField(
        label=_("复核意见"), choices=[(CONTINUE, _("继续在档")), (EXIT, _("退出"))]
    )
    findings = forms.CharField(
        label=_("复核情况"), widget=forms.Textarea({"rows": 4}), max_length=2000
    )
    exit_kind = forms.ChoiceField(label=_("退出类型"), required=False)
    exit_reason = forms.ChoiceField(label=_("退出原因"), required=False)
    exit_measure = forms.ChoiceField(
        label=_("脱困措施（脱困时选填）"),
        required=False,
        choices=lambda: [_BLANK, *CODE_LISTS["exit_measure"].choices()],
    )
    is_cause_gone = forms.BooleanField(label=_("致困原因已经消除"), required=False)

    def __init__(self, data: Any = None, *, months: int, is_exit: bool = False) -> None:
        initial = {"proposal": EXIT if is_exit else CONTINUE}
        super().__init__(data, initial=initial)
        self.months = [f"income_{number}" for number in range(1, months + 1)]
        for number, name in enumerate(self.months, start=1):
            label = _now("第 %(number)s 个月人均收入（元）") % {"number": number}
            self.fields[name] = forms.DecimalField(
                label=label,
                required=False,
                min_value=0,
                max_digits=10,
                decimal_places=2,
                widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            )
        for field, codes in (("exit_kind", "exit_kind"), ("exit_reason", "exit_reason")):
            chosen = self.fields[field]
            if isinstance(chosen, forms.ChoiceField):
                known = set(REASONS) | {reason for one in REASONS.values() for reason in one}
                chosen.choices = [
                    _BLANK,
                    *((code.value, code.text) for code in CODE_LISTS[codes] if code.value in known),
                ]
        if is_exit:
            self.fields["proposal"].widget = forms.HiddenInput()

    @property
    def findings_given(self) -> Findings:
        """Give what was filled in; a household that stays shows no incomes."""
        given = self.cleaned_data
        leaves = given["proposal"] == EXIT
        incomes = [given[name] for name in self.months if given.get(name) is not None]
        return Findings(
            text=given["findings"],
            proposal=given["proposal"],
            exit_kind=given["exit_kind"] if leaves else "",
            exit_reason=given["exit_reason"] if leaves else "",
            exit_measure=given["exit_measure"] if leaves else "",
            incomes_fen=[int(one * 100) for one in incomes] if leaves else (),
            is_cause_gone=given["is_cause_gone"],
        )

    def show_refusal(self, refusal: InvalidInput) -> None:
        """Put what is wrong with the incomes at the first of them."""
        for problem in refusal.problems:
            name = self.months[0] if problem.field == "incomes" else problem.field
            self.add_error(name if name in self.fields else None, str(problem.message))


class EventForm(_Refusable):
    """What happened in a household, to whom and when."""

    event = forms.ChoiceField(label=_("变更事项"), choices=[_BLANK, *EVENTS.items()])
    happened_on = forms.DateField(
        label=_("发生日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    person = forms.CharField(label=_("涉及人员"), required=False, max_length=32)
    note = forms.CharField(
        label=_("情况说明"), required=False, widget=forms.Textarea({"rows": 3}), max_length=500
    )


class TransferForm(_Refusable):
    """Where a file goes, and why."""

    to_code = forms.CharField(
        label=_("接收站点代码"),
        max_length=20,
        widget=forms.TextInput({"list": "stations-to", "autocomplete": "off"}),
        help_text=_("输入代码，或从列表中选择"),
    )
    reason = forms.ChoiceField(label=_("转移原因"), choices=[_BLANK, *TransferReason.choices])
    note = forms.CharField(
        label=_("说明"), required=False, widget=forms.Textarea({"rows": 3}), max_length=500
    )


class HeirForm(_Refusable):
    """Where every file of a unit that closes goes."""

    to_code = forms.CharField(
        label=_("接收站点代码"),
        max_length=20,
        widget=forms.TextInput({"list": "stations-to", "autocomplete": "off"}),
    )
    note = forms.CharField(label=_("依据"), max_length=500)


class EntryForm(_Refusable):
    """The number of a file in the national system, and when it was entered."""

    number = forms.CharField(label=_("全国系统档案编号"), max_length=32)
    entered_on = forms.DateField(
        label=_("录入日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class HelperForm(_Refusable):
    """Who answers for the help to a household."""

    helper = forms.CharField(label=_("帮扶责任人"), max_length=32)


class HeadForm(_Refusable):
    """Which member becomes the head, and as what the former head stays, if he does."""

    position = forms.TypedChoiceField(label=_("新户主"), coerce=int)
    former_head_as = forms.ChoiceField(
        label=_("原户主"), required=False, help_text=_("不选表示原户主不再是本户成员")
    )

    def __init__(self, data: Any = None, *, members: Sequence[MemberDraft]) -> None:
        super().__init__(data)
        position, stays = self.fields["position"], self.fields["former_head_as"]
        if isinstance(position, forms.ChoiceField) and isinstance(stays, forms.ChoiceField):
            position.choices = [(place, one.name) for place, one in enumerate(members)]
            stays.choices = [
                ("", _("不再是本户成员")),
                *((code.value, code.text) for code in CODE_LISTS["relation"]),
            ]


class SplitForm(_Refusable):
    """Which members leave and form a household of their own."""

    positions = forms.TypedMultipleChoiceField(
        label=_("分出的成员"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    head = forms.TypedChoiceField(label=_("新户的户主"), coerce=int)

    def __init__(self, data: Any = None, *, members: Sequence[MemberDraft]) -> None:
        super().__init__(data)
        for name in ("positions", "head"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [(place, one.name) for place, one in enumerate(members)]

    @property
    def in_order(self) -> list[int]:
        """Give the places of those who leave, the new head first."""
        head = self.cleaned_data["head"]
        others = [one for one in self.cleaned_data["positions"] if one != head]
        return [head, *others]


class ExitCheckForm(_Refusable):
    """What the verification of an exit found."""

    findings = forms.CharField(
        label=_("核查情况"), widget=forms.Textarea({"rows": 3}), max_length=2000
    )
    stands = forms.ChoiceField(
        label=_("核查结论"), choices=[("yes", _("退出属实")), ("no", _("已经返困"))]
    )


class TemporaryForm(_Refusable):
    """The few fields of a temporary file, read as those of the whole form are."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        specs = {spec.name: spec for spec in FILE_FIELDS}
        for name in _TEMPORARY:
            spec = specs[name]
            self.fields[spec.public_name] = SpecField(spec)

    @property
    def draft(self) -> HouseholdDraft:
        """Give what was filled in as a draft."""
        specs = {spec.public_name: spec.name for spec in FILE_FIELDS}
        return HouseholdDraft(
            **{
                specs[name]: value
                for name, value in self.cleaned_data.items()
                if value not in (None, "")
            }
        )
