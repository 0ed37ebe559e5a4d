"""How other commands reach a running stack: a file that says who runs, and requests laid beside it."""

import json
import os
import shutil
import signal
from collections.abc import Mapping
from typing import Any

import psutil

from infra.local.config import LocalConfig
from infra.local.console import Console, LocalStackError
from infra.local.processes import wait_until

_STOP_SECONDS = 60
_START_SECONDS = 120


class Control:
    """The state folder's note about the running stack."""

    def __init__(self, config: LocalConfig) -> None:
        self._command = config.command
        self._state = config.state
        self._note = self._state / "running.json"
        self._request = self._state / "start-model-server"

    def claim(self) -> None:
        """Write down that this process runs the stack; refuse when another one does."""
        owner = self.owner()
        if owner is not None and owner != os.getpid():
            raise LocalStackError(
                f"Process {owner} runs a stack on {self._state} already.",
                f"End it with '{self._command('make stop')}' or Ctrl-C there.",
            )
        self._state.mkdir(parents=True, exist_ok=True)
        self._request.unlink(missing_ok=True)
        self.publish({}, "")

    def publish(self, children: Mapping[str, int], dashboard: str) -> None:
        """Write down the process ids of the children."""
        me = psutil.Process()
        note = {"pid": me.pid, "since": me.create_time(), "children": dict(children), "dashboard": dashboard}
        self._note.write_text(json.dumps(note))

    def release(self) -> None:
        """Forget the note, if it is ours."""
        if self.owner() == os.getpid():
            self._note.unlink(missing_ok=True)

    def owner(self) -> int | None:
        """Return the process that runs the stack, or None. A process id that was reused does not count."""
        note = self._read()
        try:
            process = psutil.Process(note["pid"])
            return process.pid if abs(process.create_time() - note["since"]) < 1 else None
        except (KeyError, psutil.Error):
            return None

    def wants_model_server(self) -> bool:
        """Take a request to start the model server, if there is one."""
        if not self._request.exists():
            return False
        self._request.unlink()
        return True

    def stop(self, name: str, console: Console) -> int:
        """End the stack, or only its child ``name``."""
        owner = self.owner()
        if owner is None:
            console.say(f"· nothing runs on {self._state}")
            return 0
        pid = self._children().get(name) if name else owner
        if pid is None or not _alive(pid):
            console.say(f"· no {name} runs here")
            return 1
        os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: not _alive(pid), timeout_seconds=_STOP_SECONDS):
            raise LocalStackError(f"Process {pid} did not end.", f"Look at it, then end it: kill -9 {pid}")
        console.say(f"✓ {name or 'everything'} ended")
        return 0

    def start_model_server(self, console: Console) -> int:
        """Ask the running stack for a new model server and wait until it is there."""
        if self.owner() is None:
            raise LocalStackError(
                "Nothing runs here.", f"Start all of it with '{self._command('make run')}'."
            )
        before = self._children().get("model-server")
        if before is not None and _alive(before):
            console.say("· the model server runs already")
            return 0
        self._request.touch()

        def is_back() -> bool:
            return self._children().get("model-server") not in {None, before}

        if not wait_until(is_back, timeout_seconds=_START_SECONDS):
            raise LocalStackError("The model server did not come back.", f"Look into {self._state}/logs.")
        console.say("✓ the model server is back")
        return 0

    def status(self, console: Console) -> int:
        """Print what runs, with memory."""
        owner = self.owner()
        if owner is None:
            console.say(f"· nothing runs on {self._state}")
            return 1
        total = 0.0
        for name, pid in {"runner": owner, **self._children()}.items():
            megabytes, count = _memory(pid, with_children=name != "runner")
            total += megabytes
            console.say(f"  {name:14} process {pid:<8} {megabytes:6.0f} MB in {count} process(es)")
        console.say(f"  {'all':14} {'':16} {total:6.0f} MB")
        return 0

    def reset(self, console: Console) -> int:
        """Forget all data of the local stack; what was only built is kept."""
        if self.owner() is not None:
            raise LocalStackError(
                "The stack is running.", f"Stop it first: '{self._command('make stop')}' or Ctrl-C there."
            )
        for folder in (self._state / name for name in ("emulator", "opensearch", "logs")):
            # A folder with a note of its own is the state of another stack.
            if not (folder / "index-kind").exists():
                shutil.rmtree(folder, ignore_errors=True)
        for name in ("demo.json", "demo-embed.html", "index-kind"):
            (self._state / name).unlink(missing_ok=True)
        console.say(f"✓ the state in {self._state} is gone")
        return 0

    def _children(self) -> dict[str, int]:
        return dict(self._read().get("children", {}))

    def _read(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self._note.read_text()))
        except (OSError, ValueError):
            return {}


def _alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _memory(pid: int, *, with_children: bool) -> tuple[float, int]:
    """Return the proportional memory (shared pages divided by their users) and the number of processes."""
    try:
        process = psutil.Process(pid)
        family = [process, *(process.children(recursive=True) if with_children else [])]
        return sum(_own_memory(member) for member in family), len(family)
    except psutil.Error:
        return 0.0, 0


def _own_memory(process: psutil.Process) -> float:
    try:
        full = process.memory_full_info()
        return float(getattr(full, "pss", full.rss)) / 1e6
    except psutil.Error:
        return 0.0
