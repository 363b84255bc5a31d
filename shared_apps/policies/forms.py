"""The form of a rule: yuan, days, ticks and tables, never the stored shape."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.policies.kinds import RuleKind, Value
from shared_apps.policies.rules import RULES

FEN_IN_YUAN = 100


class RuleForm(forms.Form):
    """One new version of one rule: its value, from when to when, by which document."""

    valid_from = forms.DateField(
        label=_("生效日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    valid_to = forms.DateField(
        label=_("失效日期"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("留空表示长期有效；从这一天起不再适用"),
    )
    source = forms.CharField(
        label=_("依据文件"), max_length=200, help_text=_("如：困难职工认定办法")
    )
    document_no = forms.CharField(
        label=_("文号"), max_length=60, help_text=_("如：张工发〔2026〕1 号；没有文号的写“无文号”")
    )

    def __init__(self, *args: Any, key: str, value: Value = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = RULES[key].kind
        own = _fields_of(self.kind, value)
        self.value_names = tuple(own)
        self.fields = {**own, **self.fields}

    @property
    def value_fields(self) -> list[forms.BoundField]:
        """The controls of the value."""
        return [self[name] for name in self.value_names]

    @property
    def table(self) -> list[tuple[Any, list[tuple[Any, forms.BoundField]]]]:
        """The controls of a table, row by row, each with the name of its column."""
        return [
            (label, [(name, self[f"value-{row}-{column}"]) for column, name in self.kind.columns])
            for row, label in self.kind.choices
        ]

    def value(self) -> Value:
        """Return the value as it is kept; only of a valid form."""
        given = self.cleaned_data
        kind = self.kind
        if kind.asks == "lists":
            return {
                row: given[f"value-{row}"] for row, _label in kind.choices if given[f"value-{row}"]
            }
        if kind.asks == "table":
            return {
                row: {column: given[f"value-{row}-{column}"] for column, _label in kind.columns}
                for row, _row_label in kind.choices
            }
        value = given["value"]
        if kind.asks == "yuan":
            return int(value * FEN_IN_YUAN)
        if kind.asks == "percent":
            return str((value / 100).normalize())
        return str(value) if kind.asks == "decimal" else value

    def field_of(self, field: str) -> str | None:
        """Name the control at which a refusal is shown; None above the form."""
        if field == "value":
            return self.value_names[0] if len(self.value_names) == 1 else None
        return field if field in self.fields else None


def _fields_of(kind: RuleKind, value: Value) -> dict[str, forms.Field]:
    if kind.asks == "lists":
        return {
            f"value-{row}": _ticks(label, kind.columns, (value or {}).get(row, []))
            for row, label in kind.choices
        }
    if kind.asks == "table":
        cells: Mapping[str, Any] = value or {}
        return {
            f"value-{row}-{column}": forms.IntegerField(
                label=f"{label} {column_label}",
                min_value=0,
                initial=cells.get(row, {}).get(column),
                widget=forms.NumberInput(
                    {"class": "form-control", "aria-label": f"{label} {column_label}"}
                ),
            )
            for row, label in kind.choices
            for column, column_label in kind.columns
        }
    return {"value": _field_of(kind, value)}


def _field_of(kind: RuleKind, value: Value) -> forms.Field:
    label, help_text = _("规定为"), cast("str", kind.hint)
    if kind.asks == "choice":
        return forms.ChoiceField(label=label, choices=kind.choices, initial=value)
    if kind.asks == "several":
        return _ticks(label, kind.choices, value or [])
    if kind.asks == "whole":
        return forms.IntegerField(label=label, initial=value, help_text=help_text)
    shown = None if value is None else Decimal(value)
    if kind.asks == "yuan" and shown is not None:
        shown /= FEN_IN_YUAN
    if kind.asks == "percent" and shown is not None:
        shown = (shown * 100).normalize()
    return forms.DecimalField(
        label=label,
        initial=shown,
        max_digits=12,
        decimal_places=2 if kind.asks == "yuan" else 4,
        help_text=help_text,
    )


def _ticks(label: Any, choices: Any, chosen: list[str]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        initial=chosen,
        widget=forms.CheckboxSelectMultiple,
    )
