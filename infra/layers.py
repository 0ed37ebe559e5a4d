"""Builds the Lambda layers: our own package, and third-party packages from hashed locks.

``python -m infra.layers [host|arm64]`` builds all of them and prints their sizes.
"""

import fnmatch
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from infra.bytecode import add_bytecode, compiler
from infra.function_source import BUILD, ROOT, make_readable, source_files, stage_files

Architecture = Literal["host", "arm64"]
# Every function has "base", so the others hold only what it does not.
THIRD_PARTY = ("base", "http", "search", "documents")
# The runtime brings these with boto3; a second copy would only cost size and start time.
_IN_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "python-dateutil", "six")
# Optional parts of a dependency that we never import.
_NEVER_IMPORTED = ("opensearch-protobufs", "grpcio", "protobuf")
_PRUNED = ("__pycache__", "tests", "test", "*.pyi", "*.pyx", "*.pxd", "*.c", "*.h", "bin", "include")
# Increase when the way of building changes: the cache is keyed by it.
_RECIPE = "5"
# Amazon Linux 2023 (glibc 2.34, SQLite with FTS5); Lambda's 3.11 is still Amazon Linux 2 and loads neither
# today's wheels nor our index.
LAMBDA_PYTHON = (3, 12)


class LayerBuildError(RuntimeError):
    """A layer cannot be built."""


@dataclass(frozen=True, slots=True)
class BuiltLayer:
    """A folder with ``python/`` in it and the hash of what it was built from."""

    path: Path
    digest: str


def build_layer(name: str, architecture: Architecture) -> BuiltLayer:
    """Return the layer ``name``, from the cache where nothing changed."""
    return _our_package(architecture) if name == "core" else _third_party(name, architecture)


def _our_package(architecture: Architecture) -> BuiltLayer:
    home = ROOT / "layers" / "core"
    staged = stage_files(
        source_files(home / "python" / "autosocial"), root=home, target=BUILD / "layers" / "core"
    )
    key = "\n".join([_RECIPE, staged.digest, *_interpreter(architecture)])
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    target = BUILD / "layers" / f"core-{architecture}-{digest[:12]}"
    if not target.is_dir():
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            built = Path(folder) / "layer"
            shutil.copytree(staged.path, built)
            _finish(built, architecture, target)
    return BuiltLayer(target, digest)


def _third_party(name: str, architecture: Architecture) -> BuiltLayer:
    wanted = _wanted(name)
    if name != "base":
        wanted = [entry for entry in wanted if entry not in _wanted("base")]
    key = "\n".join([_RECIPE, architecture, *_interpreter(architecture), *_PRUNED, *wanted])
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    target = BUILD / "layers" / f"{name}-{architecture}-{digest[:12]}"
    if not target.is_dir():
        _install(wanted, architecture, target)
    return BuiltLayer(target, digest)


def _wanted(name: str) -> list[str]:
    """Return the lock's requirements, each with its hashes, less those that no function needs from us."""
    lock = ROOT / "layers" / name / "requirements.lock"
    if not lock.is_file():
        raise LayerBuildError(f"{lock.relative_to(ROOT)} is missing: run 'make lock'.")
    lines = [
        line for line in lock.read_text().splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    entries: list[str] = []
    for line in lines:
        if line[0].isspace():
            entries[-1] += f"\n{line}"
        else:
            entries.append(line)
    unwanted = {*_IN_THE_RUNTIME, *_NEVER_IMPORTED}
    return [entry for entry in entries if _project(entry) not in unwanted]


def _project(requirement: str) -> str:
    for mark in ("==", "[", " ", ";"):
        requirement = requirement.partition(mark)[0]
    return requirement.lower().replace("_", "-")


def _version(architecture: Architecture) -> tuple[int, int]:
    return LAMBDA_PYTHON if architecture == "arm64" else sys.version_info[:2]


def _interpreter(architecture: Architecture) -> list[str]:
    """Return what the result depends on: the version that will run it, and whether we can compile for it."""
    version = _version(architecture)
    return [str(version), "bytecode" if compiler(version) else "source alone"]


def _install(wanted: list[str], architecture: Architecture, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text("\n".join(wanted) + "\n")
        built = Path(folder) / "layer"
        command = [
            _uv(),
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--no-deps",
            "--only-binary",
            ":all:",
        ]
        command += [
            "--target",
            str(built / "python"),
            "--requirement",
            str(requirements),
            *_platform(architecture),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LayerBuildError(f"{target.name} cannot be built:\n{done.stderr.strip()}")
        _prune(built / "python")
        _finish(built, architecture, target)


def _finish(built: Path, architecture: Architecture, target: Path) -> None:
    python = compiler(_version(architecture))
    if python:
        add_bytecode(built / "python", python)
    make_readable(built)
    if not target.is_dir():
        built.rename(target)


def _platform(architecture: Architecture) -> list[str]:
    if architecture == "arm64":
        return [
            "--python-platform",
            "aarch64-manylinux_2_34",
            "--python-version",
            ".".join(map(str, LAMBDA_PYTHON)),
        ]
    return ["--python", sys.executable]


def _uv() -> str:
    beside = Path(sys.executable).parent / "uv"
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if not found:
        raise LayerBuildError("uv is missing: run 'make setup'.")
    return found


def _prune(folder: Path) -> None:
    for parent, folders, files in os.walk(folder, topdown=True):
        for name in [name for name in folders if _is_pruned(name)]:
            shutil.rmtree(Path(parent) / name)
            folders.remove(name)
        for name in filter(_is_pruned, files):
            (Path(parent) / name).unlink()


def _is_pruned(name: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in _PRUNED)


def size_of(folder: Path) -> int:
    """Return the bytes of all files below ``folder``."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def main() -> None:
    """Build every layer and print its size."""
    architecture: Architecture = "arm64" if "arm64" in sys.argv[1:] else "host"
    for name in ("core", *THIRD_PARTY):
        layer = build_layer(name, architecture)
        print(f"{name:10} {size_of(layer.path) / 1e6:7.1f} MB  {layer.path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
