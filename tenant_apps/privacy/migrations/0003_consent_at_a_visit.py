from django.db import migrations, models

CHANNELS = [
    ("paper", "书面签字"),
    ("counter", "窗口当面"),
    ("phone", "电话"),
    ("visit", "上门"),
    ("online", "网上"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0002_disposal_kept"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consent",
            name="channel",
            field=models.CharField(choices=CHANNELS, max_length=8),
        ),
        migrations.AlterField(
            model_name="correction",
            name="channel",
            field=models.CharField(choices=CHANNELS, max_length=8),
        ),
    ]
