"""`houqin status`: how the installation stands."""

import argparse
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from houqin.cli.base import HouqinCommand
from houqin.flows.back_up import last_backup
from houqin.flows.prove_stock import last_proof
from houqin.insight.installation import installation
from houqin.intake.queries.inbound import put_aside
from houqin.notify.queries.returns import suspended_count


class Command(HouqinCommand):
    """Say how the installation stands."""

    words = ("status",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take --json."""
        parser.add_argument("--json", action="store_true", help=_("write one JSON object"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the state in words or as JSON."""
        found, backup, proof = installation(), last_backup(), last_proof()
        if options["json"]:
            more = {"mail_put_aside": put_aside().count, "mail_addresses_suspended": suspended_count()}
            more["stock_proofs_failed"] = proof.failed if proof else 0
            self.show({**found.as_json(), **more, "last_backup": backup.made_at if backup else None})
            return
        lines = {
            _("version"): found.version,
            _("data folder"): found.data_folder,
            _("database"): f"PostgreSQL {found.database_version}, {filesizeformat(found.database_size)}",
            _("people"): found.people,
            _("places"): found.places,
            _("requests"): _("%(all)s, %(open)s open") % {"all": found.requests, "open": found.open_requests},
            _("work orders"): _("%(all)s, %(open)s open")
            % {"all": found.work_orders, "open": found.open_work_orders},
            _("attachments"): found.attachments,
            _("workers"): found.workers,
            _("jobs waiting"): found.jobs_waiting,
            _("mail waiting"): found.mail_waiting,
            _("last backup"): backup.made_at if backup else _("never"),
        }
        for name, value in lines.items():
            self.stdout.write(f"{name}: {value}")
        for warning in self._warnings(found.jobs_failed, found.mail_failed, found.unconfirmed_year):
            self.stdout.write(f"! {warning}")
        if proof and proof.failed:
            self.stdout.write(
                "! " + _("The books of the stores do not add up: houqin check stock tells where.")
            )
        if aside := put_aside().count:
            self.stdout.write("! " + _("%(count)s mails are put aside.") % {"count": aside})

    @staticmethod
    def _warnings(jobs_failed: int, mail_failed: int, year: int | None) -> list[str]:
        warnings = []
        if jobs_failed:
            warnings.append(_("%(count)s jobs have failed.") % {"count": jobs_failed})
        if mail_failed:
            warnings.append(_("%(count)s mails could not be sent.") % {"count": mail_failed})
        if year:
            warnings.append(
                _("The public holidays of %(year)s are not settled; due times in it are provisional.")
                % {"year": year}
            )
        return warnings
