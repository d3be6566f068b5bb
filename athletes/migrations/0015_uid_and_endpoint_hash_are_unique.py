"""Apart from the rows before: PostgreSQL alters no table in which the same transaction has changed rows."""

import uuid_utils.compat as uuids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("athletes", "0014_sealed_and_known_by_uid")]

    operations = [
        migrations.AlterField(
            model_name="pushsubscription",
            name="endpoint_hash",
            field=models.CharField(editable=False, max_length=64, unique=True),
        ),
        migrations.AlterField(
            model_name="user",
            name="uid",
            field=models.UUIDField(
                default=uuids.uuid7,
                editable=False,
                help_text="By which programs know them.",
                unique=True,
            ),
        ),
    ]
