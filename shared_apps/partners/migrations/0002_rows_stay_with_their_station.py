"""Let no row change its station: stations below read it, and must not take it over."""

from django.db import migrations

STAYS = """
CREATE FUNCTION partners_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.station_id) IS DISTINCT FROM (OLD.id, OLD.station_id) THEN
        RAISE EXCEPTION 'a row of % stays with its station', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_partner_stays BEFORE UPDATE ON partners_partner
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_move();
CREATE TRIGGER partners_agreement_stays BEFORE UPDATE ON partners_agreement
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_move();
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]

    operations = [migrations.RunSQL(STAYS, "DROP FUNCTION partners_refuse_move() CASCADE;")]
