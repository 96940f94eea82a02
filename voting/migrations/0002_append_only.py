from django.db import migrations

from core.triggers import protect


class Migration(migrations.Migration):
    dependencies = [("voting", "0001_initial")]

    operations = [protect("voting_ballotevent")]
