"""Questions about applications, for the worker who made one and for the station that works on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station, in_network
from shared_apps.console.models import Desk
from shared_apps.regions.models import Region
from tenant_apps.applications.answers import Answers, unpacked
from tenant_apps.applications.codes import plain_code
from tenant_apps.applications.flow import OPEN_STATES
from tenant_apps.applications.models import Application, ApplicationState
from tenant_apps.applications.rules import DRAFT_LASTS, RegionExists, papers_asked
from tenant_apps.casework.models import Attachment, Clock
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.households.mapping import number_hash
from tenant_apps.households.rules import PaperNeed
from tenant_apps.households.selectors import paper_rule, sightings_of
from tenants.models import Station, StationState
from tenants.selectors import ancestors_of, children_of

VIEWS = "application.view"
SUBJECT = "application"
TABS = ("todo", "going", "done", "all")
_TAB_STATES: dict[str, tuple[str, ...]] = {
    "todo": (ApplicationState.SENT,),
    "going": (ApplicationState.DRAFT, ApplicationState.RETURNED),
    "done": (
        ApplicationState.TAKEN,
        ApplicationState.REFERRED,
        ApplicationState.REFUSED,
        ApplicationState.WITHDRAWN,
    ),
}
_TAKING = frozenset({StationState.TRIAL, StationState.ACTIVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperToShow:
    """One line of the worker's list of papers: what is asked and why, what is there, what is not."""

    kind: str
    label: str
    reason: str
    pictures: tuple[Attachment, ...]
    is_lacking: bool

    @property
    def is_settled(self) -> bool:
        """Whether a picture is there, or the worker has said there is none."""
        return bool(self.pictures) or self.is_lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """One hint to the clerk that the person may be known already."""

    who: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A station an application may be handed on to, and what it is to this one."""

    code: str
    name: str
    relation: str


def get_application(application_id: UUID, *, actor: Actor) -> Application:
    """Give one application of the station in force: the only door from a page of the station.

    Raises:
        NotPermitted: the actor may not look at applications.
        NotFound: there is none here; one of another station looks absent.
    """
    actor.require(VIEWS)
    found = Application.objects.filter(pk=application_id).first()
    if found is None:
        raise NotFound
    return found


def application_door(application_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the application, for its papers and deadlines."""
    return get_application(application_id, actor=actor)


def applications_in(tab: str, *, words: str = "", actor: Actor) -> QuerySet[Application]:
    """The inbox: applications of a tab, the newest first; a whole number finds across all tabs."""
    actor.require(VIEWS)
    found = Application.objects.order_by(F("sent_at").desc(nulls_last=True), "-id")
    words = "".join(words.split())
    if words:
        return found.filter(id_no_hash=number_hash(words))
    states = _TAB_STATES.get(tab)
    return found.filter(state__in=states) if states else found


def count_waiting(actor: Actor) -> int:
    """How many applications wait to be looked at by the actor."""
    if not actor.may("application.work"):
        return 0
    return Application.objects.filter(state=ApplicationState.SENT).count()


def deadlines_of(applications: Iterable[Application]) -> dict[UUID, date]:
    """The earliest running deadline of each application. One query."""
    keys = [application.pk for application in applications]
    rows = Clock.objects.filter(
        subject_kind=SUBJECT, subject_id__in=keys, stopped_at__isnull=True
    ).order_by("-due_on")
    return dict(rows.values_list("subject_id", "due_on"))


def application_of_file(file_id: UUID) -> Application | None:
    """The application a file came from, if it came from one."""
    return Application.objects.filter(file_id=file_id).order_by("-id").first()


def stale_drafts(*, now: datetime) -> QuerySet[Application]:
    """Drafts that nobody touched for as long as a draft is kept."""
    return Application.objects.filter(
        state=ApplicationState.DRAFT, changed_at__lt=now - DRAFT_LASTS
    )


def answers_of(application: Application) -> Answers:
    """Open what was filled in; never show it as it is to anybody but the worker."""
    return unpacked(application.answers.reveal() if application.answers is not None else "")


