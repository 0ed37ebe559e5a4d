"""`make chaos`: workers die at random while visitors talk; prints what became of every message.

Long, so not part of `make test`, which has the short form (tests/e2e/test_dead_workers.py).
"""

import json
import os
import signal
import sys
import time
from typing import Any

from infra.local.console import LocalStackError
from tests.chaos.crowd import Crowd
from tests.chaos.scene import Scene
from tests.demo_stack import demo_stack

LONG = "What are the plans and prices, and how do I get my money back?"
KILLS = 5
PATIENCE_SECONDS = 240


def main() -> int:
    """Run every scenario on a stack of its own; 1 when a promise was broken."""
    # Slow enough that workers die in the middle of an answer.
    os.environ["WORD_PACE_MS"] = "60"
    with demo_stack("chaos") as (stack, addresses):
        scene = Scene(stack, addresses)
        kept = [
            killed_in_the_middle(scene),
            killed_at_every_try(scene),
            crowd_with_random_kills(scene),
        ]
    return 0 if all(kept) else 1


def killed_in_the_middle(scene: Scene) -> bool:
    """Kill the worker of one answer after another; the answer and the next message come soon."""
    workers, visitor = scene.answer_workers(), scene.visitor("killed")
    again, following = [], []
    for _ in range(KILLS):
        first = visitor.ask(LONG)
        visitor.wait_until(lambda first=first: first.first_delta > 0, seconds=PATIENCE_SECONDS)  # type: ignore[misc]
        workers.kill_all()
        died = time.monotonic()
        second = visitor.ask("Is there a certificate?")
        visitor.wait_for(first, seconds=PATIENCE_SECONDS)
        again.append(time.monotonic() - died)
        visitor.wait_for(second, seconds=PATIENCE_SECONDS)
        following.append(time.monotonic() - died)
    visitor.close()
    endings = [len(asked.endings) for asked in visitor.asked.values()]
    print(f"\nkill -9 in mid-answer, {KILLS} times:")
    print(f"  answered again after {_seconds(again)}; the next message after {_seconds(following)}")
    print(f"  endings of each message: {endings}")
    return max(again) <= 45 and set(endings) == {1}


def killed_at_every_try(scene: Scene) -> bool:
    """Kill every worker of one message: the visitor is told; a person sends it again, and it is answered."""
    workers, visitor = scene.answer_workers(), scene.visitor("doomed")
    asked, sent = visitor.ask(LONG), time.monotonic()
    for tries in range(1, 4):
        visitor.wait_until(lambda tries=tries: len(asked.started) >= tries, seconds=PATIENCE_SECONDS)  # type: ignore[misc]
        workers.kill_all()
    visitor.wait_for(asked, seconds=PATIENCE_SECONDS)
    told = time.monotonic() - sent
    (failed,) = asked.terminals
    print(f"\nkill -9 at each of three tries: told {failed['type']} ({failed['code']}) after {told:.0f} s")
    moved: list[tuple[str, str]] = []

    def is_parked() -> bool:
        moved.extend(scene.send_parked_again())
        return bool(moved)

    visitor.wait_until(is_parked, seconds=30)
    visitor.wait_until(lambda: len(asked.terminals) > 1, seconds=PATIENCE_SECONDS)
    visitor.close()
    reasons, outcome = [reason for reason, _ in moved], asked.terminals[-1]["type"]
    print(f"  parked with {reasons}; sent again by a person: {outcome}")
    retry: dict[str, Any] = json.loads(moved[0][1])
    return reasons == ["worker_died"] and outcome == "answer.completed" and bool(retry["retry_of"])


def crowd_with_random_kills(scene: Scene) -> bool:
    """Two hundred messages of twenty visitors while workers die: every one has exactly one ending."""
    crowd = Crowd(scene, visitors=20, messages=10)
    crowd.talk(seconds=900)
    print(f"\n{crowd.report()}")
    return crowd.is_whole


def _seconds(values: list[float]) -> str:
    middle = sorted(values)[len(values) // 2]
    return f"{middle:.1f} s (longest {max(values):.1f} s)"


if __name__ == "__main__":
    # Ended from outside, it leaves by the same way as at its end: what it started ends with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        raise SystemExit(main())
    except LocalStackError as error:
        raise SystemExit(f"✗ {error}") from None
