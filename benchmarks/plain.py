"""Bare SQL's side: the statements of bare Django without Django, `python -m benchmarks.plain`."""

import json
import os
from email import message_from_bytes
from email.policy import default
from typing import Any

import psycopg
from psycopg.rows import dict_row

from benchmarks.mailing import letter_of
from benchmarks.side import serve

_REQUEST = """
    INSERT INTO bare_request (number, status, priority, channel, title, description, contact_name, place_id,
                              category_id, requester_id, opened_at, due_at)
    VALUES (%s, 'new', 'normal', 'api', %s, %s, '王老师', 1, 1, 1, now(), now() + interval '3 days')
    RETURNING id
"""
_EVENT = """
    INSERT INTO bare_event (request_id, kind, at, actor_id, data) VALUES (%s, 'opened', now(), 1, '{}')
"""
_NEWEST = """
    SELECT r.*, p.name AS place, c.name AS category, u.username AS requester
    FROM bare_request r JOIN bare_place p ON p.id = r.place_id JOIN bare_category c ON c.id = r.category_id
         JOIN auth_user u ON u.id = r.requester_id
    WHERE r.status <> 'rejected' ORDER BY r.opened_at DESC, r.id DESC LIMIT 50
"""


def main() -> None:
    """Measure what is asked for until the input ends."""
    connection: psycopg.Connection[Any] = psycopg.connect(os.environ["BARE_DSN"], autocommit=True)
    connection.prepare_threshold = 0

    def create(serial: int) -> Any:
        def call() -> None:
            with connection.transaction():
                title = f"卫生间水管漏水 {serial}"
                row = connection.execute(_REQUEST, [f"P{serial}", title, title]).fetchone()
                connection.execute(_EVENT, row)

        return call

    def mail(serial: int) -> Any:
        raw = letter_of(serial)

        def call() -> None:
            read = message_from_bytes(raw, policy=default)
            body = read.get_body(("plain",))
            said = body.get_content() if body else ""
            with connection.transaction():
                facts = [f"M{serial}", read["subject"], f"{read['from']} {read['message-id']} {said}"]
                row = connection.execute(_REQUEST, facts).fetchone()
                connection.execute(_EVENT, row)

        return call

    def newest(_serial: int) -> Any:
        def call() -> str:
            with connection.cursor(row_factory=dict_row) as cursor:
                return json.dumps(cursor.execute(_NEWEST).fetchall(), default=str)

        return call

    def count(_call: object) -> int:
        return 0

    serve(
        {"create": create, "json": newest, "mail": mail},
        backend=lambda: connection.info.backend_pid,
        statements=count,
    )


if __name__ == "__main__":
    main()
