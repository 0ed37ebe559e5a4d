"""Says again and again, from a thread of its own, that a worker is alive."""

from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Self


class Heartbeat:
    """Calls ``beat`` at once and then every ``seconds``, until the block is left.

    ``beat`` handles its own errors.
    """

    def __init__(self, beat: Callable[[], None], *, seconds: float) -> None:
        self._beat = beat
        self._seconds = seconds
        self._is_over = Event()
        self._thread = Thread(target=self._run, daemon=True, name="heartbeat")

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, after a beat that is under way."""
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._beat()
            if self._is_over.wait(self._seconds):
                return
