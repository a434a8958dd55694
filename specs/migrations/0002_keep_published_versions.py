"""Let the database itself refuse to change or delete what a published version says."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE = "specs_specificationversion"
KEPT = ("specification_id", "number", "published_on", "document", "digest", "source_digest")
MESSAGE = "a published version never changes"

_CHANGED = {
    "sqlite": " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT),
    "postgresql": " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in KEPT),
}
_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"

SQLITE = [
    f"""CREATE TRIGGER {TABLE}_keep_update BEFORE UPDATE ON {TABLE}
    WHEN OLD.state <> 'draft' AND (NEW.state = 'draft' OR {_CHANGED["sqlite"]}) {_REFUSE}""",
    f"""CREATE TRIGGER {TABLE}_keep_delete BEFORE DELETE ON {TABLE}
    WHEN OLD.state <> 'draft' {_REFUSE}""",
]
POSTGRESQL = [
    f"""CREATE FUNCTION specs_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.state = 'draft' THEN RETURN OLD; END IF;
        ELSIF OLD.state = 'draft'
            OR NOT (NEW.state = 'draft' OR {_CHANGED["postgresql"]}) THEN RETURN NEW;
        END IF;
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    f"""CREATE TRIGGER {TABLE}_keep BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION specs_keep_version()""",
]
UNDO = {
    "sqlite": [f"DROP TRIGGER {TABLE}_keep_{verb}" for verb in ("update", "delete")],
    "postgresql": [f"DROP TRIGGER {TABLE}_keep ON {TABLE}", "DROP FUNCTION specs_keep_version()"],
}


def keep(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers of the engine in use."""
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def release(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers."""
    for statement in UNDO[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    """Add triggers on SQLite and on PostgreSQL."""

    dependencies: ClassVar = [("specs", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(keep, release)]
