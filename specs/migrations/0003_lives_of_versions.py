"""Give versions a day in force, a transition, a consultation and a withdrawal.

The triggers of ``0002_keep_published_versions`` give way to ones that know the moves of a version.
"""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F, Q

TABLE = "specs_specificationversion"
END = "specs_withdrawal"
KEPT = (
    "specification_id",
    "number",
    "published_on",
    "in_force_on",
    "transition",
    "transition_until",
    "document",
    "digest",
    "source_digest",
)
#: What a version may be, and become.
MOVES = (
    ("draft", "draft"),
    ("draft", "in_consultation"),
    ("draft", "published"),
    ("in_consultation", "in_consultation"),
    ("in_consultation", "draft"),
    ("published", "published"),
    ("published", "withdrawn"),
    ("withdrawn", "withdrawn"),
)
MESSAGE = "a published version never changes"
IN_CONSULTATION = "a version in consultation does not change"
NO_MOVE = "a version does not move so"
WITHDRAWN = "a withdrawal never changes"

_MOVED = "OLD.state || '>' || NEW.state NOT IN ({})".format(
    ", ".join(f"'{old}>{new}'" for old, new in MOVES)
)
_CHANGED = {
    "sqlite": " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT),
    "postgresql": " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in KEPT),
}
_PUBLIC = "OLD.state IN ('published', 'withdrawn')"
_BACK = f"{_PUBLIC} AND NEW.state IN ('draft', 'in_consultation')"


def _refuse(message: str) -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{message}'); END"


SQLITE = [
    f"""CREATE TRIGGER {TABLE}_keep_update BEFORE UPDATE ON {TABLE}
    WHEN {_BACK} OR {_PUBLIC} AND ({_CHANGED["sqlite"]})
    {_refuse(MESSAGE)}""",
    f"""CREATE TRIGGER {TABLE}_keep_move BEFORE UPDATE ON {TABLE}
    WHEN {_MOVED} AND NOT ({_BACK}) {_refuse(NO_MOVE)}""",
    f"""CREATE TRIGGER {TABLE}_keep_asked BEFORE UPDATE ON {TABLE}
    WHEN OLD.state = 'in_consultation' AND ({_CHANGED["sqlite"]}) {_refuse(IN_CONSULTATION)}""",
    f"""CREATE TRIGGER {TABLE}_keep_delete BEFORE DELETE ON {TABLE}
    WHEN {_PUBLIC} {_refuse(MESSAGE)}""",
    f"""CREATE TRIGGER {TABLE}_keep_asked_delete BEFORE DELETE ON {TABLE}
    WHEN OLD.state = 'in_consultation' {_refuse(IN_CONSULTATION)}""",
    f"CREATE TRIGGER {END}_keep_update BEFORE UPDATE ON {END} {_refuse(WITHDRAWN)}",
    f"CREATE TRIGGER {END}_keep_delete BEFORE DELETE ON {END} {_refuse(WITHDRAWN)}",
]
POSTGRESQL = [
    f"""CREATE FUNCTION specs_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE changed boolean := TG_OP = 'DELETE';
    BEGIN
        IF TG_OP = 'UPDATE' THEN changed := {_BACK} OR {_CHANGED["postgresql"]}; END IF;
        IF changed AND {_PUBLIC} THEN
            RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
        ELSIF changed AND OLD.state = 'in_consultation' THEN
            RAISE EXCEPTION '{IN_CONSULTATION}' USING ERRCODE = 'integrity_constraint_violation';
        ELSIF TG_OP = 'DELETE' THEN RETURN OLD;
        ELSIF {_MOVED} THEN
            RAISE EXCEPTION '{NO_MOVE}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$""",
    f"""CREATE TRIGGER {TABLE}_keep BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION specs_keep_version()""",
    f"""CREATE FUNCTION specs_keep_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{WITHDRAWN}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    f"""CREATE TRIGGER {END}_keep BEFORE UPDATE OR DELETE ON {END}
    FOR EACH ROW EXECUTE FUNCTION specs_keep_withdrawal()""",
]
DROP = {
    "sqlite": [
        f"DROP TRIGGER IF EXISTS {TABLE}_keep_{what}"
        for what in ("update", "delete", "move", "asked", "asked_delete")
    ]
    + [f"DROP TRIGGER IF EXISTS {END}_keep_{what}" for what in ("update", "delete")],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS {TABLE}_keep ON {TABLE}",
        "DROP FUNCTION IF EXISTS specs_keep_version()",
    ],
}
DROP_END = {
    "sqlite": [],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS {END}_keep ON {END}",
        "DROP FUNCTION IF EXISTS specs_keep_withdrawal()",
    ],
}

# The triggers as they stood before, for the way back.
EARLIER = ("specification_id", "number", "published_on", "document", "digest", "source_digest")
EARLIER_CHANGED = {
    "sqlite": " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in EARLIER),
    "postgresql": " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in EARLIER),
}
EARLIER_SQLITE = [
    f"""CREATE TRIGGER {TABLE}_keep_update BEFORE UPDATE ON {TABLE}
    WHEN OLD.state <> 'draft' AND (NEW.state = 'draft' OR {EARLIER_CHANGED["sqlite"]})
    {_refuse(MESSAGE)}""",
    f"""CREATE TRIGGER {TABLE}_keep_delete BEFORE DELETE ON {TABLE}
    WHEN OLD.state <> 'draft' {_refuse(MESSAGE)}""",
]
EARLIER_POSTGRESQL = [
    f"""CREATE FUNCTION specs_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.state = 'draft' THEN RETURN OLD; END IF;
        ELSIF OLD.state = 'draft'
            OR NOT (NEW.state = 'draft' OR {EARLIER_CHANGED["postgresql"]}) THEN RETURN NEW;
        END IF;
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    f"""CREATE TRIGGER {TABLE}_keep BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION specs_keep_version()""",
]


