from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("athletes", "0018_audit_sealed_later"),
    ]

    operations = [
        migrations.AddField(
            model_name="club",
            name="second_factor_since",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When it was asked for: the grace runs.",
                null=True,
            ),
        ),
    ]
