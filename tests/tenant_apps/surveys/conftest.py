"""A township that aided households, whose sample is drawn, called and answered."""

from datetime import date
from types import SimpleNamespace

from bangfu.kernel.tenancy import in_station
from shared_apps.evaluations.models import Drawn, Sample
from shared_apps.rollup.services import fold_facts
from tenant_apps.aid.models import AidState
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.surveys import services
from tenant_apps.yearly.selectors import Frame
from tenant_apps.yearly.telling import tell
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.aid.conftest import desk_of

PAID_ON = date(2026, 6, 1)
REASON = "第三方评估满意度回访"


def pay(desk, household, /, *, programme="living", on=PAID_ON, **more):
    return desk.approved(
        household, state=AidState.PAID, programme=programme, paid_on=on, counted={}, **more
    )


@scene
def aided(cast):
    """A township that aided six households in 2026: four on file, one out, and a person outside the files."""
    desk = desk_of(cast.station("130705001"), cast.person_at)
    with in_station(desk.station):
        files = [desk.household() for _one in range(5)]
        for file in files:
            pay(desk, file)
        pay(desk, files[0], programme="medical", on=date(2026, 9, 1), cycle="2026-9")
        pay(desk, files[1], on=date(2025, 6, 1), cycle="2025")
        pay(
            desk, files[0], file=None, group="front_line", household=bytes([9]) * 16, cycle="2027",
            person_name="档外人", unit="环卫处",
        )  # fmt: skip
        HouseholdFile.objects.filter(pk=files[4].pk).update(state=FileState.OUT)
    return SimpleNamespace(desk=desk, station=desk.station, files=files)


def draw(aided, **asked):
    given = {"year": 2026, "percent": 100} | asked
    with in_station(aided.station):
        return services.draw_sample(actor=aided.desk.clerk, now=NOON, **given)


def say(aided, sample, *answers):
    with in_station(aided.station):
        rows = Drawn.objects.filter(sample=sample).order_by("place")
        for row, answer in zip(rows, answers, strict=False):
            services.note_answer(row.pk, answer=answer, actor=aided.desk.clerk, now=NOON)
        return Sample.objects.get(pk=sample.pk)


def satisfaction(station, year=2026):
    fold_facts(now=NOON)
    with in_station(station):
        told = tell(station, Frame(year, date(year, 11, 1)))
    return next((one for one in told.sentences if one.key == "evaluation-satisfied"), None)
