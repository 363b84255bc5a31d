"""One household that two counties have a file of, for the search for duplicates to find."""

from datetime import datetime

from bangfu.demo import plan
from bangfu.demo.flowing import person_at
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import FileState, HouseholdFile, Origin
from tenant_apps.households.services import open_drafts
from tenants.models import Station

# On file at the first township; begun again at a township of another county.
_ON_FILE_AT, _BEGUN_AT = plan.FIRST[2], plan.OF_THE_FORM[2]
# The households before it are those that something else happens to.
_NUMBER = 6


def meet_twice(*, now: datetime) -> bool:
    """Let a township of another county begin a file of a household that is on file; say whether it did.

    A network of one county has no such township. Safe to repeat.
    """
    with in_network():
        stations = {
            one.code: one.ref for one in Station.objects.filter(code__in=[_ON_FILE_AT, _BEGUN_AT])
        }
    if len(stations) < 2:
        return False
    with in_station(stations[_ON_FILE_AT]):
        on_file = HouseholdFile.objects.filter(state=FileState.ON_FILE).order_by("file_no")
        file = on_file[_NUMBER : _NUMBER + 1].first()
        draft = draft_of(file, file.members.all()) if file else None
        hashed = file.id_no_hash if file else None
    if draft is None:
        return False
    with in_station(stations[_BEGUN_AT]):
        if HouseholdFile.objects.filter(id_no_hash=hashed).exists():
            return False
        actor = person_at(stations[_BEGUN_AT], Role.CLERK)
        open_drafts([draft], actor=actor, now=now, origin=Origin.DEMO)
    return True
