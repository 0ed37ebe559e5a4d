"""Serves the demo creator's own site: static pages on a foreign origin, with the public embed code."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from infra.local.raw_paths import RawPaths, file_inside

SITE = Path(__file__).parent / "demo_site"
_PLACE = "<!-- the embed code goes here -->"


def create_demo(embed_file: Path, edge_url: str, cloud_url: str) -> Starlette:
    """Return the site. ``embed_file`` holds the embed code as the API gave it; it may come later."""
    policy = _policy(edge_url, cloud_url)

    async def page(request: Request) -> Response:
        name = request.path_params["path"] or "index.html"
        file = file_inside(SITE, name)
        if file is None:
            return HTMLResponse(_page(SITE / "404.html", embed_file), status_code=404, headers=policy)
        if file.suffix == ".html":
            return HTMLResponse(_page(file, embed_file), headers=policy)
        return FileResponse(file, headers={"Cache-Control": "no-cache"})

    return Starlette(routes=[Route("/{path:path}", page, methods=["GET"])], middleware=[Middleware(RawPaths)])


def _page(file: Path, embed_file: Path) -> str:
    embed_code = embed_file.read_text() if embed_file.exists() else ""
    return file.read_text().replace(_PLACE, embed_code)


def _policy(edge_url: str, cloud_url: str) -> dict[str, str]:
    """The site's own strict policy: what a careful creator would allow for the widget, and nothing else."""
    socket = cloud_url.replace("http", "ws", 1)
    rules = [
        "default-src 'self'",
        f"script-src 'self' {edge_url}",
        f"connect-src 'self' {edge_url} {socket}",
        f"img-src 'self' {edge_url} data:",
        "object-src 'none'",
        "base-uri 'none'",
    ]
    return {"Content-Security-Policy": "; ".join(rules), "X-Content-Type-Options": "nosniff"}
