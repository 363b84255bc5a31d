from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="householdfile",
            name="origin",
            field=models.CharField(
                choices=[
                    ("form", "在线填写"),
                    ("import", "批量导入"),
                    ("api", "接口"),
                    ("applied", "职工申请"),
                    ("demo", "演示数据"),
                ],
                default="form",
                max_length=8,
            ),
        ),
    ]
