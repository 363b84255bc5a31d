"""The keys of the applications with what their list is narrowed by; the new index stands before the old one goes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("aid", "0004_what_was_lost"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="application",
            index=models.Index(name="aid_keys", fields=["state", "-id"], include=["aid"]),
        ),
        migrations.RemoveIndex(model_name="application", name="aid_list"),
    ]
