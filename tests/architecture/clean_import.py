"""Imports a handler as Lambda would: fresh interpreter, empty environment, its layers and the runtime."""

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from infra.layers import build_layer

ROOT = Path(__file__).resolve().parents[2]
# What the Lambda runtime brings beside Python.
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "python-dateutil", "six")

# Beside core. The infra tests hold the synthesised functions to this table.
LAYERS: dict[str, tuple[str, ...]] = {
    "auth/api": ("base", "http"),
    "auth/authorizer": ("base",),
    "auth/socket_authorizer": ("base",),
    "channels/api": ("base", "http"),
    "channels/deliver": ("base",),
    "channels/socket": ("base",),
    "channels/webhook": ("base", "http"),
    "conversations/answer": ("base", "search"),
    "conversations/api": ("base", "http"),
    "conversations/fail_answer": ("base",),
    "creators/api": ("base", "http"),
    "events/relay": ("base",),
    "knowledge/api": ("base", "http"),
    "knowledge/embed": ("base",),
    "knowledge/erase": ("base", "search"),
    "knowledge/extract": ("base", "documents"),
    "knowledge/fail": ("base",),
    "knowledge/index": ("base", "search"),
    "knowledge/inspect": ("base",),
    "knowledge/verify": ("base", "search"),
}

_PROBE = """
import json, sys, time
start = time.process_time()
import importlib
handler = importlib.import_module(sys.argv[1])
seconds = time.process_time() - start
assert callable(handler.handler)
ours = {"functions", "autosocial"}
packages = set()
for name, module in list(sys.modules.items()):
    origin = getattr(getattr(module, "__spec__", None), "origin", None) or ""
    top = name.partition(".")[0]
    if top not in ours and "." not in name and ("/layers/" in origin or "lambda-runtime" in origin):
        packages.add(top)
print(json.dumps({"packages": sorted(packages), "modules": len(sys.modules), "cpu_ms": seconds * 1000}))
"""


@dataclass(frozen=True, slots=True)
class Import:
    """What importing one handler loaded: third-party top-level packages, modules in all, CPU milliseconds."""

    packages: frozenset[str]
    modules: int
    cpu_ms: float


@cache
def lambda_runtime() -> Path:
    """Return a folder with the packages of the Lambda runtime, at the versions we develop against."""
    target = ROOT / ".build/lambda-runtime"
    if not target.is_dir():
        wanted = _locked(RUNTIME)
        requirements = ROOT / ".build/lambda-runtime.lock"
        requirements.parent.mkdir(exist_ok=True)
        requirements.write_text(wanted)
        command = [
            str(Path(sys.executable).parent / "uv"),
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--compile-bytecode",
            "--require-hashes",
        ]
        subprocess.run([*command, "--target", str(target), "-r", str(requirements)], check=True)
    return target


def _locked(projects: tuple[str, ...]) -> str:
    entries: list[str] = []
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            entries.append(line)
        elif line.strip() and not line.strip().startswith("#"):
            entries[-1] += f"\n{line}"
    return "\n".join(entry for entry in entries if entry.partition("==")[0] in projects) + "\n"


def layer_paths(function: str) -> list[Path]:
    """Return the built layer folders of a function, core first."""
    return [build_layer(name, "host").path / "python" for name in ("core", *LAYERS[function])]


def clean_import(function: str) -> Import:
    """Import ``functions/<function>/handler.py`` in a fresh interpreter."""
    module = f"functions.{function.replace('/', '.')}.handler"
    paths = [str(ROOT), *map(str, layer_paths(function)), str(lambda_runtime())]
    code = f"import sys; sys.path[:0] = {paths!r}\n{_PROBE}"
    base = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run(
        [base, "-I", "-S", "-B", "-c", code, module],
        env={},
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    if done.returncode != 0:
        raise ImportError(f"{function} does not import with its layers alone:\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout)
    return Import(frozenset(found["packages"]), found["modules"], found["cpu_ms"])
