"""What the endpoints for the worker read and answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from tenant_apps.applications.models import Application
from tenant_apps.applications.progress import journey_of
from tenant_apps.applications.rules import problems_before_sending
from tenant_apps.applications.selectors import (
    PaperToShow,
    answers_of,
    paper_kinds_held,
    papers_to_show,
    region_known,
)
from tenant_apps.applications.serializers import (
    ASKED_PUBLIC,
    ASKED_PUBLIC_OF_MEMBERS,
    answers_answer,
)
from tenant_apps.households.presenting import public_problems
from tenant_apps.households.selectors import paper_rule


def paper_line(paper: PaperToShow) -> dict[str, Any]:
    """Give one line of the list of papers."""
    return {
        "kind": paper.kind,
        "label": paper.label,
        "reason": paper.reason,
        "is_lacking": paper.is_lacking,
        "pictures": [picture.pk for picture in paper.pictures],
    }


def answer_of(application: Application) -> dict[str, Any]:
    """Give an application as its worker reads it: the answers, what is missing, how far it is."""
    answers, on = answers_of(application), clock.today()
    gaps = problems_before_sending(
        answers,
        papers=paper_kinds_held(application),
        rule=paper_rule(station=current_station(), on=on),
        on=on,
        region_exists=region_known(),
    )
    journey = journey_of(application, now=clock.now())
    return {
        "number": application.number,
        "state": application.state,
        "version": application.version,
        "answers": answers_answer(application),
        "papers": [paper_line(one) for one in papers_to_show(application, answers, on=on)],
        "missing": [
            {"code": one.code, "field": one.field, "message": str(one.message)}
            for one in public_problems(gaps)
        ],
        "progress": {
            "headline": str(journey.headline),
            "next_step": str(journey.next_step),
            "due_on": journey.due_on,
            "reason": journey.reason,
            "happened": [
                {"at": one.at, "what": str(one.what), "comment": one.comment}
                for one in journey.happened
            ],
        },
    }


def not_asked(given: Mapping[str, Any]) -> list[Problem]:
    """Name what was given that no worker is asked for."""
    message = _("这一项不用职工填写。")
    names = [name for name in given if name not in {*ASKED_PUBLIC, "members"}]
    members = given.get("members")
    for place, one in enumerate(members if isinstance(members, list) else []):
        if isinstance(one, Mapping):
            names += [
                f"members.{place}.{name}" for name in one if name not in ASKED_PUBLIC_OF_MEMBERS
            ]
    return [Problem(code="unknown-field", field=name, message=message) for name in names]


def object_given(data: Any) -> Mapping[str, Any]:
    """Return what was given by name.

    Raises:
        InvalidInput: it is something else.
    """
    if isinstance(data, Mapping):
        return data
    raise InvalidInput([Problem(code="format", field="", message=_("请按“字段: 值”提交。"))])
