from pathlib import Path

import pytest

from bangfu import local

NO_SERVERS: dict[str, str] = {}


@pytest.fixture
def state_dir(tmp_path, monkeypatch):
    """A state folder of its own, with a name that needs quoting; deleted with its servers."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    folder: Path = tmp_path / "张家口 'state'"
    yield folder
    local.delete(folder)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A state folder whose servers run, shared by the tests that only look."""
    folder: Path = tmp_path_factory.mktemp("served") / "state"
    yield folder, local.ensure(folder, environ=NO_SERVERS)
    local.delete(folder)
