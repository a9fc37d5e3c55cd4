import django.contrib.postgres.fields
import django.db.models.deletion
import houqin.intake.models.inbound
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
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
        ),
        migrations.CreateModel(
            name='BouncedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('address', models.CharField(max_length=254, unique=True)),
                ('count', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField()),
                ('last_message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='intake.inboundmessage')),
            ],
            options={
                'ordering': ['-last_at', 'pk'],
                'indexes': [],
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='bounced_address_has_bounced')],
            },
        ),
    ]