def _run(editor: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
    for statement in statements:
        editor.execute(statement)


def release(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers, so that the tables can be rebuilt."""
    _run(editor, DROP[editor.connection.vendor] + DROP_END[editor.connection.vendor])


def keep(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers of the engine in use."""
    _run(editor, SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL)


def keep_as_before(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers that stood before."""
    _run(editor, EARLIER_SQLITE if editor.connection.vendor == "sqlite" else EARLIER_POSTGRESQL)


def release_before(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers that stood before."""
    _run(editor, DROP[editor.connection.vendor])


def in_force_when_published(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Let every version be in force from its publication, as it was."""
    apps.get_model("specs", "SpecificationVersion").objects.update(in_force_on=F("published_on"))


class Migration(migrations.Migration):
    """Drop the triggers, widen the table, fill it, and let the database refuse again."""

    dependencies: ClassVar = [("specs", "0002_keep_published_versions")]
    operations: ClassVar = [
        migrations.RunPython(release_before, keep_as_before),
        migrations.AlterField(
            "specificationversion",
            "state",
            models.CharField(
                choices=[
                    ("draft", "案"),
                    ("in_consultation", "意見照会中"),
                    ("published", "公表"),
                    ("withdrawn", "廃止"),
                ],
                default="draft",
                max_length=20,
                verbose_name="状態",
            ),
        ),
        migrations.AddField(
            "specificationversion",
            "in_force_on",
            models.DateField(blank=True, null=True, verbose_name="施行日"),
        ),
        migrations.AddField(
            "specificationversion",
            "transition",
            models.TextField(blank=True, default="", verbose_name="経過措置"),
            preserve_default=False,
        ),
        migrations.AddField(
            "specificationversion",
            "transition_until",
            models.DateField(blank=True, null=True, verbose_name="経過措置の期限"),
        ),
        migrations.RunPython(in_force_when_published, migrations.RunPython.noop),
        migrations.AddConstraint(
            "specificationversion",
            models.CheckConstraint(
                condition=~Q(state__in=["published", "withdrawn"])
                | Q(in_force_on__isnull=False, in_force_on__gte=F("published_on")),
                name="version_is_in_force_from_publication_on",
            ),
        ),
        migrations.AddConstraint(
            "specificationversion",
            models.CheckConstraint(
                condition=Q(transition_until__isnull=True) | ~Q(transition=""),
                name="transition_with_a_limit_says_what_it_is",
            ),
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(verbose_name="廃止日時")),
                ("reason", models.CharField(max_length=300, verbose_name="廃止の理由")),
                ("notice", models.TextField(blank=True, verbose_name="利用者への案内")),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="specs.specificationversion",
                    ),
                ),
            ],
            options={"verbose_name": "版の廃止", "verbose_name_plural": "版の廃止"},
        ),
        migrations.RunPython(keep, release),
    ]
