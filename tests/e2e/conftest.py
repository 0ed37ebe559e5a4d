"""The real CDK app on the emulator, and a real browser before it."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import boto3
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from infra.local.cloud import LocalCloud
from infra.local.config import ACCOUNT, REGION, LocalConfig
from infra.local.console import Console
from infra.local.processes import wait_until
from infra.local.seed import DemoLogin
from infra.local.stack import Addresses, LocalStack
from tests.chaos.scene import Scene
from tests.e2e.axe import violations
from tests.e2e.chromium import CHROMIUM, LAUNCH_ARGUMENTS
from tests.free_ports import free_ports

DESKTOP: ViewportSize = {"width": 1280, "height": 850}
PHONE: ViewportSize = {"width": 390, "height": 844}
SCREENSHOTS = Path(__file__).parents[2] / ".build/screenshots"
PATIENCE_MS = 45_000


class RunningStack:
    """A started stack with its demo creator."""

    def __init__(self, stack: LocalStack, addresses: Addresses, login: DemoLogin) -> None:
        self.stack = stack
        self.addresses = addresses
        self.login = login
        self.scene = Scene(stack, addresses)
        # Made beforehand: a cut must come while an answer streams, and a client takes a second to make.
        self._tables = LocalCloud(addresses.emulator_url).client("dynamodb")
        self._sockets = boto3.client(
            "apigatewaymanagementapi",
            endpoint_url=f"{addresses.emulator_url}/_aws/execute-api/{addresses.outputs['SocketApiId']}/live",
            region_name=REGION,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="local",
        )

    def cut_visitors(self) -> None:
        """Close every visitor's connection from the server's side, as the two-hour limit does."""
        table = self.addresses.outputs["ConnectionsTableName"]
        for row in self._tables.scan(TableName=table)["Items"]:
            kind, _, rest = row["sk"]["S"].partition("#")
            audience, _, connection_id = rest.partition("#")
            if kind == "CONNECTION" and audience != "creator":
                with suppress(self._sockets.exceptions.GoneException):
                    self._sockets.delete_connection(ConnectionId=connection_id)

    def stop_model_server(self) -> None:
        os.kill(self.stack.children.pids()[LocalStack.MODEL_SERVER], signal.SIGTERM)
        assert wait_until(lambda: bool(self.stack.children.take_ended()), timeout_seconds=20)

    def start_model_server(self) -> None:
        self.stack.start_model_server()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    config = LocalConfig(
        state=tmp_path_factory.mktemp("stack"),
        ports=free_ports(),
        index="embedded",
        model="extractive",
        cloud_endpoint="",
        seed=True,
    )
    with pytest.MonkeyPatch.context() as patch, LocalStack(config, Console()) as stack:
        # Slow enough that what is to happen in the middle of an answer does.
        patch.setenv("WORD_PACE_MS", "60")
        addresses = stack.start()
        yield RunningStack(stack, addresses, stack.seed(addresses))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("No Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=DESKTOP, locale="en-GB")
    made.set_default_timeout(PATIENCE_MS)
    faults: list[str] = []
    made.on("weberror", lambda fault: faults.append(str(fault.error)))
    made.on("console", lambda line: faults.extend([line.text] if is_fault(line.type, line.text) else []))
    yield made
    made.close()
    assert faults == [], "a page reported errors of its own"


def is_fault(kind: str, text: str) -> bool:
    """Whether a line of the console is a fault of our page, and not the browser's word on the network."""
    return kind == "error" and not text.startswith(("Failed to load resource", "WebSocket connection"))


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def check(page: Page) -> Callable[[str], None]:
    """Screenshot the page at desktop and phone width, in light and dark, and let axe judge each."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def look(name: str) -> None:
        found: dict[str, list[str]] = {}
        for width, size in (("desktop", DESKTOP), ("phone", PHONE)):
            page.set_viewport_size(size)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{scheme}.png")
                found[f"{name} {width} {scheme}"] = violations(page)
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
        assert {where: faults for where, faults in found.items() if faults} == {}

    return look
