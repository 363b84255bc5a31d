"""A file on its way, and the people who move it."""

from datetime import timedelta

import pytest

from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from tenant_apps.households import services as files
from tenant_apps.households import transitions
from tenant_apps.households.models import HouseholdFile, HouseholdPaper
from tenant_apps.households.transitions import Visit
from tenant_apps.reviews import services
from tenant_apps.reviews.models import Review
from tests.conftest import NOON
from tests.support.scenes import Scene, scene_of
from tests.tenant_apps.households.households import PAPERS, complete


class Way:
    """Moves one file along; every step runs inside its station, messages when ``relay`` is called."""

    def __init__(self, person_at):
        self.person_at = person_at
        self.now = NOON
        self.people = {}
        # What a scene has done already: the step and its stations, with the file; taken up once.
        self.standing = {}

    def person(self, station, role, name=None):
        key = (station.code, role)
        if key not in self.people:
            self.people[key] = self.person_at(
                station, role, name=name or f"{station.level}级{role}"
            )
        return self.people[key]

    def pass_days(self, days):
        self.now += timedelta(days=days)

    def relay(self):
        return relay.deliver_all()

    def submitted(self, station, **changes):
        clerk = self.person(station, Role.CLERK)
        with in_station(station):
            file = files.open_draft(complete(**changes), actor=clerk, now=self.now).file
            show_papers(file, by=clerk, now=self.now)
            return files.submit_file(file.pk, actor=clerk, now=self.now)

    def home(self, step, station, file, *args, role=Role.REVIEWER, **kwargs):
        with in_station(station):
            return getattr(transitions, step)(
                file.pk, *args, actor=self.person(station, role), now=self.now, **kwargs
            )

    def visited(self, station, **changes):
        file = self.submitted(station, **changes)
        self.home("accept_for_review", station, file)
        self.home("arrange_visit", station, file)
        self.home("record_visit", station, file, a_visit(visited_on=self.today))
        return file

    def reported(self, station, **changes):
        if not changes and ("reported", station.code) in self.standing:
            return self.standing.pop(("reported", station.code))
        file = self.visited(station, **changes)
        self.home("report_upward", station, file)
        self.relay()
        return file

    def checked(self, home, centre):
        """A file whose means the centre asked to have checked."""
        if ("checked", home.code, centre.code) in self.standing:
            return self.standing.pop(("checked", home.code, centre.code))
        file = self.reported(home)
        self.review("accept", centre, file)
        self.review("request_check", centre, file)
        return file

    @property
    def today(self):
        return clock.local_day(self.now)

    def review_at(self, station, file):
        with in_station(station):
            return Review.objects.filter(file_id=file.pk).order_by("-offer").first()

    def review(self, step, station, file, *, role=Role.REVIEWER, **kwargs):
        review = self.review_at(station, file)
        with in_station(station):
            done = getattr(services, step)(
                review.pk, actor=self.person(station, role), now=self.now, **kwargs
            )
        self.relay()
        return done

    def noticed(self, home, centre, file=None):
        if not file and ("noticed", home.code, centre.code) in self.standing:
            return self.standing.pop(("noticed", home.code, centre.code))
        file = file or self.reported(home)
        self.review("accept", centre, file)
        self.review("confirm_means", centre, file, fits=True, checked_on=self.today)
        self.review("publish_notice", centre, file)
        return file

    def approved(self, home, centre, file=None):
        file = self.noticed(home, centre, file)
        self.pass_days(8)
        self.review("approve", centre, file, role=Role.HEAD)
        return file

    def state(self, station, file):
        with in_station(station):
            return HouseholdFile.objects.get(pk=file.pk).state


def show_papers(file, *, by, now):
    """Let every paper be there, as if the clerk had seen the originals."""
    HouseholdPaper.objects.bulk_create(
        HouseholdPaper(
            file=file,
            kind=kind,
            seen_on=clock.local_day(now),
            seen_by_id=by.user_id,
            seen_by=by.name,
            created_at=now,
        )
        for kind in sorted(PAPERS)
    )


def a_visit(**changes):
    values = {
        "visited_on": NOON.date(),
        "place": "home",
        "first_visitor": "王走访",
        "second_visitor": "李走访",
        "findings": "租住公房，母女二人，与填报一致。",
        "agrees": True,
    }
    return Visit(**{**values, **changes})


def _at_noon(step, *codes):
    """Make a scene of a step that was done at noon."""

    def make(cast):
        way = Way(cast.person_at)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: NOON.astimezone(clock.LOCAL))
            file = getattr(way, step)(*(cast.station(code) for code in codes))
        way.standing[step, *codes] = file
        return way

    make.__name__ = f"{step} {' '.join(codes)}"
    return Scene(make)


REPORTED = _at_noon("reported", "130705001")
CHECKED = _at_noon("checked", "130705001", "130705")
NOTICED = _at_noon("noticed", "130705001", "130705")


@pytest.fixture
def way(request, person_at):
    """The way of files, begun where the test says it begins (``pytest.mark.begins``)."""
    begun = scene_of(request.node)
    if begun is None:
        return Way(person_at)
    request.getfixturevalue("db")
    return request.getfixturevalue("stage").value(begun)
