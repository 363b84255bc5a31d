"""Let the one function of the network say that rows stay with their station, not one of this app."""

from django.db import migrations

BY_ALL = """
CREATE OR REPLACE TRIGGER partners_partner_stays BEFORE UPDATE ON partners_partner
    FOR EACH ROW EXECUTE FUNCTION public.stay_with_station();
CREATE OR REPLACE TRIGGER partners_agreement_stays BEFORE UPDATE ON partners_agreement
    FOR EACH ROW EXECUTE FUNCTION public.stay_with_station();
DROP FUNCTION partners_refuse_move();
"""
BY_ITSELF = """
CREATE FUNCTION partners_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.station_id) IS DISTINCT FROM (OLD.id, OLD.station_id) THEN
        RAISE EXCEPTION 'a row of % stays with its station', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER partners_partner_stays BEFORE UPDATE ON partners_partner
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_move();
CREATE OR REPLACE TRIGGER partners_agreement_stays BEFORE UPDATE ON partners_agreement
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_move();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0002_rows_stay_with_their_station"),
        ("tenants", "0003_rows_stay_with_their_station"),
    ]

    operations = [migrations.RunSQL(BY_ALL, BY_ITSELF)]
