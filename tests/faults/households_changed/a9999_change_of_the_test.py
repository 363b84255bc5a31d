"""One more column."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations, models

from tenant_apps.households import migrations as real

LATEST = max(file.stem for file in Path(real.__path__[0]).glob("0*.py"))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("households", LATEST)]
    operations: ClassVar = [
        migrations.AddField("householdfile", "change_of_the_test", models.TextField(default=""))
    ]
