from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('athletes', '0005_heartbeat_names'),
    ]

    operations = [
        migrations.AlterField(
            model_name='escalation',
            name='chain_step',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='escalationevent',
            name='chain_step',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
