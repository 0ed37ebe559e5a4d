import os
import sys

import psutil
import pytest

from infra.local.config import read_config
from infra.local.console import Console, LocalStackError
from infra.local.control import Control
from infra.local.processes import Children, clean_environment, wait_until, wait_until_healthy
from tests.free_ports import free_port

_STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(grandchild.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def children(tmp_path):
    children = Children(tmp_path / "logs")
    yield children
    children.stop_all()


def start(children, name, code, *, grace_seconds=5.0):
    environment = clean_environment(os.environ, {})
    command = [sys.executable, "-c", code]
    return children.start(
        name, command, environment=environment, folder=children._logs.parent, grace_seconds=grace_seconds
    )


def test_a_child_that_will_not_end_is_killed_with_all_that_it_started(children):
    child = start(children, "stubborn", _STUBBORN, grace_seconds=0.2)
    assert wait_until(lambda: child.log.read_text().strip() != "", timeout_seconds=60)
    grandchild = int(child.log.read_text())

    children.stop_all()

    assert child.ended()
    assert wait_until(lambda: not psutil.pid_exists(grandchild), timeout_seconds=60)


def test_a_child_that_crashes_is_reported_once_with_its_last_words(children):
    child = start(children, "model-server", "print('before'); raise SystemExit('out of memory')")
    assert wait_until(child.ended, timeout_seconds=60)

    (gone,) = children.take_ended()

    assert (gone.name, gone.process.returncode) == ("model-server", 1)
    assert "out of memory" in gone.last_lines()
    assert children.take_ended() == []
    assert not children.has("model-server")


def test_waiting_for_a_child_that_died_tells_why_at_once(children):
    child = start(children, "emulator", "raise SystemExit('port is taken')")
    with pytest.raises(LocalStackError, match="port is taken"):
        wait_until_healthy(child, f"http://127.0.0.1:{free_port()}/", timeout_seconds=30)


def test_children_get_only_what_they_need_of_the_environment():
    current = {"PATH": "/bin", "AWS_PROFILE": "work", "GITHUB_TOKEN": "x", "HOME": "/home/me"}

    assert clean_environment(current, {"A": "1"}) == {"PATH": "/bin", "HOME": "/home/me", "A": "1"}


def control_of(state):
    return Control(read_config(["--state", str(state)], {}))


def test_a_second_stack_on_the_same_folder_is_refused(tmp_path, monkeypatch):
    first = control_of(tmp_path)
    first.claim()
    assert first.owner() == os.getpid()

    monkeypatch.setattr(os, "getpid", lambda: 1)
    with pytest.raises(LocalStackError, match="runs a stack"):
        control_of(tmp_path).claim()
    monkeypatch.undo()

    first.release()
    assert first.owner() is None


def test_a_note_left_by_a_killed_runner_does_not_count(tmp_path):
    control = control_of(tmp_path)
    control.claim()
    note = tmp_path / "running.json"
    note.write_text(note.read_text().replace('"since": ', '"since": 1'))

    assert control.owner() is None
    assert control.stop("", Console()) == 0


def test_reset_forgets_data_and_keeps_what_was_built(tmp_path):
    copies = "emulator/tmp/knowledge-index/copy.sqlite"
    for name in ("emulator/state/s3.json", copies, "demo.json", "synth.stamp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")

    control_of(tmp_path).reset(Console())

    assert not (tmp_path / "emulator").exists()
    assert not (tmp_path / "demo.json").exists()
    assert (tmp_path / "synth.stamp").exists()


def test_reset_never_takes_the_data_of_another_stack(tmp_path):
    for name in ("opensearch/index-kind", "with-opensearch/emulator/state/s3.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("opensearch")

    control_of(tmp_path).reset(Console())

    assert (tmp_path / "opensearch/index-kind").exists()
    assert (tmp_path / "with-opensearch/emulator/state/s3.json").exists()
