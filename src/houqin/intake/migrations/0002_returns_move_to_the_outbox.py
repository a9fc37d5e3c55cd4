from django.db import migrations


def move(apps, schema_editor):
    """Addresses that were counted here are kept by the outbox, with the last report as their one return."""
    address_model = apps.get_model("notify", "ReturningAddress")
    returned = apps.get_model("notify", "ReturnedMail")
    for old in apps.get_model("intake", "BouncedAddress").objects.iterator():
        address, _made = address_model.objects.get_or_create(
            address=old.address.lower(), defaults={"last_at": old.last_at}
        )
        returned.objects.get_or_create(
            address=address,
            change=f"earlier:{old.pk}",
            defaults={"hard": True, "at": old.last_at, "source": f"mail:{old.last_message_id}"},
        )


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0001_initial'),
        ('notify', '0003_returned_mail'),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(
            name='BouncedAddress',
        ),
    ]
