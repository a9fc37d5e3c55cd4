import django.core.serializers.json
import django.db.models.deletion
import houqin.kernel.migrations
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        houqin.kernel.migrations.CreateTables(
            tables=[migrations.CreateModel(
                name='Notice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('kind', models.CharField(max_length=30)),
                    ('subject', models.CharField(blank=True, max_length=30)),
                    ('path', models.CharField(blank=True, max_length=200)),
                    ('data', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ('change', models.CharField(max_length=120)),
                    ('urgent', models.BooleanField(default=False)),
                    ('created_at', models.DateTimeField()),
                    ('read_at', models.DateTimeField(blank=True, null=True)),
                    ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['recipient', '-id'], name='notice_newest'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['recipient'], name='notice_unread')],
                    'constraints': [models.UniqueConstraint(fields=('recipient', 'change'), name='notice_once_per_change')],
                },
            ), migrations.CreateModel(
                name='OutMail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('to', models.EmailField(max_length=254)),
                    ('kind', models.CharField(max_length=30)),
                    ('subject', models.CharField(max_length=200)),
                    ('text', models.TextField()),
                    ('about', models.CharField(blank=True, max_length=30)),
                    ('change', models.CharField(max_length=160)),
                    ('message_id', models.CharField(max_length=200, unique=True)),
                    ('state', models.CharField(default='waiting', max_length=8)),
                    ('created_at', models.DateTimeField()),
                    ('not_before', models.DateTimeField()),
                    ('sent_at', models.DateTimeField(blank=True, null=True)),
                    ('tries', models.PositiveSmallIntegerField(default=0)),
                    ('error', models.TextField(blank=True)),
                    ('secret', models.BooleanField(default=False)),
                    ('recipient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('answers', models.CharField(blank=True, max_length=250)),
                    ('language', models.CharField(blank=True, max_length=7)),
                    ('parts', models.JSONField(blank=True, default=list)),
                    ('to_name', models.CharField(blank=True, max_length=80)),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['not_before'], name='out_mail_due'), models.Index(condition=models.Q(('state', 'sent'), _negated=True), fields=['state'], name='out_mail_not_sent')],
                    'constraints': [models.UniqueConstraint(fields=('to', 'change'), name='out_mail_once_per_change'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sent', 'failed', 'returned', 'withheld'])), name='out_mail_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state__in', ['sent', 'returned'])), models.Q(models.Q(('state__in', ['sent', 'returned']), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='out_mail_sent_at_iff_sent')],
                },
            ), migrations.CreateModel(
                name='ReturningAddress',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('address', models.CharField(max_length=254, unique=True)),
                    ('last_at', models.DateTimeField()),
                    ('suspended_at', models.DateTimeField(blank=True, null=True)),
                    ('because', models.CharField(blank=True, max_length=8)),
                    ('lifted_at', models.DateTimeField(blank=True, null=True)),
                    ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-last_at', '-pk'],
                    'indexes': [models.Index(fields=['last_at', 'id'], name='returning_address_last')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('because', ''), ('suspended_at__isnull', True)), models.Q(('because__in', ['unknown', 'often']), ('suspended_at__isnull', False)), _connector='OR'), name='returning_address_suspended_with_reason')],
                },
            ), migrations.CreateModel(
                name='ReturnedMail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('hard', models.BooleanField()),
                    ('status', models.CharField(blank=True, max_length=12)),
                    ('reason', models.CharField(blank=True, max_length=500)),
                    ('at', models.DateTimeField()),
                    ('source', models.CharField(blank=True, max_length=40)),
                    ('change', models.CharField(max_length=240)),
                    ('mail', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='returns', to='notify.outmail')),
                    ('address', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='returns', to='notify.returningaddress')),
                ],
                options={
                    'ordering': ['-at', '-pk'],
                    'indexes': [models.Index(fields=['at'], name='returned_mail_at')],
                    'constraints': [models.UniqueConstraint(fields=('address', 'change'), name='returned_mail_once_per_try')],
                },
            ), migrations.CreateModel(
                name='ReturnRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('most', models.PositiveSmallIntegerField(default=3)),
                    ('within_days', models.PositiveSmallIntegerField(default=30)),
                ],
                options={
                    'indexes': [],
                    'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='return_rule_is_one'), models.CheckConstraint(condition=models.Q(('most__range', (1, 100))), name='return_rule_counts_some'), models.CheckConstraint(condition=models.Q(('within_days__range', (1, 180))), name='return_rule_looks_back')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notify_returnrulehistory" ("id", "most", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "within_days") VALUES (NEW."id", NEW."most", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."within_days"); RETURN NULL;', hash='fce2aa74e1ad9f21bb7a995c5c58285ef9686127', operation='INSERT', pgid='pgtrigger_insert_insert_d8c6c', table='notify_returnrule', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "notify_returnrulehistory" ("id", "most", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "within_days") VALUES (NEW."id", NEW."most", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."within_days"); RETURN NULL;', hash='1eedd6c33f7cc30344a3afe6bf6c279fbad6678d', operation='UPDATE', pgid='pgtrigger_update_update_6f265', table='notify_returnrule', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notify_returnrulehistory" ("id", "most", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "within_days") VALUES (OLD."id", OLD."most", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."within_days"); RETURN NULL;', hash='641b4f085ff57c9cec1ee43ee4321e8b854e361c', operation='DELETE', pgid='pgtrigger_delete_delete_71785', table='notify_returnrule', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ReturnRuleHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('most', models.PositiveSmallIntegerField(default=3)),
                    ('within_days', models.PositiveSmallIntegerField(default=30)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='notify.returnrule')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bd65ffd6ae37e9a4a2dfdba402d90d309bd94765', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c20c9', table='notify_returnrulehistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='Unwanted',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('kind', models.CharField(max_length=30)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unwanted_mails', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('person', 'kind'), name='unwanted_once_per_kind')],
                    'indexes': [],
                },
            )],
        ),
        houqin.kernel.migrations.InstallTriggers(
        ),
    ]
