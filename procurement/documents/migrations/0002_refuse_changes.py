"""Let the database itself refuse to change or delete an issued paper."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE = "documents_paper"

SQLITE = [
    f"""CREATE TRIGGER {TABLE}_refuse_{verb.lower()} BEFORE {verb} ON {TABLE}
    BEGIN SELECT RAISE(ABORT, 'issued papers are frozen'); END"""
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """CREATE FUNCTION documents_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'issued papers are frozen'
    USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE TRIGGER {TABLE}_refuse_change BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION documents_refuse_change()""",
]
UNDO = {
    "sqlite": [f"DROP TRIGGER {TABLE}_refuse_{verb}" for verb in ("update", "delete")],
    "postgresql": [
        f"DROP TRIGGER {TABLE}_refuse_change ON {TABLE}",
        "DROP FUNCTION documents_refuse_change()",
    ],
}


def refuse(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers of the engine in use."""
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def allow(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers."""
    for statement in UNDO[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    """Add triggers on SQLite and on PostgreSQL."""

    dependencies: ClassVar = [("documents", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(refuse, allow)]
