import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

WHAT = [
    ("problems", "Problems"),
    ("reports", "Reports"),
    ("calls", "Calls for a coach"),
    ("answered", "Check-ins answered"),
    ("missed", "Check-ins not answered"),
    ("found", "Problems of which a clinician said what they were"),
    ("first_right", "Of those: named first"),
    ("too_low", "Of those: dangerous, and judged to have more time"),
]


class Migration(migrations.Migration):
    dependencies = [("athletes", "0016_webhook_handed_on")]

    operations = [
        migrations.CreateModel(
            name="Forgotten",
            fields=[
                ("key_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="PastTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("what", models.CharField(choices=WHAT, max_length=11)),
                ("number", models.PositiveIntegerField(default=0)),
                (
                    "club",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="past",
                        to="athletes.club",
                    ),
                ),
            ],
            options={
                "ordering": ["year", "what"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("club", "year", "what"), name="one_tally_per_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("what__in", [name for name, _ in WHAT])),
                        name="tally_what_known",
                    ),
                ],
            },
        ),
    ]
