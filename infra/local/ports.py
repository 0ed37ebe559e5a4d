"""Checks before anything starts: tools, ports, disk. Each failure says what to do."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

from infra.local.config import HOST
from infra.local.console import LocalStackError

_MINIMUM_PYTHON = (3, 11)
_MINIMUM_NODE = 20
_MINIMUM_FREE_BYTES = 1_000_000_000


def check_tools() -> str:
    """Return the versions of Python and Node, or raise when one is missing or too old."""
    if sys.version_info < _MINIMUM_PYTHON:
        raise LocalStackError(
            f"Python {sys.version.split()[0]} is too old.",
            "Run make with PYTHON=/path/to/python3.11 or newer.",
        )
    node = shutil.which("node")
    if node is None:
        raise LocalStackError(
            "Node.js was not found.", "Install Node.js 20 or newer and open a new terminal."
        )
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = version.removeprefix("v").partition(".")[0]
    if not major.isdigit() or int(major) < _MINIMUM_NODE:
        raise LocalStackError(f"Node.js {version or '?'} is too old.", "Install Node.js 20 or newer.")
    return f"Python {sys.version.split()[0]}, Node {version}"


def check_disk(state: Path) -> None:
    """Raise unless ``state`` can be written and there is room."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        probe = state / ".writable"
        probe.write_text("yes")
        probe.unlink()
    except OSError as error:
        raise LocalStackError(
            f"{state} cannot be written ({error.strerror}).",
            "Use another folder: --state DIR or LOCAL_STATE=DIR.",
        ) from error
    free = shutil.disk_usage(state).free
    if free < _MINIMUM_FREE_BYTES:
        raise LocalStackError(
            f"Only {free / 1e9:.1f} GB are free beside {state}.",
            "Make room, or use another disk: --state DIR.",
        )


def check_ports(ports: Mapping[str, int], *, stop: str) -> None:
    """Raise when one of the named ports is taken, with the process that holds it where that is known.

    ``stop`` is the command that ends an earlier run of the same stack.
    """
    taken = {name: port for name, port in ports.items() if not is_free(port)}
    if not taken:
        return
    lines = [f"port {port} ({name}) is taken{_by_whom(port)}" for name, port in taken.items()]
    raise LocalStackError(
        "; ".join(lines) + ".",
        f"End that process ('{stop}' if it is an earlier run of this stack), or use other ports: "
        "DASHBOARD_PORT, DEMO_PORT, MODEL_PORT, EMULATOR_PORT.",
    )


def is_free(port: int) -> bool:
    """Tell whether a server of ours could listen on ``port``."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _by_whom(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and connection.pid and getattr(connection.laddr, "port", None) == port:
                process = psutil.Process(connection.pid)
                return f" by process {connection.pid} ({' '.join(process.cmdline())[:80] or process.name()})"
    except psutil.Error:
        pass
    return ""
