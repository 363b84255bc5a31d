"""A file of a township, and the people around it."""

from datetime import timedelta

import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from tenant_apps.households import services as files
from tenant_apps.households.models import FileState, HouseholdFile
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.households.households import PAPERS, complete


@pytest.fixture
def head(township, person_at):
    return person_at(township, Role.HEAD, name="周站长")


@pytest.fixture
def second_head(township, person_at):
    return person_at(township, Role.HEAD, name="吴站长")


@pytest.fixture
def supervisor(township, person_at):
    return person_at(township, Role.SUPERVISOR, name="孙经审")


@scene
def submitted(cast):
    """A submitted file of the township, and who submitted it."""
    township = cast.station("130705001")
    clerk = cast.person_at(township, Role.CLERK, name="王经办")
    with in_station(township):
        opened = files.open_draft(complete(), actor=clerk, now=NOON).file
        for kind in PAPERS:
            files.mark_paper(opened.pk, kind=kind, actor=clerk, now=NOON)
        return files.submit_file(opened.pk, actor=clerk, now=NOON), clerk


@pytest.fixture
def file(submitted):
    """A submitted file of the township."""
    return submitted[0]


@pytest.fixture
def clerk(request, township, person_at):
    """Who submitted the file, where there is one."""
    if "submitted" in request.fixturenames:
        return request.getfixturevalue("submitted")[1]
    return person_at(township, Role.CLERK, name="王经办")


@pytest.fixture
def old_file(township, file):
    """A file that was closed eleven years ago."""
    with in_station(township):
        HouseholdFile.objects.filter(pk=file.pk).update(
            state=FileState.OUT,
            closed_on=(NOON - timedelta(days=4020)).date(),
            keep_until=(NOON - timedelta(days=365)).date(),
        )
        return HouseholdFile.objects.get(pk=file.pk)
