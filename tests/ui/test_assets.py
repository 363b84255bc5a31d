"""The browser assets are the ones the lock names, and the tool says when they are not."""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def vendor():
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "infra/assets/vendor.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_assets_are_the_locked_ones(vendor):
    vendor.verify()


def test_a_changed_asset_is_named(vendor, tmp_path, monkeypatch):
    (tmp_path / "bootstrap").mkdir()
    (tmp_path / "bootstrap/bootstrap.min.css").write_text("body{}")
    monkeypatch.setattr(vendor, "TARGET", tmp_path)
    with pytest.raises(vendor.AssetMismatch, match=r"bootstrap\.min\.css"):
        vendor.verify()


def test_another_tarball_than_the_locked_one_is_refused(vendor, tmp_path):
    packages = json.loads(vendor.LOCK.read_text())["packages"]
    for package in packages:
        (tmp_path / vendor.tarball_name(package)).write_bytes(b"something else")
    with pytest.raises(vendor.AssetMismatch, match="bootstrap"):
        vendor.contents(packages, tmp_path)


def test_every_asset_names_its_licence(vendor):
    lock = json.loads(vendor.LOCK.read_text())
    text = (vendor.TARGET / "LICENCES.txt").read_text()
    assert all(
        f"{one['name']} {one['version']} ({one['licence']})" in text for one in lock["packages"]
    )


def test_no_source_map_is_asked_for(vendor):
    files = [vendor.TARGET / path for path in json.loads(vendor.LOCK.read_text())["files"]]
    assert [file for file in files if "sourceMappingURL" in file.read_text()] == []
