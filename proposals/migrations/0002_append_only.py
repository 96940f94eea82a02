from django.db import migrations

from core.triggers import protect


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial")]

    operations = [protect("proposals_revision")]
