"""What the outside unit answers."""

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from tenant_apps.reviews import services
from tenant_apps.reviews.models import MeansKind
from tenant_apps.reviews.services import ItemAnswer

FITTING = {str(kind): ItemAnswer(found="无", result="fits") for kind in MeansKind}


def answer_everything(case):
    """Note that everything agrees."""
    with in_station(case.centre):
        services.record_answer(
            case.check.pk,
            FITTING,
            answered_on=case.way.today,
            actor=case.way.person(case.centre, Role.REVIEWER),
            now=case.way.now,
        )
