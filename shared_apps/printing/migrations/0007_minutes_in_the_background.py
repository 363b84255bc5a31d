from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("printing", "0006_minutes_of_aid")]

    operations = [
        migrations.AlterField(
            model_name="download",
            name="kind",
            field=models.CharField(
                choices=[
                    ("papers", "批量打印"),
                    ("files", "档案导出"),
                    ("rosters", "实名制汇总表"),
                    ("minutes", "会议纪要"),
                ],
                max_length=10,
            ),
        ),
    ]
