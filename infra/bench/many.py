"""A station whose every list has a hundred thousand rows: one row of each kind, written again by plain SQL."""

from datetime import datetime
from typing import Any

from infra.bench import files, ground

KEY = (
    "(lpad(to_hex(1700000000000 + {0}), 12, '0') || '70008000' || lpad(to_hex({0}), 12, '0'))::uuid"
)
"""The key of the row with a number, in the order of the numbers: what refers to it needs no look."""
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_NAME = f"substr('{_SURNAMES}', 1 + (g %% 16)::int, 1) || '某' || g %% 100"


def put(station: Any, row: Any, *, times: int, **changed: str) -> None:
    """Write a row so many times into its table, without triggers; ``changed`` are columns as SQL of ``g``, from 1.

    The row need not be saved. Its key is ``KEY`` of ``g`` where it is no number.
    """
    from django.db import connections

    model = row._meta.model
    schema = "public" if model.__module__.startswith("shared_apps") else station.schema_name
    changed = _own_keys(model) | changed
    values, columns, parameters = [], [], []
    for field in model._meta.concrete_fields:
        if field.primary_key and field.column not in changed:
            continue
        columns.append(f'"{field.column}"')
        if field.column in changed:
            values.append(changed[field.column])
            continue
        kind = field.db_type(connections["default"])
        values.append(f"%s::{kind}")
        parameters.append(
            field.get_db_prep_save(getattr(row, field.attname), connections["default"])
        )
    with ground.owner() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            f'INSERT INTO "{schema}"."{model._meta.db_table}" '
            f"({', '.join(columns)}) SELECT {', '.join(values)} FROM generate_series(1, %s) AS g",
            [*parameters, times],
        )


def _own_keys(model: Any) -> dict[str, str]:
    key = model._meta.pk
    return {key.column: KEY.format("g")} if key.get_internal_type() == "UUIDField" else {}


