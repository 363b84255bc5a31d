"""Fields of forms, searches, uploads and common phrases, as ``{% load ui %}`` offers them."""

from collections.abc import Iterable

from django import forms
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from bangfu.kernel.errors import Text
from bangfu.kernel.ids import uuid7
from bangfu.ui.drawing import draw
from bangfu.ui.requests import ONCE
from bangfu.ui.selects import draw_select, is_plain_select

_STAR = SafeString('<span class="star" aria-hidden="true">*</span>')
_BREAK = SafeString("<br>")


def field(bound: BoundField, span: int | str = 1, help: Text = "") -> SafeString:  # noqa: A002
    """Show a form field with its label, red star, help and the error beside it.

    ``span`` is how many columns of the grid it takes, or ``"full"``. A file is chosen in ``upload``.
    """
    if bound.is_hidden:
        return SafeString(bound)
    # Drawn without a template: a page has dozens of them.
    kind = _kind(bound.field.widget)
    if kind == "file":
        return upload(bound)
    control = _control(bound)
    star = _STAR if bound.field.required else ""
    wrong = " has-error" if bound.errors else ""
    if kind == "choices":
        described = bound.aria_describedby
        return format_html(
            '<fieldset class="field field-choices span-{}{}"{}>\n<legend>{}{}</legend>{}\n{}</fieldset>',
            span,
            wrong,
            format_html(' aria-describedby="{}"', described) if described else "",
            bound.label,
            star,
            control,
            _below(bound, help),
        )
    label = format_html('<label for="{}">{}{}</label>', bound.id_for_label, bound.label, star)
    return format_html(
        '<div class="field field-{} span-{}{}">\n{}\n{}\n{}</div>',
        kind,
        span,
        wrong,
        *((control, label) if kind == "check" else (label, control)),
        _below(bound, help),
    )


def fields(form: forms.BaseForm, *names: str) -> SafeString:
    """Show a form's errors and fields in a grid that becomes one column on a phone.

    Without names: all fields, in the form's order.
    """
    chosen = [form[name] for name in names] if names else list(form)
    body = format_html_join(
        "", "{}", ((field(bound, span="full" if _is_wide(bound) else 1),) for bound in chosen)
    )
    return format_html('{}<div class="fields">{}</div>', form_errors(form), body)


def once() -> SafeString:
    """Let a form be done once: sent again as it is, it is answered as the first time. It stands inside the form.

    For whatever adds a row. Each drawing of the page is a form of its own.
    """
    return format_html('<input type="hidden" name="{}" value="{}">', ONCE, uuid7().hex)


def form_errors(form: forms.BaseForm) -> SafeString:
    """Say above a form how many fields are wrong, and what is wrong with the whole."""
    if not form.errors:
        return SafeString()
    return SafeString(render_to_string("ui/components/form_errors.html", {"form": form}))


def searchform(
    context: Context, form: forms.BaseForm, target: str = "", shown: int = 3
) -> SafeString:
    """Show the search form of a list; fields past ``shown`` unfold; Enter submits.

    With a ``target`` selector htmx replaces only that part of the page. On a phone a form of more than one field
    is folded away (see ``searchfold``), unless it says what is wrong with what was asked.
    """
    visible = [bound for bound in form if not bound.is_hidden]
    return draw(
        context,
        "ui/components/search.html",
        form=form,
        first=visible[:shown],
        rest=visible[shown:],
        unfolded=any(bound.data for bound in visible[shown:]),
        target=target,
        folds=len(visible) > 1,
        given=[bound.data for bound in visible],
        is_wrong=any(bound.errors for bound in visible),
    )


def searchfold(given: Iterable[object], *, unfolded: bool = False) -> dict[str, object]:
    """Show the head a phone folds a search form away under; the form is its next sibling.

    ``given`` is what each field holds: the head says how many of them narrow the list. It is a ``<details>`` without
    content, which a browser opens without JavaScript and the style sheet hides on wide screens.
    """
    filled = sum(
        any(value) if isinstance(value, list | tuple) else value not in (None, "", False)
        for value in given
    )
    return {"filled": filled, "unfolded": unfolded}


def upload(bound: BoundField) -> SafeString:
    """Show a file field with its button, on a phone the camera where it takes pictures, and what was chosen."""
    return SafeString(
        render_to_string(
            "ui/components/upload.html",
            {
                "bound": bound,
                "accept": bound.field.widget.attrs.get("accept", ""),
                "multiple": getattr(bound.field.widget, "allow_multiple_selected", False),
            },
        )
    )


def phrases(field_id: str, *words: Text) -> SafeString:
    """Offer common phrases as buttons that write into the field of that id."""
    return format_html(
        '<div class="phrases">{}</div>',
        format_html_join(
            "",
            '<button type="button" class="phrase" data-phrase="{}">{}</button>',
            ((field_id, word) for word in words),
        ),
    )


def _below(bound: BoundField, help: Text) -> SafeString:  # noqa: A002
    """Draw what stands below a field: its help, and what is wrong with it."""
    said, wrong = help or bound.help_text, bound.errors
    return format_html(
        "{}{}",
        format_html('<p class="help" id="{}_helptext">{}</p>', bound.auto_id, said) if said else "",
        format_html(
            '<p class="error" id="{}_error">{}</p>',
            bound.auto_id,
            format_html_join(_BREAK, "{}", ((one,) for one in wrong)),
        )
        if wrong
        else "",
    )


def _control(bound: BoundField) -> SafeString:
    kind = _kind(bound.field.widget)
    if kind == "choices":
        return bound.as_widget()
    own = {"select": "form-select", "check": "form-check-input"}.get(kind, "form-control")
    given = bound.field.widget.attrs.get("class", "")
    wrong = "is-invalid" if bound.errors else ""
    attrs: dict[str, str | bool] = {"class": " ".join(filter(None, (own, given, wrong)))}
    if is_plain_select(bound.field.widget):
        return draw_select(bound, attrs)
    return bound.as_widget(attrs=attrs)


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "input"


def _is_wide(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, (forms.Textarea, forms.CheckboxSelectMultiple))
