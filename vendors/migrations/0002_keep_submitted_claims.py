"""Let the database itself refuse to change what was submitted: a claim's words and its answers."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

CLAIM, ANSWER = "vendors_conformanceclaim", "vendors_claimanswer"
KEPT = ("release_id", "version_id", "revision", "document", "digest", "stated_on")
KEPT_MESSAGE = "a submitted claim is never edited"

_CHANGED = {
    "sqlite": " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT),
    "postgresql": " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in KEPT),
}


def _sqlite() -> list[str]:
    raise_ = f"BEGIN SELECT RAISE(ABORT, '{KEPT_MESSAGE}'); END"
    statements = [
        f"""CREATE TRIGGER {CLAIM}_keep BEFORE UPDATE ON {CLAIM}
        WHEN OLD.state <> 'draft' AND ({_CHANGED["sqlite"]}) {raise_}"""
    ]
    for verb, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        statements.append(
            f"""CREATE TRIGGER {ANSWER}_keep_{verb.lower()} BEFORE {verb} ON {ANSWER}
            WHEN (SELECT state FROM {CLAIM} WHERE id = {row}.claim_id) <> 'draft' {raise_}"""
        )
    return statements


def _postgresql() -> list[str]:
    raise_ = f"RAISE EXCEPTION '{KEPT_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'"
    return [
        f"""CREATE FUNCTION vendors_keep_claim() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.state <> 'draft' AND ({_CHANGED["postgresql"]}) THEN {raise_}; END IF;
            RETURN NEW;
        END $$""",
        f"""CREATE TRIGGER {CLAIM}_keep BEFORE UPDATE ON {CLAIM}
        FOR EACH ROW EXECUTE FUNCTION vendors_keep_claim()""",
        f"""CREATE FUNCTION vendors_keep_answers() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE claim_state text;
        BEGIN
            SELECT state INTO claim_state FROM {CLAIM}
            WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.claim_id ELSE NEW.claim_id END;
            IF claim_state <> 'draft' THEN {raise_}; END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END $$""",
        f"""CREATE TRIGGER {ANSWER}_keep BEFORE INSERT OR UPDATE OR DELETE ON {ANSWER}
        FOR EACH ROW EXECUTE FUNCTION vendors_keep_answers()""",
    ]


UNDO = {
    "sqlite": [
        f"DROP TRIGGER {CLAIM}_keep",
        *(f"DROP TRIGGER {ANSWER}_keep_{verb}" for verb in ("insert", "update", "delete")),
    ],
    "postgresql": [
        f"DROP TRIGGER {CLAIM}_keep ON {CLAIM}",
        "DROP FUNCTION vendors_keep_claim()",
        f"DROP TRIGGER {ANSWER}_keep ON {ANSWER}",
        "DROP FUNCTION vendors_keep_answers()",
    ],
}


def keep(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers of the engine in use."""
    for statement in _sqlite() if editor.connection.vendor == "sqlite" else _postgresql():
        editor.execute(statement)


def release(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers."""
    for statement in UNDO[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    """Add triggers on SQLite and on PostgreSQL."""

    dependencies: ClassVar = [("vendors", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(keep, release)]
