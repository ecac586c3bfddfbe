"""Who is mentioned without being related only is found in an index of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('record', '0008_hashes'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='mentionrow',
            index=models.Index(
                condition=models.Q(related=False),
                fields=['tenant_id', 'what', 'position'],
                name='record_mention_plain',
            ),
        ),
    ]
