"""The serials move to ``shared_apps.register``: their rows go over, the table goes. See ``documents.0004``."""

from django.db import migrations

SERIALS = """
INSERT INTO public.register_fileserial (station_id, id, year, last)
SELECT (SELECT id FROM public.tenants_station WHERE schema_name = current_schema()), id, year, last
FROM households_serial
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0005_asked"),
    ]

    operations = [
        migrations.RunSQL([SERIALS]),
        migrations.DeleteModel(name="FileSerial"),
    ]
