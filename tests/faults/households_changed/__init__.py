"""The migrations of ``households`` and one more, for changing many stations in a test."""

from pathlib import Path

from tenant_apps.households import migrations

__path__ = [str(Path(__file__).parent), *migrations.__path__]
