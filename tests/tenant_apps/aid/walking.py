"""The way of an application, step by step, each by the person whose part it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tenant_apps.aid import services
from tenant_apps.aid.models import Application
from tenant_apps.aid.services import Asked, Minutes
from tenant_apps.notices.services import end_over_notices


class Walk:
    """Moves applications of one desk along."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk

    def by(self, role: str) -> dict[str, Any]:
        return {"actor": getattr(self.desk, role), "now": self.desk.now}

    def draft(self, file: Any = None, **changes: Any) -> Application:
        given = {"programme": "living", "amount_fen": 280_000} | changes
        if file is not None:
            given["file_id"] = file.pk
        return services.open_application(Asked(**given), **self.by("clerk"))

    def submitted(self, file: Any = None, **changes: Any) -> Application:
        return services.submit_application(self.draft(file, **changes).pk, **self.by("clerk"))

    def checked(self, file: Any = None, **changes: Any) -> Application:
        row = self.submitted(file, **changes)
        services.accept_application(row.pk, **self.by("clerk"))
        return services.check_application(row.pk, **self.by("clerk"))

    def reviewed(self, file: Any = None, fund: Any = None, **changes: Any) -> Application:
        row = self.checked(file, **changes)
        chosen = fund or self.desk.fiscal
        return services.review_application(row.pk, fund_id=chosen.pk, **self.by("reviewer"))

    def minutes(self, number: str = "办公会〔2026〕7号") -> Minutes:
        return Minutes(
            held_on=self.desk.today,
            number=number,
            members="王一、李二、赵三",
            decision="同意按标准救助。",
        )

    def ratified(self, file: Any = None, **changes: Any) -> Application:
        row = self.reviewed(file, **changes)
        services.decide_in_meeting(row.pk, self.minutes(), **self.by("head"))
        return services.ratify_in_party_group(
            row.pk, self.minutes("党组会〔2026〕4号"), **self.by("head")
        )

    def notice_over(self) -> int:
        self.desk.now += timedelta(days=12)
        return end_over_notices(now=self.desk.now)

    def approved(self, file: Any = None, **changes: Any) -> Application:
        row = self.ratified(file, **changes)
        self.notice_over()
        return Application.objects.get(pk=row.pk)
