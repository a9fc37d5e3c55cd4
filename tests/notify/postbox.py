"""A mail server for tests: speaks enough SMTP, keeps what it gets, and fails when told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Postbox:
    """What came in, and how the server answers."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuse: dict[str, int] = {}
        self.data_code = 250
        self.drop = False
        self.port = 0


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Postbox = self.server.box  # type: ignore[attr-defined]
        if box.drop:
            return
        self._say("220 ready")
        while command := self.rfile.readline().decode().strip():
            word = command.upper()
            if word.startswith("RCPT"):
                address = command.partition("<")[2].partition(">")[0]
                box.recipients.append(address)
                self._say(f"{box.refuse.get(address, 250)} so be it")
            elif word == "DATA":
                self._data(box)
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _data(self, box: Postbox) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if box.data_code == 250:
            box.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self._say(f"{box.data_code} so be it")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def open_postbox() -> Iterator[Postbox]:
    box = Postbox()
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
