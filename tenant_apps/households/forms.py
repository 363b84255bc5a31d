"""Forms of the file, drawn from the declaration of its fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import InvalidInput
from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.fields import SECTION_TITLES, FieldSpec, Kind, Section
from tenant_apps.households.models import FileState
from tenant_apps.households.parsing import Unreadable, read_value
from tenant_apps.households.presenting import masked

CLEARS = "-"
"""Typed into a masked field to empty it: left blank it stays as it is."""

_BLANK = _("请选择")
_HEAD = "01"
_YES_NO = (("", _BLANK), ("yes", _("是")), ("no", _("否")))


class SpecField(forms.Field):
    """A field read by the same reader as imports and the API. Its star does not stop a draft."""

    def __init__(self, spec: FieldSpec, *, kept: str = "") -> None:
        self.spec = spec
        self.kept = kept
        help_text = spec.help_text
        if kept:
            help_text = _("留空表示不修改，填“-”清空。")
        super().__init__(
            label=f"{spec.label}（{spec.unit}）" if spec.unit else str(spec.label),
            required=spec.required,
            widget=_widget(spec, kept),
            help_text=str(help_text),
        )

    def clean(self, value: Any) -> Any:
        """Read what was typed.

        Raises:
            ValidationError: it cannot be read; says what should stand there.
        """
        try:
            return read_value(self.spec, value)
        except Unreadable as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal


def _widget(spec: FieldSpec, kept: str) -> forms.Widget:
    make = _WIDGETS.get(spec.kind)
    if make is not None:
        return make(spec)
    attributes: dict[str, Any] = {"autocomplete": "off"}
    if spec.max_length:
        attributes["maxlength"] = spec.max_length
    if kept:
        attributes["placeholder"] = kept
    return forms.TextInput(attributes)


def _decimal_input(_spec: FieldSpec) -> forms.Widget:
    return forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})


_WIDGETS: dict[Kind, Callable[[FieldSpec], forms.Widget]] = {
    Kind.LONG_TEXT: lambda spec: forms.Textarea({"rows": 4, "maxlength": spec.max_length}),
    Kind.CODE: lambda spec: forms.Select(choices=[("", _BLANK), *_choices(spec)]),
    Kind.CODES: lambda spec: forms.CheckboxSelectMultiple(choices=_choices(spec)),
    Kind.YES_NO: lambda _spec: forms.Select(choices=_YES_NO),
    Kind.DATE: lambda _spec: forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    Kind.INTEGER: lambda _spec: forms.NumberInput({"min": 0, "step": 1}),
    Kind.MONEY: _decimal_input,
    Kind.DECIMAL: _decimal_input,
}


def _choices(spec: FieldSpec) -> list[tuple[str, str]]:
    # The head is no member of the own household: what would be refused is not offered.
    refused = {_HEAD} if spec.name == "relation" else set()
    return [(code.value, code.text) for code in spec.code_list if code.value not in refused]


class _SpecForm(forms.Form):
    """Fields from a declaration; knows how to give back only what was changed."""

    use_required_attribute = False
    specs: tuple[FieldSpec, ...] = ()

    def __init__(
        self,
        data: Any = None,
        *,
        of: HouseholdDraft | MemberDraft | None = None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(of, self.specs) if of else None, prefix=prefix)
        for spec in self.specs:
            value = getattr(of, spec.name) if of and spec.sensitive else ""
            self.fields[spec.public_name] = SpecField(spec, kept=masked(spec, value))

    def changes(self) -> dict[str, Any]:
        """Give the read values by column name; masked fields left blank are not among them."""
        changes: dict[str, Any] = {}
        for spec in self.specs:
            field = self.fields[spec.public_name]
            value = self.cleaned_data[spec.public_name]
            kept = isinstance(field, SpecField) and bool(field.kept)
            if spec.sensitive and kept and value == "":
                continue
            changes[spec.name] = "" if spec.sensitive and value == CLEARS else value
        return changes

    def show_refusal(self, refusal: InvalidInput) -> None:
        """Put each problem of a refusal at its field, or above the form."""
        for problem in refusal.problems:
            name = problem.field.removesuffix("_fen")
            if problem.severity == "error":
                self.add_error(name if name in self.fields else None, str(problem.message))


class FileForm(_SpecForm):
    """Everything about the head and the household except the other members."""

    specs = FILE_FIELDS

    def __init__(
        self,
        data: Any = None,
        *,
        of: HouseholdDraft | None = None,
        check_url: str,
        regions: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    ) -> None:
        super().__init__(data, of=of)
        self.regions = regions or {}
        for name in self.regions:
            self.fields[name].widget.attrs["list"] = f"regions-{name}"
        self.fields["id_no"].widget.attrs |= {
            "data-id-no": True,
            "hx-post": check_url,
            "hx-trigger": "change",
            "hx-target": "#number-check",
            "hx-params": "id_no,id_type",
        }
        self.fields["birth"].widget.attrs["data-id-birthday"] = True
        for name in ("story", "measures"):
            self.fields[name].widget.attrs["data-wide"] = True

    def carry(self, typed: QueryDict, *, but: Collection[str]) -> None:
        """Show what was typed instead of what is saved, in all fields but those named."""
        for spec in self.specs:
            name = spec.public_name
            if name not in but:
                is_many = spec.kind is Kind.CODES
                self.initial[name] = typed.getlist(name) if is_many else typed.get(name, "")

    def sections(self) -> list[dict[str, Any]]:
        """Give the sections with their bound fields, in order."""
        return [
            {
                "name": name.value,
                "title": SECTION_TITLES[name],
                "fields": [self[spec.public_name] for spec in FILE_FIELDS if spec.section is name],
                "has_errors": any(
                    spec.public_name in self.errors for spec in FILE_FIELDS if spec.section is name
                ),
            }
            for name in Section
        ]


class MemberForm(_SpecForm):
    """Another member of the household."""

    specs = MEMBER_FIELDS

    def __init__(self, data: Any = None, *, of: MemberDraft | None = None) -> None:
        super().__init__(data, of=of, prefix="member")
        self.fields["id_no"].widget.attrs["data-id-no"] = True
        self.fields["birth"].widget.attrs["data-id-birthday"] = True

    def show_member_refusal(self, refusal: InvalidInput, position: int) -> None:
        """Put the problems of this member at its fields, those of the household above the form."""
        own = f"members.{position}."
        for problem in refusal.problems:
            if problem.severity != "error":
                continue
            name = problem.field.removeprefix(own).removesuffix("_fen")
            at_field = problem.field.startswith(own) and name in self.fields
            self.add_error(name if at_field else None, str(problem.message))


class FileSearchForm(forms.Form):
    """The search above the list of files."""

    words = forms.CharField(
        label=_("姓名 / 首字母 / 证件号码 / 档案编号"), required=False, max_length=40
    )
    state = forms.ChoiceField(label=_("状态"), required=False)
    tier = forms.ChoiceField(label=_("困难类别"), required=False)
    cause = forms.ChoiceField(label=_("主要致困原因"), required=False)
    file_kind = forms.ChoiceField(label=_("档案类型"), required=False)
    residence = forms.CharField(label=_("居住地乡镇（街道）代码"), required=False, max_length=9)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        everything: list[tuple[str, Any]] = [("", _("全部"))]
        choices: dict[str, Iterable[tuple[str, Any]]] = {
            "state": FileState.choices,
            "tier": CODE_LISTS["tier"].choices()[:3],
            "cause": CODE_LISTS["cause"].choices(),
            "file_kind": CODE_LISTS["file_kind"].choices(),
        }
        for name, pairs in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [*everything, *pairs]


class PaperForm(forms.Form):
    """A scan of one paper."""

    scan = forms.FileField(
        label=_("拍照或选择扫描件"),
        widget=forms.FileInput({"accept": "image/*,application/pdf"}),
        help_text=_("图片或 PDF,不超过 10 MB"),
    )


class ExportForm(forms.Form):
    """How the found files are exported."""

    in_clear = forms.BooleanField(label=_("导出完整证件号、电话和卡号"), required=False)
    reason = forms.CharField(label=_("导出理由"), required=False, max_length=200)


def sex_select(sex: int) -> SafeString:
    """Render the field of the sex with the one a number tells, to replace the one on the page."""
    spec = next(spec for spec in FILE_FIELDS if spec.name == "sex")
    attributes = {"id": "id_sex", "class": "form-select", "hx-swap-oob": "true"}
    return _widget(spec, "").render("sex", str(sex), attrs=attributes)


def check_url() -> str:
    """Give the address that answers what is known of an identity number."""
    return reverse("households:check-number")


def _initial(of: HouseholdDraft | MemberDraft, specs: Iterable[FieldSpec]) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for spec in specs:
        value = getattr(of, spec.name)
        if spec.sensitive or value is None:
            continue
        if spec.kind is Kind.MONEY:
            value = yuan(value).replace(",", "")
        elif spec.kind is Kind.YES_NO:
            value = "yes" if value else "no"
        elif spec.kind is Kind.CODES:
            value = list(value)
        initial[spec.public_name] = value
    return initial
