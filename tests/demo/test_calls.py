"""The calls of the demonstration: some filed, some missed, and all of them gone with it."""

import pytest

from houqin.demo.loading import load_demonstration
from houqin.demo.removal import remove_demonstration
from houqin.intake.models import Call, CallEvent, CallStatus, PhoneLine
from houqin.kernel import clock

pytestmark = pytest.mark.django_db


def test_a_week_of_calls_is_told_and_removed() -> None:
    load_demonstration(occasions=60)

    assert PhoneLine.objects.count() == 2
    assert Call.objects.filter(status=CallStatus.MISSED, called_back_at__isnull=True).count() == 3
    assert Call.objects.filter(status=CallStatus.MISSED, called_back_at__isnull=False).count() == 3
    filed = Call.objects.filter(request__isnull=False)
    assert filed.exists()
    assert not filed.exclude(request__channel="phone").exists()
    assert not CallEvent.objects.filter(at__gt=clock.now()).exists()

    remove_demonstration()

    assert not Call.objects.exists()
    assert not PhoneLine.objects.exists()
