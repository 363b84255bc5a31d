"""Some files on their way, one or two in each state, moved there by the services people use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from bangfu.demo import plan
from bangfu.demo.households import invented_household
from bangfu.demo.people import username_of
from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import Role
from shared_apps.accounts.selectors import actor_at_station
from shared_apps.exchange import relay
from tenant_apps.households import services as files
from tenant_apps.households import transitions
from tenant_apps.households.mapping import number_hash
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.selectors import missing_for
from tenant_apps.households.transitions import Visit
from tenant_apps.reviews import services as reviews
from tenant_apps.reviews.models import MeansCheck, MeansState, Review
from tenants.models import Station

_PAPER = "papers."
# How far a file is taken, and how many days ago its clerk began.
WAYS = (
    ("draft", 1),
    ("draft", 3),
    ("submitted", 2),
    ("submitted", 6),
    ("first_review", 5),
    ("visiting", 7),
    ("reported", 9),
    ("reported", 10),
    ("accepted", 11),
    ("means_check", 12),
    ("notice", 13),
    ("approval", 25),
    ("returned", 14),
    ("refused", 16),
    ("checking", 11),
    ("checking", 12),
    ("to_check", 9),
)
# How many days ago the list for the outside unit went out, with the requests that waited by then.
_LIST_SENT_DAYS_AGO = 2


@dataclass(frozen=True, slots=True)
class _Walk:
    """One file and the people who move it; ``day`` is when something happens, counted from the start."""

    home: StationRef
    centre: StationRef
    file_id: UUID
    began: datetime

    def at_home(self, step: Callable[..., object], role: str, day: int, **said: object) -> None:
        with in_station(self.home):
            step(
                self.file_id,
                actor=person_at(self.home, role),
                now=self.began + timedelta(days=day),
                **said,
            )

    def at_centre(self, step: Callable[..., object], role: str, day: int, **said: object) -> None:
        relay.deliver_all()
        with in_station(self.centre):
            review = Review.objects.filter(file_id=self.file_id).order_by("-offer").first()
            if review is not None:
                step(
                    review.pk,
                    actor=person_at(self.centre, role),
                    now=self.began + timedelta(days=day),
                    **said,
                )
        relay.deliver_all()


def send_files_on_their_way(*, seed: int, now: datetime) -> int:
    """Open files at the first township and take each as far as its way says; return how many.

    A household that has its file already is left where it is, so the call can be repeated.
    """
    with in_network():
        home = Station.objects.get(code=f"{plan.BRANCH}001").ref
        centre = Station.objects.get(code=plan.BRANCH).ref
    opened = 0
    for number, (stage, days_ago) in enumerate(WAYS):
        began = now - timedelta(days=days_ago, hours=number % 5)
        file_id = _opened(home, seed=f"{seed}:way:{number}", began=began)
        if file_id is not None:
            _walk(_Walk(home, centre, file_id, began), stage)
            opened += 1
    if opened:
        _send_list(centre, now=now - timedelta(days=_LIST_SENT_DAYS_AGO))
    return opened


def _walk(walk: _Walk, stage: str) -> None:
    if stage == "draft":
        return
    walk.at_home(_with_papers(files.submit_file), Role.CLERK, 0)
    if stage == "submitted":
        return
    walk.at_home(transitions.accept_for_review, Role.REVIEWER, 1)
    if stage == "first_review":
        return
    walk.at_home(transitions.arrange_visit, Role.REVIEWER, 2)
    if stage == "visiting":
        return
    walk.at_home(transitions.record_visit, Role.REVIEWER, 4, visit=_visit(walk))
    if stage == "returned":
        walk.at_home(
            transitions.return_to_applicant,
            Role.REVIEWER,
            4,
            reason="医药费票据不全，请补齐近三个月的票据。",
        )
        return
    walk.at_home(transitions.report_upward, Role.REVIEWER, 5, opinion="入户核查属实，同意上报。")
    _walk_above(walk, stage)


def _walk_above(walk: _Walk, stage: str) -> None:
    if stage == "reported":
        relay.deliver_all()
        return
    walk.at_centre(reviews.accept, Role.REVIEWER, 7)
    if stage == "accepted":
        return
    if stage in {"checking", "to_check"}:
        walk.at_centre(reviews.request_check, Role.REVIEWER, 8)
        return
    day = clock.local_day(walk.began) + timedelta(days=8)
    fits = stage != "refused"
    walk.at_centre(
        reviews.confirm_means,
        Role.REVIEWER,
        8,
        fits=fits,
        checked_on=day,
        comment="" if fits else "核对发现家庭另有经营收入，超过标准。",
    )
    if stage in {"means_check", "refused"}:
        return
    walk.at_centre(reviews.publish_notice, Role.REVIEWER, 11)
    if stage == "approval":
        with in_station(walk.centre):
            reviews.end_finished_notices(now=walk.began + timedelta(days=24))
        relay.deliver_all()


def _send_list(centre: StationRef, *, now: datetime) -> None:
    with in_station(centre):
        waiting = MeansCheck.objects.filter(state=MeansState.PREPARED, prepared_at__lte=now)
        reviews.send_checks(
            list(waiting.values_list("pk", flat=True)),
            reason="按认定办法送民政部门核对家庭经济状况。",
            actor=person_at(centre, Role.REVIEWER),
            now=now,
        )


def _opened(home: StationRef, *, seed: str, began: datetime) -> UUID | None:
    draft = invented_household(
        Random(seed),  # noqa: S311
        residence=f"{plan.BRANCH}001",
        employer="(虚构)沐河物流有限责任公司",
        on=clock.local_day(began),
        complete=True,
    )
    with in_station(home):
        if HouseholdFile.objects.filter(id_no_hash=number_hash(draft.id_no)).exists():
            return None
        return files.open_draft(draft, actor=person_at(home, Role.CLERK), now=began).file.pk


def _with_papers(submit: Callable[..., object]) -> Callable[..., object]:
    def show_and_submit(file_id: UUID, *, actor: Actor, now: datetime) -> None:
        file = HouseholdFile.objects.get(pk=file_id)
        for problem in missing_for(file, on=clock.local_day(now)):
            if problem.field.startswith(_PAPER):
                kind = problem.field.removeprefix(_PAPER)
                files.mark_paper(file_id, kind=kind, actor=actor, now=now)
        submit(file_id, actor=actor, now=now)

    return show_and_submit


def _visit(walk: _Walk) -> Visit:
    return Visit(
        visited_on=clock.local_day(walk.began) + timedelta(days=3),
        place="home",
        first_visitor=person_at(walk.home, Role.REVIEWER).name,
        second_visitor=person_at(walk.home, Role.HEAD).name,
        findings="家庭情况与填报一致，邻里反映生活确有困难。",
        agrees=True,
    )


def person_at(station: StationRef, role: str) -> Actor:
    """Return whoever plays a role at a station of the demo."""
    with in_network():
        user = User.objects.get(username=username_of(station.code, role))
        actor = actor_at_station(user, station)
    if actor is None:
        raise LookupError(f"{user} does not belong to {station.code}")
    return actor
