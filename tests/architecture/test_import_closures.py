"""Every handler imports with its own layers only, with an empty environment, and drags nothing heavy in."""

import pytest

from tests.architecture.clean_import import LAYERS, ROOT, clean_import, lambda_runtime, layer_paths

# What a kind of function must not load when it is imported.
HEAVY = {
    "fastapi",
    "starlette",
    "mangum",
    "opensearchpy",
    "numpy",
    "lxml",
    "pypdf",
    "pypdfium2",
    "pptx",
    "bs4",
}
HTTP = {"fastapi", "starlette", "mangum"}
MAX_BYTES = 120_000_000


def is_http(function: str) -> bool:
    return "http" in LAYERS[function]


def test_table_names_every_function():
    found = {
        str(path.parent.relative_to(ROOT / "functions")) for path in ROOT.glob("functions/*/*/handler.py")
    }
    assert found == set(LAYERS)


@pytest.mark.parametrize("function", sorted(LAYERS))
def test_imports_with_its_layers_alone_and_nothing_heavy(function: str):
    loaded = clean_import(function).packages
    allowed = HTTP if is_http(function) else set()
    assert loaded & HEAVY <= allowed


@pytest.mark.parametrize("function", sorted(LAYERS))
def test_function_with_its_layers_is_small(function: str):
    folders = [ROOT / "functions" / function, *layer_paths(function)]
    size = sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file())
    assert size <= MAX_BYTES, f"{size / 1e6:.0f} MB"


def test_runtime_has_boto3():
    assert (lambda_runtime() / "boto3").is_dir()
