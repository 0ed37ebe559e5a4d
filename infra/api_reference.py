"""The API's reference page, written from its generated description: plain HTML without scripts."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

# Where both are served; the distribution and the local edge know them ahead of ``/api/*``.
PAGE_PATH = "api/v1/docs"
DESCRIPTION_PATH = "api/v1/openapi.json"

Json = Mapping[str, Any]

_STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem 1.5rem 4rem }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
h2 { margin-top: 3rem; border-bottom: 1px solid }
h3 { margin: 2rem 0 .5rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem }
caption { text-align: start; font-weight: 600 }
th, td { text-align: start; vertical-align: top; padding: .25rem .75rem .25rem 0 }
tr { border-bottom: 1px solid #8886 }
"""
_INTRODUCTION = (
    "<p>Routes take and give JSON. Where a caller must be known, send <code>Authorization: Bearer</code> "
    "with the access token of a creator (from <code>auth/login</code>) or the session token of a visitor "
    "(from <code>channels/sessions</code>). Errors are problem documents (RFC 9457) with a "
    "<code>code</code> that does not change. Every answer carries <code>X-Request-ID</code>.</p>"
    '<p><a href="openapi.json">The same as an OpenAPI document</a></p>'
)


def reference_page(description: Path) -> str:
    """Return the page that describes the OpenAPI document in the file ``description``."""
    document: Json = json.loads(description.read_text())
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = operation.get("tags", ["other"])[0]
            groups.setdefault(tag, []).append("".join(_operation(f"{method.upper()} {path}", operation)))
    schemas = document.get("components", {}).get("schemas", {})
    bodies = {tag: "".join(parts) for tag, parts in sorted(groups.items())}
    bodies["schemas"] = "".join("".join(_schema(name, schema)) for name, schema in sorted(schemas.items()))
    title = escape(f"{document['info']['title']} API, version {document['info']['version']}")
    links = "".join(f'<li><a href="#part-{escape(tag)}">{escape(tag)}</a></li>' for tag in bodies)
    parts = "".join(
        f'<section aria-labelledby="part-{escape(tag)}">'
        f'<h2 id="part-{escape(tag)}">{escape(tag)}</h2>{body}</section>'
        for tag, body in bodies.items()
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><header><h1>{title}</h1>{_INTRODUCTION}</header>"
        f'<nav aria-label="Parts"><ul>{links}</ul></nav><main>{parts}</main></body></html>\n'
    )


def _operation(title: str, operation: Json) -> Iterator[str]:
    yield f"<h3><code>{escape(title)}</code></h3>"
    yield _paragraph(operation)
    parameters = [
        (f"{one['name']} ({one['in']})", one.get("schema", {}), one.get("required", False))
        for one in operation.get("parameters", [])
    ]
    yield _table("Parameters", parameters)
    body = _content(operation.get("requestBody", {}))
    if body is not None:
        yield f"<p>Takes {_type(body)}.</p>"
    answers = [
        f"<li><strong>{escape(status)}</strong> {escape(answer.get('description', ''))}{_given(answer)}</li>"
        for status, answer in operation.get("responses", {}).items()
    ]
    yield f"<p>Answers</p><ul>{''.join(answers)}</ul>"


def _given(answer: Json) -> str:
    schema = _content(answer)
    return "" if schema is None else f": {_type(schema)}"


def _content(holder: Json) -> Json | None:
    kinds = list(holder.get("content", {}).values())
    return kinds[0].get("schema", {}) if kinds else None


def _schema(name: str, schema: Json) -> Iterator[str]:
    yield f'<h3 id="schema-{escape(name)}"><code>{escape(name)}</code></h3>'
    yield _paragraph(schema)
    required = schema.get("required", [])
    fields = [(field, shape, field in required) for field, shape in schema.get("properties", {}).items()]
    yield _table(f"Fields of {name}", fields) if fields else f"<p>{_type(schema)}</p>"


def _paragraph(described: Json) -> str:
    text = described.get("description") or described.get("summary", "")
    return f"<p>{escape(text)}</p>" if text else ""


def _table(caption: str, rows: list[tuple[str, Json, bool]]) -> str:
    if not rows:
        return ""
    lines = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{_type(shape)}</td>'
        f"<td>{'required' if required else 'optional'}</td><td>{_notes(shape)}</td></tr>"
        for name, shape, required in rows
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Name", "Type", "Needed", "Notes"))
    caption = f"<caption>{escape(caption)}</caption>"
    return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


def _type(shape: Json) -> str:
    if "$ref" in shape:
        name = escape(shape["$ref"].rpartition("/")[2])
        return f'<a href="#schema-{name}"><code>{name}</code></a>'
    for either in ("anyOf", "oneOf"):
        if either in shape:
            return " or ".join(_type(one) for one in shape[either])
    if "enum" in shape:
        return "one of " + ", ".join(f"<code>{escape(str(value))}</code>" for value in shape["enum"])
    if shape.get("type") == "array":
        return f"list of {_type(shape.get('items', {}))}"
    kind = str(shape["const"]) if "const" in shape else str(shape.get("type", "anything"))
    return f"<code>{escape(kind)}</code>"


def _notes(shape: Json) -> str:
    limits = {
        name: shape[name]
        for name in ("format", "minimum", "maximum", "minLength", "maxLength")
        if name in shape
    }
    said = [escape(shape["description"])] if "description" in shape else []
    said += [f"{escape(name)} {escape(str(value))}" for name, value in limits.items()]
    said += [f"for example <code>{escape(json.dumps(one))}</code>" for one in shape.get("examples", [])]
    return "; ".join(said)
