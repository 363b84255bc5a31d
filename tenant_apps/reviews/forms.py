"""Forms of reviews."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bangfu.kernel import clock
from bangfu.kernel.text import kept
from tenant_apps.reviews.models import (
    MeansKind,
    MeansResult,
    MeansVerdict,
    MeetingKind,
    ReviewState,
)
from tenant_apps.reviews.services import ComparedItem, ItemAnswer


class ReviewSearchForm(forms.Form):
    """What the desk is narrowed by."""

    words = forms.CharField(label=_("姓名或编号"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *ReviewState.choices]
    )
    home_code = forms.CharField(label=_("建档站点编码"), required=False, max_length=20)
    mine = forms.BooleanField(label=_("只看转给我的"), required=False)


class OpinionForm(forms.Form):
    """An opinion with the usual words."""

    opinion = forms.CharField(
        label=_("意见"), widget=forms.Textarea({"rows": 3}), required=False, max_length=500
    )


class MeansForm(forms.Form):
    """The result of a means check that came on paper: who checked, when, which document."""

    fits = forms.ChoiceField(label=_("核对结果"), choices=[("yes", _("符合")), ("no", _("不符合"))])
    checked_on = forms.DateField(
        label=_("核对日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    unit = forms.CharField(label=_("核对单位"), max_length=60)
    document_no = forms.CharField(label=_("文书编号"), required=False, max_length=60)
    comment = forms.CharField(
        label=_("说明（不符合时必填）"),
        widget=forms.Textarea({"rows": 3}),
        required=False,
        max_length=500,
    )
    scan = forms.FileField(
        label=_("核对结果扫描件（图片或 PDF）"),
        required=False,
        widget=forms.FileInput({"accept": "image/*,application/pdf"}),
    )


class SendListForm(forms.Form):
    """Where a request list goes, and why names and numbers leave in the clear."""

    unit = forms.CharField(
        label=_("核对单位"),
        required=False,
        max_length=60,
        help_text=_("不填为：民政局居民家庭经济状况核对中心"),
    )
    reason = forms.CharField(
        label=_("导出理由"), widget=forms.Textarea({"rows": 2}), min_length=4, max_length=200
    )


class IntakeForm(forms.Form):
    """A request list that came back filled in."""

    file = forms.FileField(
        label=_("填好的核对名单（Excel）"), widget=forms.FileInput({"accept": ".xlsx"})
    )


class SettleForm(forms.Form):
    """What follows from a conflict."""

    verdict = forms.ChoiceField(label=_("核实结论"), choices=MeansVerdict.choices)
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea({"rows": 3}), max_length=500)


class ItemsForm(forms.Form):
    """What the outside unit said, item by item, noted by hand; an empty item is not back yet."""

    answered_on = forms.DateField(
        label=_("反馈日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind in MeansKind:
            self.fields[f"found_{kind}"] = forms.CharField(
                label=kind.label, required=False, max_length=500
            )
            self.fields[f"result_{kind}"] = forms.ChoiceField(
                label=format_lazy(_("{item}是否相符"), item=kind.label),
                required=False,
                choices=[("", "—"), *MeansResult.choices],
            )

    @classmethod
    def about(cls, items: Iterable[ComparedItem]) -> ItemsForm:
        """Give the form with what is known already."""
        initial: dict[str, Any] = {"answered_on": clock.today()}
        for one in items:
            initial[f"found_{one.item.kind}"] = one.found
            initial[f"result_{one.item.kind}"] = one.item.result
        return cls(initial=initial)

    def clean(self) -> dict[str, Any]:
        """Ask for the result of each item of which something was found."""
        given = super().clean() or {}
        for kind in MeansKind:
            if given.get(f"found_{kind}") and not given.get(f"result_{kind}"):
                self.add_error(
                    f"result_{kind}", _("%(item)s：请选择是否相符。") % {"item": kind.label}
                )
        return given

    @property
    def answers(self) -> dict[str, ItemAnswer]:
        """Give the items that are back."""
        given = self.cleaned_data
        return {
            str(kind): ItemAnswer(
                found=given[f"found_{kind}"] or kept(MeansResult(given[f"result_{kind}"]).label),
                result=given[f"result_{kind}"],
            )
            for kind in MeansKind
            if given.get(f"result_{kind}")
        }

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Give for each item what was found and whether it agrees."""
        return [(self[f"found_{kind}"], self[f"result_{kind}"]) for kind in MeansKind]


class MeetingForm(forms.Form):
    """A meeting and its minutes."""

    kind = forms.ChoiceField(label=_("会议类型"), choices=MeetingKind.choices)
    held_on = forms.DateField(
        label=_("会议日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    place = forms.CharField(label=_("地点"), max_length=60)
    attendees = forms.CharField(
        label=_("参会人员"), widget=forms.Textarea({"rows": 2}), max_length=1000
    )
    minutes = forms.CharField(
        label=_("会议纪要"), widget=forms.Textarea({"rows": 6}), max_length=20_000
    )
    scan = forms.FileField(
        label=_("会议纪要扫描件（图片或 PDF）"),
        required=False,
        widget=forms.FileInput({"accept": "image/*,application/pdf"}),
    )


class NoticeForm(forms.Form):
    """What the public reads."""

    reason = forms.CharField(
        label=_("公示理由"),
        widget=forms.Textarea({"rows": 3}),
        required=False,
        max_length=300,
        help_text=_("任何人都能看到：不写姓名全称、证件号码、电话和疾病。"),
    )


class RenewForm(forms.Form):
    """A corrected notice, and the answer to what was objected."""

    answer = forms.CharField(
        label=_("核查结论与答复"), widget=forms.Textarea({"rows": 3}), max_length=1000
    )
    reason = forms.CharField(
        label=_("更正后的公示理由"),
        widget=forms.Textarea({"rows": 3}),
        required=False,
        max_length=300,
        help_text=_("不填则沿用原公示理由。任何人都能看到：不写姓名全称、证件号码、电话和疾病。"),
    )


class AnswerForm(forms.Form):
    """The answer to an objection."""

    answer = forms.CharField(
        label=_("核查结论与答复"), widget=forms.Textarea({"rows": 4}), max_length=1000
    )
