"""Many visitors who talk at the same time, while workers die."""

import math
import random
import time
from concurrent.futures import ThreadPoolExecutor

from tests.chaos.scene import Scene
from tests.chaos.visitors import Asked, SocketVisitor
from tests.demo_stack import QUESTIONS

# Of so many messages one has a worker killed soon after it, whoever's answer that worker writes.
_MESSAGES_A_KILL = 5
_KILLED_WITHIN_SECONDS = 3.0
# As long as the widget waits for an acknowledgement before it sends again.
_RESEND_SECONDS = 10.0


class Crowd:
    """``visitors`` who ask ``messages`` questions each, the next one when the last has its ending."""

    def __init__(self, scene: Scene, *, visitors: int, messages: int) -> None:
        self._scene = scene
        self._visitors = [scene.visitor(f"crowd-{number:02d}") for number in range(visitors)]
        self._messages = messages
        self._workers = scene.answer_workers()
        self._kills = 0
        self._took = 0.0
        self._stored: dict[str, list[str]] = {}

    def talk(self, *, seconds: float) -> None:
        """Let everybody talk, for ``seconds`` at most."""
        began = time.monotonic()
        with ThreadPoolExecutor(len(self._visitors)) as pool:
            talks = [
                pool.submit(self._ask_all, visitor, number, until=began + seconds)
                for number, visitor in enumerate(self._visitors)
            ]
            for talk in talks:
                talk.result()
        self._took = time.monotonic() - began
        for visitor in self._visitors:
            self._stored |= visitor.stored_endings()
            visitor.close()

    @property
    def is_whole(self) -> bool:
        """Whether every message has exactly one ending, heard and stored."""
        heard = all(len(asked.endings) == 1 for asked in self._asked)
        kept = all(len(self._stored.get(asked.message_id, [])) == 1 for asked in self._asked)
        return heard and kept and len(self._asked) == len(self._visitors) * self._messages

    def report(self) -> str:
        """Return the figures as text."""
        ended = sorted(asked.ended for asked in self._asked if asked.terminals)
        kinds = [kind for asked in self._asked for _, kind in asked.endings]
        stored = [len(self._stored.get(asked.message_id, [])) for asked in self._asked]
        return "\n".join(
            [
                f"{len(self._visitors)} visitors, {len(self._asked)} messages, {self._kills} workers killed, "
                f"{self._took:.0f} s:",
                f"  completed {kinds.count('answer.completed')}, failed {kinds.count('answer.failed')}, "
                f"without an ending {sum(not asked.terminals for asked in self._asked)}, "
                f"with more than one {sum(len(asked.endings) > 1 for asked in self._asked)}",
                f"  begun anew {sum(len(set(asked.started)) > 1 for asked in self._asked)}; endings stored "
                f"for each message: least {min(stored)}, most {max(stored)}",
                f"  seconds to the ending: median {ended[len(ended) // 2]:.1f}, "
                f"95 % {ended[int(len(ended) * 0.95) - 1]:.1f}, longest {ended[-1]:.1f}",
            ]
        )

    @property
    def _asked(self) -> list[Asked]:
        return [asked for visitor in self._visitors for asked in visitor.asked.values()]

    def _ask_all(self, visitor: SocketVisitor, number: int, *, until: float) -> None:
        chance = random.Random(number)
        for turn in range(self._messages):
            text = QUESTIONS[(number + turn) % len(QUESTIONS)]
            client_id = f"{visitor.name}-{turn:06d}"
            asked, now = visitor.ask_again(client_id, text), time.monotonic()
            kill_at = now + chance.uniform(0, _KILLED_WITHIN_SECONDS) if self._is_fatal(chance) else math.inf
            resend_at = now + _RESEND_SECONDS
            while not asked.terminals and now < until:
                visitor.listen(0.2)
                now = time.monotonic()
                if now > kill_at:
                    self._kills += self._workers.kill_one(chance)
                    kill_at = math.inf
                if now > resend_at and not asked.message_id:
                    visitor.ask_again(client_id, text)
                    resend_at = now + _RESEND_SECONDS

    def _is_fatal(self, chance: random.Random) -> bool:
        return chance.randrange(_MESSAGES_A_KILL) == 0
