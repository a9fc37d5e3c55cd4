import django.contrib.postgres.constraints
import django.contrib.postgres.operations
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
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        houqin.kernel.migrations.CreateTables(
            tables=[migrations.CreateModel(
                name='Approval',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('kind', models.CharField(max_length=20)),
                    ('number', models.CharField(max_length=30)),
                    ('title', models.CharField(max_length=200)),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=16)),
                    ('reason', models.CharField(blank=True, max_length=200)),
                    ('path', models.CharField(blank=True, max_length=200)),
                    ('status', models.CharField(default='waiting', max_length=10)),
                    ('asked_at', models.DateTimeField()),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('is_demo', models.BooleanField(default=False, editable=False)),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='org.department')),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['kind', 'number'], name='approval_subject'), models.Index(fields=['asked_by', '-id'], name='approval_asked_by'), models.Index(condition=models.Q(('status', 'waiting')), fields=['asked_at', 'id'], name='approval_waiting')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'approved', 'refused', 'recalled'])), name='approval_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('status', 'waiting')), models.Q(models.Q(('status', 'waiting'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='approval_decided_at_iff_it_has_ended'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='approval_amount_not_negative'), models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('kind', 'number'), name='approval_asked_once_at_a_time')],
                    'triggers': [pgtrigger.compiler.Trigger(name='approval_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{waiting:approved,waiting:recalled,waiting:refused}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='6c99a3d6b5639c82b8128d27605ab0bdd9b31ee9', operation='UPDATE', pgid='pgtrigger_approval_moves_405d4', table='approvals_approval', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "approvals_approvalhistory" ("amount", "asked_at", "asked_by_id", "decided_at", "department_id", "id", "is_demo", "kind", "number", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "status", "title", "version") VALUES (NEW."amount", NEW."asked_at", NEW."asked_by_id", NEW."decided_at", NEW."department_id", NEW."id", NEW."is_demo", NEW."kind", NEW."number", NEW."path", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."status", NEW."title", NEW."version"); RETURN NULL;', hash='2d566bb920eb4431da3fa8e75113305afff9a25d', operation='INSERT', pgid='pgtrigger_insert_insert_e6d0e', table='approvals_approval', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "approvals_approvalhistory" ("amount", "asked_at", "asked_by_id", "decided_at", "department_id", "id", "is_demo", "kind", "number", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "status", "title", "version") VALUES (NEW."amount", NEW."asked_at", NEW."asked_by_id", NEW."decided_at", NEW."department_id", NEW."id", NEW."is_demo", NEW."kind", NEW."number", NEW."path", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."status", NEW."title", NEW."version"); RETURN NULL;', hash='4484fd03d80ce49b26db24eba29f145c43476ad2', operation='UPDATE', pgid='pgtrigger_update_update_58aec', table='approvals_approval', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "approvals_approvalhistory" ("amount", "asked_at", "asked_by_id", "decided_at", "department_id", "id", "is_demo", "kind", "number", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "status", "title", "version") VALUES (OLD."amount", OLD."asked_at", OLD."asked_by_id", OLD."decided_at", OLD."department_id", OLD."id", OLD."is_demo", OLD."kind", OLD."number", OLD."path", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."status", OLD."title", OLD."version"); RETURN NULL;', hash='6baa8c1bc1bea94115b7e898656f62cf0bfa1e76', operation='DELETE', pgid='pgtrigger_delete_delete_57086', table='approvals_approval', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ApprovalEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('kind', models.CharField(max_length=9)),
                    ('at', models.DateTimeField()),
                    ('step', models.PositiveSmallIntegerField(null=True)),
                    ('note', models.CharField(blank=True, max_length=200)),
                    ('approval', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='approvals.approval')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['pk'],
                    'indexes': [models.Index(fields=['approval', 'id'], name='approval_event_approval')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['asked', 'agreed', 'refused', 'sent_back', 'handed_on', 'added', 'recalled'])), name='approval_event_kind_known')],
                    'triggers': [pgtrigger.compiler.Trigger(name='approval_event_is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='fcd07483f01a9ac85c6090b2f0f00078ed91768d', operation='UPDATE', pgid='pgtrigger_approval_event_is_never_changed_8fadd', table='approvals_approvalevent', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ApprovalHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('kind', models.CharField(max_length=20)),
                    ('number', models.CharField(max_length=30)),
                    ('title', models.CharField(max_length=200)),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=16)),
                    ('reason', models.CharField(blank=True, max_length=200)),
                    ('path', models.CharField(blank=True, max_length=200)),
                    ('status', models.CharField(default='waiting', max_length=10)),
                    ('asked_at', models.DateTimeField()),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('is_demo', models.BooleanField(default=False, editable=False)),
                    ('asked_by', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('department', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.department')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='approvals.approval')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4fc09b840bc883628b457443dae8e2eed260db5e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ff226', table='approvals_approvalhistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ApprovalRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('kind', models.CharField(max_length=20)),
                    ('from_amount', models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                    ('position', models.PositiveSmallIntegerField(default=1)),
                    ('mode', models.CharField(default='any', max_length=3)),
                    ('role', models.CharField(blank=True, max_length=15)),
                    ('active', models.BooleanField(default=True)),
                    ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='org.department')),
                    ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['kind', 'position', 'from_amount', 'pk'],
                    'indexes': [],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('role', '')), models.Q(('person__isnull', True), models.Q(('role', ''), _negated=True)), _connector='OR'), name='approval_rule_names_a_role_or_a_person'), models.CheckConstraint(condition=models.Q(('role__in', ['requester', 'technician', 'dispatcher', 'crew_leader', 'storekeeper', 'accountant', 'manager', 'administrator', 'auditor', ''])), name='approval_rule_role_known'), models.CheckConstraint(condition=models.Q(('mode__in', ['any', 'all'])), name='approval_rule_mode_known'), models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='approval_rule_steps_begin_at_one'), models.CheckConstraint(condition=models.Q(('from_amount__gte', 0)), name='approval_rule_amount_not_negative'), models.UniqueConstraint(fields=('kind', 'department', 'position', 'from_amount', 'role', 'person'), name='approval_rule_once', nulls_distinct=False)],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "approvals_approvalrulehistory" ("active", "department_id", "from_amount", "id", "kind", "mode", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "role") VALUES (NEW."active", NEW."department_id", NEW."from_amount", NEW."id", NEW."kind", NEW."mode", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."role"); RETURN NULL;', hash='0251b2945d75734d4217559e49c86c8a658f10f2', operation='INSERT', pgid='pgtrigger_insert_insert_8a1f8', table='approvals_approvalrule', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "approvals_approvalrulehistory" ("active", "department_id", "from_amount", "id", "kind", "mode", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "role") VALUES (NEW."active", NEW."department_id", NEW."from_amount", NEW."id", NEW."kind", NEW."mode", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."role"); RETURN NULL;', hash='716414db7bcce6424fc9784cb267757ae9ba852f', operation='UPDATE', pgid='pgtrigger_update_update_d9dc7', table='approvals_approvalrule', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "approvals_approvalrulehistory" ("active", "department_id", "from_amount", "id", "kind", "mode", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "role") VALUES (OLD."active", OLD."department_id", OLD."from_amount", OLD."id", OLD."kind", OLD."mode", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."role"); RETURN NULL;', hash='60c933b5d5c1e99dc698e5b52fa5a64323b3d4e2', operation='DELETE', pgid='pgtrigger_delete_delete_5576d', table='approvals_approvalrule', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ApprovalRuleHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('kind', models.CharField(max_length=20)),
                    ('from_amount', models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                    ('position', models.PositiveSmallIntegerField(default=1)),
                    ('mode', models.CharField(default='any', max_length=3)),
                    ('role', models.CharField(blank=True, max_length=15)),
                    ('active', models.BooleanField(default=True)),
                    ('department', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.department')),
                    ('person', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='approvals.approvalrule')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7bd76838d24ee48980336afa59749ac341ba15b9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_abb01', table='approvals_approvalrulehistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ApprovalStep',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('mode', models.CharField(max_length=3)),
                    ('status', models.CharField(default='pending', max_length=8)),
                    ('round', models.PositiveSmallIntegerField(default=1)),
                    ('approval', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='approvals.approval')),
                ],
                options={
                    'ordering': ['approval_id', 'position'],
                    'indexes': [],
                    'constraints': [models.UniqueConstraint(fields=('approval', 'position'), name='approval_step_position_once'), models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('approval',), name='approval_step_one_is_open'), models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'open', 'passed', 'stopped'])), name='approval_step_status_known'), models.CheckConstraint(condition=models.Q(('mode__in', ['any', 'all'])), name='approval_step_mode_known')],
                    'triggers': [pgtrigger.compiler.Trigger(name='approval_step_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{open:passed,open:pending,open:stopped,passed:open,passed:pending,pending:open,pending:stopped}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='d1759f9a3aac4081d972b6c9edfef5a7f941696e', operation='UPDATE', pgid='pgtrigger_approval_step_moves_249e4', table='approvals_approvalstep', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "approvals_approvalstephistory" ("approval_id", "id", "mode", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "round", "status") VALUES (NEW."approval_id", NEW."id", NEW."mode", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."round", NEW."status"); RETURN NULL;', hash='1d9b59c5801ec978bbfc06e404f7b281e9bdffcf', operation='INSERT', pgid='pgtrigger_insert_insert_e096c', table='approvals_approvalstep', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "approvals_approvalstephistory" ("approval_id", "id", "mode", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "round", "status") VALUES (NEW."approval_id", NEW."id", NEW."mode", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."round", NEW."status"); RETURN NULL;', hash='c3252e168e18ec51a0c1ff82c115535ed59c1b60', operation='UPDATE', pgid='pgtrigger_update_update_2e751', table='approvals_approvalstep', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "approvals_approvalstephistory" ("approval_id", "id", "mode", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "round", "status") VALUES (OLD."approval_id", OLD."id", OLD."mode", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."round", OLD."status"); RETURN NULL;', hash='2f947eb905a070bc9bcb13cb0f48f1bd0c353c36', operation='DELETE', pgid='pgtrigger_delete_delete_664bc', table='approvals_approvalstep', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ApprovalSeat',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('round', models.PositiveSmallIntegerField(default=1)),
                    ('status', models.CharField(default='pending', max_length=9)),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('note', models.CharField(blank=True, max_length=200)),
                    ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('handed_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approval_seats', to=settings.AUTH_USER_MODEL)),
                    ('stands_in_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('step', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='approvals.approvalstep')),
                ],
                options={
                    'ordering': ['step_id', 'round', 'pk'],
                    'indexes': [models.Index(condition=models.Q(('status', 'waiting')), fields=['person'], name='approval_seat_waiting'), models.Index(fields=['step', 'round'], name='approval_seat_of_step')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'waiting', 'agreed', 'refused', 'handed_on', 'released'])), name='approval_seat_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('status__in', ['pending', 'waiting', 'released'])), models.Q(('decided_at__isnull', False), ('status__in', ['agreed', 'refused', 'handed_on'])), _connector='OR'), name='approval_seat_decided_at_iff_it_spoke'), models.CheckConstraint(condition=models.Q(('stands_in_for', models.F('person')), _negated=True), name='approval_seat_stands_in_for_somebody_else'), models.UniqueConstraint(condition=models.Q(('status__in', ['waiting', 'agreed'])), fields=('step', 'round', 'person'), name='approval_seat_one_each_at_a_time')],
                    'triggers': [pgtrigger.compiler.Trigger(name='approval_seat_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{pending:released,pending:waiting,waiting:agreed,waiting:handed_on,waiting:refused,waiting:released}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='6748c204652d486f46c936fe9456f990879d3278', operation='UPDATE', pgid='pgtrigger_approval_seat_moves_b2d89', table='approvals_approvalseat', when='BEFORE')), pgtrigger.compiler.Trigger(name='approval_seat_is_not_who_asked', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."status" = \'agreed\')', func="\n                    IF EXISTS (\n                        SELECT 1 FROM approvals_approvalstep step\n                        JOIN approvals_approval asked ON asked.id = step.approval_id\n                        WHERE step.id = NEW.step_id AND asked.asked_by_id = NEW.person_id\n                    ) THEN\n                        RAISE EXCEPTION 'nobody approves what they asked for themselves';\n                    END IF;\n                    RETURN NEW;\n                ", hash='d4506db1667c3ca674c7b959c313d14f23df5cb6', operation='INSERT OR UPDATE', pgid='pgtrigger_approval_seat_is_not_who_asked_0f6be', table='approvals_approvalseat', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "approvals_approvalseathistory" ("added_by_id", "decided_at", "handed_from_id", "id", "note", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "round", "stands_in_for_id", "status", "step_id") VALUES (NEW."added_by_id", NEW."decided_at", NEW."handed_from_id", NEW."id", NEW."note", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."round", NEW."stands_in_for_id", NEW."status", NEW."step_id"); RETURN NULL;', hash='3cd0a547d63f719f6e28cd4e1ab51056e1079524', operation='INSERT', pgid='pgtrigger_insert_insert_21604', table='approvals_approvalseat', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "approvals_approvalseathistory" ("added_by_id", "decided_at", "handed_from_id", "id", "note", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "round", "stands_in_for_id", "status", "step_id") VALUES (NEW."added_by_id", NEW."decided_at", NEW."handed_from_id", NEW."id", NEW."note", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."round", NEW."stands_in_for_id", NEW."status", NEW."step_id"); RETURN NULL;', hash='f3ef674750f8759c288a1774563d0d09d400925d', operation='UPDATE', pgid='pgtrigger_update_update_f204f', table='approvals_approvalseat', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "approvals_approvalseathistory" ("added_by_id", "decided_at", "handed_from_id", "id", "note", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "round", "stands_in_for_id", "status", "step_id") VALUES (OLD."added_by_id", OLD."decided_at", OLD."handed_from_id", OLD."id", OLD."note", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."round", OLD."stands_in_for_id", OLD."status", OLD."step_id"); RETURN NULL;', hash='5106c0fe324672403e07771d632ad0efcd4809ac', operation='DELETE', pgid='pgtrigger_delete_delete_780a8', table='approvals_approvalseat', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ApprovalSeatHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('round', models.PositiveSmallIntegerField(default=1)),
                    ('status', models.CharField(default='pending', max_length=9)),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('note', models.CharField(blank=True, max_length=200)),
                    ('added_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('handed_from', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='approvals.approvalseat')),
                    ('stands_in_for', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('step', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='approvals.approvalstep')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4048c8574affdf3c00156006de7605f2c44fa0e2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6547a', table='approvals_approvalseathistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ApprovalStepHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('position', models.PositiveSmallIntegerField()),
                    ('mode', models.CharField(max_length=3)),
                    ('status', models.CharField(default='pending', max_length=8)),
                    ('round', models.PositiveSmallIntegerField(default=1)),
                    ('approval', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='approvals.approval')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='approvals.approvalstep')),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ab44fcf20939a9d6e9516c020cd4c65ce10285ce', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_52ce2', table='approvals_approvalstephistory', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='Delegation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                    ('first', models.DateField()),
                    ('last', models.DateField()),
                    ('made_at', models.DateTimeField()),
                    ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations', to=settings.AUTH_USER_MODEL)),
                    ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-first', '-pk'],
                    'indexes': [],
                    'constraints': [models.CheckConstraint(condition=models.Q(('person', models.F('to')), _negated=True), name='delegation_is_to_somebody_else'), models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='delegation_ends_not_before_it_begins'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('person', '='), (models.Func(models.F('first'), models.F('last'), models.Value('[]'), function='daterange'), '&&')], name='delegation_to_one_person_at_a_time')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "approvals_delegationhistory" ("first", "id", "last", "made_at", "made_by_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "to_id") VALUES (NEW."first", NEW."id", NEW."last", NEW."made_at", NEW."made_by_id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."to_id"); RETURN NULL;', hash='89a22f7c54ce6689aef551c137154a53af9cf175', operation='INSERT', pgid='pgtrigger_insert_insert_a58c9', table='approvals_delegation', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "approvals_delegationhistory" ("first", "id", "last", "made_at", "made_by_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "to_id") VALUES (NEW."first", NEW."id", NEW."last", NEW."made_at", NEW."made_by_id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."to_id"); RETURN NULL;', hash='2269fdb5cec3f8d4394b79a37169931008f57654', operation='UPDATE', pgid='pgtrigger_update_update_f480b', table='approvals_delegation', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "approvals_delegationhistory" ("first", "id", "last", "made_at", "made_by_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "to_id") VALUES (OLD."first", OLD."id", OLD."last", OLD."made_at", OLD."made_by_id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."to_id"); RETURN NULL;', hash='bc08437ea0c56a9093bdb88979363c52da34b4fb', operation='DELETE', pgid='pgtrigger_delete_delete_73671', table='approvals_delegation', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='DelegationHistory',
                fields=[
                    ('pgh_label', models.TextField()),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                    ('id', models.BigIntegerField()),
                    ('first', models.DateField()),
                    ('last', models.DateField()),
                    ('made_at', models.DateTimeField()),
                    ('made_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='approvals.delegation')),
                    ('to', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0c269162c04b22d0e652d9ab55a87ebf1340e56b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6fa13', table='approvals_delegationhistory', when='BEFORE'))],
                },
            )],
        ),
        houqin.kernel.migrations.InstallTriggers(
        ),
    ]
