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
        migrations.CreateModel(
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
        ),
        migrations.CreateModel(
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
        ),
        migrations.CreateModel(
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
        ),
        migrations.CreateModel(
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
        ),
        migrations.CreateModel(
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
        ),
        migrations.CreateModel(
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
        ),
        migrations.CreateModel(
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
        ),
        migrations.CreateModel(
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
        ),
        houqin.kernel.migrations.InstallTriggers(
        ),
    ]
