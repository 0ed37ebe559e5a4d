"""Writes docs/events.md: every fact with who listens, an example and its JSON schema."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec

from autosocial.contracts.event_examples import EXAMPLES
from autosocial.contracts.events import Envelope, Fact

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs/events.md"
HEADER = """\
<!-- Generated from autosocial/contracts/events.py and infra/services by `make generate`. Do not edit. -->
# Facts on the bus

What happened, for whoever cares. A fact is written as an item `EVENT#<event_id>` in the transaction of the
change it tells of; `functions/events/relay` reads these items from the tables' streams and puts them on the
event bus, with the fact's name as the detail type; a rule per consumer sends them on to its queue. So none is
lost when a process dies, but one may come late, twice, or after a newer one: a consumer remembers `event_id`
for 48 hours (`queue_function` does) and compares `sequence`, which grows with the facts about a `subject_id`.

A fact names ids and never carries what somebody wrote, read or is called. What must mean something else gets
the next version beside the old one.
"""


def names() -> Iterator[tuple[type[Any], str, int]]:
    """Yield each fact's shape, name and version."""
    for shape in get_args(Fact):
        name, _, version = str(shape.__struct_config__.tag).partition("/")
        yield shape, name, int(version)


def listeners() -> dict[str, list[str]]:
    """Return, by the name of a fact, the functions that subscribe to it in infra/services."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "infra/services").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "subscribe":
                function = f"{path.stem}/{ast.unparse(call.args[1]).rpartition('.')[2].removeprefix('_')}"
                for name in _events_of(call):
                    found.setdefault(name, []).append(function)
    return found


def _events_of(call: ast.Call) -> list[str]:
    wanted = next(keyword.value for keyword in call.keywords if keyword.arg == "events")
    return list(ast.literal_eval(wanted))


def schema_of(shape: type[Any]) -> dict[str, Any]:
    """Return the JSON schema of one shape, with nothing left to look up."""
    _, components = msgspec.json.schema_components([shape], ref_template="{name}")
    schema = dict(components[shape.__name__])
    schema.pop("description", None)
    schema.pop("title", None)
    return schema


def envelope_schema() -> dict[str, Any]:
    """Return the JSON schema of the envelope; its payload is one of the facts below."""
    schema = schema_of(Envelope)
    schema["properties"] = {**schema["properties"], "payload": {"type": "object"}}
    return schema


def block(value: Any) -> str:
    """Return JSON as a block of Markdown."""
    return f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```\n"


def prose(shape: type[Any]) -> str:
    """Return a docstring as Markdown."""
    return "\n".join(line.strip() for line in str(shape.__doc__).replace("``", "`").splitlines()).strip()


def render() -> str:
    """Return the whole file."""
    told = listeners()
    examples = {type(example.payload): example for example in EXAMPLES}
    parts = [HEADER, "| fact | version | listeners |\n|---|---|---|"]
    for _, name, version in names():
        parts[-1] += f"\n| `{name}` | {version} | {', '.join(told.get(name, [])) or '–'} |"
    parts += ["", "## The envelope\n", prose(Envelope) + "\n", block(envelope_schema())]
    for shape, name, version in names():
        parts += [f"## `{name}`, version {version}\n", prose(shape) + "\n"]
        parts += [block(msgspec.to_builtins(examples[shape])), "Payload:\n", block(schema_of(shape))]
    return "\n".join(parts).rstrip() + "\n"
