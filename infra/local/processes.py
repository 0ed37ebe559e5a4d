"""Child processes of the runner: own process group, own log file, an end that always comes."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from infra.local.config import REPO
from infra.local.console import LocalStackError

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SYSTEMROOT")


@dataclass(slots=True)
class Child:
    """One supervised process."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    grace_seconds: float

    def ended(self) -> bool:
        """Tell whether it is gone."""
        return self.process.poll() is not None

    def last_lines(self, count: int = 15) -> str:
        """Return the end of its log."""
        if not self.log.exists():
            return "(no output)"
        lines = self.log.read_text(errors="replace").splitlines()[-count:]
        return "\n".join(f"    {line}" for line in lines) or "    (no output)"

    def stop(self) -> None:
        """End it and everything it started: ask, wait, then kill the group."""
        self.ask_to_end()
        self.wait_for_end()

    def ask_to_end(self) -> None:
        """Send SIGTERM to the process itself; it ends its own children in order."""
        if not self.ended():
            self.process.terminate()

    def wait_for_end(self) -> None:
        """Wait for the grace time, then kill whatever is left of its group."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=self.grace_seconds)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=5)


class Children:
    """All processes of one stack, ended in reverse order of their start."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []
        self._lock = threading.Lock()
        self._closed = False

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        grace_seconds: float = 5.0,
    ) -> Child:
        """Start ``command`` in its own process group; output goes to ``<logs>/<name>.log``."""
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        with self._lock, log.open("wb") as output:
            if self._closed:
                raise LocalStackError(
                    f"The {name} was not started: everything is being ended.", "Run it again."
                )
            process = subprocess.Popen(
                list(command),
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            child = Child(name, process, log, grace_seconds)
            self._children.append(child)
        return child

    def run(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str], timeout_seconds: float
    ) -> Child:
        """Run ``command`` in the repository to its end, which comes early when everything is being ended."""
        child = self.start(name, command, environment=environment, folder=REPO)
        try:
            child.process.wait(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            child.stop()
        with self._lock:
            self._children = [other for other in self._children if other is not child]
        return child

    def close(self) -> None:
        """End all and refuse to start more: what other threads still begin comes to nothing."""
        with self._lock:
            self._closed = True
        self.stop_all()

    def take_ended(self) -> list[Child]:
        """Return the children that are gone though we did not end them, each only once."""
        gone = [child for child in self._children if child.ended()]
        for child in gone:
            self._children.remove(child)
        return gone

    def stop(self, name: str) -> None:
        """End the children of this name."""
        for child in [child for child in self._children if child.name == name]:
            child.stop()
            self._children.remove(child)

    def has(self, name: str) -> bool:
        """Tell whether a child of this name was started and not seen to end."""
        return any(child.name == name for child in self._children)

    def pids(self) -> dict[str, int]:
        """Return the process id of each child."""
        return {child.name: child.process.pid for child in self._children}

    def stop_all(self) -> None:
        """End all, the last started first."""
        for child in reversed(self._children):
            child.ask_to_end()
        for child in reversed(self._children):
            child.wait_for_end()
        self._children.clear()


def clean_environment(current: Mapping[str, str], extra: Mapping[str, str]) -> dict[str, str]:
    """Return only what a child needs of the environment, and ``extra``: nothing personal leaks in."""
    return {name: current[name] for name in _KEPT if name in current} | dict(extra)


def wait_until_healthy(child: Child, url: str, *, timeout_seconds: float) -> None:
    """Wait until ``url`` answers 200, or raise with the child's last lines."""

    def answers() -> bool:
        try:
            return httpx.get(url, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    if wait_until(answers, timeout_seconds=timeout_seconds, give_up=child.ended):
        return
    state = f"ended with code {child.process.returncode}" if child.ended() else f"did not answer on {url}"
    raise LocalStackError(
        f"The {child.name} {state}. Its last lines:\n{child.last_lines()}", f"Look into {child.log}."
    )


def wait_until(
    reached: Callable[[], bool], *, timeout_seconds: float, give_up: Callable[[], bool] = lambda: False
) -> bool:
    """Return True as soon as ``reached``; False when the time is over or ``give_up`` says so."""
    end = time.monotonic() + timeout_seconds
    while time.monotonic() < end and not give_up():
        if reached():
            return True
        time.sleep(0.1)
    return False
