"""Let the database keep the goods book true, whoever writes: quantities, ways, last days, nothing changed.

Functions and triggers live in the schema of the station and touch nothing outside it. Names are
unqualified: they mean the schema on the search path.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION goods_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER goods_movement_append_only BEFORE UPDATE OR DELETE ON goods_movement
    FOR EACH ROW EXECUTE FUNCTION goods_refuse_change();
CREATE TRIGGER goods_movement_never_emptied BEFORE TRUNCATE ON goods_movement
    FOR EACH STATEMENT EXECUTE FUNCTION goods_refuse_change();
CREATE TRIGGER goods_lot_stays BEFORE DELETE ON goods_lot
    FOR EACH ROW EXECUTE FUNCTION goods_refuse_change();
CREATE TRIGGER goods_lot_never_emptied BEFORE TRUNCATE ON goods_lot
    FOR EACH STATEMENT EXECUTE FUNCTION goods_refuse_change();
"""

QUANTITIES = (
    "outside", "announced", "received", "quarantined", "disinfected", "sorted", "reserved", "issued",
    "scrapped", "adjusted", "in_transit", "transferred",
)  # fmt: skip
NEW, OLD = (
    f"({', '.join(f'{row}.{name}_milli' for name in QUANTITIES)}, {row}.counted_on)"
    for row in ("NEW", "OLD")
)
ZEROES = " OR ".join(f"NEW.{name}_milli <> 0" for name in QUANTITIES)
SAME = (
    "id",
    "kind",
    "unit",
    "unit_value_fen",
    "origin",
    "expires_on",
    "needs_disinfection",
    "transfer_id",
)
NEW_SAME, OLD_SAME = (f"({', '.join(f'{row}.{name}' for name in SAME)})" for row in ("NEW", "OLD"))

# pg_trigger_depth() is 1 for a statement that somebody wrote, and more for one of another trigger.
GUARD = f"""
CREATE FUNCTION goods_guard_lot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF {ZEROES} THEN
            RAISE EXCEPTION 'a lot begins at zero' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF (pg_trigger_depth() < 2 AND {NEW} IS DISTINCT FROM {OLD})
        OR {NEW_SAME} IS DISTINCT FROM {OLD_SAME} THEN
        RAISE EXCEPTION 'only a movement moves goods, and goods stay what they are'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER goods_lot_guarded BEFORE INSERT OR UPDATE ON goods_lot
    FOR EACH ROW EXECUTE FUNCTION goods_guard_lot();
"""

# The row of the lot is the lock: movements of a lot are applied one after the other.
APPLY = """
CREATE FUNCTION goods_apply_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_lot record;
    first record;
BEGIN
    SELECT * INTO of_lot FROM goods_lot WHERE id = NEW.lot_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such lot' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF NEW.source = NEW.target THEN
        RAISE EXCEPTION 'a movement goes somewhere' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('issue', 'reserve') AND of_lot.expires_on <= NEW.moved_on THEN
        RAISE EXCEPTION 'the last day of these goods is %', of_lot.expires_on
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'sort' AND NEW.source = 'received' AND of_lot.needs_disinfection THEN
        RAISE EXCEPTION 'these goods are disinfected first' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'undo' THEN
        SELECT * INTO first FROM goods_movement WHERE id = NEW.follows_id;
        IF first.kind = 'undo' OR (first.lot_id, first.quantity_milli, first.target)
            IS DISTINCT FROM (NEW.lot_id, NEW.quantity_milli, NEW.source)
            OR NOT (NEW.target = first.source OR (first.kind = 'issue' AND NEW.target = 'sorted')) THEN
            RAISE EXCEPTION 'this does not undo that movement' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    EXECUTE format('UPDATE goods_lot SET %1$I = %1$I - $1, %2$I = %2$I + $1 WHERE id = $2',
                   NEW.source || '_milli', NEW.target || '_milli') USING NEW.quantity_milli, NEW.lot_id;
    IF NEW.kind = 'count' THEN
        UPDATE goods_lot SET counted_on = greatest(counted_on, NEW.moved_on) WHERE id = NEW.lot_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER goods_movement_applied BEFORE INSERT ON goods_movement
    FOR EACH ROW EXECUTE FUNCTION goods_apply_movement();
"""

FUNCTIONS = ("refuse_change", "guard_lot", "apply_movement")
BACKWARDS = "\n".join(f"DROP FUNCTION goods_{name}() CASCADE;" for name in FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [("goods", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE + GUARD + APPLY, BACKWARDS)]
