"""Let no station above take over how far one below is: it reads that row, and is not to move it."""

from django.db import migrations

STAYS = """
CREATE TRIGGER programmes_progress_stays BEFORE UPDATE ON programmes_progress
    FOR EACH ROW EXECUTE FUNCTION public.stay_with_station();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0005_nobody_fits"),
        ("tenants", "0003_rows_stay_with_their_station"),
    ]

    operations = [
        migrations.RunSQL(STAYS, "DROP TRIGGER programmes_progress_stays ON programmes_progress;")
    ]
