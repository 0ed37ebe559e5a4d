"""Cold starts on the way of a message: processor time and memory of a new worker at its first reply."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from statistics import median

import psutil

from infra.local.stack import Addresses, LocalStack
from tests.bench.answers import open_socket, ticket_of, visitor_session
from tests.bench.report import Report

REPEATS = 7
# A function by its service name, and what of the flow below is its first reply.
AIMS = {
    "auth-authorizer": "<= 200 ms",
    "auth-socket-authorizer": "<= 200 ms",
    "channels-socket": "<= 200 ms",
    "conversations-answer": "<= 350 ms",
}


def measure(report: Report, stack: LocalStack, addresses: Addresses, creator_id: str) -> None:
    """Start the functions cold, several times, by a visitor who opens a socket and asks."""
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in AIMS}
    for number in range(REPEATS):
        _end_workers(stack)
        for name, figure in _one_flow(stack, addresses, creator_id, number=number):
            figures[name].append(figure)
    for name, aim in AIMS.items():
        cpu, memory = (median(values) for values in zip(*figures[name], strict=True))
        report.add(f"cold start of {name} to its first reply", f"{cpu:.0f} ms CPU, {memory:.0f} MB", aim)


def _one_flow(
    stack: LocalStack, addresses: Addresses, creator_id: str, *, number: int
) -> Iterator[tuple[str, tuple[float, float]]]:
    session = visitor_session(addresses, creator_id)
    ticket = ticket_of(addresses, session)
    yield "auth-authorizer", _spent(stack, "auth-authorizer")
    with open_socket(addresses, ticket) as socket:
        yield "auth-socket-authorizer", _spent(stack, "auth-socket-authorizer")
        # The open socket's function starts anew, so that its first reply is the acknowledgement.
        _end_workers(stack, "channels-socket")
        question = {
            "type": "message.send",
            "client_id": f"cold-{number:04d}",
            "text": "How much is the Guided plan?",
        }
        socket.send(json.dumps(question))
        seen: set[str] = set()
        while "answer.completed" not in seen:
            kind = json.loads(socket.recv(timeout=60))["type"]
            if kind == "message.ack":
                yield "channels-socket", _spent(stack, "channels-socket")
            if kind == "answer.started":
                yield "conversations-answer", _spent(stack, "conversations-answer")
            seen.add(kind)
    time.sleep(1)


def _workers(stack: LocalStack, service: str = "") -> list[psutil.Process]:
    emulator = psutil.Process(stack.children.pids()["emulator"])
    found = []
    for process in emulator.children(recursive=True):
        with suppress(psutil.Error):
            if process.environ().get("SERVICE_NAME", "") in ({service} if service else AIMS):
                found.append(process)
    return found


def _end_workers(stack: LocalStack, service: str = "") -> None:
    workers = _workers(stack, service)
    for worker in workers:
        worker.kill()
    psutil.wait_procs(workers, timeout=10)


def _spent(stack: LocalStack, service: str) -> tuple[float, float]:
    """Return milliseconds of CPU and megabytes of the one new worker of a function."""
    newest = max(_workers(stack, service), key=psutil.Process.create_time)
    return 1_000 * sum(newest.cpu_times()[:2]), newest.memory_info().rss / 1e6