def has_tail(answers: Answers, tail: str) -> bool:
    """Say whether the last four characters of the identity number fit; any do while it is not given."""
    given = answers.draft.id_no
    return not given or constant_time_compare(given[-4:], plain_tail(tail))


def plain_tail(text: str) -> str:
    """Read the typed end of an identity number."""
    tail = "".join(text.split()).upper()
    return plain_code(tail[:-1]) + tail[-1:] if tail else ""


def papers_to_show(application: Application, answers: Answers, *, on: date) -> list[PaperToShow]:
    """The worker's list of papers: those asked for by what was filled in, then others handed in."""
    held: dict[str, list[Attachment]] = {}
    for picture in attachments_of((SUBJECT, application.pk)):
        held.setdefault(picture.kind, []).append(picture)
    needs = papers_asked(answers.draft, paper_rule(station=current_station(), on=on))
    asked = [_paper(need, held.pop(need.kind, []), answers) for need in needs]
    others = [
        _paper(PaperNeed(kind, _("您另外提供的")), pictures, answers)
        for kind, pictures in held.items()
    ]
    return [*asked, *others]


def paper_kinds_held(application: Application) -> set[str]:
    """The kinds of paper of which there is a picture."""
    return {picture.kind for picture in attachments_of((SUBJECT, application.pk))}


def region_known() -> RegionExists:
    """Give the question whether a region code exists."""
    return lambda code: Region.objects.filter(code=code).exists()


def region_name(code: str) -> str:
    """The name of a region; the code where it has none. One query."""
    found = Region.objects.filter(code=code).order_by("-valid_from").first() if code else None
    return found.name if found else code


def warnings_about(application: Application, answers: Answers) -> list[Warned]:
    """Tell the clerk where the people named are on file already, and of other open applications.

    Of other stations only the name is told. Four queries.
    """
    people = {answers.draft.id_no: answers.draft.name}
    people |= {one.id_no: one.name for one in answers.draft.members}
    numbers = [number for number in people if number]
    warned = [
        Warned(who=people[number], where=str(sighting.where))
        for number, sighting in sightings_of(numbers, except_file=application.file_id).items()
    ]
    others = Application.objects.filter(
        id_no_hash=application.id_no_hash, state__in=OPEN_STATES
    ).exclude(pk=application.pk)
    if application.id_no_hash is not None:
        warned += [
            Warned(
                who=answers.draft.name,
                where=_("本站点的另一份申请 %(number)s") % {"number": other.number},
            )
            for other in others
        ]
    return warned


def destinations() -> list[Destination]:
    """The stations an application may be handed on to: above, below, and beside. Source: NR10."""
    here = current_station()
    with in_network():
        above = ancestors_of(here)
        below = list(children_of(here).filter(state__in=_TAKING))
        beside: Iterable[Station] = ()
        if here.parent_id is not None:
            beside = list(
                Station.objects.filter(parent_id=here.parent_id, state__in=_TAKING)
                .exclude(pk=here.id)
                .order_by("code")
            )
    groups = ((reversed(above), _("上级")), (below, _("下级")), (beside, _("同级")))
    return [
        Destination(code=one.code, name=one.name, relation=relation)
        for stations, relation in groups
        for one in stations
        if one.state in _TAKING
    ]


def desk_of_station() -> Desk | None:
    """What the station tells the public; nothing until it was first changed."""
    return Desk.objects.filter(station_id=current_station().id).first()


def takes_applications(station_state: str) -> bool:
    """Say whether the station takes applications over the network now."""
    if station_state not in _TAKING:
        return False
    desk = desk_of_station()
    return desk is None or desk.takes_applications


def _paper(need: PaperNeed, pictures: list[Attachment], answers: Answers) -> PaperToShow:
    return PaperToShow(
        kind=need.kind,
        label=need.label,
        reason=str(need.reason),
        pictures=tuple(pictures),
        is_lacking=need.kind in answers.lacking,
    )
