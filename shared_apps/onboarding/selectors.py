"""Questions about applications. Inside a station only its own applicants are in sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import in_network
from shared_apps.accounts.models import Invitation
from shared_apps.onboarding.models import Application, ApplicationState, Batch, Origin
from shared_apps.regions.selectors import region_labels, regions_inside
from tenants.models import Level, Station, StationState

OPEN_STATES = (
    ApplicationState.DRAFT,
    ApplicationState.APPLIED,
    ApplicationState.PARENT_REVIEW,
    ApplicationState.CORRECTING,
    ApplicationState.PROVISIONING,
)
_WORKING = (StationState.TRIAL, StationState.ACTIVE)
# What a board leaves out until it is asked for: what was refused, and what an import has opened.
_OVER = Q(state=ApplicationState.REJECTED) | Q(state=ApplicationState.TRIAL, origin=Origin.IMPORT)
FOR_PARENT = (ApplicationState.APPLIED, ApplicationState.PARENT_REVIEW)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch has come."""

    batch: Batch
    opened: int
    failed: int

    @property
    def percent(self) -> int:
        """Whole per cent, 100 only when everything is open."""
        return 100 * self.opened // self.batch.total if self.batch.total else 100

    @property
    def running(self) -> bool:
        """Whether something still waits to be opened."""
        return self.opened + self.failed < self.batch.total


def applications_in_sight() -> QuerySet[Application]:
    """The applications that the realm in force may see: a station's own children, or all."""
    return Application.objects.select_related("parent", "station", "batch")


def board(
    *, state: str = "", late_on: date | None = None, words: str = ""
) -> QuerySet[Application]:
    """Applications for the board, those with a deadline first. ``late_on`` keeps those overdue then."""
    found = applications_in_sight()
    found = found.filter(state=state) if state else found.exclude(_OVER)
    if late_on is not None:
        found = found.filter(due_on__lt=late_on)
    if words:
        found = found.filter(
            Q(name__icontains=words)
            | Q(contact_name__icontains=words)
            | Q(region_code__startswith=words)
        )
    return found.order_by("due_on", "-made_at", "pk")


def newest_sign_ups(*, limit: int = 8) -> QuerySet[Application]:
    """The newest applications that somebody wrote, those of imports left out."""
    return applications_in_sight().exclude(origin=Origin.IMPORT).order_by("-made_at", "pk")[:limit]


def inbox() -> QuerySet[Application]:
    """Applications that wait for the parent, the most urgent first."""
    return applications_in_sight().filter(state__in=FOR_PARENT).order_by("due_on", "pk")


def counts_by_state() -> dict[str, int]:
    """How many applications stand in each state. One query."""
    rows = Application.objects.order_by().values("state").annotate(number=Count("pk"))
    return {row["state"]: row["number"] for row in rows}


def get_application(key: UUID) -> Application:
    """Return an application in sight.

    Raises:
        NotFound: there is none.
    """
    found = applications_in_sight().filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def invitations_of_new_station(application: Application) -> list[Invitation]:
    """Who was invited to the station that came of an application, and whether they came."""
    if application.station_id is None:
        return []
    with in_network():
        return list(
            Invitation.objects.filter(
                station_id=application.station_id, revoked_at__isnull=True
            ).order_by("invited_at", "pk")
        )


def progress_of_batches(*, limit: int = 10) -> Sequence[Progress]:
    """The newest batches that are opened by the workers, and how far each is. One query."""
    batches = (
        Batch.objects.filter(origin=Origin.IMPORT)
        .annotate(
            opened=Count("applications", filter=Q(applications__state=ApplicationState.TRIAL)),
            given_back=Count("applications", filter=~Q(applications__failure="")),
        )
        .order_by("-made_at")[:limit]
    )
    return [Progress(batch, batch.opened, batch.given_back) for batch in batches]


# What the picker offers beside the regions: a unit right below the city or the county.
DIRECT = "direct"


def direct_parent(*, level: int, region_code: str) -> Station | None:
    """Return the open city or county of a region, if it takes units directly."""
    return (
        Station.objects.filter(
            level=level,
            region_code__in=[region_code, region_code.removesuffix("00")],
            takes_direct_units=True,
            state__in=_WORKING,
        )
        .order_by("code")
        .first()
    )


def parent_for(*, level: int, region_code: str) -> Station | None:
    """Return the open station above a unit of ``level`` in a region, if there is one."""
    wanted = {
        Level.COUNTY: region_code[:4],
        Level.TOWNSHIP: region_code[:6],
        Level.ENTERPRISE: region_code[:9],
    }[Level(level)]
    with in_network():
        return (
            Station.objects.filter(
                level=level - 1,
                region_code__startswith=wanted,
                state__in=_WORKING,
            )
            .order_by("code")
            .first()
        )


@dataclass(frozen=True, slots=True)
class RegionChoice:
    """A region of the picker, and whether it has a station of the level asked for."""

    code: str
    name: str
    taken: bool


def city_choices(*, on: date) -> list[tuple[str, str]]:
    """The cities that have a station, by code: what the first list of the picker offers."""
    codes = [
        station.region_code[:4] + "00"
        for station in Station.objects.filter(level=Level.CITY, state__in=_WORKING).order_by("code")
    ]
    labels = region_labels(codes, on=on)
    return [(code, labels.get(code, code)) for code in codes]


def region_choices(parent_code: str, *, on: date, level: int) -> list[RegionChoice]:
    """The regions inside one, and which have a station of ``level`` already. Two queries."""
    if not parent_code:
        return []
    regions = list(regions_inside(parent_code, on=on))
    taken = set(
        Station.objects.filter(level=level, region_code__in=[region.code for region in regions])
        .exclude(state__in=[StationState.CLOSED, StationState.ARCHIVED])
        .values_list("region_code", flat=True)
    )
    return [RegionChoice(region.code, region.name, region.code in taken) for region in regions]


def station_open_in(*, level: int, region_code: str) -> Station | None:
    """Return the station of a county or township region, if it has one."""
    if level == Level.ENTERPRISE:
        return None
    return (
        Station.objects.filter(level=level, region_code=region_code)
        .exclude(state__in=[StationState.CLOSED, StationState.ARCHIVED])
        .first()
    )
