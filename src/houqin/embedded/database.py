"""The role and the database of the application inside a running server."""

import psycopg
from psycopg import sql

ROLE = "houqin"
DATABASE = "houqin"
CONNECT_SECONDS = 5


def prepare(admin_dsn: str, *, password: str | None) -> bool:
    """Return True once the server accepts sessions and holds the application's role and database.

    The role is no superuser; it may create databases, which the tests need, and the
    extensions that PostgreSQL trusts. A `password` replaces the one it had. Returns
    False while the server is starting, recovering or shutting down.
    """
    try:
        connection = psycopg.connect(admin_dsn, autocommit=True, connect_timeout=CONNECT_SECONDS)
    except psycopg.OperationalError:
        return False
    with connection:
        _create_role(connection, password)
        _create_database(connection, DATABASE)
    return True


def create_database(admin_dsn: str, name: str) -> bool:
    """Create the database `name`, owned by the application's role; return False if it was there."""
    with psycopg.connect(admin_dsn, autocommit=True, connect_timeout=CONNECT_SECONDS) as connection:
        return _create_database(connection, name)


def _create_role(connection: psycopg.Connection, password: str | None) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
    if password is not None:
        change = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(ROLE), sql.Literal(password))
        connection.execute(change)


def _create_database(connection: psycopg.Connection, name: str) -> bool:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return False
    create = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(ROLE))
    connection.execute(create)
    return True
