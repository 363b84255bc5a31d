from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("paperbooks", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="pastrow", name="paperbooks_row_station"),
        migrations.AddIndex(
            model_name="pastrow",
            index=models.Index(fields=["station", "subject"], name="paperbooks_row_of"),
        ),
    ]
