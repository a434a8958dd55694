"""Let the database itself refuse to change a locked search and what it showed."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SEARCH = "cases_lockedsearch"
CANDIDATE = "cases_candidate"
MESSAGE = "locked searches are frozen"
FROZEN = ("search_id", "position", "offer_id", "facts")

SQLITE = [
    f"""CREATE TRIGGER {SEARCH}_refuse_update BEFORE UPDATE ON {SEARCH}
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
    f"""CREATE TRIGGER {SEARCH}_refuse_delete BEFORE DELETE ON {SEARCH}
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
    f"""CREATE TRIGGER {CANDIDATE}_refuse_update BEFORE UPDATE OF {", ".join(FROZEN)} ON {CANDIDATE}
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
    f"""CREATE TRIGGER {CANDIDATE}_refuse_delete BEFORE DELETE ON {CANDIDATE}
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
]
POSTGRESQL = [
    f"""CREATE FUNCTION cases_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{MESSAGE}'
    USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE TRIGGER {SEARCH}_refuse_change BEFORE UPDATE OR DELETE ON {SEARCH}
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_change()""",
    f"""CREATE TRIGGER {CANDIDATE}_refuse_update
    BEFORE UPDATE OF {", ".join(FROZEN)} ON {CANDIDATE}
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_change()""",
    f"""CREATE TRIGGER {CANDIDATE}_refuse_delete BEFORE DELETE ON {CANDIDATE}
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_change()""",
]
UNDO = {
    "sqlite": [
        f"DROP TRIGGER {table}_refuse_{verb}"
        for table in (SEARCH, CANDIDATE)
        for verb in ("update", "delete")
    ],
    "postgresql": [
        f"DROP TRIGGER {SEARCH}_refuse_change ON {SEARCH}",
        f"DROP TRIGGER {CANDIDATE}_refuse_update ON {CANDIDATE}",
        f"DROP TRIGGER {CANDIDATE}_refuse_delete ON {CANDIDATE}",
        "DROP FUNCTION cases_refuse_change()",
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

    dependencies: ClassVar = [("cases", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(refuse, allow)]
