import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from infra.local.demo import create_demo
from infra.local.edge import EdgeConfig, create_edge


@pytest.fixture
def files(tmp_path):
    web, widget = tmp_path / "web", tmp_path / "widget"
    for folder in (web / "assets", widget):
        folder.mkdir(parents=True)
    (web / "index.html").write_text("<title>dashboard</title>")
    (web / "assets" / "index-Ab3dE6gH.js").write_text("1")
    (widget / "widget.js").write_text("2")
    (widget / "panel-Zz3dE6gH.js").write_text("3")
    (tmp_path / "secret.txt").write_text("not yours")
    return EdgeConfig(web, widget, "http://api.test/stage", "http://127.0.0.1:4566", "http://127.0.0.1:8081")


def browser(config: EdgeConfig, api: Starlette | httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(api) if isinstance(api, Starlette) else api
    edge = create_edge(config, transport=transport)
    return httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://127.0.0.1:8080")


async def test_a_page_of_the_dashboard_is_its_index_with_a_strict_policy(files):
    async with browser(files) as client:
        answer = await client.get("/knowledge/some-id")

    assert answer.text == "<title>dashboard</title>"
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "connect-src 'self' http://127.0.0.1:4566 ws://127.0.0.1:4566" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy, "default-src 'self' covers scripts"


async def test_hashed_files_are_kept_forever_and_absent_ones_are_not_the_index(files):
    async with browser(files) as client:
        hashed = await client.get("/assets/index-Ab3dE6gH.js")
        absent = await client.get("/assets/index-gone1234.js")

    assert "immutable" in hashed.headers["cache-control"]
    assert hashed.headers["content-type"].startswith("text/javascript")
    assert absent.status_code == 404


@pytest.mark.parametrize(
    "path", ["/..%2fsecret.txt", "/widget/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt"]
)
async def test_no_path_leads_out_of_the_folders(files, path):
    async with browser(files) as client:
        answer = await client.get(path)

    assert answer.status_code == 404
    assert "not yours" not in answer.text


SENT = [
    "/api/v1/creators/knowledge-base/documents/..%2f..%2fprofile",
    "/api/v1/x%2Fy",
    "/api/v1/a%2520b?q=a%26b&q=%ff",
    "/api/v1/%00%01%1f%7f",
    "/api/v1/%E2%80%AE%ff",
    "/api/v1/%zz",
    "/.well-known/%2e%2e/x",
]


@pytest.mark.parametrize("sent", SENT)
async def test_the_api_gets_the_path_as_it_was_sent(files, sent):
    seen = []

    async def api(request):
        seen.append(request.scope["raw_path"] + b"?" + request.scope["query_string"])
        return JSONResponse({"code": "not_found"}, status_code=404)

    async with browser(files, Starlette(routes=[Route("/{path:path}", api)])) as client:
        answer = await client.get(sent)
    path, _, query = sent.partition("?")
    assert (answer.status_code, seen) == (404, [f"/stage{path}?{query}".encode()])


ODD = [
    *(f"%{number:02x}" for number in (*range(0x20), 0x7F, 0xFF)),
    "x" * 3_000,
    "x/" * 2_000,
    "x" * 9_000,
    "%2e%2e%2f" * 20,
    "%c0%ae%c0%ae/",
    "%ed%a0%80",
    "..\\..\\",
    "a%00.js",
    ";x=1",
    "?" * 50,
    "#",
]


@pytest.mark.parametrize("folder", ["/", "/widget/", "/assets/", "/knowledge/"])
async def test_no_odd_path_is_a_fault_of_the_edge(files, folder):
    async with browser(files) as client:
        for odd in ODD:
            answer = await client.get(folder + odd)
            assert answer.status_code < 500, odd
            assert "not yours" not in answer.text, odd


@pytest.mark.parametrize("path", ["/x/../api/v1/health", "/api/../../secret", "/./", "/widget/.."])
async def test_a_path_that_is_not_plain_is_refused(files, path):
    seen: list = []

    def api(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    edge = create_edge(files, transport=httpx.MockTransport(api))
    messages: list = []

    async def send(message):
        messages.append(message)

    async def receive():
        return {"type": "http.request"}

    # httpx makes a path plain before it sends it.
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    await edge({**scope, "headers": [], "http_version": "1.1", "scheme": "http"}, receive, send)
    assert (messages[0]["status"], seen) == (400, [])


async def test_an_api_that_is_down_does_not_look_healthy(files):
    async def health(_):
        return JSONResponse({"status": "ok"})

    def down(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("x")

    async with browser(files, httpx.MockTransport(down)) as client:
        assert (await client.get("/health")).status_code == 502
    async with browser(files, Starlette(routes=[Route("/stage/health", health)])) as client:
        answer = await client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_the_widget_may_be_loaded_from_any_origin(files):
    async with browser(files) as client:
        loader = await client.get("/widget/widget.js", headers={"Origin": "http://127.0.0.1:8081"})
        panel = await client.get("/widget/panel-Zz3dE6gH.js")
        absent = await client.get("/widget/nothing.js")

    assert loader.headers["access-control-allow-origin"] == "*"
    assert loader.headers["cross-origin-resource-policy"] == "cross-origin"
    assert loader.headers["cache-control"] == "no-cache"
    assert "immutable" in panel.headers["cache-control"]
    assert (absent.status_code, absent.headers["access-control-allow-origin"]) == (404, "*")


async def test_the_api_reference_is_served_beside_the_api_without_asking_it(files):
    async with browser(files, httpx.MockTransport(lambda _: httpx.Response(500))) as client:
        page = await client.get("/api/v1/docs")
        description = await client.get("/api/v1/openapi.json")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "POST /api/v1/auth/login" in page.text
    assert "/api/v1/auth/login" in description.json()["paths"]


async def test_the_api_gets_the_request_as_it_came(files):
    seen: dict = {}

    async def login(request):
        seen.update(
            path=request.url.path, query=request.url.query, body=await request.body(), **request.headers
        )
        answer = JSONResponse({"ok": True}, status_code=201)
        answer.set_cookie("refresh", "1", httponly=True)
        answer.set_cookie("other", "2")
        return answer

    api = Starlette(routes=[Route("/stage/api/v1/auth/login", login, methods=["POST"])])
    async with browser(files, api) as client:
        answer = await client.post(
            "/api/v1/auth/login?a=1&a=2", content=b"\x00x", headers={"Origin": "http://x.test"}
        )

    assert (answer.status_code, answer.json()) == (201, {"ok": True})
    assert len(answer.headers.get_list("set-cookie")) == 2
    assert (seen["path"], seen["query"], seen["body"]) == ("/stage/api/v1/auth/login", "a=1&a=2", b"\x00x")
    assert seen["origin"] == "http://x.test"
    assert seen["host"] == "api.test"


@pytest.mark.parametrize("status", [401, 404, 422, 500])
async def test_an_error_of_the_api_is_never_turned_into_a_page(files, status):
    async def fail(request):
        return Response('{"code":"x"}', status_code=status, media_type="application/problem+json")

    api = Starlette(routes=[Route("/stage/{path:path}", fail)])
    async with browser(files, api) as client:
        answer = await client.get("/api/v1/whatever", headers={"Accept": "text/html"})

    assert answer.status_code == status
    assert answer.json() == {"code": "x"}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_keys_are_reached_below_well_known(files):
    async def keys(request):
        return StreamingResponse(iter([b"{", b"}"]), media_type="application/json")

    api = Starlette(routes=[Route("/stage/.well-known/jwks.json", keys)])
    async with browser(files, api) as client:
        answer = await client.get("/.well-known/jwks.json")

    assert answer.json() == {}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (httpx.ConnectError("x"), 502, "upstream_unreachable"),
        (httpx.ReadTimeout("x"), 504, "upstream_timeout"),
    ],
)
async def test_an_api_that_is_away_is_told_as_a_problem(files, error, status, code):
    class Away(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            raise error

    async with browser(files, Away()) as client:
        answer = await client.get("/api/v1/health")

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_dashboard_that_is_not_built_says_how(tmp_path):
    config = EdgeConfig(
        tmp_path / "web", tmp_path / "widget", "http://api.test", "http://c.test", "http://d.test"
    )
    async with browser(config) as client:
        page, loader = await client.get("/"), await client.get("/widget/widget.js")

    assert page.status_code == 503
    assert "npm run build --workspace web" in page.text
    assert "npm run build --workspace widget" in loader.text


async def test_the_demo_site_holds_the_embed_code_as_the_api_gave_it(tmp_path):
    embed = tmp_path / "embed.html"
    demo = create_demo(embed, "http://127.0.0.1:8080", "http://127.0.0.1:4566")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(demo), base_url="http://127.0.0.1:8081"
    ) as client:
        before = await client.get("/")
        embed.write_text('<script src="http://127.0.0.1:8080/widget/widget.js"></script>')
        after = await client.get("/")
        absent = await client.get("/nothing")
        outside = await client.get("/..%2fseed.py")

    assert "widget.js" not in before.text
    assert after.text.count("/widget/widget.js") == 1
    assert "script-src 'self' http://127.0.0.1:8080;" in after.headers["content-security-policy"]
    assert (absent.status_code, outside.status_code) == (404, 404)
    assert "This page does not exist" in absent.text
