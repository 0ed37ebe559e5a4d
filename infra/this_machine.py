"""Where the parts of the local stage listen, as the variables of this machine say (docs/local-stack.md)."""

import re
from collections.abc import Mapping
from typing import Any


def changes_here(environment: Mapping[str, str], *, model_url: str) -> dict[str, Any]:
    """Return the fields of the local stage that the ``LOCAL_…`` variables change.

    ``model_url`` is where the model server is when no variable says so.
    """
    emulator = environment.get("LOCAL_EMULATOR_URL", "http://127.0.0.1:4566")
    socket = f"{emulator}/_aws/execute-api/{{api_id}}/live"
    # Functions in containers reach this machine by another name than browsers do.
    host = environment.get("LOCAL_HOST_FROM_FUNCTIONS", "")
    changes: dict[str, Any] = {
        "model_endpoint_url": _by_host(environment.get("LOCAL_MODEL_URL", model_url), host),
        "socket_endpoint_format": _by_host(socket, host),
        "socket_url_format": socket.replace("http", "ws", 1),
    }
    if "LOCAL_EDGE_URL" in environment:
        changes["app_url"] = environment["LOCAL_EDGE_URL"]
    if "LOCAL_MODEL_SILENCE" in environment:
        changes["model_silence_seconds"] = int(environment["LOCAL_MODEL_SILENCE"])
    return changes | _index(environment, host)


def _index(environment: Mapping[str, str], host: str) -> dict[str, Any]:
    index = environment.get("LOCAL_INDEX", "embedded")
    if index not in {"embedded", "opensearch"}:
        raise ValueError(f"LOCAL_INDEX is {index!r}; it may be embedded or opensearch.")
    if index == "embedded":
        return {}
    url = _by_host(environment.get("LOCAL_OPENSEARCH_URL", ""), host)
    return {"index_kind": index, "opensearch_url": url}


def _by_host(url: str, host: str) -> str:
    return re.sub(r"//(127\.0\.0\.1|localhost)(?=[:/]|$)", f"//{host}", url) if host else url
