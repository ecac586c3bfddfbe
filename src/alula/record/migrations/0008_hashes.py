"""The indexes of the record hold hashes instead of texts: a third of their size, half of the work of a write."""

from django.db import migrations, models

from alula.record.hashed import id_key, text_hash

AT_ONCE = 5000
HASHES = {
    'id_key': models.BinaryField(help_text='The id behind a hash of the tenant: 24 bytes.', null=True),
    'actor_hash': models.BigIntegerField(null=True),
    'verb_hash': models.BigIntegerField(null=True),
    'activity_hash': models.BigIntegerField(help_text='None where the activity is empty.', null=True),
    'registration_hash': models.BigIntegerField(null=True),
    'authority_hash': models.BigIntegerField(help_text='None where the authority is empty.', null=True),
    'ref_key': models.BinaryField(help_text='The id_key of the statement that it is about.', null=True),
}
NOT_NULL = {
    'activity': 'activity_hash',
    'attempt': 'registration_hash',
    'authority': 'authority_hash',
}
INDEXES = {
    'actor': ['actor_hash', 'position'],
    'activity': ['activity_hash', 'position', 'verb_hash'],
    'verb': ['verb_hash', 'position'],
    'attempt': ['registration_hash', 'position'],
    'authority': ['authority_hash', 'position'],
}


def hashes_of(position, tenant, one, actor, verb, activity, registration, authority, ref):
    """The hashes of a row in the order of HASHES, and its position."""
    tenant, one, registration, ref = (
        said and str(said).replace('-', '') for said in (tenant, one, registration, ref)
    )
    return (
        id_key(tenant, one),
        text_hash(tenant, actor),
        text_hash(tenant, verb),
        text_hash(tenant, activity) if activity else None,
        text_hash(tenant, registration) if registration else None,
        text_hash(tenant, authority) if authority else None,
        id_key(tenant, ref) if ref else None,
        position,
    )


def fill(apps, schema_editor):
    """Give the statements that are there their hashes, some thousand at a time, oldest first."""
    after = 0
    update = f"UPDATE record_statement SET {', '.join(f'{name} = %s' for name in HASHES)} WHERE position = %s"
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                'SELECT position, tenant_id, id, actor_key, verb, activity, registration, authority, ref'
                ' FROM record_statement WHERE position > %s ORDER BY position LIMIT %s',
                [after, AT_ONCE],
            )
            some = cursor.fetchall()
            if not some:
                return
            cursor.executemany(update, [hashes_of(*row) for row in some])
            after = some[-1][0]


class Sequence:
    """The next position on SQLite, whose tables are made anew for a constraint: none is ever given twice."""

    def __init__(self):
        self.last = 0

    def note(self, apps, schema_editor):
        if schema_editor.connection.vendor == 'sqlite':
            with schema_editor.connection.cursor() as cursor:
                cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'record_statement'")
                row = cursor.fetchone()
            self.last = row[0] if row else 0

    def restore(self, apps, schema_editor):
        if self.last:
            with schema_editor.connection.cursor() as cursor:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'record_statement'")
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('record_statement', %s)", [self.last])


def drop_the_order(apps, schema_editor):
    """On SQLite the primary key is the one order; there an index of it costs a tenth of a write for nothing."""
    if schema_editor.connection.vendor == 'sqlite':
        schema_editor.execute('DROP INDEX IF EXISTS record_statement_order')


def index_of(name):
    """An index of hashes, without the rows that have none."""
    column = NOT_NULL.get(name)
    condition = models.Q(**{f'{column}__isnull': False}) if column else None
    return models.Index(fields=INDEXES[name], name=f'record_statement_{name}', condition=condition)


positions = Sequence()


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0007_about'),
    ]

    operations = [
        migrations.RunPython(positions.note, migrations.RunPython.noop, elidable=True),
        *(migrations.AddField('statementrow', name, field) for name, field in HASHES.items()),
        *(migrations.RemoveIndex('statementrow', f'record_statement_{name}') for name in INDEXES),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint('statementrow', 'record_statement_id'),
        migrations.AddConstraint(
            'statementrow', models.UniqueConstraint(fields=['id_key'], name='record_statement_id')
        ),
        *(migrations.AddIndex('statementrow', index_of(name)) for name in INDEXES),
        migrations.RunPython(drop_the_order, migrations.RunPython.noop),
        migrations.RunPython(positions.restore, migrations.RunPython.noop, elidable=True),
    ]
