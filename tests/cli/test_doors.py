"""The commands against a real network: each is a door to a service, and says what came of it."""

import json
import socket

import pytest
from django.db import connections

from bangfu.cli import main
from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.accounts.models import User
from tenants.models import Station
from tests.tenant_apps.funds.conftest import books_of

OPEN_A_TOWNSHIP = (
    *("stations", "open", "130705099", "新站"),
    *("--level", "3", "--parent", "130705", "--region", "130705"),
)


@pytest.fixture
def bangfu(capsys, monkeypatch):
    """Run a command: ``bangfu("stations", "list")`` → exit code, output, errors."""
    # Tables as a terminal of enough width shows them.
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    def run(*arguments):
        code = main(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_stations_are_listed_from_the_top_and_below_one(bangfu, db):
    _code, everything, _err = bangfu("stations", "list")
    _code, below, _err = bangfu("stations", "list", "--below", "130705")

    with in_network():
        assert f"{Station.objects.count()} stations" in everything
    assert "3 stations" in below
    assert "天泰寺街道职工帮扶站" in below
    assert "红旗楼街道职工帮扶站" not in below


def test_a_station_is_opened_and_shown(bangfu, db):
    code, told, _err = bangfu(*OPEN_A_TOWNSHIP)

    assert (code, told) == (0, "opened 130705099 新站: /s/130705099/\n")
    assert "宣化区总工会困难职工帮扶中心" in bangfu("stations", "show", "130705099")[1]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            (
                "open",
                "130705001",
                "又一个",
                "--level",
                "3",
                "--parent",
                "130705",
                "--region",
                "1307",
            ),
            "已被使用",
        ),
        (
            ("open", "139999", "无上级", "--level", "3", "--parent", "1307", "--region", "1307"),
            "层级不符",
        ),
        (("show", "999999"), "There is no station '999999' in use"),
        (("list", "--below", "999999"), "There is no station '999999' in use"),
    ],
)
def test_a_refusal_of_a_service_is_told_and_changes_nothing(bangfu, db, arguments, complaint):
    with in_network():
        before = Station.objects.count()

    code, _told, err = bangfu("stations", *arguments)

    assert code == 1
    assert complaint in err
    with in_network():
        assert Station.objects.count() == before


@pytest.mark.parametrize(
    ("options", "locale", "complaint"),
    [
        ((), "C.UTF-8", "已被使用"),
        ((), "zh_CN.UTF-8", "已被使用"),
        ((), "en_US.UTF-8", "station code is taken"),
        (("--lang", "en"), "zh_CN.UTF-8", "station code is taken"),
        (("--lang", "zh-hans"), "en_US.UTF-8", "已被使用"),
    ],
)
def test_a_service_refuses_in_the_language_that_was_asked_for(
    bangfu, db, monkeypatch, options, locale, complaint
):
    monkeypatch.setenv("LC_ALL", locale)
    again = ("130705001", "又一个", "--level", "3", "--parent", "130705", "--region", "130705")

    assert complaint in bangfu(*options, "stations", "open", *again)[2]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("people", "list", "--station", "999999"), "station '999999'"),
        (("rollup", "ask", "FIL-01", "--station", "999999"), "station '999999'"),
        (("reconcile", "--station", "999999"), "station '999999'"),
        (("backup", "999999"), "station '999999'"),
        (("audit", "verify", "--station", "999999"), "station '999999'"),
        (("people", "administrator", "nobody"), "person who signs in as 'nobody'"),
        (("tokens", "revoke", "99"), "token 99 at the network"),
    ],
)
def test_what_is_not_found_is_named(bangfu, db, arguments, what):
    code, _told, err = bangfu(*arguments)

    assert code == 1
    assert f"There is no {what}" in err


def test_a_code_that_is_no_part_of_an_address_is_refused(bangfu, db, capsys):
    with pytest.raises(SystemExit):
        bangfu("stations", "open", "13/99", "新站", "--level", "3", "--region", "130705")
    assert "'13/99' is no code" in capsys.readouterr().err


def test_a_token_is_made_listed_and_revoked(bangfu, township, clerk):
    with in_network():
        username = User.objects.get(pk=clerk.user_id).username

    _code, made, _err = bangfu(
        "tokens", "make", username, "--station", township.code, "--name", "核对"
    )
    _code, listed, _err = bangfu("tokens", "list", "--station", township.code)

    assert made.startswith("Authorization: Token ")
    assert "核对" in listed
    with in_network():
        token = User.objects.get(pk=clerk.user_id).tokens.get()
    assert bangfu("tokens", "revoke", str(token.pk), "--station", township.code)[0] == 0
    assert "核对" not in bangfu("tokens", "list", "--station", township.code)[1]


