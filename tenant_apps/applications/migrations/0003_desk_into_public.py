"""The desk moves to ``shared_apps.console``: its row goes over, the table goes. See ``documents.0004``."""

from django.db import migrations

DESK = """
INSERT INTO public.console_desk
    (station_id, id, takes_applications, pause_note, hours, welcome, changed_by, changed_at)
SELECT
    (SELECT id FROM public.tenants_station WHERE schema_name = current_schema()),
    id, takes_applications, pause_note, hours, welcome, changed_by, changed_at
FROM applications_desk
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0002_awaited"),
    ]

    operations = [
        migrations.RunSQL([DESK]),
        migrations.DeleteModel(name="Desk"),
    ]
