from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0004_filters'),
    ]

    operations = [
        migrations.AddField(
            model_name='cursorrow',
            name='pace',
            field=models.TextField(blank=True, db_default='', default='', help_text='What was handled in the last minute (`pace`).'),
        ),
    ]
