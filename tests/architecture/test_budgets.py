"""Size budgets of the house, measured on the syntax tree."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "layers/core/python/autosocial", ROOT / "functions", ROOT / "infra"]
MAX_FILE = 250
MAX_HANDLER = 80
MAX_FUNCTION = 40
MAX_CONSTRUCT_FUNCTION = 60
MAX_TEST_FUNCTION = 40
MAX_TYPESCRIPT_FILE = 250
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}


def python_files(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body
    if (
        isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    ):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def long_functions(path: Path, limit: int) -> list[str]:
    tree = ast.parse(path.read_text())
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {body_lines(node)} lines, allowed {limit}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > limit
    ]


def test_functions_are_short():
    too_long = []
    for path in python_files(*SOURCES):
        limit = MAX_CONSTRUCT_FUNCTION if path.is_relative_to(ROOT / "infra") else MAX_FUNCTION
        too_long += long_functions(path, limit)
    assert too_long == []


def test_test_functions_are_short():
    assert [
        line for path in python_files(ROOT / "tests") for line in long_functions(path, MAX_TEST_FUNCTION)
    ] == []


def test_files_are_short():
    too_long = {
        str(path.relative_to(ROOT)): count
        for path in python_files(*SOURCES)
        if (count := len(path.read_text().splitlines()))
        > (MAX_HANDLER if path.name == "handler.py" else MAX_FILE)
    }
    assert too_long == {}


def test_typescript_files_are_short():
    too_long = {
        str(path.relative_to(ROOT)): count
        for folder in (ROOT / "widget/src", ROOT / "web/src")
        for pattern in ("*.ts", "*.tsx")
        for path in folder.rglob(pattern)
        if not path.name.endswith(".gen.ts")
        and (count := len(path.read_text().splitlines())) > MAX_TYPESCRIPT_FILE
    }
    assert too_long == {}


@pytest.mark.parametrize("folder", [*SOURCES, ROOT / "widget/src", ROOT / "web/src", ROOT / "tests"])
def test_files_are_named_after_what_they_hold(folder: Path):
    assert [str(path) for path in folder.rglob("*") if path.stem in FORBIDDEN_NAMES] == []


def test_package_files_re_export_nothing():
    filled = [
        path for path in python_files(*SOURCES) if path.name == "__init__.py" and path.read_text().strip()
    ]
    assert [str(path.relative_to(ROOT)) for path in filled] == []
