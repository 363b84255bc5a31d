"""What the pages of this app read from a request."""

from __future__ import annotations

from typing import Any

from django.forms import Form

from bangfu.kernel.errors import InvalidInput, Problem


def cleaned(form: Form) -> dict[str, Any]:
    """Give what a form holds.

    Raises:
        InvalidInput: everything that is wrong with it, field by field.
    """
    if form.is_valid():
        return form.cleaned_data
    raise InvalidInput(
        [
            Problem(code="P001", field=name, message=f"{form.fields[name].label}：{error}")
            for name, errors in form.errors.items()
            for error in errors
        ]
    )
