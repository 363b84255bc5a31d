"""Papers, downloads and Word templates move to ``shared_apps.printing``: their rows go over, the tables go.

The tables in public are there: shared migrations and grants come before the stations' (``tenants.setup``).
They are not named as a dependency, which would record them in every station as well. A schema that waits in
the pool has no rows.
"""

from django.db import migrations

PAPERS = """
INSERT INTO public.printing_paper
    (station_id, id, number, kind, subject_kind, subject_id, about, in_clear, reason, digest, audit_seq,
     printed_by_id, printed_by, printed_at)
SELECT
    (SELECT id FROM public.tenants_station WHERE schema_name = current_schema()),
    id, number, kind, subject_kind, subject_id, about, in_clear, reason, digest, audit_seq,
    printed_by_id, printed_by, printed_at
FROM documents_paper
"""
DOWNLOADS = """
INSERT INTO public.printing_download
    (station_id, id, kind, title, wish, in_clear, reason, state, total, done, attempts, problem, file_name,
     content_type, parts, size, digest, fetched, asked_by_id, asked_by, asked_at, worked_at, ended_at,
     expires_at)
SELECT
    (SELECT id FROM public.tenants_station WHERE schema_name = current_schema()),
    id, kind, title, wish, in_clear, reason, state, total, done, attempts, problem, file_name,
    content_type, parts, size, digest, fetched, asked_by_id, asked_by, asked_at, worked_at, ended_at,
    expires_at
FROM documents_download
"""
TEMPLATES = """
INSERT INTO public.printing_wordtemplate
    (station_id, id, kind, content, file_name, digest, set_by, set_at)
SELECT
    (SELECT id FROM public.tenants_station WHERE schema_name = current_schema()),
    id, kind, content, file_name, digest, set_by, set_at
FROM documents_wordtemplate
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0003_vouchers"),
    ]

    operations = [
        migrations.RunSQL([PAPERS]),
        migrations.RunSQL([DOWNLOADS]),
        migrations.RunSQL([TEMPLATES]),
        migrations.DeleteModel(name="Paper"),
        migrations.DeleteModel(name="Download"),
        migrations.DeleteModel(name="WordTemplate"),
    ]
