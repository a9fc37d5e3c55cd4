"""The books of the stores are proven once a night; what does not add up is told to those who must know.

Writes: a note of the result in the data folder, notify (notices, mails).
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.utils import timezone

from houqin.accounts.models import Role
from houqin.accounts.queries.people import active_holders
from houqin.flows.check_stock import check_stock
from houqin.inventory.queries.proofs import Unproven
from houqin.kernel import clock
from houqin.kernel.flow import flow
from houqin.notify.actions import notices

log = structlog.get_logger(__name__)
NOTE = "last_stock_proof.json"
SHOWN = 100
"""So many failures are noted; `houqin check stock` tells them all."""

FROM_HOUR = 2
"""Nobody posts much at this hour, where the organisation is."""


@dataclass(frozen=True)
class Proof:
    """When the books were proven last, and how many proofs failed; `day` is the organisation's."""

    day: str
    made_at: str
    failed: int
    findings: list[dict[str, str]]


def prove_stock_nightly() -> list[Unproven] | None:
    """Prove the books unless they were proven today or the night is young; None when nothing was due."""
    now = timezone.localtime(clock.now(), timezone.get_default_timezone())
    last = last_proof()
    if now.hour < FROM_HOUR or (last is not None and last.day == now.date().isoformat()):
        return None
    found = check_stock()
    proof = Proof(
        now.date().isoformat(), clock.now().isoformat(), len(found), [asdict(one) for one in found[:SHOWN]]
    )
    _take_note(proof)
    if found:
        log.error("stock_unproven", failed=len(found), first=found[0].subject, proof=found[0].proof)
        tell_stock_unproven(proof=proof)
    else:
        log.info("stock_proven")
    return found


@flow
def tell_stock_unproven(*, proof: Proof) -> None:
    """Tell administrators and accountants how many proofs failed, and the first of them; once a day."""
    first = proof.findings[0]
    notices.tell(
        recipients=[*active_holders(Role.ADMINISTRATOR), *active_holders(Role.ACCOUNTANT)],
        kind="stock_unproven",
        change=f"stock-unproven:{proof.day}",
        subject="",
        path="/setup/system/",
        data={"count": proof.failed, "reason": f"{first['proof']} {first['subject']}: {first['sentence']}"},
    )


def last_proof() -> Proof | None:
    """The proof made last; None before the first one."""
    with suppress(OSError, ValueError, TypeError):
        return Proof(**json.loads((Path(settings.DATA_DIR) / NOTE).read_text(encoding="utf-8")))
    return None


def _take_note(proof: Proof) -> None:
    path = Path(settings.DATA_DIR) / NOTE
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(proof), ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)
