"""What is said beside an answer is forgotten: with the file, after its years, or when who said it asks for that."""

from datetime import timedelta

import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.audit.models import AuditRow
from shared_apps.evaluations.models import Drawn
from tenant_apps.privacy.services import purge_remarks
from tenant_apps.surveys import services
from tests.conftest import NOON
from tests.tenant_apps.surveys.conftest import draw

pytestmark = pytest.mark.usefixtures("at_noon")


def test_what_somebody_outside_the_files_said_is_forgotten_after_the_years_of_a_file(aided):
    sample = draw(aided)
    with in_station(aided.station):
        rows = Drawn.objects.filter(sample=sample)
        for row in rows:
            services.note_answer(
                row.pk, answer="partly", remark="希望早些", actor=aided.desk.clerk, now=NOON
            )
        outside = rows.get(file_id=None)
        day_before = NOON.replace(year=NOON.year + 10)
        assert purge_remarks(now=day_before) == 0
        assert purge_remarks(now=day_before + timedelta(days=1)) == 1
        outside.refresh_from_db()
        assert (outside.answer, outside.remark) == ("partly", None)
        assert rows.exclude(remark__isnull=True).count() == 5
        assert AuditRow.objects.get(event="privacy.remarks_purged").data["count"] == 1
