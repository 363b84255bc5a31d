"""What every page of reviews reads from its request."""

from __future__ import annotations

from django.forms import Form
from django.http import QueryDict

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from tenant_apps.reviews.forms import ReviewSearchForm
from tenant_apps.reviews.selectors import TABS, ReviewSearch


def search_of(query: QueryDict, *, actor: Actor) -> tuple[ReviewSearchForm, ReviewSearch]:
    """Give the search that the desk is narrowed by; a wrong choice narrows nothing."""
    form = ReviewSearchForm(query)
    form.is_valid()
    wanted = form.cleaned_data
    tab = query.get("tab", "todo")
    return form, ReviewSearch(
        tab=tab if tab in TABS else "todo",
        words=wanted.get("words", ""),
        state=wanted.get("state", ""),
        home_code=wanted.get("home_code", ""),
        assigned_to=actor.user_id if wanted.get("mine") else None,
    )


def refuse_form(form: Form, *, code: str) -> None:
    """Refuse what a dialog sent, naming each field and what is wrong with it.

    Raises:
        InvalidInput: the form is not valid.
    """
    if form.is_valid():
        return
    raise InvalidInput(
        [
            Problem(code=code, field=name, message=f"{form[name].label}：{error}")
            for name, errors in form.errors.items()
            for error in errors
        ]
    )
