"""Reads a model's stream in a thread of its own, so that a silent model can be given up on."""

from collections.abc import Callable
from queue import Empty, Queue
from threading import Thread

from autosocial.conversations.ports import ModelStream
from autosocial.kernel.budget import carried

_END = object()


class ThreadedPieces:
    """The pieces of one stream. Errors of the stream are raised by ``next`` in their turn."""

    def __init__(self, start: Callable[[], ModelStream]) -> None:
        self.model = ""
        self._queue: Queue[object] = Queue()
        self._is_abandoned = False
        Thread(target=carried(self._read), args=(start,), daemon=True, name="model-stream").start()

    def next(self, timeout: float) -> str | None:
        """Return the next piece, None at the end. Raises ``TimeoutError`` after ``timeout`` seconds."""
        try:
            item = self._queue.get(timeout=max(timeout, 0.001))
        except Empty:
            raise TimeoutError from None
        if isinstance(item, BaseException):
            raise item
        return None if item is _END else str(item)

    def abandon(self) -> None:
        """Let the thread end at the next piece."""
        self._is_abandoned = True

    def _read(self, start: Callable[[], ModelStream]) -> None:
        try:
            stream = start()
            for piece in stream:
                if self._is_abandoned:
                    return
                self._queue.put(piece)
            self.model = stream.model
            self._queue.put(_END)
        except BaseException as error:  # noqa: BLE001 - carried over to the reader's thread and raised there
            self._queue.put(error)
