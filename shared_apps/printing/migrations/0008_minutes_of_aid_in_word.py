from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("printing", "0007_minutes_in_the_background")]

    operations = [
        migrations.AlterField(
            model_name="wordtemplate",
            name="kind",
            field=models.CharField(
                choices=[
                    ("notice", "公示"),
                    ("authorisation", "家庭经济状况核对授权委托书"),
                    ("minutes", "会议纪要"),
                    ("aid_minutes", "帮扶审定会议纪要"),
                ],
                max_length=20,
            ),
        ),
    ]
