"""Mail that belongs to no request goes after half a year; what became part of one stays."""

import datetime as dt

import pytest

from houqin.files.actions.orphans import remove_unnamed
from houqin.files.models import Attachment
from houqin.intake.actions.keeping import prune
from houqin.intake.models import InboundMessage
from houqin.kernel import clock
from tests.intake.letters import arrives, letter
from tests.times import MONDAY_9

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]


def test_old_mail_of_no_request_goes_with_its_bytes() -> None:
    kept = arrives(letter())
    arrives(letter("x", subject="自动回复：休假"))
    assert prune() == 0

    with clock.stopped_at(MONDAY_9 + dt.timedelta(days=181)):
        late = arrives(letter("y", subject="自动回复：休假"))
        assert prune() == 1
        remove_unnamed()

    assert set(InboundMessage.objects.values_list("pk", flat=True)) == {kept.pk, late.pk}
    assert Attachment.objects.count() == 2
