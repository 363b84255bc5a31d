"""Consents asked for when a household is visited: read out at the door, noted with the visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from tenant_apps.households.asking import Agreed, Question
from tenant_apps.households.models import HouseholdFile, HouseholdVisit
from tenant_apps.privacy.models import Channel
from tenant_apps.privacy.purposes import CONSENT_VERSION, PURPOSES
from tenant_apps.privacy.selectors import Standing, consents_of, open_consents
from tenant_apps.privacy.services.consents import written_word


class ConsentAsker:
    """What this app asks a household at its door."""

    def questions(self, file: HouseholdFile) -> list[Question]:
        """Give the consents the file needs and has not."""
        return open_consents(file)

    def hear(
        self,
        file: HouseholdFile,
        visit: HouseholdVisit,
        agreed: Sequence[Agreed],
        *,
        actor: Actor,
        now: datetime,
    ) -> None:
        """Note consents given at the door: the text read out, the day of the visit, both visitors.

        A consent that stands on the same text is passed over: a form that is sent twice notes once.

        Raises:
            NotPermitted: the actor notes no visits.
            InvalidInput: P101 no such purpose, P104 the text has changed since it was read out, P105 the
                consent was withdrawn after the day of the visit.
        """
        actor.require("file.visit")
        standings = {one.purpose.code: one for one in consents_of(file.pk)}
        codes = list(dict.fromkeys(one.purpose for one in agreed))
        problems = [
            problem
            for one in agreed
            if (problem := _problem_of(one, standings.get(one.purpose), visit)) is not None
        ]
        if problems:
            raise InvalidInput(problems)
        visitors = [visit.first_visitor, visit.second_visitor]
        for code in codes:
            if standings[code].stands:
                continue
            written_word(
                file,
                PURPOSES[code],
                is_given=True,
                on=visit.visited_on,
                channel=Channel.VISIT,
                reason="、".join(visitors),
                actor=actor,
                now=now,
                said_more={"visit": str(visit.pk), "visitors": visitors},
            )


def _problem_of(agreed: Agreed, standing: Standing | None, visit: HouseholdVisit) -> Problem | None:
    if standing is None:
        return _problem("P101", _("请选择一项同意事项。"))
    if agreed.version != CONSENT_VERSION:
        message = _("“%(title)s”的文本已更新为 %(version)s 版，请重新宣读。")
        return _problem("P104", message % _named(standing))
    newest = standing.newest
    if newest is not None and standing.is_withdrawn and newest.on > visit.visited_on:
        message = _("“%(title)s”在这次走访之后已于 %(on)s 撤回，不能按这次走访登记。")
        return _problem("P105", message % {**_named(standing), "on": f"{newest.on:%Y-%m-%d}"})
    return None


def _problem(code: str, message: str) -> Problem:
    return Problem(code=code, field="consents", message=message)


def _named(standing: Standing) -> dict[str, str]:
    return {"title": str(standing.purpose.title), "version": CONSENT_VERSION}
