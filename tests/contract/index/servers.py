"""The real things under the contract, on ports of their own: an emulator and an OpenSearch node."""

import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import httpx

from infra.local.console import LocalStackError
from infra.local.emulator import interpreter, prepare_environment
from infra.local.isolation import NO_ACCOUNT
from infra.local.opensearch import MissingToolError, OpenSearchNode, start_opensearch
from infra.local.ports import is_free
from tests.free_ports import free_port


def session() -> boto3.Session:
    """A session with the emulator's keys, whatever the environment holds."""
    return boto3.Session("000000000000", "local", region_name="us-east-1")


@contextmanager
def running_emulator(home: Path) -> Iterator[str]:
    """Run an emulator that keeps everything in ``home``; give its address."""
    prepare_environment()
    program, port = interpreter().with_name("ministack"), free_port()
    places = {"TMPDIR": str(home), "STATE_DIR": str(home), "HOME": str(home)}
    environment = {
        "PATH": os.environ["PATH"],
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        **places,
        **NO_ACCOUNT,
    }
    with (home / "log").open("wb") as log:
        process = subprocess.Popen([str(program)], env=environment, stdout=log, stderr=log, cwd=home)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/_ministack/health", process)
        yield url
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def running_opensearch(home: Path) -> Iterator[str]:
    """Run an OpenSearch node that keeps everything in ``home``; give its address."""
    node = _opensearch(home)
    try:
        # Writers wait for the next refresh; a second each would make the suite long.
        template = {"index_patterns": ["knowledge-*"], "template": {"settings": {"refresh_interval": "50ms"}}}
        httpx.put(f"{node.url}/_index_template/quick", json=template, timeout=30).raise_for_status()
        yield node.url
    finally:
        node.stop()


def _opensearch(home: Path) -> OpenSearchNode:
    """Start a node; one of another checkout may take the port between the look and the start."""
    ports = random.SystemRandom().sample(range(9211, 9299), k=88)
    free = (port for port in ports if is_free(port))
    for tries_left in (2, 1, 0):
        try:
            return start_opensearch(home, next(free) - 1)
        except MissingToolError:
            raise
        except LocalStackError:
            if not tries_left:
                raise
    raise AssertionError("unreachable")


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(480):
        assert process.poll() is None, "the emulator ended"
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.25)
    raise AssertionError("the emulator did not come up")
