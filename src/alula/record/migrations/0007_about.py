from datetime import UTC, datetime

from django.db import migrations, models

FIRST = "0" * 32


def ask_for_backfill(apps, schema_editor):
    """What statements about others are found by was not noted before; a job does it (record/moving/backfill.py)."""
    if apps.get_model("record", "StatementRow").objects.filter(ref__isnull=False).exists():
        apps.get_model("kernel", "Job").objects.create(
            kind="record.backfill_about",
            key=f"{FIRST} 0",
            payload={"tenant": FIRST, "position": 0},
            run_after=datetime.now(UTC),
        )


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0001_initial'),
        ('record', '0006_pause'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='mentionrow',
            index=models.Index(fields=['position'], name='record_mention_position'),
        ),
        migrations.AlterField(
            model_name='mentionrow',
            name='what',
            field=models.TextField(help_text='An agent\'s key, or "activity:" and the IRI; behind "about " or "around " when the target of the statement says so.'),
        ),
        migrations.RunPython(ask_for_backfill, migrations.RunPython.noop),
    ]
