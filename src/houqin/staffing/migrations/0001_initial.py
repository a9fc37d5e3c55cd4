import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.db.models.deletion
import houqin.kernel.migrations
import houqin.kernel.ranges
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
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        houqin.kernel.migrations.CreateTables(
            tables=[migrations.CreateModel(
                name='Absence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('kind', models.CharField(default='leave', max_length=8)),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('note', models.CharField(blank=True, max_length=200)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['starts_at', 'pk'],
                    'indexes': [],
                    'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['leave', 'sick', 'training', 'other'])), name='absence_kind_known'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='absence_ends_after_it_begins'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), (houqin.kernel.ranges.TimeRange('starts_at', 'ends_at', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=False)), '&&')], name='absence_one_at_a_time')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_absencehistory" ("ends_at", "id", "kind", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "user_id") VALUES (NEW."ends_at", NEW."id", NEW."kind", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_at", NEW."user_id"); RETURN NULL;', hash='d48607c8372b98f45cfe59ce03f3ee59934343c7', operation='INSERT', pgid='pgtrigger_insert_insert_e56d4', table='staffing_absence', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staffing_absencehistory" ("ends_at", "id", "kind", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "user_id") VALUES (NEW."ends_at", NEW."id", NEW."kind", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_at", NEW."user_id"); RETURN NULL;', hash='62a8b5cc51cbb11af778f9b01053c6b420cc02f1', operation='UPDATE', pgid='pgtrigger_update_update_3629c', table='staffing_absence', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_absencehistory" ("ends_at", "id", "kind", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "user_id") VALUES (OLD."ends_at", OLD."id", OLD."kind", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."starts_at", OLD."user_id"); RETURN NULL;', hash='07d26d5df2f821483dd9572694940c83d70e8412', operation='DELETE', pgid='pgtrigger_delete_delete_18ee4', table='staffing_absence', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='AbsenceHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('kind', models.CharField(default='leave', max_length=8)),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('note', models.CharField(blank=True, max_length=200)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='staffing.absence')),
                    ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c4831b3ac89ecf32034f5e4616a9faca11f3425f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_35519', table='staffing_absencehistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='Trade',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('code', models.CharField(max_length=30, unique=True)),
                    ('name', models.CharField(max_length=80)),
                    ('name_en', models.CharField(blank=True, max_length=80)),
                ],
                options={
                    'ordering': ['code'],
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_tradehistory" ("code", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='9a43ec5929c11cd14880b4c58bf966561974f712', operation='INSERT', pgid='pgtrigger_insert_insert_bdfd9', table='staffing_trade', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staffing_tradehistory" ("code", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='9110ae5ab7573f1561948927828cb8d5af5b34ab', operation='UPDATE', pgid='pgtrigger_update_update_f210c', table='staffing_trade', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_tradehistory" ("code", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."code", OLD."id", OLD."name", OLD."name_en", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='8c5c8f723e563eaec51299f9545a67f362cfb7ab', operation='DELETE', pgid='pgtrigger_delete_delete_e66ab', table='staffing_trade', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='Crew',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('code', models.CharField(max_length=30, unique=True)),
                    ('name', models.CharField(max_length=80)),
                    ('name_en', models.CharField(blank=True, max_length=80)),
                    ('phone', models.CharField(blank=True, max_length=30)),
                    ('active', models.BooleanField(default=True)),
                    ('leader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to=settings.AUTH_USER_MODEL)),
                    ('partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='org.partner')),
                    ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='org.place')),
                    ('trades', models.ManyToManyField(blank=True, related_name='crews', to='staffing.trade')),
                ],
                options={
                    'ordering': ['code'],
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_crewhistory" ("active", "code", "id", "leader_id", "name", "name_en", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "place_id") VALUES (NEW."active", NEW."code", NEW."id", NEW."leader_id", NEW."name", NEW."name_en", NEW."partner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."place_id"); RETURN NULL;', hash='4cbf40ccef900e8f909084b59685ef8e6bd5ca52', operation='INSERT', pgid='pgtrigger_insert_insert_de7e9', table='staffing_crew', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staffing_crewhistory" ("active", "code", "id", "leader_id", "name", "name_en", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "place_id") VALUES (NEW."active", NEW."code", NEW."id", NEW."leader_id", NEW."name", NEW."name_en", NEW."partner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."place_id"); RETURN NULL;', hash='acebb9280a4d7974d15cef8fb063191fbedce242', operation='UPDATE', pgid='pgtrigger_update_update_84343', table='staffing_crew', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_crewhistory" ("active", "code", "id", "leader_id", "name", "name_en", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "place_id") VALUES (OLD."active", OLD."code", OLD."id", OLD."leader_id", OLD."name", OLD."name_en", OLD."partner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."place_id"); RETURN NULL;', hash='341e950ccbcbfdabc7bf17cd3e94066aa529517d', operation='DELETE', pgid='pgtrigger_delete_delete_8b93b', table='staffing_crew', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='CrewHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('code', models.CharField(max_length=30)),
                    ('name', models.CharField(max_length=80)),
                    ('name_en', models.CharField(blank=True, max_length=80)),
                    ('phone', models.CharField(blank=True, max_length=30)),
                    ('active', models.BooleanField(default=True)),
                    ('leader', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('partner', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.partner')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='staffing.crew')),
                    ('place', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.place')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='27573c655cdbbd2dbd371fc571112691f70b9b46', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f73e6', table='staffing_crewhistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='CrewMember',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('since', models.DateField()),
                    ('until', models.DateField(blank=True, null=True)),
                    ('crew', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='staffing.crew')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['crew_id', 'pk'],
                    'indexes': [],
                    'constraints': [models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='crew_member_leaves_not_before_joining'), models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('crew', 'user'), name='crew_member_once_at_a_time')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_crewmemberhistory" ("crew_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "until", "user_id") VALUES (NEW."crew_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."since", NEW."until", NEW."user_id"); RETURN NULL;', hash='6f25b463559955f3ed17d0695db5869561984f1e', operation='INSERT', pgid='pgtrigger_insert_insert_da8ad', table='staffing_crewmember', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staffing_crewmemberhistory" ("crew_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "until", "user_id") VALUES (NEW."crew_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."since", NEW."until", NEW."user_id"); RETURN NULL;', hash='31ed8c44613f7890e760c98dd334b6402d75f205', operation='UPDATE', pgid='pgtrigger_update_update_71b9f', table='staffing_crewmember', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_crewmemberhistory" ("crew_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "until", "user_id") VALUES (OLD."crew_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."since", OLD."until", OLD."user_id"); RETURN NULL;', hash='3522ce180919a44142b9a8c06787fe2566dfe3b1', operation='DELETE', pgid='pgtrigger_delete_delete_ed6d9', table='staffing_crewmember', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='CrewMemberHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('since', models.DateField()),
                    ('until', models.DateField(blank=True, null=True)),
                    ('crew', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staffing.crew')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='staffing.crewmember')),
                    ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7f349582779211a4fffe5c32e84014b19dac375c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d7ace', table='staffing_crewmemberhistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='LabourRate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('hourly', models.DecimalField(decimal_places=2, max_digits=10)),
                    ('since', models.DateField()),
                    ('trade', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='staffing.trade')),
                ],
                options={
                    'ordering': ['trade_id', '-since'],
                    'indexes': [],
                    'constraints': [models.UniqueConstraint(fields=('trade', 'since'), name='labour_rate_once_a_day', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('hourly__gte', 0)), name='labour_rate_is_not_negative')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_labourratehistory" ("hourly", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "trade_id") VALUES (NEW."hourly", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."since", NEW."trade_id"); RETURN NULL;', hash='259cd3d9e52e4d5f1c54e0d6caa1beb773cce545', operation='INSERT', pgid='pgtrigger_insert_insert_2e032', table='staffing_labourrate', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staffing_labourratehistory" ("hourly", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "trade_id") VALUES (NEW."hourly", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."since", NEW."trade_id"); RETURN NULL;', hash='60cb71323f0b11125b4686c9a440ce9472e69693', operation='UPDATE', pgid='pgtrigger_update_update_5b048', table='staffing_labourrate', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_labourratehistory" ("hourly", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "trade_id") VALUES (OLD."hourly", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."since", OLD."trade_id"); RETURN NULL;', hash='19dbe4ce73c04e4f7f77275153761b9ae8bcc7fb', operation='DELETE', pgid='pgtrigger_delete_delete_92f7c', table='staffing_labourrate', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='LabourRateHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('hourly', models.DecimalField(decimal_places=2, max_digits=10)),
                    ('since', models.DateField()),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='staffing.labourrate')),
                    ('trade', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staffing.trade')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e09399fda31d0414fc08fb19305d937bbfb1baa6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bb96b', table='staffing_labourratehistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='LicenceKind',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('code', models.CharField(max_length=30, unique=True)),
                    ('name', models.CharField(max_length=80)),
                    ('name_en', models.CharField(blank=True, max_length=80)),
                    ('active', models.BooleanField(default=True)),
                ],
                options={
                    'ordering': ['code'],
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_licencekindhistory" ("active", "code", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."code", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='8d0454fd05c2ae945293710cb44873024f9a2596', operation='INSERT', pgid='pgtrigger_insert_insert_8e88b', table='staffing_licencekind', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staffing_licencekindhistory" ("active", "code", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."code", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='dbb53d4c837d936aa2027f0b1cd7a78f0c6dc296', operation='UPDATE', pgid='pgtrigger_update_update_568ee', table='staffing_licencekind', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_licencekindhistory" ("active", "code", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."active", OLD."code", OLD."id", OLD."name", OLD."name_en", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='00094adcbe2f5312f4b77da2a8fa52b4ba6a3158', operation='DELETE', pgid='pgtrigger_delete_delete_33bb3', table='staffing_licencekind', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='Licence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('number', models.CharField(blank=True, max_length=60)),
                    ('valid_from', models.DateField()),
                    ('valid_until', models.DateField()),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='licences', to=settings.AUTH_USER_MODEL)),
                    ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='licences', to='staffing.licencekind')),
                ],
                options={
                    'ordering': ['user_id', 'kind_id', 'valid_until'],
                    'indexes': [models.Index(fields=['valid_until'], name='licence_valid_until'), models.Index(fields=['user', 'kind', 'valid_until'], name='licence_user_kind')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__gte', models.F('valid_from'))), name='licence_ends_not_before_it_begins'), models.UniqueConstraint(fields=('user', 'kind', 'valid_from'), name='licence_once_per_beginning')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_licencehistory" ("id", "kind_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "valid_from", "valid_until") VALUES (NEW."id", NEW."kind_id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id", NEW."valid_from", NEW."valid_until"); RETURN NULL;', hash='e52c3c02695ecce45399773784610dd2a2d74460', operation='INSERT', pgid='pgtrigger_insert_insert_13140', table='staffing_licence', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staffing_licencehistory" ("id", "kind_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "valid_from", "valid_until") VALUES (NEW."id", NEW."kind_id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id", NEW."valid_from", NEW."valid_until"); RETURN NULL;', hash='aed7646cd7fa571d11246837aa47ceb4e2181ec7', operation='UPDATE', pgid='pgtrigger_update_update_aa403', table='staffing_licence', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_licencehistory" ("id", "kind_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "valid_from", "valid_until") VALUES (OLD."id", OLD."kind_id", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id", OLD."valid_from", OLD."valid_until"); RETURN NULL;', hash='12318e489080f4c4276bec24f7c1a9155484cc49', operation='DELETE', pgid='pgtrigger_delete_delete_1d194', table='staffing_licence', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='LicenceHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('number', models.CharField(blank=True, max_length=60)),
                    ('valid_from', models.DateField()),
                    ('valid_until', models.DateField()),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='staffing.licence')),
                    ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('kind', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staffing.licencekind')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a5bb96dd928f88349881f0b1419989a9ce618473', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1d11b', table='staffing_licencehistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='LicenceKindHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('code', models.CharField(max_length=30)),
                    ('name', models.CharField(max_length=80)),
                    ('name_en', models.CharField(blank=True, max_length=80)),
                    ('active', models.BooleanField(default=True)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='staffing.licencekind')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6e5f8884752d2053c66e2198566dcc9125699f1a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3a899', table='staffing_licencekindhistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='PersonTrade',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trades', to=settings.AUTH_USER_MODEL)),
                    ('trade', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='staffing.trade')),
                ],
                options={
                    'ordering': ['pk'],
                    'indexes': [],
                    'constraints': [models.UniqueConstraint(fields=('user', 'trade'), name='person_trade_once')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_persontradehistory" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "trade_id", "user_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."trade_id", NEW."user_id"); RETURN NULL;', hash='d90749ca97c8f890cfe896fc304edb5cd578b527', operation='INSERT', pgid='pgtrigger_insert_insert_ae46c', table='staffing_persontrade', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staffing_persontradehistory" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "trade_id", "user_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."trade_id", NEW."user_id"); RETURN NULL;', hash='ff756ddebbe78a83a83932a7b5921ce86be9f578', operation='UPDATE', pgid='pgtrigger_update_update_2e70c', table='staffing_persontrade', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_persontradehistory" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "trade_id", "user_id") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."trade_id", OLD."user_id"); RETURN NULL;', hash='92c438719d755758510d174bf3d9f5abc12d5d0c', operation='DELETE', pgid='pgtrigger_delete_delete_1bc22', table='staffing_persontrade', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='PersonTradeHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='staffing.persontrade')),
                    ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('trade', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staffing.trade')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='33c4acf71c2454b6a607e6fe12faa26f13cfe605', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_651e7', table='staffing_persontradehistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ShiftKind',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('code', models.CharField(max_length=30, unique=True)),
                    ('name', models.CharField(max_length=40)),
                    ('name_en', models.CharField(blank=True, max_length=40)),
                    ('begins', models.TimeField()),
                    ('ends', models.TimeField()),
                    ('active', models.BooleanField(default=True)),
                ],
                options={
                    'ordering': ['begins', 'code'],
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_shiftkindhistory" ("active", "begins", "code", "ends", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."begins", NEW."code", NEW."ends", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='30b5e8499d91f448522dfb4ba90013012574a324', operation='INSERT', pgid='pgtrigger_insert_insert_4e0b1', table='staffing_shiftkind', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staffing_shiftkindhistory" ("active", "begins", "code", "ends", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."begins", NEW."code", NEW."ends", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='dedda9a140a1f403578ea6fa6d5a22d0c91065cb', operation='UPDATE', pgid='pgtrigger_update_update_9075d', table='staffing_shiftkind', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_shiftkindhistory" ("active", "begins", "code", "ends", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."active", OLD."begins", OLD."code", OLD."ends", OLD."id", OLD."name", OLD."name_en", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='7ebd1054fc4bceb1c6366ab582afafef2ccb7ce2', operation='DELETE', pgid='pgtrigger_delete_delete_617c9', table='staffing_shiftkind', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='Shift',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('day', models.DateField()),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to=settings.AUTH_USER_MODEL)),
                    ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='staffing.shiftkind')),
                ],
                options={
                    'ordering': ['starts_at', 'pk'],
                    'indexes': [models.Index(fields=['day', 'user'], name='shift_day')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='shift_ends_after_it_begins'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), (houqin.kernel.ranges.TimeRange('starts_at', 'ends_at', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=False)), '&&')], name='shift_one_at_a_time')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_shifthistory" ("day", "ends_at", "id", "kind_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "user_id") VALUES (NEW."day", NEW."ends_at", NEW."id", NEW."kind_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_at", NEW."user_id"); RETURN NULL;', hash='ebf3bf430af8e504cdeee96c4ba9a02e134a8bc0', operation='INSERT', pgid='pgtrigger_insert_insert_64f77', table='staffing_shift', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staffing_shifthistory" ("day", "ends_at", "id", "kind_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "user_id") VALUES (NEW."day", NEW."ends_at", NEW."id", NEW."kind_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_at", NEW."user_id"); RETURN NULL;', hash='a123bc648e6f026010b62094c4e866e2e84f5ea7', operation='UPDATE', pgid='pgtrigger_update_update_7511f', table='staffing_shift', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_shifthistory" ("day", "ends_at", "id", "kind_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "user_id") VALUES (OLD."day", OLD."ends_at", OLD."id", OLD."kind_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."starts_at", OLD."user_id"); RETURN NULL;', hash='4296c1d22c4fc0904e6f2667ce4f464826aca611', operation='DELETE', pgid='pgtrigger_delete_delete_5b01b', table='staffing_shift', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ShiftHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('day', models.DateField()),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='staffing.shift')),
                    ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('kind', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staffing.shiftkind')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='91c58998dda02f2c43dd10efcfa5f057e5041faa', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ebb04', table='staffing_shifthistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ShiftKindHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('code', models.CharField(max_length=30)),
                    ('name', models.CharField(max_length=40)),
                    ('name_en', models.CharField(blank=True, max_length=40)),
                    ('begins', models.TimeField()),
                    ('ends', models.TimeField()),
                    ('active', models.BooleanField(default=True)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='staffing.shiftkind')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d1928e82ecec9c9ec149b7678e77470db9ed3de1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_09e06', table='staffing_shiftkindhistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='Terms',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('hours', models.CharField(default='any', max_length=8)),
                    ('day_minutes', models.PositiveSmallIntegerField(default=420)),
                    ('open_limit', models.PositiveSmallIntegerField(default=5)),
                    ('on_duty', models.BooleanField(default=True)),
                    ('on_duty_changed_at', models.DateTimeField(blank=True, null=True)),
                    ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'indexes': [],
                    'constraints': [models.CheckConstraint(condition=models.Q(('hours__in', ['any', 'calendar', 'roster'])), name='terms_hours_known'), models.CheckConstraint(condition=models.Q(('day_minutes__gt', 0), ('day_minutes__lte', 1440)), name='terms_a_day_has_minutes'), models.CheckConstraint(condition=models.Q(('open_limit__gt', 0)), name='terms_somebody_takes_an_order')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_termshistory" ("day_minutes", "hours", "id", "open_limit", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."day_minutes", NEW."hours", NEW."id", NEW."open_limit", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;', hash='c3036f828a6203fdb1bbfac1ef901a9e21006693', operation='INSERT', pgid='pgtrigger_insert_insert_d7ce1', table='staffing_terms', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."day_minutes" IS DISTINCT FROM (NEW."day_minutes") OR OLD."hours" IS DISTINCT FROM (NEW."hours") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."open_limit" IS DISTINCT FROM (NEW."open_limit") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "staffing_termshistory" ("day_minutes", "hours", "id", "open_limit", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."day_minutes", NEW."hours", NEW."id", NEW."open_limit", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;', hash='f285822947047a5a247abfcf76dd4a7b9566cb9e', operation='UPDATE', pgid='pgtrigger_update_update_09049', table='staffing_terms', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_termshistory" ("day_minutes", "hours", "id", "open_limit", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."day_minutes", OLD."hours", OLD."id", OLD."open_limit", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;', hash='d8a2b25867eea744a68985501c900c91876ae613', operation='DELETE', pgid='pgtrigger_delete_delete_2e193', table='staffing_terms', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='TermsHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('hours', models.CharField(default='any', max_length=8)),
                    ('day_minutes', models.PositiveSmallIntegerField(default=420)),
                    ('open_limit', models.PositiveSmallIntegerField(default=5)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='staffing.terms')),
                    ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d9b1282ef135a87c92887a60f157d008f3952dcf', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_04898', table='staffing_termshistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='TradeHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('code', models.CharField(max_length=30)),
                    ('name', models.CharField(max_length=80)),
                    ('name_en', models.CharField(blank=True, max_length=80)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='staffing.trade')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4202f1d895166640dedb1a87ff3794344b4f78a0', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_adcbd', table='staffing_tradehistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='WorkPlace',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.place')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='work_places', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['pk'],
                    'indexes': [],
                    'constraints': [models.UniqueConstraint(fields=('user', 'place'), name='work_place_once')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_workplacehistory" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "user_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place_id", NEW."user_id"); RETURN NULL;', hash='cf385e054d98424a55d647e10a9b27e595e7aa22', operation='INSERT', pgid='pgtrigger_insert_insert_065d7', table='staffing_workplace', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staffing_workplacehistory" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "user_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place_id", NEW."user_id"); RETURN NULL;', hash='c01421d8f7d5c9910ad85fc7b9a75a2f327aa422', operation='UPDATE', pgid='pgtrigger_update_update_b6ad7', table='staffing_workplace', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staffing_workplacehistory" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "user_id") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place_id", OLD."user_id"); RETURN NULL;', hash='6b81f04a492fcf2cb7351cd62f98202abea70087', operation='DELETE', pgid='pgtrigger_delete_delete_6bd31', table='staffing_workplace', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='WorkPlaceHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='staffing.workplace')),
                    ('place', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.place')),
                    ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dd638f5e4c1d12201f816410a34b6b0e63d95b09', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d5a7e', table='staffing_workplacehistory', when='BEFORE'))],
                },
            )],
        ),
        houqin.kernel.migrations.InstallTriggers(
        ),
    ]
