"""Runs edge and demo site in one process, each on its own port."""

import argparse
import asyncio
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from infra.local.config import HOST
from infra.local.demo import create_demo
from infra.local.edge import EdgeConfig, create_edge


class _QuietServer(uvicorn.Server):
    """A server that leaves the signals to the process it shares."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def serve(apps: Mapping[int, Starlette]) -> None:
    """Serve each application on its port until the process is asked to end."""
    servers = [_server(app, port) for port, app in apps.items()]
    loop = asyncio.get_running_loop()

    def end() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    await asyncio.gather(*(server.serve() for server in servers))


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.edge_server")
    for name in ("--edge-port", "--demo-port"):
        parser.add_argument(name, type=int, required=True)
    for name in ("--api-url", "--cloud-url", "--edge-url", "--demo-url"):
        parser.add_argument(name, required=True)
    for name in ("--web", "--widget", "--embed-file"):
        parser.add_argument(name, type=Path, required=True)
    options = parser.parse_args()
    config = EdgeConfig(
        web=options.web,
        widget=options.widget,
        api_url=options.api_url,
        cloud_url=options.cloud_url,
        demo_url=options.demo_url,
    )
    demo = create_demo(options.embed_file, options.edge_url, options.cloud_url)
    asyncio.run(serve({options.edge_port: create_edge(config), options.demo_port: demo}))


def _server(app: Starlette, port: int) -> uvicorn.Server:
    settings = uvicorn.Config(app, host=HOST, port=port, log_level="warning", timeout_graceful_shutdown=2)
    return _QuietServer(settings)


if __name__ == "__main__":
    main()
