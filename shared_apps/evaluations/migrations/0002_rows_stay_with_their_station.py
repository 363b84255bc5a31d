"""Let no sample change its station: stations above read it, and must not take it over."""

from django.db import migrations

STAYS = """
CREATE FUNCTION evaluations_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.station_id) IS DISTINCT FROM (OLD.id, OLD.station_id) THEN
        RAISE EXCEPTION 'a row of % stays with its station', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evaluations_sample_stays BEFORE UPDATE ON evaluations_sample
    FOR EACH ROW EXECUTE FUNCTION evaluations_refuse_move();
"""


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0001_initial")]

    operations = [migrations.RunSQL(STAYS, "DROP FUNCTION evaluations_refuse_move() CASCADE;")]
