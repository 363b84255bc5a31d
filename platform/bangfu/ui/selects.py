"""Draw a drop-down without a template per option: a form of code lists has thousands of options."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

_DRAWN_HERE = (forms.Select, forms.SelectMultiple, forms.NullBooleanSelect)


def is_plain_select(widget: forms.Widget) -> bool:
    """Tell whether a widget is a drop-down that nobody gave a look or options of its own."""
    return type(widget) in _DRAWN_HERE


def draw_select(bound: BoundField, attrs: Mapping[str, Any]) -> SafeString:
    """Draw the drop-down of a bound field, as ``BoundField.as_widget`` does by templates."""
    widget = bound.field.widget
    own = widget.build_attrs(widget.attrs, bound.build_widget_attrs(dict(attrs), widget))
    if bound.auto_id:
        own.setdefault("id", bound.auto_id)
    if widget.allow_multiple_selected:
        own["multiple"] = True
    shown = widget.format_value(bound.value())
    chosen = {shown} if isinstance(shown, str) else set(shown)
    return format_html(
        '<select name="{}"{}>{}</select>',
        bound.html_name,
        flatatt(own),
        draw_options(widget.choices, chosen),
    )


def draw_options(choices: Iterable[tuple[Any, Any]], chosen: set[str]) -> SafeString:
    """Draw the options of a drop-down; ``chosen`` are the values that are selected."""
    return SafeString("".join(_options(choices, chosen)))


def _options(choices: Iterable[tuple[Any, Any]], chosen: set[str]) -> Iterable[str]:
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield format_html('<optgroup label="{}">', value)
            yield from _options(label, chosen)
            yield "</optgroup>"
        else:
            text = "" if value is None else str(value)
            selected = " selected" if text in chosen else ""
            yield (
                f'<option value="{conditional_escape(text)}"{selected}>'
                f"{conditional_escape(label)}</option>"
            )
