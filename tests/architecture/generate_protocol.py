"""Writes the TypeScript of the socket protocol from `contracts/socket.py`: types only, no runtime bytes.

Run it to write the files, with `--check` to fail when one of them is out of date.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from autosocial.contracts import socket

ROOT = Path(__file__).resolve().parents[2]
TARGETS = (ROOT / "widget/src/protocol.gen.ts", ROOT / "web/src/protocol.gen.ts")
CONSTANTS = ("PROTOCOL_VERSION", "MAX_TEXT_CHARS", "MAX_FRAME_BYTES", "HEARTBEAT_SECONDS")
HEADER = """\
// Generated from autosocial/contracts/socket.py by `npm run generate -w widget`. Do not edit.
// Frames that go up may leave out fields with a default (`?`); frames that come down carry every field.
"""

Schema = dict[str, Any]
_PRIMITIVES = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def type_of(schema: Schema) -> str:
    """Return the TypeScript type of a JSON schema; raise on a shape this generator does not know."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "const" in schema:
        return quoted(schema["const"])
    if "enum" in schema:
        return " | ".join(quoted(value) for value in schema["enum"])
    if "anyOf" in schema or "oneOf" in schema:
        return " | ".join(type_of(option) for option in schema.get("anyOf") or schema["oneOf"])
    if schema.get("type") == "array":
        return f"readonly {grouped(type_of(schema['items']))}[]"
    if schema.get("type") == "object":
        return "Readonly<Record<string, unknown>>"
    return _PRIMITIVES[schema["type"]]


def quoted(value: object) -> str:
    """Return a literal of TypeScript."""
    if not isinstance(value, str):
        raise TypeError(f"Only text literals are known here, not {value!r}.")
    return f'"{value}"'


def grouped(inner: str) -> str:
    """Put parentheses around a union, so that `[]` binds to all of it."""
    return f"({inner})" if " | " in inner else inner


def comment(text: str) -> Iterable[str]:
    """Yield a docstring as a comment block."""
    lines = [line.strip() for line in text.replace("``", "`").splitlines()]
    if len(lines) == 1:
        yield f"/** {lines[0]} */"
        return
    yield "/**"
    yield from (f" * {line}".rstrip() for line in lines)
    yield " */"


def interface(name: str, schema: Schema, *, every_field: bool) -> Iterable[str]:
    """Yield one frame as an interface. ``type`` is always required: it tells frames apart."""
    if "description" in schema:
        yield from comment(schema["description"])
    yield f"export interface {name} {{"
    required = set(schema.get("required", ())) | {"type"}
    for field, inner in schema["properties"].items():
        optional = "" if every_field or field in required else "?"
        yield f"  readonly {field}{optional}: {type_of(inner)};"
    yield "}"
    yield ""


def union(name: str, schema: Schema, *, every_field: bool) -> Iterable[str]:
    """Yield all frames of one direction and their union."""
    for title, inner in sorted(schema["$defs"].items()):
        yield from interface(title, inner, every_field=every_field)
    yield f"export type {name} ="
    members = [f"  | {type_of(option)}" for option in schema["anyOf"]]
    yield "\n".join(members) + ";"
    yield ""


def render() -> str:
    """Return the whole file."""
    lines = [HEADER]
    for name in CONSTANTS:
        title = "".join(word.capitalize() for word in name.split("_"))
        lines.append(f"export type {title} = {getattr(socket, name)};")
    lines.append("")
    lines.extend(union("UpFrame", msgspec.json.schema(socket.UpFrame), every_field=False))
    lines.extend(union("DownFrame", msgspec.json.schema(socket.DownFrame), every_field=True))
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: list[str]) -> int:
    """Write the targets, or compare them."""
    text = render()
    stale = [path for path in TARGETS if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of date: run `npm run generate -w widget`.\n")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
