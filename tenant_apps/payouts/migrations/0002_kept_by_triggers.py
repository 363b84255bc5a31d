"""Let the database keep what was sealed, and where a payment may go, whoever writes.

Functions and triggers live in the schema of the station and touch nothing outside it. A sealed file may be sealed
anew under another key: its digest may not change.
"""

from django.db import migrations

KEPT = """
CREATE FUNCTION payouts_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER payouts_batch_stays BEFORE DELETE ON payouts_batch
    FOR EACH ROW EXECUTE FUNCTION payouts_refuse_removal();
CREATE TRIGGER payouts_batch_never_emptied BEFORE TRUNCATE ON payouts_batch
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_removal();
CREATE TRIGGER payouts_line_stays BEFORE DELETE ON payouts_line
    FOR EACH ROW EXECUTE FUNCTION payouts_refuse_removal();
CREATE TRIGGER payouts_line_never_emptied BEFORE TRUNCATE ON payouts_line
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_removal();

CREATE FUNCTION payouts_guard_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.number, NEW.fund_id, NEW.channel, NEW.layout)
        IS DISTINCT FROM (OLD.id, OLD.number, OLD.fund_id, OLD.channel, OLD.layout)
        OR (OLD.digest IS NOT NULL AND (
            NEW.file IS NULL OR (NEW.digest, NEW.count, NEW.total_fen, NEW.frozen_at)
            IS DISTINCT FROM (OLD.digest, OLD.count, OLD.total_fen, OLD.frozen_at))) THEN
        RAISE EXCEPTION 'batch % is sealed', OLD.number USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payouts_batch_guarded BEFORE UPDATE ON payouts_batch
    FOR EACH ROW EXECUTE FUNCTION payouts_guard_batch();

CREATE FUNCTION payouts_guard_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' OR EXISTS (
            SELECT FROM payouts_batch WHERE id = NEW.batch_id AND digest IS NOT NULL) THEN
            RAISE EXCEPTION 'line % comes too late', NEW.ref USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF (NEW.id, NEW.batch_id, NEW.application_id, NEW.ref, NEW.amount_fen)
        IS DISTINCT FROM
        (OLD.id, OLD.batch_id, OLD.application_id, OLD.ref, OLD.amount_fen)
        -- Who is deleted leaves no keyed hash behind.
        OR (NEW.card_hash IS NOT NULL AND NEW.card_hash IS DISTINCT FROM OLD.card_hash) THEN
        RAISE EXCEPTION 'line % is sealed', OLD.ref USING ERRCODE = 'insufficient_privilege';
    ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('open', 'sent'), ('open', 'void'), ('sent', 'paid'), ('sent', 'failed'),
        ('sent', 'unknown'), ('unknown', 'paid'), ('unknown', 'failed'), ('paid', 'returned')) THEN
        RAISE EXCEPTION 'line % does not go from % to %', OLD.ref, OLD.state, NEW.state
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payouts_line_guarded BEFORE INSERT OR UPDATE ON payouts_line
    FOR EACH ROW EXECUTE FUNCTION payouts_guard_line();
"""

FUNCTIONS = ("refuse_removal", "guard_batch", "guard_line")
BACKWARDS = "\n".join(f"DROP FUNCTION payouts_{name}() CASCADE;" for name in FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [("payouts", "0001_initial")]

    operations = [migrations.RunSQL(KEPT, BACKWARDS)]
