"""The second wall around an office on a shared PostgreSQL: rows that its own role alone may touch.

The first wall is the server's: no role may so much as name what lies in another's schema. This one
stands behind it, for the day when somebody grants too much by mistake.
"""

from sqlalchemy import Connection

PREFIX = "office_"  # of an office's role and of its schema, which bear the same name
UNWALLED = (
    "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace "
    "AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY relname"
)


def build_wall(connection: Connection) -> None:
    """Close every table of an office's schema to all but its owner: after each migration, since a
    new table has no wall. Any other schema, and SQLite, stay as they are.
    """
    if connection.dialect.name != "postgresql":
        return
    schema, role = connection.exec_driver_sql("SELECT current_schema(), current_user").one()
    if schema != role or not role.startswith(PREFIX):
        return
    quote = connection.dialect.identifier_preparer.quote
    _guard_truncation(connection)
    for (name,) in connection.exec_driver_sql(UNWALLED).all():
        table = quote(name)
        # A policy for one role, not a condition on current_user: behind a condition PostgreSQL may
        # not use the index of full text search, whose operator might tell what it saw.
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY own ON {table} TO {quote(role)} USING (true) WITH CHECK (true)",
            f"CREATE TRIGGER own_truncation BEFORE TRUNCATE ON {table} "
            "EXECUTE FUNCTION own_truncation()",
        ):
            connection.exec_driver_sql(statement)
    _let_views_see_what_the_reader_may(connection)


def _guard_truncation(connection: Connection) -> None:
    """TRUNCATE asks no policy."""
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION own_truncation() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF current_user <> TG_TABLE_SCHEMA THEN "
        "RAISE insufficient_privilege USING MESSAGE = 'the table belongs to another office'; "
        "END IF; RETURN NULL; END $$"
    )
    # The trigger runs it without asking; nobody else has any use for it.
    connection.exec_driver_sql("REVOKE ALL ON FUNCTION own_truncation() FROM PUBLIC")


def _let_views_see_what_the_reader_may(connection: Connection) -> None:
    """A view reads as its owner unless told otherwise, which PostgreSQL can be since 15."""
    if (connection.dialect.server_version_info or (0,)) < (15,):
        return
    views = connection.exec_driver_sql(
        "SELECT viewname FROM pg_views WHERE schemaname = current_schema()"
    )
    quote = connection.dialect.identifier_preparer.quote
    for (name,) in views.all():
        connection.exec_driver_sql(f"ALTER VIEW {quote(name)} SET (security_invoker = true)")
