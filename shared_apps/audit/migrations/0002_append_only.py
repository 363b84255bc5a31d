"""Refuse, to the owner as well, whatever would change a row of the audit chains."""

from django.db import migrations

FORWARDS = """
CREATE OR REPLACE FUNCTION public.audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit rows are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER IF EXISTS append_only_rows ON public.audit_row;
DROP TRIGGER IF EXISTS append_only_table ON public.audit_row;
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON public.audit_row
    FOR EACH ROW EXECUTE FUNCTION public.audit_refuse_change();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.audit_row
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_change();
"""
BACKWARDS = """
DROP TRIGGER IF EXISTS append_only_rows ON public.audit_row;
DROP TRIGGER IF EXISTS append_only_table ON public.audit_row;
DROP FUNCTION IF EXISTS public.audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
