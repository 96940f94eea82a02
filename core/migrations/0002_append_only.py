from django.db import migrations

from core.triggers import protect


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [protect("core_fact")]
