"""What CloudFront does in AWS, for one machine: static files with their headers, and the way to the API."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from infra.api_reference import DESCRIPTION_PATH, PAGE_PATH, reference_page
from infra.local.config import REPO
from infra.local.raw_paths import RawPaths, edge_problem, file_inside

_HASHED = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.(js|css|woff2|svg|png|map)$")
_FOREVER = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "host"})
_API_SECONDS = 35.0
_AWAY = "The service cannot be reached"
_NOT_BUILT = (
    "<!doctype html><html lang=en><title>Not built</title><h1>{name} is not built</h1>"
    "<p>Run <code>npm run build --workspace {name}</code> and reload this page."
)

Middle = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class EdgeConfig:
    """Where the edge finds what it serves."""

    web: Path
    widget: Path
    api_url: str
    cloud_url: str
    demo_url: str
    description: Path = REPO / "docs" / "openapi.json"


def create_edge(config: EdgeConfig, *, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """Return the application behind the public origin. ``transport`` is the way to the API."""
    client = httpx.AsyncClient(base_url=config.api_url, timeout=_API_SECONDS, transport=transport)

    async def api(request: Request) -> Response:
        return await forward(client, request)

    async def reference(_: Request) -> Response:
        page = HTMLResponse(reference_page(config.description), headers={"Cache-Control": _REVALIDATE})
        return _with_security(page, config)

    async def description(_: Request) -> Response:
        return _with_security(_file(config.description), config)

    async def widget(request: Request) -> Response:
        return _widget_file(config.widget, request.path_params["path"])

    async def dashboard(request: Request) -> Response:
        return _with_security(_dashboard_file(config.web, request.path_params["path"]), config)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await client.aclose()

    return Starlette(
        routes=[
            Route(f"/{PAGE_PATH}", reference, methods=["GET"]),
            Route(f"/{DESCRIPTION_PATH}", description, methods=["GET"]),
            Route("/api/{path:path}", api, methods=_METHODS),
            Route("/.well-known/{path:path}", api, methods=_METHODS),
            Route("/webhook/{path:path}", api, methods=_METHODS),
            Route("/health", api, methods=_METHODS),
            Route("/widget/{path:path}", widget, methods=["GET"]),
            Route("/{path:path}", dashboard, methods=["GET"]),
        ],
        middleware=[Middleware(RawPaths)],
        lifespan=lifespan,
    )


async def forward(client: httpx.AsyncClient, request: Request) -> Response:
    """Hand the request on and stream the answer back with its own status and headers."""
    headers = [
        (name, value) for name, value in request.headers.raw if name.decode("latin-1") not in _HOP_BY_HOP
    ]
    headers.append((b"x-forwarded-proto", request.url.scheme.encode()))
    path, query = request.scope["raw_path"].decode("latin-1"), request.scope["query_string"].decode("latin-1")
    target = path + (f"?{query}" if query else "")
    outgoing = client.build_request(request.method, target, headers=headers, content=await request.body())
    try:
        incoming = await client.send(outgoing, stream=True)
    except httpx.TimeoutException:
        return edge_problem(504, "upstream_timeout", "The API did not answer in time.", title=_AWAY)
    except httpx.TransportError:
        detail = "The API cannot be reached: is the emulator running?"
        return edge_problem(502, "upstream_unreachable", detail, title=_AWAY)
    response = StreamingResponse(_pieces(incoming), status_code=incoming.status_code)
    response.raw_headers = [
        (name.lower(), value)
        for name, value in incoming.headers.raw
        if name.decode("latin-1").lower() not in _HOP_BY_HOP
    ]
    return response


async def _pieces(incoming: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for piece in incoming.aiter_raw():
            yield piece
    finally:
        await incoming.aclose()


def _dashboard_file(root: Path, path: str) -> Response:
    if not (root / "index.html").is_file():
        return HTMLResponse(_NOT_BUILT.format(name="web"), status_code=503)
    file = file_inside(root, path)
    if file is not None:
        return _file(file)
    if Path(path).suffix:
        return HTMLResponse("<!doctype html><title>Not found</title><h1>Not found</h1>", status_code=404)
    return _file(root / "index.html")


def _widget_file(root: Path, path: str) -> Response:
    file = file_inside(root, path)
    if file is None:
        text = "not found" if root.is_dir() else "the widget is not built: npm run build --workspace widget"
        response: Response = Response(f"/* {text} */", status_code=404, media_type="text/javascript")
    else:
        response = _file(file)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _file(file: Path) -> FileResponse:
    cache = _FOREVER if _HASHED.search(file.name) else _REVALIDATE
    return FileResponse(file, headers={"Cache-Control": cache})


def _with_security(response: Response, config: EdgeConfig) -> Response:
    socket = config.cloud_url.replace("http", "ws", 1)
    response.headers["Content-Security-Policy"] = "; ".join(
        [
            "default-src 'self'",
            f"connect-src 'self' {config.cloud_url} {socket}",
            "img-src 'self' data: blob:",
            "style-src 'self' 'unsafe-inline'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    return response
