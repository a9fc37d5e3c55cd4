"""`houqin mail-server`: takes mail in by SMTP or LMTP."""

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from houqin.cli import database, lifeline
from houqin.cli.base import HouqinCommand
from houqin.intake.listening import Door, listen
from houqin.intake.models import Via
from houqin.kernel.environment import read

USUAL_PORT = 8025


class Command(HouqinCommand):
    """Listen until a signal ends it."""

    words = ("mail-server",)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the port and the protocol."""
        parser.add_argument("--port", type=int, help=_("instead of HOUQIN_MAIL_PORT (8025)"))
        parser.add_argument("--lmtp", action="store_true", help=_("speak LMTP instead of SMTP"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Take mail; whoever delivers it is answered once it is kept."""
        if not lifeline.is_supervised():
            database.keep_watch(read())
        port = options["port"] if options["port"] is not None else settings.MAIL_PORT or USUAL_PORT
        door = Door(Via.LMTP if options["lmtp"] else Via.SMTP)
        try:
            asyncio.run(self._listen(door, port))
        except (OSError, OverflowError) as error:
            facts = {"bind": settings.MAIL_BIND, "port": port, "why": error}
            raise CommandError(_("Nothing can listen at %(bind)s:%(port)s: %(why)s") % facts) from error
        finally:
            door.close()

    async def _listen(self, door: Door, port: int) -> None:
        server = await listen(door, bind=settings.MAIL_BIND, port=port)
        bound = server.sockets[0].getsockname()[1]
        self.stdout.write(
            _("houqin takes mail at %(url)s") % {"url": f"{door.via}://{settings.MAIL_BIND}:{bound}"}
        )
        self.stdout.flush()
        ending = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, ending.set)
        async with server:
            await ending.wait()
