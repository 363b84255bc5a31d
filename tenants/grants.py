"""Who may do what on the shared tables: the one reviewed list. What is not here nobody can read.

Two group roles share the public schema. ``bangfu_station`` is what every station's role is a member of;
``bangfu_network`` is the role of network pages, the relay and the folder. A table that holds rows of
many stations names the column that says whose a row is: row-level security is then forced on it, and
a station sees and writes its own rows only. The station is derived from the role, never from a setting.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from psycopg import sql

READ = "SELECT"
APPEND = "SELECT, INSERT"
WRITE = "SELECT, INSERT, UPDATE"
ALL = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True, slots=True)
class Grant:
    """Privileges on one shared table.

    ``rows_of`` is a column that holds the station's key, or an SQL condition over the row for reading;
    ``writes_of`` the condition for rows written, the same as ``rows_of`` unless given. ``saved`` names the
    column that says whose a row is, where rows belong to the station as much as those in its schema: a
    backup holds them and a restore puts them back. The owner, who does that, may see such a table.
    """

    table: str
    station: str = ""
    network: str = ALL
    rows_of: str = ""
    writes_of: str = ""
    saved: str = ""


# The row is of the station that asks; or of it or a station above it. The path of who asks is looked up once a query.
OWN = "station_id = public.current_station()"
OWN_OR_ABOVE = (
    "'.' || (SELECT path FROM public.tenants_station WHERE id = public.current_station()) "
    "LIKE '%.' || station_id || '.%'"
)
# The row is of the station that asks, or of one below it.
OWN_OR_BELOW = (
    "EXISTS (SELECT FROM public.tenants_station s WHERE s.id = station_id "
    "AND '.' || s.path LIKE '%.' || public.current_station() || '.%')"
)

GRANTS: tuple[Grant, ...] = (
    # The tree of stations.
    Grant("tenants_station", station=READ, network=WRITE),
    Grant("tenants_stationdomain", network=ALL),
    Grant("tenants_stationschema", network=WRITE),
    Grant("tenants_stationtemplate", network=READ),
    Grant("tenants_schemachange", network=READ),
    # django and libraries: people and sessions are the network's
    Grant("django_session"),
    Grant("django_content_type", network=APPEND),
    Grant("auth_permission"),
    Grant("auth_group"),
    Grant("auth_group_permissions"),
    Grant("django_migrations", network=READ),
    Grant("account_emailaddress"),
    Grant("account_emailconfirmation"),
    Grant("mfa_authenticator"),
    Grant("axes_accessattempt"),
    Grant("axes_accessattemptexpiration"),
    Grant("axes_accesslog"),
    Grant("axes_accessfailurelog"),
    # accounts
    Grant("accounts_user"),
    Grant("accounts_user_groups"),
    Grant("accounts_user_user_permissions"),
    Grant("accounts_membership", station=READ, rows_of="station_id"),
    Grant("accounts_invitation"),
    Grant("accounts_apitoken"),
    # onboarding: a station sees those that want to stand below it
    Grant("onboarding_application", station=WRITE, rows_of="parent_id"),
    Grant("onboarding_batch", station=WRITE, rows_of="parent_id"),
    # audit: rows are appended, never changed; the head of a chain is its lock
    Grant("audit_row", station=APPEND, network=APPEND, rows_of="chain = public.current_station()"),
    Grant("audit_head", station=WRITE, network=WRITE, rows_of="chain = public.current_station()"),
    Grant("audit_keyround"),
    # Exchange: a station sees what it sent and what was sent to it, and writes what it sends
    Grant(
        "exchange_stream",
        station=WRITE,
        rows_of="sender_id = public.current_station() OR recipient_id = public.current_station()",
        writes_of="sender_id = public.current_station()",
    ),
    Grant(
        "exchange_message",
        station=APPEND,
        rows_of="sender_id = public.current_station() OR recipient_id = public.current_station()",
        writes_of="sender_id = public.current_station()",
    ),
    Grant("exchange_jobrun"),
    Grant("exchange_stationservice"),
    Grant("exchange_externaleffect", station=WRITE, rows_of="station_id"),
    # Answers that repeat: a station keeps and finds its own; the network deletes them and seals them anew.
    Grant("exchange_keptanswer", station=APPEND, rows_of="station_id"),
    # Runs of imports and their rows: of the station that uploaded them.
    Grant("importing_run", station=WRITE, rows_of="station_id", saved="station_id"),
    Grant("importing_row", station=WRITE, rows_of="station_id", saved="station_id"),
    # What a station printed cannot be altered by it; the network seals wishes anew.
    Grant("printing_paper", station=APPEND, network=READ, rows_of="station_id", saved="station_id"),
    Grant(
        "printing_download", station=WRITE, network=WRITE, rows_of="station_id", saved="station_id"
    ),
    Grant(
        "printing_wordtemplate", station=ALL, network=READ, rows_of="station_id", saved="station_id"
    ),
    Grant(
        "printing_meansbatch",
        station=APPEND,
        network=READ,
        rows_of="station_id",
        saved="station_id",
    ),
    # What a station tells the public.
    Grant("console_desk", station=WRITE, network=READ, rows_of="station_id", saved="station_id"),
    # Bank statements and their lines: of the station whose account it is.
    Grant("bankfiles_statement", station=WRITE, rows_of="station_id", saved="station_id"),
    Grant("bankfiles_line", station=WRITE, rows_of="station_id", saved="station_id"),
    # What a station brought along on paper: books, their rows, and totals; the network adds them up.
    Grant("paperbooks_book", station=WRITE, network=READ, rows_of="station_id", saved="station_id"),
    Grant(
        "paperbooks_pastrow", station=ALL, network=READ, rows_of="station_id", saved="station_id"
    ),
    Grant("paperbooks_total", station=ALL, network=READ, rows_of="station_id", saved="station_id"),
    # Targets of a year, without any person: the stations above read how far they are; each writes its own.
    Grant(
        "targets_target",
        station=WRITE,
        network=READ,
        rows_of=OWN_OR_BELOW,
        writes_of=OWN,
        saved="station_id",
    ),
    # Samples in numbers alone: the stations above read what was answered. Who was drawn only its own station reads.
    Grant(
        "evaluations_sample",
        station=WRITE,
        network=READ,
        rows_of=OWN_OR_BELOW,
        writes_of=OWN,
        saved="station_id",
    ),
    Grant("evaluations_drawn", station=WRITE, rows_of="station_id", saved="station_id"),
    # An order to draw is the own of who gives it; what a station did about one is read above it.
    Grant(
        "evaluations_order", station=WRITE, network=READ, rows_of="station_id", saved="station_id"
    ),
    Grant(
        "evaluations_orderpart",
        station=WRITE,
        network=READ,
        rows_of=OWN_OR_BELOW,
        writes_of=OWN,
        saved="station_id",
    ),
    # Partners and agreements: a station sees its own and those above it that go down, and writes its own.
    Grant(
        "partners_partner",
        station=WRITE,
        rows_of=OWN_OR_ABOVE,
        writes_of=OWN,
        saved="station_id",
    ),
    Grant(
        "partners_agreement",
        station=WRITE,
        rows_of=f"{OWN} OR (goes_down AND {OWN_OR_ABOVE})",
        writes_of=OWN,
        saved="station_id",
    ),
    # regions
    Grant("regions_region", station=READ, network=WRITE),
    Grant("regions_calendaroverride", station=READ),
    # policies
    Grant("policies_policyrule", station=READ, network=WRITE),
    Grant("policies_tierchange", network=WRITE),
    Grant("policies_stationchange", network=WRITE),
    Grant("policies_democlock", station=READ, network=WRITE),
    # Programmes and campaigns are public knowledge, without any person; the network writes them.
    Grant("programmes_programme", station=READ, network=WRITE),
    Grant("programmes_campaign", station=READ, network=WRITE),
    # How far each station is with a campaign, in numbers alone: the stations above read it.
    Grant("programmes_progress", station=WRITE, rows_of=OWN_OR_BELOW, writes_of=OWN),
    # notifications
    Grant("notifications_notification", station=WRITE, rows_of="station_id"),
    Grant("notifications_announcement", station=READ, rows_of="station_id"),
    # register
    Grant("register_identityentry", station=ALL, network=WRITE, rows_of="station_id"),
    # The last number of a file that a station gave in a year.
    Grant(
        "register_fileserial", station=WRITE, network=READ, rows_of="station_id", saved="station_id"
    ),
    Grant("register_alias"),
    Grant("register_splitalias"),
    # A case of duplicates is read where one of its files is, and at their nearest common station.
    Grant(
        "register_duplicatecase",
        station=READ,
        rows_of="public.current_station() = ANY (station_ids)",
    ),
    Grant(
        "register_casepart",
        station=READ,
        rows_of="EXISTS (SELECT FROM public.register_duplicatecase c WHERE c.id = case_id)",
    ),
    # reconciliation: over the whole subtree, read and worked on through its selectors
    Grant("reconciliation_break"),
    Grant("reconciliation_event"),
    Grant("reconciliation_run"),
    # rollup: stations append facts; the folder, on the network, does the rest
    # Whose a delta is says its writer's role, a column that no station may give; nor may it read one.
    Grant("rollup_delta", station="INSERT (at, facts)", network="SELECT, DELETE"),
    Grant("rollup_leaf"),
    Grant("rollup_tree"),
    Grant("rollup_member", station=READ, rows_of="station_id"),
    Grant("rollup_shared"),
    Grant("rollup_fold", station=READ),
)


# In its own schema a station may do everything with a table, but for these.
STATION_TABLES: Mapping[str, str] = {
    "django_migrations": "",
    # The ledger: vouchers are appended and never changed, accounts and periods never removed.
    "funds_journal": APPEND,
    "funds_entry": APPEND,
    "funds_fund": WRITE,
    "funds_account": WRITE,
    "funds_period": WRITE,
    # Goods and cards: what was done is appended and never changed, lots and cards never removed.
    "goods_movement": APPEND,
    "goods_lot": WRITE,
    "benefits_entry": APPEND,
    "benefits_card": WRITE,
    # Payouts: what was to be paid is never removed.
    "payouts_batch": WRITE,
    "payouts_line": WRITE,
}


_MADE = re.compile(r'CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?')
_RENAMED = re.compile(r'ALTER TABLE "?(\w+)"? RENAME TO "?(\w+)"?')
_DROPPED = re.compile(r'DROP TABLE (?:IF EXISTS )?"?(\w+)"?')


def tables_made_by(statements: str) -> list[str]:
    """Return the tables that stand after these statements and did not before."""
    renamed = dict(_RENAMED.findall(statements))
    dropped = set(_DROPPED.findall(statements))
    made = (renamed.get(name, name) for name in _MADE.findall(statements))
    return [name for name in made if name not in dropped]


def station_grants(schema: str, role: str, *, tables: Iterable[str]) -> str:
    """Return the statements that give ``role`` its privileges on these tables of its own ``schema``.

    Each table is named: ON ALL TABLES reads the catalogue of every station, half of the time a schema
    took to make beside a thousand others.
    """
    by_privileges: dict[str, list[sql.Identifier]] = {}
    for name in tables:
        if privileges := STATION_TABLES.get(name, ALL):
            by_privileges.setdefault(privileges, []).append(sql.Identifier(schema, name))
    return "".join(
        sql.SQL("GRANT {} ON {} TO {};\n")
        .format(sql.SQL(privileges), sql.SQL(", ").join(names), sql.Identifier(role))
        .as_string(None)
        for privileges, names in by_privileges.items()
    )
