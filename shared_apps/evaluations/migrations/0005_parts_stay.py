"""Let what a station did about an order stay with it: stations above read it, and must not take it over."""

from django.db import migrations

STAYS = """
CREATE TRIGGER evaluations_orderpart_stays BEFORE UPDATE ON evaluations_orderpart
    FOR EACH ROW EXECUTE FUNCTION public.stay_with_station();
"""


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0004_orders")]

    operations = [
        migrations.RunSQL(
            STAYS, "DROP TRIGGER evaluations_orderpart_stays ON evaluations_orderpart;"
        )
    ]
