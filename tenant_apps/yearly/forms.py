"""What people fill in to take a book in, and to choose what a report tells."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import InvalidInput
from shared_apps.paperbooks.models import BookKind
from shared_apps.rollup.dimensions import unit_text
from shared_apps.targets.models import Reached
from tenant_apps.yearly.aims import countable
from tenant_apps.yearly.rules.catalogue import measured
from tenant_apps.yearly.rules.columns import OLDEST_YEAR
from tenant_apps.yearly.rules.goals import typed_number
from tenant_apps.yearly.selectors import Frame, usual_frame


class BookForm(forms.Form):
    """A ledger, or a list of totals."""

    kind = forms.ChoiceField(
        label=_("内容"),
        choices=BookKind.choices,
        help_text=_("台账一行一笔；只有总数、没有明细的选“汇总数字”。"),
    )
    source = forms.CharField(
        label=_("资料来源"),
        max_length=120,
        help_text=_("如“2004 年走访慰问登记簿”“2005 年工作报告”。"),
    )
    file = forms.FileField(
        label=_("文件"),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        help_text=_(".xlsx 或 .csv，不超过 20000 行。"),
    )
    leave_out_bad = forms.BooleanField(label=_("跳过有错误的行，其余照常录入"), required=False)


class FrameForm(forms.Form):
    """Which year a report is about, and up to which month it tells."""

    year = forms.IntegerField(label=_("报告年度"), min_value=OLDEST_YEAR, max_value=9998)
    until = forms.CharField(
        label=_("统计截至"),
        widget=forms.TextInput({"type": "month"}),
        help_text=_("“两节”按截至月份所在的年份计。"),
    )

    def clean_until(self) -> date:
        """Read a month."""
        try:
            year, month = str(self.cleaned_data["until"]).split("-")[:2]
            return date(int(year), int(month), 1)
        except ValueError:
            raise forms.ValidationError(_("月份写作 2005-03。")) from None

    @property
    def frame(self) -> Frame:
        """What is asked; valid forms only."""
        return Frame(self.cleaned_data["year"], self.cleaned_data["until"])


class TargetForm(forms.Form):
    """A target of a year: in words, or a number of an indicator."""

    title = forms.CharField(
        label=_("目标"), max_length=120, help_text=_("如“建立困难职工动态管理数据库”。")
    )
    indicator = forms.ChoiceField(
        label=_("对应指标"),
        required=False,
        help_text=_("不能用数字衡量的目标不选，年内用文字说明进展。"),
    )
    goal = forms.CharField(
        label=_("目标数"),
        required=False,
        max_length=24,
        help_text=_(
            "按对应指标的单位填写：金额以元计，如 200000、200,000.50 或 20万；户、人等写整数。"
        ),
    )
    due_on = forms.DateField(
        label=_("完成期限"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (one.code, f"{one.code} {one.name}（{unit_text(one.unit)}）") for one in countable()
        ]
        self.fields["indicator"].choices = [("", gettext("（文字目标）")), *choices]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """Return what was filled in, as the service takes it; valid forms only."""
        return dict(self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        """Read the goal in the unit of the indicator, which is known only now."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        typed, code = given.get("goal", ""), given.get("indicator", "")
        known = measured(code) if code else None
        unit, scale = (known.unit, known.scale) if known else ("", 1)
        given["goal"] = typed_number(typed, unit=unit, scale=scale) if typed else None
        if typed and given["goal"] is None:
            self.add_error(
                "goal",
                gettext("“%(text)s”不是以%(unit)s为单位的数，如 200,000.50 或 20万。")
                % {"text": typed, "unit": unit_text(unit)}
                if scale > 1
                else gettext("“%(text)s”不是整数。") % {"text": typed},
            )
        return given

    def take_problems(self, refusal: InvalidInput) -> None:
        """Show what was refused beside its field, or above the form."""
        for problem in refusal.problems:
            name = problem.field if problem.field in self.fields else None
            self.add_error(name, str(problem.message))


class ProgressForm(forms.Form):
    """How far a target is."""

    reached = forms.ChoiceField(label=_("进展"), choices=Reached.choices)
    words = forms.CharField(label=_("进展说明"), max_length=500, widget=forms.Textarea({"rows": 3}))


def frame_form(given: Any, today: date) -> FrameForm:
    """Return the form with what was asked, or with what is usual."""
    usual = usual_frame(today)
    return FrameForm(
        {
            "year": given.get("year") or usual.year,
            "until": given.get("until") or f"{usual.until:%Y-%m}",
        }
    )
