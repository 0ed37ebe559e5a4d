"""Writes what is generated from the code: API description and client, socket protocol, catalogue of facts.

`python -m tests.architecture.generate` writes the files, `--check` fails when one of them is out of date.
"""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_type_hints

from fastapi import APIRouter
from fastapi.routing import APIRoute

from autosocial.runtime.http import build_app
from tests.architecture import generate_events, generate_protocol

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = ROOT / "docs/openapi.json"
CLIENT = ROOT / "web/src/client/schema.gen.ts"
MAP = ROOT / "docs/architecture.md"
_ROUTES = "<!-- routes: written by `make generate` -->"
CLIENT_COMMAND = ["npx", "--no-install", "openapi-typescript"]

Document = dict[str, Any]


class _Anything:
    """Stands for a use case while routes are only described, never called."""

    def __getattr__(self, name: str) -> "_Anything":
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> "_Anything":
        return self


def router_factories(module: Any) -> Iterator[Callable[..., APIRouter]]:
    """Yield the functions of a routes module that return a router."""
    for name, value in vars(module).items():
        is_own = callable(value) and getattr(value, "__module__", "") == module.__name__
        if is_own and not name.startswith("_") and get_type_hints(value).get("return") is APIRouter:
            yield value


def routers_of(module: Any) -> list[APIRouter]:
    """Return the routers of a routes module, over use cases that are never called."""
    return [
        factory(
            *[_Anything()] * factory.__code__.co_argcount,
            **dict.fromkeys(_keyword_only(factory), _Anything()),
        )
        for factory in router_factories(module)
    ]


def describe(routes: Path) -> Document:
    """Return the OpenAPI document of one HTTP function."""
    module = importlib.import_module(".".join(routes.relative_to(ROOT).with_suffix("").parts))
    return build_app("AutoSocial", routers_of(module)).openapi()


def _keyword_only(factory: Callable[..., Any]) -> tuple[str, ...]:
    code = factory.__code__
    return code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]


def merged(parts: dict[str, Document]) -> Document:
    """Return one document of all functions; where a schema name means two things, one gets its context."""
    schemas: Document = {}
    schemes: Document = {}
    paths: Document = {}
    for function, part in sorted(parts.items()):
        context = function.partition("/")[0]
        text = json.dumps(part)
        for name, schema in part.get("components", {}).get("schemas", {}).items():
            if name in schemas and schemas[name] != schema:
                text = text.replace(
                    f'#/components/schemas/{name}"', f'#/components/schemas/{context.title()}{name}"'
                )
        renamed = json.loads(text)
        for name, schema in renamed.get("components", {}).get("schemas", {}).items():
            key = name if schemas.get(name, schema) == schema else f"{context.title()}{name}"
            schemas[key] = schema
        schemes.update(renamed.get("components", {}).get("securitySchemes", {}))
        paths.update(renamed["paths"])
    return {
        "openapi": "3.1.0",
        "info": {"title": "AutoSocial", "version": "1"},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": schemes,
        },
    }


def description() -> str:
    """Return the API description as text."""
    parts = {
        f"{path.parts[-3]}/{path.parts[-2]}": describe(path) for path in ROOT.glob("functions/*/*/routes.py")
    }
    return json.dumps(merged(parts), indent=1, sort_keys=False) + "\n"


def client(source: Path) -> str:
    """Return the TypeScript of the API description."""
    done = subprocess.run(
        [*CLIENT_COMMAND, str(source)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def reader_map() -> str:
    """Return docs/architecture.md with the table of routes as they are in code."""
    rows = ["| function | routes |", "|---|---|"]
    for path in sorted(ROOT.glob("functions/*/*/routes.py")):
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        routes = [route for router in routers_of(module) for route in router.routes]
        found = [
            f"`{method} {route.path}`"
            for route in routes
            if isinstance(route, APIRoute)
            for method in sorted(route.methods or ())
        ]
        rows.append(f"| {path.parents[1].name}/{path.parent.name} | {', '.join(found)} |")
    before, _, rest = MAP.read_text().partition(_ROUTES)
    _, end, after = rest.partition("<!-- end of routes -->")
    return before + _ROUTES + "\n" + "\n".join(rows) + "\n" + end + after


def outdated(*, write: bool) -> list[str]:
    """Return the generated files that differ from the code; write them if asked."""
    stale = []
    made = (
        (DESCRIPTION, description),
        (CLIENT, lambda: client(DESCRIPTION)),
        (generate_events.TARGET, generate_events.render),
        (MAP, reader_map),
    )
    for path, make in made:
        text = make()
        if not path.exists() or path.read_text() != text:
            stale.append(str(path.relative_to(ROOT)))
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    return stale


def main() -> int:
    """Write the files, or report those that are out of date."""
    check = "--check" in sys.argv[1:]
    stale = outdated(write=not check)
    protocol = generate_protocol.main(["--check"] if check else [])
    for name in stale:
        sys.stderr.write(f"{'out of date: ' if check else 'written: '}{name}\n")
    return 1 if check and (stale or protocol) else 0


if __name__ == "__main__":
    raise SystemExit(main())
