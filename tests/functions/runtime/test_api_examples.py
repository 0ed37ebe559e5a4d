"""The bodies of the API show what their fields look like."""

import importlib
from pathlib import Path

import pytest
from pydantic import BaseModel

from autosocial.runtime import http_bodies

ROOT = Path(__file__).parents[3]
SCHEMAS = [
    importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for path in sorted(ROOT.glob("functions/*/*/schemas.py"))
    if path.parents[1].name != "functions"
]
BODIES = [
    body
    for module in (*SCHEMAS, http_bodies)
    for body in vars(module).values()
    if isinstance(body, type) and issubclass(body, BaseModel) and body.__module__ == module.__name__
]
# Words with a code table of their own, which the description holds or the socket protocol explains.
EXPLAINED = {"outcome", "code", "rating"}


@pytest.mark.parametrize("body", BODIES, ids=lambda body: f"{body.__module__.split('.')[1]}.{body.__name__}")
def test_every_plain_field_of_a_body_has_an_example_that_is_valid(body: type[BaseModel]) -> None:
    for name, field in body.model_fields.items():
        if name in EXPLAINED or field.annotation not in {str, int, str | None}:
            continue
        assert field.examples, name
        for example in field.examples:
            body.__pydantic_validator__.validate_assignment(body.model_construct(), name, example)
