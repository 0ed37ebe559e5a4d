"""Paths as CloudFront takes them: chosen by and forwarded as they were sent, never decoded on the way."""

from pathlib import Path
from urllib.parse import unquote

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

# CloudFront's own limit.
_MAX_URL_BYTES = 8_192


class RawPaths:
    """Middleware: ``scope["path"]`` is the path as it was sent, so that ``%2f`` separates nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        raw: bytes = scope["raw_path"]
        if len(raw) + len(scope["query_string"]) > _MAX_URL_BYTES:
            await edge_problem(414, "url_too_long", "The address is too long.")(scope, receive, send)
            return
        if {b".", b".."} & set(raw.split(b"/")):
            await edge_problem(400, "bad_path", "The address is not in its plain form.")(scope, receive, send)
            return
        await self._app({**scope, "path": raw.decode("latin-1")}, receive, send)


def file_inside(root: Path, raw_path: str) -> Path | None:
    """Return the file at a path below ``root``; None when it is absent or outside, or can be no path."""
    try:
        file = (root / unquote(raw_path)).resolve()
        return file if file.is_file() and file.is_relative_to(root.resolve()) else None
    except (OSError, ValueError):
        return None


def edge_problem(
    status: int, code: str, detail: str, *, title: str = "The request was refused"
) -> JSONResponse:
    """Return a problem document of the edge's own."""
    document = {
        "type": f"https://autosocial.dev/problems/{code.replace('_', '-')}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    return JSONResponse(document, status_code=status, media_type="application/problem+json")
