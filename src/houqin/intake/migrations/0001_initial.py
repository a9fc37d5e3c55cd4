import django.contrib.postgres.fields
import django.db.models.deletion
import houqin.intake.models.inbound
import houqin.kernel.migrations
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('desk', '0001_initial'),
        ('files', '0001_initial'),
        ('notify', '0001_initial'),
        ('org', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        houqin.kernel.migrations.CreateTables(
            tables=[migrations.CreateModel(
                name='PhoneLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('code', models.CharField(max_length=60, unique=True)),
                    ('name', models.CharField(max_length=40)),
                    ('name_en', models.CharField(blank=True, max_length=60)),
                    ('active', models.BooleanField(default=True)),
                    ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.place')),
                ],
                options={
                    'ordering': ['code'],
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_phonelinehistory" ("active", "code", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id") VALUES (NEW."active", NEW."code", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place_id"); RETURN NULL;', hash='bb2f00b6919a6ea8d082a86770dce3d7b06a11b7', operation='INSERT', pgid='pgtrigger_insert_insert_b3d84', table='intake_phoneline', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_phonelinehistory" ("active", "code", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id") VALUES (NEW."active", NEW."code", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place_id"); RETURN NULL;', hash='ee0333700d17ae65b1b5c28915ac3cea7f8f49d0', operation='UPDATE', pgid='pgtrigger_update_update_01716', table='intake_phoneline', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_phonelinehistory" ("active", "code", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id") VALUES (OLD."active", OLD."code", OLD."id", OLD."name", OLD."name_en", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place_id"); RETURN NULL;', hash='110d3b54b0a54158d3a6128e680cc579e567302f', operation='DELETE', pgid='pgtrigger_delete_delete_7d045', table='intake_phoneline', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='Call',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('source', models.CharField(blank=True, max_length=60)),
                    ('external_id', models.CharField(blank=True, max_length=120)),
                    ('direction', models.CharField(default='in', max_length=3)),
                    ('status', models.CharField(default='ringing', max_length=8)),
                    ('sent_number', models.CharField(blank=True, max_length=60)),
                    ('number', models.CharField(blank=True, max_length=40)),
                    ('queue', models.CharField(blank=True, max_length=60)),
                    ('heard_at', models.DateTimeField()),
                    ('rang_at', models.DateTimeField()),
                    ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('taken_at', models.DateTimeField(blank=True, null=True)),
                    ('caller_name', models.CharField(blank=True, max_length=80)),
                    ('outcome', models.CharField(blank=True, max_length=8)),
                    ('note', models.CharField(blank=True, max_length=500)),
                    ('remarks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None)),
                    ('called_back_at', models.DateTimeField(blank=True, null=True)),
                    ('is_demo', models.BooleanField(default=False, editable=False)),
                    ('called_back_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('caller', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('operator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='desk.servicerequest')),
                    ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='calls', to='intake.phoneline')),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['rang_at', 'id'], name='call_rang'), models.Index(condition=models.Q(('number', ''), _negated=True), fields=['number', '-id'], name='call_number'), models.Index(fields=['line', 'rang_at', 'id'], name='call_line_rang'), models.Index(condition=models.Q(('status__in', ['answered', 'ringing'])), fields=['heard_at'], name='call_going_on'), models.Index(condition=models.Q(('called_back_at__isnull', True), ('direction', 'in'), ('status', 'missed')), fields=['rang_at', 'id'], name='call_to_call_back')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['ringing', 'answered', 'ended', 'missed'])), name='call_status_known'), models.CheckConstraint(condition=models.Q(('direction__in', ['in', 'out'])), name='call_direction_known'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'request', 'known', 'nothing'])), name='call_outcome_known'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('status__in', ['answered', 'ended'])), models.Q(('answered_at__isnull', True), ('status__in', ['ringing', 'missed'])), _connector='OR'), name='call_answered_at_iff_somebody_answered'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status__in', ['ended', 'missed'])), models.Q(('ended_at__isnull', True), ('status__in', ['ringing', 'answered'])), _connector='OR'), name='call_ended_at_iff_over'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_at__gte', models.F('rang_at')), _connector='OR'), models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('rang_at')), _connector='OR'), models.Q(('ended_at__isnull', True), ('answered_at__isnull', True), ('ended_at__gte', models.F('answered_at')), _connector='OR')), name='call_rings_before_it_is_answered_and_ends'), models.CheckConstraint(condition=models.Q(models.Q(('operator__isnull', True), ('taken_at__isnull', True)), models.Q(('operator__isnull', False), ('taken_at__isnull', False)), _connector='OR'), name='call_taken_by_an_operator'), models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['known', 'request']), ('request__isnull', False)), models.Q(models.Q(('outcome__in', ['known', 'request']), _negated=True), ('request__isnull', True)), _connector='OR'), name='call_hangs_on_a_request_iff_its_outcome_says_so'), models.CheckConstraint(condition=models.Q(models.Q(('called_back_at__isnull', True), ('called_back_by__isnull', True)), models.Q(('called_back_at__isnull', False), ('called_back_by__isnull', False), ('status', 'missed'), models.Q(('note', ''), _negated=True)), _connector='OR'), name='call_called_back_only_when_missed_and_with_what_came_of_it'), models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='call_external_id_once_per_source')],
                    'triggers': [pgtrigger.compiler.Trigger(name='call_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{answered:ended,missed:answered,missed:ended,ringing:answered,ringing:ended,ringing:missed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='600e97d5d882fc33ab3099d1dfb8eb874ccfcd6d', operation='UPDATE', pgid='pgtrigger_call_moves_ba9ae', table='intake_call', when='BEFORE')), pgtrigger.compiler.Trigger(name='call_stays_what_was_told', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."external_id" IS DISTINCT FROM (NEW."external_id") OR OLD."direction" IS DISTINCT FROM (NEW."direction") OR (OLD."sent_number" IS DISTINCT FROM (NEW."sent_number") AND NOT (OLD."sent_number" = \'\')))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ad2cc0834b9250cbf4e1b89d15867453085c797d', operation='UPDATE', pgid='pgtrigger_call_stays_what_was_told_3fe3c', table='intake_call', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='CallEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('at', models.DateTimeField()),
                    ('actor_name', models.CharField(blank=True, max_length=80)),
                    ('kind', models.CharField(max_length=30)),
                    ('from_status', models.CharField(blank=True, max_length=20)),
                    ('to_status', models.CharField(blank=True, max_length=20)),
                    ('reason', models.TextField(blank=True)),
                    ('data', models.JSONField(blank=True, default=dict)),
                    ('public', models.BooleanField(default=False)),
                    ('imported', models.BooleanField(default=False)),
                    ('recorded_at', models.DateTimeField(auto_now_add=True)),
                    ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='intake.call')),
                ],
                options={
                    'ordering': ['pk'],
                    'indexes': [models.Index(fields=['call', 'id'], name='call_event_call')],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='call_event_is_only_appended', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2984b5a52dd807b79b37c072bb0187d1054e5307', operation='UPDATE', pgid='pgtrigger_call_event_is_only_appended_dbf8b', table='intake_callevent', when='BEFORE')), pgtrigger.compiler.Trigger(name='call_event_is_announced', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM pg_notify('houqin_calls', NEW.id::text); RETURN NULL;", hash='b7e66b03f1263ce8b30eb1c2bd1d267f9098d2a6', operation='INSERT', pgid='pgtrigger_call_event_is_announced_49a86', table='intake_callevent', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='InboundMessage',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('received_at', models.DateTimeField()),
                    ('via', models.CharField(max_length=6)),
                    ('envelope_from', models.CharField(blank=True, max_length=320, null=True)),
                    ('envelope_to', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=320), blank=True, default=list, size=None)),
                    ('from_address', models.CharField(blank=True, max_length=320)),
                    ('from_name', models.CharField(blank=True, max_length=80)),
                    ('subject', models.CharField(blank=True, max_length=500)),
                    ('message_id', models.CharField(blank=True, max_length=400)),
                    ('digest', models.CharField(max_length=64)),
                    ('size', models.PositiveBigIntegerField()),
                    ('kind', models.CharField(blank=True, max_length=10)),
                    ('outcome', models.CharField(default='waiting', max_length=12)),
                    ('reason', models.CharField(blank=True, max_length=40)),
                    ('facts', models.JSONField(blank=True, default=houqin.intake.models.inbound.no_facts)),
                    ('request_number', models.CharField(blank=True, max_length=20)),
                    ('thread', models.CharField(blank=True, max_length=200)),
                    ('pictures', models.JSONField(blank=True, default=houqin.intake.models.inbound.no_facts)),
                    ('settled_at', models.DateTimeField(blank=True, null=True)),
                    ('deliveries', models.PositiveIntegerField(default=1)),
                    ('replays', models.PositiveIntegerField(default=0)),
                    ('tries', models.PositiveSmallIntegerField(default=0)),
                    ('raw', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.attachment')),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['received_at', 'id'], name='inbound_received'), models.Index(fields=['outcome', 'received_at', 'id'], name='inbound_outcome_received'), models.Index(fields=['request_number'], name='inbound_request'), models.Index(fields=['from_address', 'thread', 'received_at'], name='inbound_sender_thread'), models.Index(condition=models.Q(('outcome', 'waiting')), fields=['id'], name='inbound_waiting')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('via__in', ['smtp', 'lmtp', 'imap', 'upload'])), name='inbound_via_known'), models.CheckConstraint(condition=models.Q(('outcome__in', ['waiting', 'request', 'message', 'note', 'duplicate', 'quarantined', 'refused'])), name='inbound_outcome_known'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'waiting'), ('settled_at__isnull', True)), models.Q(models.Q(('outcome', 'waiting'), _negated=True), ('settled_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='inbound_settled_with_reason_iff_it_has_an_outcome'), models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['message', 'note', 'request']), _negated=True), models.Q(('request_number', ''), _negated=True), _connector='OR'), name='inbound_names_the_request_it_came_to'), models.UniqueConstraint(fields=('message_id', 'digest'), name='inbound_once_per_id_and_content')],
                },
            ), migrations.CreateModel(
                name='MutedLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='muted_lines', to=settings.AUTH_USER_MODEL)),
                    ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='intake.phoneline')),
                ],
                options={
                    'ordering': ['pk'],
                    'indexes': [],
                    'constraints': [models.UniqueConstraint(fields=('user', 'line'), name='muted_line_once_per_person')],
                },
            ), migrations.CreateModel(
                name='PhoneLineHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('code', models.CharField(max_length=60)),
                    ('name', models.CharField(max_length=40)),
                    ('name_en', models.CharField(blank=True, max_length=60)),
                    ('active', models.BooleanField(default=True)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='intake.phoneline')),
                    ('place', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.place')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='389174ec3b63ecadcc087e570820f771efea3a04', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_de8b6', table='intake_phonelinehistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='RefusedCallReport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('received_at', models.DateTimeField()),
                    ('source', models.CharField(max_length=60)),
                    ('sent', models.TextField(blank=True, max_length=2000)),
                    ('faults', models.JSONField(default=list)),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['received_at'], name='refused_report_received')],
                    'constraints': [],
                },
            )],
        ),
        houqin.kernel.migrations.InstallTriggers(
        ),
    ]
