"""The rules of who may import whom, checked: `python -m tests.architecture.import_rules [--root DIR]`.

Two parts. import-linter knows layers, independence and cycles; its contracts stand in pyproject.toml, where
`<context>` means every context that has a folder, so that a new one is under the rules from its first line.
What import-linter cannot say (kinds of modules inside a context, third-party packages) is checked here, on
the syntax tree.
"""

import argparse
import ast
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path("layers/core/python/autosocial")
# Rooms of the package that are no contexts.
SHARED = frozenset({"adapters", "contracts", "kernel", "runtime", "text", "wiring"})
# What opens a connection or starts a process, in the standard library.
_IO = ("ftplib", "http.client", "http.server", "smtplib", "socket", "ssl", "subprocess", "urllib.request")
# Third-party packages by the room that may use them. Adapters may use all, the model server is a house apart.
_THIRD_PARTY = {
    "kernel": {"msgspec", "ulid"},
    "text": {"msgspec", "snowballstemmer"},
    "contracts": {"msgspec"},
    "context": {"msgspec", "email_validator", "zxcvbn"},
    "runtime": {"aws_lambda_powertools", "fastapi", "mangum", "msgspec", "pydantic", "starlette"},
    "wiring": {"fastapi", "msgspec"},
    "functions": {"fastapi", "msgspec", "pydantic"},
}


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement's module, as it is written in ``importer``."""

    importer: str
    imported: str
    line: int


def contexts(root: Path = ROOT) -> list[str]:
    """Return the contexts: the packages that are none of the shared rooms."""
    folders = (path for path in (root / PACKAGE).iterdir() if (path / "__init__.py").exists())
    return sorted(path.name for path in folders if path.name not in SHARED)


def imports(root: Path = ROOT) -> Iterator[Import]:
    """Yield every import of our package and of the functions, also those inside functions."""
    for base, folder in ((root / PACKAGE.parent, root / PACKAGE), (root, root / "functions")):
        for path in sorted(folder.rglob("*.py")):
            module = ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__")
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    yield from (Import(module, alias.name, node.lineno) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    yield Import(module, node.module, node.lineno)
                    yield from (
                        Import(module, f"{node.module}.{alias.name}", node.lineno)
                        for alias in node.names
                        if node.module.partition(".")[0] not in {"autosocial", "functions"}
                    )


def room_of(module: str, known: list[str]) -> str:
    """Return the kind of room that a module is in."""
    parts = module.split(".")
    if parts[0] == "functions":
        return "model_server" if parts[1:2] == ["model_server"] else "functions"
    room = parts[1] if len(parts) > 1 else ""
    return "context" if room in known else room


def foreign_packages(found: list[Import], known: list[str]) -> Iterator[str]:
    """Yield what uses a third-party package, or does I/O, where that is for adapters."""
    ours = {"autosocial", "functions", *sys.stdlib_module_names}
    for each in found:
        allowed = _THIRD_PARTY.get(room_of(each.importer, known))
        if allowed is None:
            continue
        does_io = each.imported.startswith(tuple(f"{name}." for name in _IO)) or each.imported in _IO
        if does_io or each.imported.partition(".")[0] not in ours | allowed:
            yield f"{each.importer}:{each.line} imports {each.imported}: only adapters may"


def use_cases(found: list[Import], known: list[str]) -> set[str]:
    """Return the modules of contexts that use what is outside: they import their context's ports."""
    return {
        each.importer
        for each in found
        if room_of(each.importer, known) == "context"
        and each.imported.startswith(".".join(each.importer.split(".")[:2]))
        and each.imported.rpartition(".")[2].endswith("ports")
        and not each.importer.endswith("ports")
    }


def below_the_use_cases(found: list[Import], known: list[str]) -> Iterator[str]:
    """Yield what knows a use case and may not: an adapter, or a part of the context whose service it is."""
    active = use_cases(found, known)
    for each in found:
        context = ".".join(each.importer.split(".")[:2])
        if room_of(each.importer, known) == "adapters" and each.imported in active:
            yield f"{each.importer}:{each.line} imports the use case {each.imported}: only wiring may"
        if room_of(each.importer, known) == "context" and each.imported == f"{context}.service":
            yield f"{each.importer}:{each.line} imports {each.imported}, which stands above it"


def expanded(names: list[str], known: list[str], with_functions: list[str]) -> list[str]:
    """Return the names of a contract with every context in the place of ``<context>``."""
    result: list[str] = []
    for name in names:
        among = with_functions if name.startswith("functions.") else known
        result += [name.replace("<context>", each) for each in among] if "<context>" in name else [name]
    return result


def configuration(root: Path = ROOT) -> dict[str, Any]:
    """Return import-linter's configuration with every context in its contracts."""
    config = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    known = contexts(root)
    with_functions = [name for name in known if (root / "functions" / name).is_dir()]
    for contract in config["contracts"]:
        # Contexts are one layer: none of them knows another.
        contract["layers"] = [
            " | ".join(layer.replace("<context>", name) for name in known) if "<context>" in layer else layer
            for layer in contract.get("layers", [])
        ]
        for key in ("containers", "modules", "source_modules", "forbidden_modules"):
            contract[key] = expanded(contract.get(key, []), known, with_functions)
    return dict(config)


def lint(root: Path) -> list[str]:
    """Return what import-linter finds, as the lines that it prints; nothing if all contracts are kept."""
    config = root / ".build/importlinter.ini"
    config.parent.mkdir(exist_ok=True)
    config.write_text(_as_ini(configuration(root)))
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--config", str(config)]
    paths = f"{root / PACKAGE.parent}{os.pathsep}{root}"
    done = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    return [] if done.returncode == 0 else (done.stdout + done.stderr).splitlines()


def _as_ini(config: dict[str, Any]) -> str:
    def lines(section: dict[str, Any]) -> Iterator[str]:
        for key, value in section.items():
            if isinstance(value, list) and value:
                yield f"{key} =" + "".join(f"\n    {item}" for item in value)
            elif not isinstance(value, list):
                yield f"{key} = {value}"

    top = {key: value for key, value in config.items() if key != "contracts"}
    parts = ["[importlinter]", *lines(top)]
    for number, contract in enumerate(config["contracts"]):
        parts += [f"\n[importlinter:contract:{number}]", *lines(contract)]
    return "\n".join(parts) + "\n"


def breaches(root: Path = ROOT) -> list[str]:
    """Return everything that breaks a rule."""
    found, known = list(imports(root)), contexts(root)
    return [*foreign_packages(found, known), *below_the_use_cases(found, known), *lint(root)]


def main() -> int:
    """Print what breaks a rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--show", action="store_true", help="print import-linter's configuration")
    options = parser.parse_args()
    if options.show:
        print(json.dumps(configuration(options.root), indent=1))
        return 0
    broken = breaches(options.root)
    print("\n".join(broken), end="\n" if broken else "")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
