"""Statements of stations' bank accounts, line by line; the rules are in ``tenant_apps.banking``."""
