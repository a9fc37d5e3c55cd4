"""A mailbox for tests: speaks enough IMAP to be read, and remembers what was marked seen."""

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Box:
    """What lies in the mailbox, by uid; `drop_before_flag` loses the connection before a mail is marked."""

    def __init__(self) -> None:
        self.mails: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.port = 0
        self.idle = True
        self.drop_before_flag = False
        self.changed = threading.Event()

    def put(self, raw: bytes) -> None:
        self.mails[len(self.mails) + 1] = raw
        self.changed.set()


class _Session(socketserver.StreamRequestHandler):
    box: Box

    def handle(self) -> None:
        self.box = self.server.box  # type: ignore[attr-defined]
        self._say("* OK ready")
        with suppress(ConnectionError, ValueError):
            while line := self.rfile.readline().decode().strip():
                tag, _blank, command = line.partition(" ")
                if not self._answer(tag, command):
                    return

    def _answer(self, tag: str, command: str) -> bool:
        word = command.upper()
        if word.startswith("LOGIN") and "geheim" not in command:
            self._say(f"{tag} NO [AUTHENTICATIONFAILED] wrong")
            return True
        if word.startswith("UID STORE") and self.box.drop_before_flag:
            self.box.drop_before_flag = False
            return False
        for start, act in self._commands().items():
            if word.startswith(start):
                act(command)
        self._say(f"{tag} OK done")
        return word != "LOGOUT"

    def _commands(self) -> dict[str, Callable[[str], None]]:
        return {
            "CAPABILITY": lambda _line: self._say(
                f"* CAPABILITY IMAP4rev1{' IDLE' if self.box.idle else ''}"
            ),
            "SELECT": lambda _line: self._say(f"* {len(self.box.mails)} EXISTS"),
            "UID SEARCH": lambda _line: self._say(
                f"* SEARCH {' '.join(map(str, sorted(self.box.mails.keys() - self.box.seen)))}".rstrip()
            ),
            "UID FETCH": self._fetch,
            "UID STORE": lambda line: self.box.seen.add(int(line.split()[2])),
            "IDLE": lambda _line: self._idle(),
            "LOGOUT": lambda _line: self._say("* BYE"),
        }

    def _fetch(self, command: str) -> None:
        wanted = command.split()[2]
        for number, (uid, raw) in enumerate(sorted(self.box.mails.items()), 1):
            if str(uid) not in wanted.split(","):
                continue
            if "RFC822.SIZE" in command:
                self._say(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
                continue
            part = re.split(rb"\r\n\r\n", raw)[0] + b"\r\n\r\n" if "HEADER" in command else raw
            self._say(f"* {number} FETCH (UID {uid} BODY[] {{{len(part)}}}")
            self.wfile.write(part + b")\r\n")

    def _idle(self) -> None:
        self.box.changed.clear()
        self._say("+ idling")
        if self.box.changed.wait(5):
            self._say(f"* {len(self.box.mails)} EXISTS")
        self.rfile.readline()

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def open_mailbox() -> Iterator[Box]:
    box = Box()
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
