"""The clocks of joining: who is told before a day comes, and who when it has passed."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.clock import local_day
from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy import in_network
from bangfu.kernel.workdays import add_working_days
from shared_apps.notifications.services import notify
from shared_apps.onboarding import doorbell
from shared_apps.onboarding.flow import CLOCKS, ONBOARDING_FLOW
from shared_apps.onboarding.models import Application, ApplicationState, Letter, Warned
from shared_apps.onboarding.services.history import owe
from shared_apps.regions.selectors import calendar_in_force
from tenants.models import Station, StationState

# A warning comes when so many working days are left, or days before a trial ends.
WARNS_AT = 1
TRIAL_WARNS = timedelta(days=7)
AT_ONCE = 500
_WITH_APPLICANT = frozenset({ApplicationState.DRAFT, ApplicationState.CORRECTING})
_WITH_PARENT = frozenset({ApplicationState.APPLIED, ApplicationState.PARENT_REVIEW})


def keep_time(*, now: datetime) -> int:
    """Warn and remind of every day of an application or a trial that comes or has passed.

    Each is told once for a day: whoever has to act before it, and above them too when it has passed. A day
    that a changed calendar moved is counted anew first. Returns how many rows were looked at.
    """
    with in_network():
        _count_anew()
        today = local_day(now)
        looked = 0
        until = add_working_days(today, WARNS_AT, calendar_in_force())
        near = Application.objects.filter(
            due_on__lte=until,
            state__in=_WITH_APPLICANT | _WITH_PARENT,
        ).exclude(Q(warned=Warned.LATE) | Q(warned=Warned.SOON, due_on__gte=today))
        for key in list(near.order_by("due_on", "pk").values_list("pk", flat=True)[:AT_ONCE]):
            looked += _tell(key, until=until, today=today, now=now)
        for station in Station.objects.filter(
            state=StationState.TRIAL, trial_until__lte=today + TRIAL_WARNS
        ).select_related("parent"):
            _tell_of_trial(station, today=today, now=now)
            looked += 1
        return looked


def _count_anew() -> None:
    calendar = calendar_in_force()
    for application in Application.objects.filter(due_on__isnull=False).only(
        "due_on", "history", "made_at", "state"
    ):
        began, clock = _beginning(application)
        due = add_working_days(local_day(began), CLOCKS[clock], calendar)
        if due != application.due_on:
            Application.objects.filter(pk=application.pk, due_on=application.due_on).update(
                due_on=due, warned=""
            )


def _beginning(application: Application) -> tuple[datetime, str]:
    # Which clock runs, and since when: that of the newest step, or of the invitation.
    if application.state == ApplicationState.DRAFT or not application.history:
        return application.made_at, "apply"
    newest = application.history[-1]
    clock = ONBOARDING_FLOW.steps[newest["action"]].clock
    return datetime.fromisoformat(newest["at"]), clock or "decide"


@transaction.atomic
def _tell(key: UUID, *, until: date, today: date, now: datetime) -> bool:
    application = (
        Application.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("parent")
        .filter(pk=key, due_on__lte=until)
        .first()
    )
    if application is None or application.due_on is None or application.parent is None:
        return False
    late = application.due_on < today
    application.warned = Warned.LATE if late else Warned.SOON
    application.save(update_fields=["warned"])
    if application.state in _WITH_APPLICANT:
        _write_to_applicant(application, late=late)
        if late:
            title = _("%(name)s逾期未提交入驻申请")
            _tell_station(application.parent, application, title, kind="late", now=now)
        return True
    if late:
        title = _("%(name)s的入驻申请逾期未办")
        _tell_station(application.parent, application, title, kind="late", now=now)
        _tell_above(application.parent, application, now=now)
    else:
        title = _("%(name)s的入驻申请即将到期")
        _tell_station(application.parent, application, title, kind="soon", now=now)
    return True


def _write_to_applicant(application: Application, *, late: bool) -> None:
    if not application.contact_email:
        return
    owe(application, Letter.LATE if late else Letter.REMINDED)
    application.save()
    transaction.on_commit(doorbell.ring_for_letters)


def _tell_station(
    station: Station, application: Application, title: Text, *, kind: str, now: datetime
) -> None:
    notify(
        station_id=station.pk,
        capability="onboarding.decide",
        kind=f"onboarding.{kind}",
        title=title,
        params={"name": application.name},
        link=f"/s/{station.code}/onboarding/{application.pk}/",
        by_email=True,
        now=now,
        key=f"onboarding:{kind}:{application.pk}:{application.due_on}",
    )


def _tell_above(station: Station, application: Application, *, now: datetime) -> None:
    if station.parent_id is None or station.parent is None:
        return
    notify(
        station_id=station.parent_id,
        capability="onboarding.decide",
        kind="onboarding.late-below",
        title=_("%(station)s逾期未办%(name)s的入驻申请"),
        params={"station": station.name, "name": application.name},
        link=f"/s/{station.parent.code}/settings/children/{station.code}/",
        now=now,
        key=f"onboarding:late:{application.pk}:{application.due_on}",
    )


def _tell_of_trial(station: Station, *, today: date, now: datetime) -> None:
    if station.trial_until is None:
        return
    late = station.trial_until < today
    key = f"trial:{'late' if late else 'soon'}:{station.pk}:{station.trial_until}"
    params = {"name": station.name, "until": station.trial_until.isoformat()}
    if station.parent is not None:
        title = (
            _("%(name)s的试运行已于 %(until)s 到期，请验收或暂停")
            if late
            else _("%(name)s的试运行将于 %(until)s 到期，请验收")
        )
        notify(
            station_id=station.parent.pk,
            capability="onboarding.decide",
            kind="station.trial",
            title=title,
            params=params,
            link=f"/s/{station.parent.code}/settings/children/{station.code}/",
            by_email=True,
            now=now,
            key=key,
        )
    if not late:
        notify(
            station_id=station.pk,
            capability="settings.view",
            kind="station.trial",
            title=_("本站试运行将于 %(until)s 到期，请准备验收"),
            params=params,
            link=f"/s/{station.code}/settings/",
            now=now,
            key=key,
        )
