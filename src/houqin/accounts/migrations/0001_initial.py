import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import houqin.kernel.migrations
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        houqin.kernel.migrations.CreateTables(
            tables=[migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('password', models.CharField(max_length=128)),
                    ('last_login', models.DateTimeField(blank=True, null=True)),
                    ('search_text', models.TextField(default='', editable=False)),
                    ('search_grams', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, editable=False, size=None)),
                    ('username', models.CharField(max_length=60, unique=True)),
                    ('full_name', models.CharField(max_length=80)),
                    ('pinyin_key', models.CharField(blank=True, editable=False, max_length=200)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('phone', models.CharField(blank=True, max_length=30)),
                    ('language', models.CharField(default='zh-hans', max_length=10)),
                    ('is_active', models.BooleanField(default=True)),
                    ('is_demo', models.BooleanField(default=False, editable=False)),
                    ('must_change_password', models.BooleanField(default=False)),
                    ('password_changed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                    ('shortcuts', models.BooleanField(default=True)),
                    ('quiet_from', models.TimeField(blank=True, null=True)),
                    ('quiet_until', models.TimeField(blank=True, null=True)),
                    ('joined_at', models.DateTimeField(auto_now_add=True)),
                    ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='org.department')),
                    ('partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='org.partner')),
                ],
                options={
                    'ordering': ['pinyin_key', 'pk'],
                    'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['search_grams'], name='user_search'), models.Index(fields=['pinyin_key', 'id'], name='user_pinyin')],
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='user_name_once_whatever_its_case'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='user_email_once'), models.CheckConstraint(condition=models.Q(('language__in', ['zh-hans', 'en'])), name='user_language_known'), models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False)), _connector='OR'), name='user_quiet_hours_have_two_ends')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userhistory" ("department_id", "email", "full_name", "id", "is_active", "is_demo", "joined_at", "language", "must_change_password", "partner_id", "password_changed_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pinyin_key", "quiet_from", "quiet_until", "shortcuts", "username") VALUES (NEW."department_id", NEW."email", NEW."full_name", NEW."id", NEW."is_active", NEW."is_demo", NEW."joined_at", NEW."language", NEW."must_change_password", NEW."partner_id", NEW."password_changed_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."pinyin_key", NEW."quiet_from", NEW."quiet_until", NEW."shortcuts", NEW."username"); RETURN NULL;', hash='593eb8dd70352cb3e023e9fc02c904fa062b0807', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."department_id" IS DISTINCT FROM (NEW."department_id") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."full_name" IS DISTINCT FROM (NEW."full_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_demo" IS DISTINCT FROM (NEW."is_demo") OR OLD."joined_at" IS DISTINCT FROM (NEW."joined_at") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."must_change_password" IS DISTINCT FROM (NEW."must_change_password") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id") OR OLD."password_changed_at" IS DISTINCT FROM (NEW."password_changed_at") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."pinyin_key" IS DISTINCT FROM (NEW."pinyin_key") OR OLD."quiet_from" IS DISTINCT FROM (NEW."quiet_from") OR OLD."quiet_until" IS DISTINCT FROM (NEW."quiet_until") OR OLD."shortcuts" IS DISTINCT FROM (NEW."shortcuts") OR OLD."username" IS DISTINCT FROM (NEW."username"))', func='INSERT INTO "accounts_userhistory" ("department_id", "email", "full_name", "id", "is_active", "is_demo", "joined_at", "language", "must_change_password", "partner_id", "password_changed_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pinyin_key", "quiet_from", "quiet_until", "shortcuts", "username") VALUES (NEW."department_id", NEW."email", NEW."full_name", NEW."id", NEW."is_active", NEW."is_demo", NEW."joined_at", NEW."language", NEW."must_change_password", NEW."partner_id", NEW."password_changed_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."pinyin_key", NEW."quiet_from", NEW."quiet_until", NEW."shortcuts", NEW."username"); RETURN NULL;', hash='8c419397c6fbf84ada072c71ac1bdbd8bf874cc8', operation='UPDATE', pgid='pgtrigger_update_update_0e890', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userhistory" ("department_id", "email", "full_name", "id", "is_active", "is_demo", "joined_at", "language", "must_change_password", "partner_id", "password_changed_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pinyin_key", "quiet_from", "quiet_until", "shortcuts", "username") VALUES (OLD."department_id", OLD."email", OLD."full_name", OLD."id", OLD."is_active", OLD."is_demo", OLD."joined_at", OLD."language", OLD."must_change_password", OLD."partner_id", OLD."password_changed_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."pinyin_key", OLD."quiet_from", OLD."quiet_until", OLD."shortcuts", OLD."username"); RETURN NULL;', hash='e0f1523321229222c77b17b6e39eb23aa7732783', operation='DELETE', pgid='pgtrigger_delete_delete_19f14', table='accounts_user', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ApiToken',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=80)),
                    ('prefix', models.CharField(max_length=12)),
                    ('digest', models.CharField(max_length=64, unique=True)),
                    ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('expires_at', models.DateTimeField(blank=True, null=True)),
                    ('revoked_at', models.DateTimeField(blank=True, null=True)),
                    ('last_used_at', models.DateTimeField(blank=True, null=True)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [],
                    'constraints': [models.CheckConstraint(condition=models.Q(('scopes__len__gte', 1)), name='api_token_has_a_scope'), models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['read', 'write', 'calls'])), name='api_token_scopes_known')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_apitokenhistory" ("created_at", "digest", "expires_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (NEW."created_at", NEW."digest", NEW."expires_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."scopes", NEW."user_id"); RETURN NULL;', hash='f01a0ff69779c09c82f15c59786be43a54fc1139', operation='INSERT', pgid='pgtrigger_insert_insert_01b7d', table='accounts_apitoken', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."prefix" IS DISTINCT FROM (NEW."prefix") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."scopes" IS DISTINCT FROM (NEW."scopes") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "accounts_apitokenhistory" ("created_at", "digest", "expires_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (NEW."created_at", NEW."digest", NEW."expires_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."scopes", NEW."user_id"); RETURN NULL;', hash='37e6e4a183972bd08c638617588fdaa7d4a7311c', operation='UPDATE', pgid='pgtrigger_update_update_df53b', table='accounts_apitoken', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_apitokenhistory" ("created_at", "digest", "expires_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (OLD."created_at", OLD."digest", OLD."expires_at", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."prefix", OLD."revoked_at", OLD."scopes", OLD."user_id"); RETURN NULL;', hash='9009b0e662665346e19e674ee5b135192c698e53', operation='DELETE', pgid='pgtrigger_delete_delete_6e065', table='accounts_apitoken', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ApiTokenHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('name', models.CharField(max_length=80)),
                    ('prefix', models.CharField(max_length=12)),
                    ('digest', models.CharField(max_length=64)),
                    ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('expires_at', models.DateTimeField(blank=True, null=True)),
                    ('revoked_at', models.DateTimeField(blank=True, null=True)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='accounts.apitoken')),
                    ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a069c11dd88a2496758c9058a45d53fa16851b96', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_af806', table='accounts_apitokenhistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='Grant',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('role', models.CharField(max_length=15)),
                    ('given_at', models.DateTimeField(auto_now_add=True)),
                    ('given_by', models.CharField(blank=True, max_length=150)),
                    ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='org.department')),
                    ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='org.place')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['pk'],
                    'indexes': [],
                    'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['requester', 'technician', 'dispatcher', 'crew_leader', 'storekeeper', 'accountant', 'manager', 'administrator', 'auditor'])), name='grant_role_known'), models.CheckConstraint(condition=models.Q(('place__isnull', True), ('department__isnull', True), _connector='OR'), name='grant_has_one_scope'), models.UniqueConstraint(fields=('user', 'role', 'place', 'department'), name='grant_once', nulls_distinct=False)],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_granthistory" ("department_id", "given_at", "given_by", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "role", "user_id") VALUES (NEW."department_id", NEW."given_at", NEW."given_by", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place_id", NEW."role", NEW."user_id"); RETURN NULL;', hash='89f8dedbbd4595c3702232f0f7211ad3a7e75f0d', operation='INSERT', pgid='pgtrigger_insert_insert_a8d42', table='accounts_grant', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_granthistory" ("department_id", "given_at", "given_by", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "role", "user_id") VALUES (NEW."department_id", NEW."given_at", NEW."given_by", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place_id", NEW."role", NEW."user_id"); RETURN NULL;', hash='6a3dfd6b243ad39df66111be699a7d21e6166969', operation='UPDATE', pgid='pgtrigger_update_update_c6802', table='accounts_grant', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_granthistory" ("department_id", "given_at", "given_by", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "role", "user_id") VALUES (OLD."department_id", OLD."given_at", OLD."given_by", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place_id", OLD."role", OLD."user_id"); RETURN NULL;', hash='77bfb619b5c1836d207785aa9f5256eb48987f6d', operation='DELETE', pgid='pgtrigger_delete_delete_505e5', table='accounts_grant', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='GrantHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('role', models.CharField(max_length=15)),
                    ('given_at', models.DateTimeField(auto_now_add=True)),
                    ('given_by', models.CharField(blank=True, max_length=150)),
                    ('department', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.department')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='accounts.grant')),
                    ('place', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.place')),
                    ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='60380a2b073143770790f1cf8eddca0538d3729e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e9f8e', table='accounts_granthistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='Invitation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('purpose', models.CharField(default='invite', max_length=8)),
                    ('digest', models.CharField(max_length=64, unique=True)),
                    ('made_at', models.DateTimeField()),
                    ('made_by', models.CharField(blank=True, max_length=150)),
                    ('expires_at', models.DateTimeField()),
                    ('used_at', models.DateTimeField(blank=True, null=True)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [],
                    'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['invite', 'reset'])), name='invitation_purpose_known')],
                },
            ), migrations.CreateModel(
                name='PastPassword',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('hash', models.CharField(max_length=200)),
                    ('set_at', models.DateTimeField()),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='past_passwords', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [],
                    'constraints': [],
                },
            ), migrations.CreateModel(
                name='UserHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('username', models.CharField(max_length=60)),
                    ('full_name', models.CharField(max_length=80)),
                    ('pinyin_key', models.CharField(blank=True, editable=False, max_length=200)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('phone', models.CharField(blank=True, max_length=30)),
                    ('language', models.CharField(default='zh-hans', max_length=10)),
                    ('is_active', models.BooleanField(default=True)),
                    ('is_demo', models.BooleanField(default=False, editable=False)),
                    ('must_change_password', models.BooleanField(default=False)),
                    ('password_changed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                    ('shortcuts', models.BooleanField(default=True)),
                    ('quiet_from', models.TimeField(blank=True, null=True)),
                    ('quiet_until', models.TimeField(blank=True, null=True)),
                    ('joined_at', models.DateTimeField(auto_now_add=True)),
                    ('department', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.department')),
                    ('partner', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.partner')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='68ffa9ce3b529c4c151c9348adc79b98119cd550', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4f815', table='accounts_userhistory', when='BEFORE'))],
                },
            )],
        ),
        houqin.kernel.migrations.InstallTriggers(
        ),
    ]
