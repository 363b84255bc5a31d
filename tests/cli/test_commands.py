import argparse
import os
import subprocess
import sys
from importlib import import_module

import pytest

from bangfu.cli import COMMANDS, main

SERVERS = ("DATABASE_URL", "REDIS_URL")
PATIENCE_SECONDS = 60


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: bangfu {command}")


def parsers_of(parser):
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from parsers_of(below)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_is_in_one_language_down_to_every_action(command):
    parser = argparse.ArgumentParser(prog=command)
    import_module(f"bangfu.cli.commands.{command}").configure(parser)

    assert [one.prog for one in parsers_of(parser) if not one.format_help().isascii()] == []


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])

    told = capsys.readouterr().out
    assert [command for command in COMMANDS if command not in told] == []


def test_an_unknown_command_is_refused_with_the_known_ones(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["upp"])

    assert ended.value.code == 2
    assert "invalid choice: 'upp'" in capsys.readouterr().err


def test_help_is_quick_for_it_loads_nothing_else():
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bangfu.cli", "--help"],
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ).stderr

    assert "django" not in loaded
    assert "celery" not in loaded


def test_secrets_for_production_are_accepted_by_it(capsys):
    from bangfu.local.secrets import keys_from_environment

    assert main(["secrets"]) == 0

    printed = dict(line.split("=", 1) for line in capsys.readouterr().out.split())
    assert keys_from_environment(printed)["current"] == "k1"
    assert len(printed["BANGFU_SECRET_KEY"]) >= 50


def test_without_a_network_a_command_says_how_to_begin_one_and_makes_nothing(tmp_path):
    folder = tmp_path / "state"
    told = subprocess.run(
        [sys.executable, "-m", "bangfu.cli", "stations", "list"],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        env={
            **{name: value for name, value in os.environ.items() if name not in SERVERS},
            "PYTHONPATH": os.pathsep.join(sys.path),
            "BANGFU_STATE_DIR": str(folder),
        },
    )

    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == f"There is no network in {folder} yet. Begin one with: make run\n"
    assert not folder.exists()
