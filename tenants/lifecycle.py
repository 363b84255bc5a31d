"""The life of an open station: trial, accepted, suspended, resumed. Source: domain §3.1."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, NotFound
from bangfu.kernel.flow import Flow, Step
from bangfu.kernel.tenancy import in_network
from tenants.models import Station, StationState
from tenants.selectors import forget_stations


class StationSuspended(DomainError):
    """The station is read-only until the station above lets it work again."""

    code = "station-suspended"
    message = _("本站已被上级暂停，只能查看，不能办理。恢复请联系上级站点。")


STATION_FLOW = Flow(
    "station",
    {
        "accept": Step(
            sources=frozenset({StationState.TRIAL}),
            target=StationState.ACTIVE,
            capability="onboarding.decide",
            label=_("验收合格"),
        ),
        "suspend": Step(
            sources=frozenset({StationState.TRIAL, StationState.ACTIVE}),
            target=StationState.SUSPENDED,
            capability="onboarding.decide",
            label=_("暂停"),
            tone="danger",
        ),
        "resume": Step(
            sources=frozenset({StationState.SUSPENDED}),
            target=StationState.ACTIVE,
            capability="onboarding.decide",
            label=_("恢复"),
        ),
    },
)


def move_station(code: str, action: str, *, actor: Actor, now: datetime) -> Station:
    """Take a station a step further; its parent, or the network, decides. The caller audits.

    A suspended station can be read but not changed. One that is resumed goes back to where it was
    before: in use when it had been accepted, on trial otherwise.

    Raises:
        NotFound: there is no such station below the actor's own.
        NotPermitted: the actor lacks the capability.
        IllegalMove: the station is not where the step starts.
    """
    with in_network():
        station = Station.objects.select_for_update().filter(code=code).first()
        above = actor.station
        if station is None or (above is not None and station.parent_id != above.id):
            raise NotFound
        state = STATION_FLOW.advance(action, state=station.state, actor=actor)
        if action == "resume" and station.accepted_at is None:
            state = StationState.TRIAL
        station.state = state
        if action == "accept":
            station.accepted_at = now
        station.suspended_at = now if action == "suspend" else None
        station.save(update_fields=["state", "accepted_at", "suspended_at"])  # type: ignore[no-untyped-call]
    forget_stations()
    return station
