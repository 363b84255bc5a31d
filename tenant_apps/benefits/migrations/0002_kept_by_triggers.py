"""Let the database keep cards true, whoever writes: balances, shares, reversals, nothing changed.

Functions and triggers live in the schema of the station and touch nothing outside it. Names are
unqualified: they mean the schema on the search path.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION benefits_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER benefits_entry_append_only BEFORE UPDATE OR DELETE ON benefits_entry
    FOR EACH ROW EXECUTE FUNCTION benefits_refuse_change();
CREATE TRIGGER benefits_entry_never_emptied BEFORE TRUNCATE ON benefits_entry
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_refuse_change();
CREATE TRIGGER benefits_card_stays BEFORE DELETE ON benefits_card
    FOR EACH ROW EXECUTE FUNCTION benefits_refuse_change();
CREATE TRIGGER benefits_card_never_emptied BEFORE TRUNCATE ON benefits_card
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_refuse_change();
"""

# pg_trigger_depth() is 1 for a statement that somebody wrote, and more for one of another trigger.
GUARD = """
CREATE FUNCTION benefits_guard_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.balance_fen <> 0 THEN
            RAISE EXCEPTION 'a card begins at zero' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF (pg_trigger_depth() < 2 AND NEW.balance_fen <> OLD.balance_fen)
        OR (NEW.id, NEW.kind, NEW.file_id) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.file_id) THEN
        RAISE EXCEPTION 'only an entry moves a balance, and a card stays with its household'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER benefits_card_guarded BEFORE INSERT OR UPDATE ON benefits_card
    FOR EACH ROW EXECUTE FUNCTION benefits_guard_card();
"""

# The row of the card is the lock: its entries are applied one after the other.
APPLY = """
CREATE FUNCTION benefits_apply_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_card record;
    first record;
BEGIN
    IF NEW.kind = 'purchase' AND (NEW.card_id IS NULL OR NEW.amount_fen <= 0
            OR NEW.effect_fen <> -NEW.amount_fen OR least(NEW.union_fen, NEW.partner_fen) < 0)
        OR NEW.kind = 'top_up' AND (NEW.card_id IS NULL OR NEW.effect_fen <= 0
            OR NEW.effect_fen <> NEW.amount_fen)
        OR NEW.kind IN ('relief', 'tickets', 'settlement') AND NEW.effect_fen <> 0 THEN
        RAISE EXCEPTION 'an entry of this kind does not look like this' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'reversal' THEN
        SELECT * INTO first FROM benefits_entry WHERE id = NEW.reverses_id;
        IF first.kind IN ('reversal', 'settlement') OR (first.card_id, -first.amount_fen,
                -first.union_fen, -first.partner_fen, -first.effect_fen, -first.quantity, first.partner_id)
            IS DISTINCT FROM (NEW.card_id, NEW.amount_fen, NEW.union_fen, NEW.partner_fen,
                NEW.effect_fen, NEW.quantity, NEW.partner_id) THEN
            RAISE EXCEPTION 'this does not take that entry back' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.card_id IS NOT NULL AND NEW.effect_fen <> 0 THEN
        SELECT * INTO of_card FROM benefits_card WHERE id = NEW.card_id FOR UPDATE;
        IF NEW.kind <> 'reversal' AND (of_card.state <> 'active' OR of_card.valid_to < NEW.entered_on) THEN
            RAISE EXCEPTION 'the card is not valid' USING ERRCODE = 'check_violation';
        END IF;
        UPDATE benefits_card SET balance_fen = balance_fen + NEW.effect_fen WHERE id = NEW.card_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER benefits_entry_applied BEFORE INSERT ON benefits_entry
    FOR EACH ROW EXECUTE FUNCTION benefits_apply_entry();
"""

FUNCTIONS = ("refuse_change", "guard_card", "apply_entry")
BACKWARDS = "\n".join(f"DROP FUNCTION benefits_{name}() CASCADE;" for name in FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [("benefits", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE + GUARD + APPLY, BACKWARDS)]
