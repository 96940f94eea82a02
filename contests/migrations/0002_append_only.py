from django.db import migrations

from core.triggers import protect


class Migration(migrations.Migration):
    dependencies = [("contests", "0001_initial")]

    operations = [protect("contests_rulesversion"), protect("contests_schedulechange")]
