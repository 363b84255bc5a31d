"""Households that are on file at a station, made by the services of the files themselves."""

import random
from datetime import date

from django.db import transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.identity import fictitious_id
from bangfu.kernel.tenancy import in_station
from tenant_apps.households import services
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.services.versions import give_file_number, record_version
from tests.conftest import NOON
from tests.tenant_apps.households.households import complete, daughter


def another_household(seed=1):
    """Columns that make the household a different one: other people, another card."""
    chance = random.Random(seed)
    head = fictitious_id(chance, birth=date(1974, 6, 15), sex=2)
    child = fictitious_id(chance, birth=date(2008, 9, 2), sex=2)
    return {"id_no": head, "members": [daughter(id_no=child)]}


def put_on_file(station, *, now=NOON, **changes):
    """Open a file and take it to ``on_file`` in one step, with version and facts."""
    actor = Actor.system("test", station=station)
    with in_station(station), transaction.atomic():
        file = services.open_draft(complete(**changes), actor=actor, now=now).file
        number = give_file_number(file=file, station_code=station.code, now=now)
        change(station, file, FileState.ON_FILE, event="approve", now=now, file_no=number)
    return file


def change(station, file, state, *, event, now=NOON, **columns):
    """Give a file another state, as a transition does."""
    actor = Actor.system("test", station=station)
    with in_station(station), transaction.atomic():
        row = HouseholdFile.objects.select_for_update().get(pk=file.pk)
        row.state = state
        for name, value in columns.items():
            setattr(row, name, value)
        row.save()
        record_version(file=row, event=event, actor=actor, now=now)