def test_a_token_for_nobody_is_refused_by_name(bangfu, db):
    code, _told, err = bangfu("tokens", "make", "nobody")

    assert code == 1
    assert "'nobody'" in err


def test_an_invited_person_gets_a_link(bangfu, township):
    code, told, _err = bangfu(
        "people", "invite", "张某", "--station", township.code, "--role", "clerk"
    )

    assert code == 0
    assert "/accounts/invitation/" in told


def test_audit_chains_hold_until_a_row_is_changed(bangfu, committed):
    bangfu(*OPEN_A_TOWNSHIP)
    assert bangfu("audit", "verify")[0] == 0

    with connections[OWNER].cursor() as cursor:
        cursor.execute("ALTER TABLE audit_row DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE audit_row SET event = 'station.closed' WHERE event = 'station.opened'"
        )

    code, told, _err = bangfu("audit", "verify")
    assert code == 1
    assert "1 broken" in told


def test_ledgers_are_sound_until_a_balance_is_changed(bangfu, committed, township, person_at):
    books = books_of(township, person_at)
    with in_station(township):
        books.receive(100)
    assert bangfu("audit", "ledger", "--station", township.code)[0] == 0

    with connections[OWNER].cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{township.schema}".funds_account DISABLE TRIGGER USER')
        cursor.execute(f'UPDATE "{township.schema}".funds_account SET balance_fen = 7')

    code, told, _err = bangfu("audit", "ledger")
    assert code == 1
    assert "2 findings" in told
    assert "balance-other-than-entries" in told


@pytest.mark.fault
def test_a_station_is_saved_and_put_back(bangfu, committed, township, tmp_path):
    assert bangfu("backup", township.code, "--to", str(tmp_path))[0] == 0
    (saved,) = tmp_path.glob(f"{township.code}-*.bangfu.zip")

    code, told, _err = bangfu("restore", "--yes", str(saved))

    assert code == 0
    assert "restored; 0 breaks found" in told


def test_a_restore_needs_the_code_of_the_station_typed(
    bangfu, committed, township, tmp_path, monkeypatch
):
    bangfu("backup", township.code, "--to", str(tmp_path))
    (saved,) = tmp_path.glob("*.bangfu.zip")
    monkeypatch.setattr("builtins.input", lambda _question: "yes")

    code, _told, err = bangfu("restore", str(saved))

    assert code == 1
    assert "Nothing was restored" in err


def test_the_roll_up_answers_with_unit_period_and_parts(bangfu, db):
    bangfu("rollup", "fold")

    code, told, _err = bangfu("rollup", "ask", "FIL-01", "--period", "2026-11", "--by", "child")

    assert code == 0
    assert "2026-11: 0 户" in told
    assert "宣化区总工会困难职工帮扶中心" in told


def test_an_unknown_indicator_is_refused(bangfu, db):
    assert bangfu("rollup", "ask", "FIL-99")[0] == 1


@pytest.mark.fault
def test_a_network_without_differences_reconciles(bangfu, committed):
    code, told, _err = bangfu("reconcile", "--station", "130705")

    assert code == 0
    assert "0 breaks open below 130705" in told


def test_nothing_is_stuck_in_a_quiet_network(bangfu, db):
    assert bangfu("messages", "--all")[1] == "0 messages not applied\n"


def test_status_speaks_to_programs_too(bangfu, db):
    told = json.loads(bangfu("status", "--json")[1])

    assert told["servers"] is True
    with in_network():
        assert told["network"]["Stations by state: trial"] == Station.objects.count()


def test_a_span_that_is_none_is_refused_with_the_right_form(bangfu, capsys):
    with pytest.raises(SystemExit):
        main(["demo", "advance", "7x"])

    assert "write 12h, 7d or 2w" in capsys.readouterr().err


def test_the_doctor_finds_a_sound_machine_sound(bangfu, db, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("BANGFU_PORT", str(free.getsockname()[1]))

    code, told, _err = bangfu("doctor")

    assert code == 0, told
    assert "libraries as locked" in told
    assert "migrations: ok" in told


def test_the_doctor_names_a_taken_port_with_the_remedy(bangfu, db, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("BANGFU_PORT", str(port))

        code, told, _err = bangfu("doctor")

    assert code == 1
    assert f"port {port}: Address already in use" in told
    assert f"remedy: choose another: BANGFU_PORT={port + 10}" in told
