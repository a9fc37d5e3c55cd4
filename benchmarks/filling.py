"""Many rows at once, made in SQL from one that the application has stored; triggers are off meanwhile."""

import psycopg
from psycopg import sql

OURS: dict[str, str] = {
    "id": "nextval(pg_get_serial_sequence('desk_servicerequest', 'id'))",
    "number": "'XX' || serial",
    "title": "left(one.title, 90) || ' ' || serial",
    "opened_at": "one.opened_at - serial * interval '90 seconds'",
    "status": "CASE WHEN serial % 20 = 0 THEN 'new' WHEN serial % 20 = 1 THEN 'accepted' ELSE 'closed' END",
    "resolved_at": "CASE WHEN serial % 20 > 1 THEN one.opened_at END",
    "closed_at": "CASE WHEN serial % 20 > 1 THEN one.opened_at END",
    "accepted_at": "CASE WHEN serial % 20 > 0 THEN one.opened_at END",
    "next_due_at": "CASE WHEN serial % 20 < 2 THEN one.next_due_at - serial * interval '90 seconds' END",
    "warn_at": "NULL",
    "search_grams": "ARRAY['漏水', 'g' || serial % 1000]",
    "external_id": "''",
}
BARE: dict[str, str] = {
    "id": "nextval(pg_get_serial_sequence('bare_request', 'id'))",
    "number": "'XX' || serial",
    "title": "left(one.title, 90) || ' ' || serial",
    "opened_at": "one.opened_at - serial * interval '90 seconds'",
    "status": "CASE WHEN serial % 20 = 0 THEN 'new' WHEN serial % 20 = 1 THEN 'accepted' ELSE 'closed' END",
}


def fill(dsn: str, table: str, changed: dict[str, str], *, upto: int) -> int:
    """Copy the table's first row until it holds `upto` rows; return how many were added.

    They lie 90 seconds apart, reaching back from the first one.
    """
    with psycopg.connect(dsn, autocommit=True) as session:
        (there,) = session.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        ).fetchone() or (0,)
        columns = [
            row[0]
            for row in session.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'"
                " ORDER BY ordinal_position",
                [table],
            )
        ]
        values = [
            sql.SQL(changed[name]) if name in changed else sql.Identifier("one", name) for name in columns
        ]
        session.execute("SET session_replication_role = replica")
        session.execute("SET synchronous_commit = off")
        session.execute(
            sql.SQL(
                "INSERT INTO {table} ({columns}) SELECT {values}"
                " FROM (SELECT * FROM {table} ORDER BY id LIMIT 1) AS one,"
                " generate_series({first}::bigint, {last}::bigint) AS serial"
            ).format(
                table=sql.Identifier(table),
                columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
                values=sql.SQL(", ").join(values),
                first=sql.Literal(there + 1),
                last=sql.Literal(upto),
            )
        )
        session.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))
        return max(0, upto - there)
