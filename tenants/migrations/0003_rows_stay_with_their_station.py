"""Say once that a row never changes its station: stations above read it, and must not take it over."""

from django.db import migrations

STAYS = """
CREATE FUNCTION public.stay_with_station() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.station_id) IS DISTINCT FROM (OLD.id, OLD.station_id) THEN
        RAISE EXCEPTION 'a row of % stays with its station', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_other_codes")]

    operations = [migrations.RunSQL(STAYS, "DROP FUNCTION public.stay_with_station();")]
