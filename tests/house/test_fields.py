"""What the tables promise about their JSON."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import models

from schemas import registry
from tests.house import tree

SHAPE = re.compile(r"schemas/([\w<>/-]+)\.schema\.json\b")
LIST = re.compile(r"schemas/codelists/\w+\.csv\b")
FIELDS = [
    field
    for model in apps.get_models()
    if model.__module__.split(".")[0] in tree.CODE
    for field in model._meta.get_fields()
    if isinstance(field, models.JSONField)
]


def stands(said: str) -> bool:
    """Tell whether a help text begins with a schema or a codelist of ours."""
    if found := LIST.match(said):
        return (tree.ROOT / found.group()).exists()
    found = SHAPE.match(said)
    if found is None:
        return False
    wanted = re.compile(re.sub(r"<\w+>", r"[a-z_]+", found.group(1)))
    return any(wanted.fullmatch(name) for name in registry.files())


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_each_json_column_names_the_shape_that_its_values_have(field: models.JSONField) -> None:
    assert stands(str(field.help_text)), field.help_text


def test_there_are_json_columns() -> None:
    assert len(FIELDS) > 10
