"""Let the database keep the ledger true, whoever writes: balances, numbers, floors, periods, nothing changed.

Functions and triggers live in the schema of the station and touch nothing outside it. Names are
unqualified: they mean the schema on the search path, and where that is another one there is no such
table, and the statement fails.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION funds_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER funds_journal_append_only BEFORE UPDATE OR DELETE ON funds_journal
    FOR EACH ROW EXECUTE FUNCTION funds_refuse_change();
CREATE TRIGGER funds_journal_never_emptied BEFORE TRUNCATE ON funds_journal
    FOR EACH STATEMENT EXECUTE FUNCTION funds_refuse_change();
CREATE TRIGGER funds_entry_append_only BEFORE UPDATE OR DELETE ON funds_entry
    FOR EACH ROW EXECUTE FUNCTION funds_refuse_change();
CREATE TRIGGER funds_entry_never_emptied BEFORE TRUNCATE ON funds_entry
    FOR EACH STATEMENT EXECUTE FUNCTION funds_refuse_change();
CREATE TRIGGER funds_account_stays BEFORE DELETE ON funds_account
    FOR EACH ROW EXECUTE FUNCTION funds_refuse_change();
CREATE TRIGGER funds_account_never_emptied BEFORE TRUNCATE ON funds_account
    FOR EACH STATEMENT EXECUTE FUNCTION funds_refuse_change();
CREATE TRIGGER funds_period_stays BEFORE DELETE ON funds_period
    FOR EACH ROW EXECUTE FUNCTION funds_refuse_change();
CREATE TRIGGER funds_period_never_emptied BEFORE TRUNCATE ON funds_period
    FOR EACH STATEMENT EXECUTE FUNCTION funds_refuse_change();
CREATE TRIGGER funds_fund_stays BEFORE DELETE ON funds_fund
    FOR EACH ROW EXECUTE FUNCTION funds_refuse_change();
CREATE TRIGGER funds_fund_never_emptied BEFORE TRUNCATE ON funds_fund
    FOR EACH STATEMENT EXECUTE FUNCTION funds_refuse_change();
"""

# pg_trigger_depth() is 1 for a statement that somebody wrote, and more for one of another trigger.
GUARD = """
CREATE FUNCTION funds_guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.balance_fen <> 0 THEN
            RAISE EXCEPTION 'an account begins at zero' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF pg_trigger_depth() < 2
        OR (NEW.id, NEW.book, NEW.code, NEW.fund_id, NEW.year)
            IS DISTINCT FROM (OLD.id, OLD.book, OLD.code, OLD.fund_id, OLD.year)
        OR NEW.floor_fen IS DISTINCT FROM OLD.floor_fen THEN
        RAISE EXCEPTION 'only an entry moves a balance' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER funds_account_guarded BEFORE INSERT OR UPDATE ON funds_account
    FOR EACH ROW EXECUTE FUNCTION funds_guard_account();

CREATE FUNCTION funds_guard_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.last_number <> 0 OR NEW.last_hash <> (
            SELECT coalesce((SELECT last_hash FROM funds_period
                             WHERE month = 0 AND NEW.month = 0 AND year < NEW.year
                             ORDER BY year DESC LIMIT 1), decode(repeat('00', 32), 'hex')))
        THEN
            RAISE EXCEPTION 'a year goes on where the one before ended'
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF (NEW.id, NEW.year, NEW.month) IS DISTINCT FROM (OLD.id, OLD.year, OLD.month)
        OR (pg_trigger_depth() < 2 AND (NEW.last_number, NEW.last_hash)
            IS DISTINCT FROM (OLD.last_number, OLD.last_hash)) THEN
        RAISE EXCEPTION 'only a journal moves the number of a year'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER funds_period_guarded BEFORE INSERT OR UPDATE ON funds_period
    FOR EACH ROW EXECUTE FUNCTION funds_guard_period();

CREATE FUNCTION funds_guard_fund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.code, NEW.source) IS DISTINCT FROM (OLD.id, OLD.code, OLD.source) THEN
        RAISE EXCEPTION 'a fund keeps its code and source' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER funds_fund_guarded BEFORE UPDATE ON funds_fund
    FOR EACH ROW EXECUTE FUNCTION funds_guard_fund();
"""

# The row of the year is the lock: a journal that commits has the number after the last, one that fails none.
NUMBER = """
CREATE FUNCTION funds_take_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM funds_period WHERE year = NEW.year AND state = 'open'
        AND month = extract(month FROM NEW.effective_on) FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% lies in no open period', NEW.effective_on USING ERRCODE = 'check_violation';
    END IF;
    UPDATE funds_period SET last_number = NEW.number, last_hash = NEW.hash
        WHERE year = NEW.year AND month = 0 AND state = 'open'
        AND last_number = NEW.number - 1 AND last_hash = NEW.prev_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'journal % of % does not follow the last', NEW.number, NEW.year
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER funds_journal_numbered BEFORE INSERT ON funds_journal
    FOR EACH ROW EXECUTE FUNCTION funds_take_number();
"""

ENTRY = """
CREATE FUNCTION funds_apply_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_year integer;
BEGIN
    SELECT year INTO of_year FROM funds_journal WHERE id = NEW.journal_id AND legs >= NEW.line;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the journal has no leg %', NEW.line USING ERRCODE = 'check_violation';
    END IF;
    UPDATE funds_account SET balance_fen = balance_fen + NEW.amount_fen
        WHERE id = NEW.account_id AND year = of_year;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the account is of another year' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER funds_entry_applied BEFORE INSERT ON funds_entry
    FOR EACH ROW EXECUTE FUNCTION funds_apply_entry();
"""

# At the commit. A journal whose legs are all there takes no other: lines are unique and end at ``legs``.
BALANCE = """
CREATE FUNCTION funds_check_journal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.legs <> (SELECT count(*) FROM funds_entry WHERE journal_id = NEW.id) THEN
        RAISE EXCEPTION 'journal % of % lacks legs', NEW.number, NEW.year
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM funds_entry JOIN funds_account ON funds_account.id = account_id
               WHERE journal_id = NEW.id GROUP BY book, fund_id HAVING sum(amount_fen) <> 0) THEN
        RAISE EXCEPTION 'journal % of % does not balance in each book and fund', NEW.number, NEW.year
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND (
        EXISTS (SELECT FROM funds_journal WHERE id = NEW.reverses_id AND reverses_id IS NOT NULL)
        OR EXISTS (SELECT FROM funds_entry JOIN funds_account ON funds_account.id = account_id
                   WHERE journal_id IN (NEW.id, NEW.reverses_id)
                   GROUP BY book, code, fund_id HAVING sum(amount_fen) <> 0)) THEN
        RAISE EXCEPTION 'journal % of % is not what it reverses, turned round', NEW.number, NEW.year
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER funds_journal_balances AFTER INSERT ON funds_journal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funds_check_journal();
"""

FUNCTIONS = (
    "refuse_change", "guard_account", "guard_period", "guard_fund", "take_number", "apply_entry",
    "check_journal",
)  # fmt: skip
BACKWARDS = "\n".join(f"DROP FUNCTION funds_{name}() CASCADE;" for name in FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE + GUARD + NUMBER + ENTRY + BALANCE, BACKWARDS)]
