"""What was stored readable is sealed, and everybody gets the id by which programs know them."""

import hashlib

import uuid_utils.compat as uuids
from django.db import migrations

from athletes.models.secret import unseal
from athletes.scopes import ALL

SEALED = (
    ("pushsubscription", ("endpoint", "p256dh", "auth")),
    ("squadchannel", ("url",)),
    ("sitekey", ("value",)),
)


def forwards(apps, schema_editor):
    """Saving seals; reading takes what is not sealed yet as it is."""
    for model, names in SEALED:
        for row in apps.get_model("athletes", model).objects.all():
            row.save(update_fields=names)
    for browser in apps.get_model("athletes", "PushSubscription").objects.all():
        browser.endpoint_hash = hashlib.sha256(browser.endpoint.encode()).hexdigest()
        browser.save(update_fields=["endpoint_hash"])
    for person in apps.get_model("athletes", "User").objects.filter(uid=None).only("pk"):
        person.uid = uuids.uuid7()
        person.save(update_fields=["uid"])
    apps.get_model("athletes", "ApiToken").objects.update(scopes=sorted(ALL))


def backwards(apps, schema_editor):
    """Readable again: the release before knows no keys."""
    with schema_editor.connection.cursor() as cursor:
        quote = schema_editor.quote_name
        for model, names in SEALED:
            made = apps.get_model("athletes", model)
            key = quote(made._meta.pk.column)
            for name in names:
                column, table = quote(name), quote(made._meta.db_table)
                read = f"SELECT {key}, {column} FROM {table}"  # noqa: S608 names of ours, quoted
                write = f"UPDATE {table} SET {column} = %s WHERE {key} = %s"  # noqa: S608
                cursor.execute(read)
                for pk, stored in cursor.fetchall():
                    cursor.execute(write, [unseal(stored), pk])


class Migration(migrations.Migration):
    dependencies = [("athletes", "0013_trust")]

    operations = [migrations.RunPython(forwards, backwards)]
