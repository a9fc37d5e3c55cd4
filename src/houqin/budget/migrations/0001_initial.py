import django.db.models.deletion
import houqin.kernel.migrations
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('org', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        houqin.kernel.migrations.CreateTables(
            tables=[migrations.CreateModel(
                name='CostCentre',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('code', models.CharField(max_length=30, unique=True)),
                    ('name', models.CharField(max_length=80)),
                    ('name_en', models.CharField(blank=True, max_length=80)),
                    ('active', models.BooleanField(default=True)),
                    ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='org.department')),
                ],
                options={
                    'ordering': ['code'],
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "budget_costcentrehistory" ("active", "code", "department_id", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."code", NEW."department_id", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='4502f3df8cba52df09e65c479a9aea20639ddd50', operation='INSERT', pgid='pgtrigger_insert_insert_448e8', table='budget_costcentre', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "budget_costcentrehistory" ("active", "code", "department_id", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."code", NEW."department_id", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='1fe85ea0b274a52ad51b91d95941ded0b10c755a', operation='UPDATE', pgid='pgtrigger_update_update_3c5aa', table='budget_costcentre', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "budget_costcentrehistory" ("active", "code", "department_id", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."active", OLD."code", OLD."department_id", OLD."id", OLD."name", OLD."name_en", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='db68c24983c305c0d894f32c3b66a744b3bfe694', operation='DELETE', pgid='pgtrigger_delete_delete_2cbfd', table='budget_costcentre', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='CostCentreHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('code', models.CharField(max_length=30)),
                    ('name', models.CharField(max_length=80)),
                    ('name_en', models.CharField(blank=True, max_length=80)),
                    ('active', models.BooleanField(default=True)),
                    ('department', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.department')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='budget.costcentre')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bc898a1626ef5b804d1f3c183ea70c7d59e2434f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_05dd7', table='budget_costcentrehistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='CostEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('cost_object', models.CharField(max_length=40)),
                    ('element', models.CharField(max_length=8)),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=16)),
                    ('at', models.DateTimeField()),
                    ('source', models.CharField(max_length=40)),
                    ('note', models.CharField(blank=True, max_length=200)),
                    ('posted_at', models.DateTimeField()),
                    ('is_demo', models.BooleanField(default=False, editable=False)),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['cost_object', 'id'], name='cost_entry_object'), models.Index(fields=['at', 'id'], name='cost_entry_at'), models.Index(fields=['source'], name='cost_entry_source')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('element__in', ['material', 'labour', 'service', 'energy', 'overhead'])), name='cost_entry_element_known'), models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='cost_entry_is_something'), models.CheckConstraint(condition=models.Q(models.Q(('cost_object', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='cost_entry_names_object_and_source')],
                    'triggers': [pgtrigger.compiler.Trigger(name='cost_entry_is_only_appended', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='72d44d2db06213c9ad91d9c043dabc80f0083c29', operation='UPDATE OR DELETE', pgid='pgtrigger_cost_entry_is_only_appended_7edb7', table='budget_costentry', when='BEFORE'))],
                },
            )],
        ),
        houqin.kernel.migrations.InstallTriggers(
        ),
    ]