class Filled:
    """What the lists show, and the keys that their addresses need."""

    def __init__(self, station: Any, *, rows: int) -> None:
        from bangfu.kernel import clock
        from bangfu.kernel.tenancy import in_station

        self.station, self.rows = station, rows
        self.now: datetime = clock.now()
        self.today = clock.today()
        files.fill(station, households=60)
        with in_station(station.ref):
            for part in (
                self._files, self._people, self._aid, self._pairing, self._books, self._bank,
                self._payouts, self._goods, self._work, self._audit,
            ):  # fmt: skip
                part()

    def _put(self, row: Any, *, times: int = 0, **changed: str) -> None:
        put(self.station, row, times=times or self.rows, **changed)

    def _days(self, back: int) -> str:
        return f"current_date - (g %% {back})::int"

    def _files(self) -> None:
        from tenant_apps.households.models import FileState, HouseholdFile

        one = HouseholdFile.objects.filter(state=FileState.ON_FILE)[0]
        one.former_id = None
        self._put(
            one,
            file_no="'L' || g",
            name=_NAME,
            id_no_hash="decode(md5(g::text), 'hex')",
            tier="(1 + g %% 3)::text",
            on_file_on=self._days(900),
            groups="CASE g %% 3 WHEN 0 THEN '{retired}' WHEN 1 THEN '{}' ELSE '{injured}' END::varchar[]",
        )

    def _people(self) -> None:
        from tenant_apps.households.models import HouseholdMember

        member = HouseholdMember.objects.all()[0]
        member.identity, member.study_years = "student", 4
        self._put(
            member,
            times=self.rows // 2,
            file_id=KEY.format("g"),
            name=_NAME,
            position="1",
            id_no_hash="decode(md5('member' || g), 'hex')",
            stage="(ARRAY['college', 'senior', 'junior'])[1 + g %% 3]",
            enrolled_year="2022 + g %% 4",
        )

    def _aid(self) -> None:
        from bangfu.kernel.ids import uuid7
        from tenant_apps.aid.models import AidState, Application

        self.fund = uuid7()
        row = Application(
            state=AidState.APPROVED, programme="warmth", programme_version_id=1, aid="warmth",
            mode="everyday", cycle="bench", payee_name="职工", asked_fen=100_000,
            amount_fen=100_000, fund_id=self.fund, entered_by_id=1, entered_by="经办",
            approved_by_id=2, approved_by="站长", approved_on=self.today, paid_on=self.today,
            counted={}, created_at=self.now, changed_at=self.now,
            assessment={"reasons": [], "bounds": ["x" * 60] * 12},
        )  # fmt: skip
        self._put(
            row,
            number="'BF' || lpad(g::text, 8, '0')",
            file_id=KEY.format("g"),
            household="decode(md5(g::text), 'hex')",
            person_name=_NAME,
            state="(ARRAY['approved', 'approved', 'paid', 'paid', 'closed', 'submitted', 'batched', 'proposed', "
            "'approved', 'draft'])[1 + g %% 10]",
            aid="(ARRAY['warmth', 'living', 'schooling', 'medical'])[1 + g / 10 %% 4]",
        )

    def _pairing(self) -> None:
        from tenant_apps.pairing.models import Contact, Duty, Helper, Pairing, Round

        stamps: dict[str, Any] = {"created_at": self.now, "changed_at": self.now}
        helper = Helper(name="帮扶人", kind="union_cadre", **stamps)
        self._put(helper, times=500, name="'帮扶人' || g")
        some = KEY.format("(1 + g %% 500)")
        self._put(
            Pairing(state="active", form="one_to_one", helper_kind="union_cadre", started_on=self.today, **stamps),
            times=self.rows * 6 // 10,
            file_id=KEY.format("g"),
            helper_id=some,
        )  # fmt: skip
        asked = Round(
            kind="quarter", name="季度走访", key="bench", opens_on=self.today, due_on=self.today
        )
        asked.created_at = self.now
        self._put(asked, times=1)
        self.round = KEY.format("1")
        self._put(
            Duty(kind="quarter", **stamps),
            key="'d' || g",
            file_id=KEY.format("g"),
            helper_id=some,
            round_id=KEY.format("1"),
            opens_on="current_date - 200",
            due_on="current_date - 100 + (g %% 200)::int",
            state="(ARRAY['due', 'planned', 'missed', 'done', 'followed_up'])[1 + g %% 5]",
            done_on=self._days(100),
        )
        self._put(
            Contact(kind="quarter", way="visit", by_names="帮扶人", findings="家中情况", recorded_by="帮扶人"),
            file_id=KEY.format("g"),
            helper_id=some,
            visited_on=self._days(300),
            recorded_at="now()",
        )  # fmt: skip

    def _books(self) -> None:
        from bangfu.kernel.actors import EVERYTHING, Actor
        from tenant_apps.funds.models import Account, Entry, Journal
        from tenant_apps.funds.rules import Leg
        from tenant_apps.funds.services import open_fund, open_year, post_journal

        head, finance = (
            Actor(user_id=key, name=name, station=self.station.ref, capabilities=frozenset({EVERYTHING}))
            for key, name in ((900_001, "站长"), (900_002, "财务"))
        )  # fmt: skip
        open_year(year=self.today.year, maker=finance, actor=head, now=self.now)
        opened = open_fund(
            code="BENCH", name="基准资金", source="central", actor=head, now=self.now
        )
        post_journal(
            kind="bank_in", ref="bench", effective_on=self.today, memo="基准", maker=finance,
            actor=head, now=self.now,
            legs=[
                Leg(code="1001", fund_id=opened.pk, amount_fen=100_00),
                Leg(code="4001", fund_id=opened.pk, amount_fen=-100_00),
            ],
        )  # fmt: skip
        first, second = Account.objects.filter(book="cash").order_by("code")[:2]
        self.fund, self.account = opened.pk, first.pk
        journal = Journal(
            year=self.today.year, memo="基准凭证", legs=2, maker_id=1, maker_name="财务",
            checker_id=2, checker_name="站长", posted_at=self.now, prev_hash=b"0" * 32, hash=b"0" * 32,
        )  # fmt: skip
        self._put(
            journal,
            number="10 + g",
            ref="'x' || g",
            kind="(ARRAY['bank_in', 'payout_paid', 'claim'])[1 + g %% 3]",
            effective_on="date_trunc('year', current_date)::date + (g %% 300)::int",
        )
        for line, account, fen in ((1, first, 12_300), (2, second, -12_300)):
            self._put(
                Entry(line=line, account=account, amount_fen=fen),
                id=KEY.format(f"(g * 2 + {line})"),
                journal_id=KEY.format("g"),
            )

    def _bank(self) -> None:
        from shared_apps.bankfiles.models import Line, Statement

        statement = Statement(
            filename="对账单.csv", digest="bench", fund_id=self.fund, state="done", maker_id=1,
            maker_name="财务", checker_id=2, checker_name="站长", created_at=self.now,
            station_id=self.station.pk, lines_total=self.rows, lines_done=self.rows,
            first_on=self.today, last_on=self.today, upload="对账" * 100_000,
        )  # fmt: skip
        self._put(statement, times=1)
        self.statement = statement
        self._put(
            Line(station_id=self.station.pk, account_hash="a", amount_fen=5_00, counterparty="好心人", text="捐款"),
            statement_id=KEY.format("1"),
            number="g",
            serial="'s' || g",
            booked_on=self._days(300),
            state="(ARRAY['break', 'held', 'break', 'proposed'])[1 + g %% 4]",
            break_type="(ARRAY['B1', 'B6', 'B14', 'B8'])[1 + g %% 4]",
            journal_id=KEY.format("g"),
        )  # fmt: skip

    def _payouts(self) -> None:
        from tenant_apps.payouts.models import Batch, Line

        batch = Batch(
            number="P1", title="基准批次", fund_id=self.fund, layout="generic", state="draft",
            count=self.rows, made_by_id=1, made_by="经办", made_at=self.now, changed_at=self.now,
        )  # fmt: skip
        self._put(batch, times=1)
        self._put(
            Line(programme="warmth", aid="warmth", amount_fen=100_000),
            batch_id=KEY.format("1"),
            serial="g",
            ref="'r' || g",
            application_id=KEY.format("g"),
            payee_name=_NAME,
            state="(ARRAY['open', 'failed', 'void'])[1 + g %% 3]",
        )

    def _goods(self) -> None:
        from tenant_apps.goods.models import Lot, Movement

        lot = Lot(
            name="棉被", kind="bedding", unit="bag", unit_value_fen=50_00, origin="purchase",
            needs_disinfection=False, opened_on=self.today,
        )  # fmt: skip
        self._put(lot, times=2_000, name="'棉被' || g", sorted_milli="1000", outside_milli="-1000")
        given = Movement(
            kind="issue", source="sorted", target="issued", quantity_milli=1000, value_fen=50_00,
            by_id=1, by_name="库管",
        )  # fmt: skip
        a_day = {"moved_at": "now() - g * interval '5 minutes'", "moved_on": self._days(300)}
        self._put(
            given, lot_id=KEY.format("1"), file_id=KEY.format("g"), file_no="'L' || g", **a_day
        )
        undone = Movement(
            kind="undo", source="issued", target="sorted", quantity_milli=1000, value_fen=50_00,
            by_id=1, by_name="库管", reason="拿错",
        )  # fmt: skip
        self._put(
            undone,
            times=self.rows // 10,
            id=KEY.format("(g + 10000000)"),
            lot_id=KEY.format("1"),
            follows_id=KEY.format("(g * 10)"),
            **a_day,
        )

    def _work(self) -> None:
        from shared_apps.notifications.models import Notification
        from tenant_apps.casework.models import Clock, Todo

        self._put(
            Todo(subject_kind="file", capability="file.edit", kind="file.review", title="审核档案", opened_at=self.now),
            subject_id=KEY.format("g"),
            due_on="current_date - 100 + (g %% 200)::int",
        )  # fmt: skip
        self._put(
            Clock(
                subject_kind="file",
                kind="first_review",
                capability="file.edit",
                working_days=3,
                warning_days=1,
                counted=[],
                is_provisional=False,
                started_at=self.now,
            ),
            subject_id=KEY.format("g"),
            warn_on="current_date - 110",
            due_on="current_date - 100 + (g %% 200)::int",
        )
        self._put(
            Notification(
                station_id=self.station.pk, capability="file.edit", kind="told", title="通知",
                created_at=self.now,
            ),
        )  # fmt: skip

    def _audit(self) -> None:
        from shared_apps.audit.models import AuditRow

        row = AuditRow(
            chain=self.station.pk, event="file.approved", actor_id=1, actor_name="审核", via="web",
            subject_kind="file", prev=b"0" * 32, hash=b"0" * 32, data={"state": "on_file"},
        )  # fmt: skip
        self._put(
            row,
            seq="1000000 + g",
            at="now() - (200000 - g) * interval '1 minute'",
            subject_id=f"({KEY.format('g')})::text",
        )


def address_key(number: int) -> str:
    """Return ``KEY`` of a number as an address names it."""
    text = f"{1700000000000 + number:012x}70008000{number:012x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
