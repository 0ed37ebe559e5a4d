"""Layers hold what functions import and nothing the runtime already has."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from infra import layers
from infra.bytecode import compiler
from infra.function_source import MissingFunctionError, stage_files, stage_function
from infra.layers import LayerBuildError, build_layer, size_of

ROOT = Path(__file__).parents[2]
LIMIT = 120e6
GLIBC_OF_AMAZON_LINUX_2023 = (2, 34)


@pytest.fixture
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(layers, "ROOT", tmp_path)
    for name in ("base", "http"):
        (tmp_path / "layers" / name).mkdir(parents=True)
    ours = "# a comment\npydantic==2.1 \\\n    --hash=sha256:aa\n    # via x\n"
    base = ours + "botocore==1.0 \\\n    --hash=sha256:bb\n"
    (tmp_path / "layers/base/requirements.lock").write_text(base)
    extra = "fastapi[all]==1 ; python_version > '3' \\\n    --hash=sha256:cc\n"
    (tmp_path / "layers/http/requirements.lock").write_text(base + extra)
    return tmp_path


def test_what_the_runtime_brings_is_left_out(locks: Path):
    assert layers._wanted("base") == ["pydantic==2.1 \\\n    --hash=sha256:aa"]


def test_a_lock_entry_keeps_its_hashes(locks: Path):
    assert layers._wanted("http")[-1] == "fastapi[all]==1 ; python_version > '3' \\\n    --hash=sha256:cc"


def test_a_missing_lock_says_what_to_do(locks: Path):
    with pytest.raises(LayerBuildError, match="run 'make lock'"):
        layers._wanted("search")


def test_every_lock_is_hashed():
    for name in layers.THIRD_PARTY:
        entries = layers._wanted(name)
        assert entries, name
        assert all("--hash=sha256:" in entry for entry in entries), name


def test_our_layer_holds_our_package_and_bytecode_that_no_date_makes_stale(tmp_path: Path):
    built = build_layer("core", "host")
    module = built.path / "python/autosocial/kernel/ids.py"
    assert module.is_file()
    # Bits 0 and 1: made from a hash of the source, which is not checked (PEP 552).
    assert Path(cache_from_source(str(module))).read_bytes()[4:8] == b"\1\0\0\0"
    assert [each.name for each in (built.path / "python").iterdir()] == ["autosocial"]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    compiler.cache_clear()
    yield tmp_path
    compiler.cache_clear()


@pytest.mark.parametrize(("says", "accepted"), [("2.7", True), ("3.11", False), ("", False)])
def test_only_an_interpreter_of_the_right_version_compiles(programs: Path, says: str, accepted: bool):
    program = programs / "python2.7"
    program.write_text(f"#!/bin/sh\necho {says}\n")
    program.chmod(0o755)
    assert compiler((2, 7)) == (str(program) if accepted else None)


def test_without_the_right_interpreter_the_source_is_deployed_alone(programs: Path):
    assert compiler((2, 6)) is None
    assert compiler(sys.version_info[:2]) == sys.executable


def test_a_staged_function_keeps_its_import_path(tmp_path: Path):
    home = tmp_path / "functions/auth/api"
    home.mkdir(parents=True)
    (tmp_path / "functions/__init__.py").write_text("")
    (home / "handler.py").write_text("x = 1\n")
    (home / "__pycache__").mkdir()
    (home / "__pycache__/handler.cpython-311.pyc").write_text("")
    staged = stage_function("auth", "api", root=tmp_path, build=tmp_path / "out")
    files = {file.relative_to(staged.path).as_posix() for file in staged.path.rglob("*") if file.is_file()}
    assert files == {"functions/__init__.py", "functions/auth/api/handler.py"}


def test_what_is_deployed_can_be_read_by_everybody_whatever_the_umask(tmp_path: Path):
    source = tmp_path / "source/deep/a.py"
    before = os.umask(0o077)
    try:
        source.parent.mkdir(parents=True)
        source.write_text("x = 1\n")
        staged = stage_files([source], root=tmp_path / "source", target=tmp_path / "out")
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in staged.path.rglob("*")}
    assert modes == {"deep": 0o755, "a.py": 0o644}


def test_the_digest_follows_content_and_nothing_else(tmp_path: Path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.py").write_text("1")
    first = stage_files([source / "a.py"], root=source, target=tmp_path / "out")
    (source / "a.py").touch()
    assert stage_files([source / "a.py"], root=source, target=tmp_path / "out").digest == first.digest
    (source / "a.py").write_text("2")
    changed = stage_files([source / "a.py"], root=source, target=tmp_path / "out")
    assert changed.digest != first.digest
    assert (changed.path / "a.py").read_text() == "2"


def test_files_that_are_gone_are_not_deployed(tmp_path: Path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("a.py", "b.py"):
        (source / name).write_text(name)
    stage_files([source / "a.py", source / "b.py"], root=source, target=tmp_path / "out")
    staged = stage_files([source / "a.py"], root=source, target=tmp_path / "out")
    assert [file.name for file in staged.path.rglob("*.py")] == ["a.py"]


def test_a_function_without_code_is_named(tmp_path: Path):
    with pytest.raises(
        MissingFunctionError, match=r"functions/auth/nothing/handler.py is named in infra/services/auth.py"
    ):
        stage_function("auth", "nothing", root=tmp_path, build=tmp_path / "out")


@pytest.mark.slow
@pytest.mark.parametrize(
    "names", [("base", "http"), ("base", "search"), ("base", "documents"), ("base", "http", "search")]
)
def test_functions_with_their_layers_stay_small(names: tuple[str, ...]):
    assert sum(size_of(build_layer(name, "host").path) for name in ("core", *names)) <= LIMIT


IMPORTS = {
    ("base",): "aws_lambda_powertools, pydantic, pynamodb.models, jwt, cryptography, ulid",
    ("base", "http"): "fastapi, mangum, argon2, email_validator",
    ("base", "search"): "numpy, opensearchpy, snowballstemmer, py3langid",
    (
        "base",
        "documents",
    ): "pypdf, pypdfium2, docx2python, mammoth, pptx, python_calamine, bs4, lxml.html, olefile",
}
# The Lambda runtime has boto3 and what it needs, and nothing else.
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six.py")


@pytest.mark.slow
@pytest.mark.parametrize("names", IMPORTS, ids=lambda names: names[-1])
def test_everything_imports_from_the_layers_and_the_runtime_alone(names: tuple[str, ...], tmp_path: Path):
    site = Path(next(path for path in sys.path if path.endswith("site-packages")))
    for package in RUNTIME:
        (tmp_path / package).symlink_to(site / package)
    path = [str(build_layer(name, "host").path / "python") for name in ("core", *names)]
    code = f"import sys; sys.path[:0] = {[*path, str(tmp_path)]!r}; import autosocial, {IMPORTS[names]}"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-1500:]


@pytest.mark.slow
@pytest.mark.parametrize("name", layers.THIRD_PARTY)
def test_layers_for_the_cloud_load_on_its_c_library(name: str):
    newest = (0, 0)
    for library in build_layer(name, "arm64").path.rglob("*.so*"):
        wanted = re.findall(rb"GLIBC_(\d+)\.(\d+)", library.read_bytes())
        newest = max([newest, *((int(major), int(minor)) for major, minor in wanted)])
    assert newest <= GLIBC_OF_AMAZON_LINUX_2023
