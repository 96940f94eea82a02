from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_branding")]

    operations = [
        migrations.CreateModel(
            name="Maintenance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField(help_text="when we expect to be back", null=True)),
                ("message", models.CharField(blank=True, max_length=300)),
                ("since", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "maintenance",
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="maintenance_one_row")],
            },
        ),
    ]
