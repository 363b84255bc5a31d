"""What people fill in to take a book in, and to choose what a report tells."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.paperbooks.models import BookKind
from tenant_apps.yearly.rules.columns import OLDEST_YEAR
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


def frame_form(given: Any, today: date) -> FrameForm:
    """Return the form with what was asked, or with what is usual."""
    usual = usual_frame(today)
    return FrameForm(
        {
            "year": given.get("year") or usual.year,
            "until": given.get("until") or f"{usual.until:%Y-%m}",
        }
    )
