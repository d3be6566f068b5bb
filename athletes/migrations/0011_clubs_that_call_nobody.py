from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('athletes', '0010_first_run_and_links_for_many'),
    ]

    operations = [
        migrations.AddField(
            model_name='club',
            name='calls_nobody',
            field=models.BooleanField(default=False, editable=False, help_text='Made up, for a real person to look at: no clock runs and no message goes out.'),
        ),
    ]
