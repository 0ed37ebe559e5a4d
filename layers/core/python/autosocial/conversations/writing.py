"""Lets the model write one answer and passes its pieces on, or says that the model is away."""

from contextlib import suppress
from dataclasses import dataclass

from autosocial.contracts.outbound import Piece
from autosocial.conversations.deltas import Coalescer, StreamFilter
from autosocial.conversations.model import Answer
from autosocial.conversations.ports import AnswerStore, ChatModel, Pieces, Prompt, Pump, Replies
from autosocial.conversations.record import AnswerRecord, Monotonic
from autosocial.kernel.breaker import Breaker
from autosocial.kernel.errors import AutoSocialError, PermanentError, TransientError

MAX_ANSWER_CHARS = 8_000


class ModelAwayError(TransientError):
    """The model did not answer, stopped in the middle, took too long, or is known to be away."""

    code = "model_away"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer may take in all, and how long the visitor may see nothing happen, in seconds."""

    total: float = 90.0
    silence: float = 10.0

    def first_silence(self, waited: float) -> float:
        """Return how long the model may take to begin when ``waited`` seconds have passed before it."""
        # What the search took counts, but the model always gets half.
        return self.silence - min(waited, self.silence / 2)


@dataclass(frozen=True, slots=True)
class Written:
    """What the model wrote. ``is_refusal``: it says that the sources do not hold the answer."""

    text: str
    model: str
    is_refusal: bool = False


class PieceWriter:
    """Numbers, stores and tells the pieces of one answer.

    A piece is stored before it is told, and whom to tell is looked up after it was stored. So a reader
    whom the look-up misses came later, and reads the stored piece when they resume: no piece is lost
    between the two. A piece may arrive twice; its number tells.
    """

    def __init__(
        self, answer: Answer, answers: AnswerStore, replies: Replies, *, record: AnswerRecord
    ) -> None:
        self._answer = answer
        self._answers = answers
        self._replies = replies
        self._unsent: Piece | None = None
        self._waiting = ""
        self.seq = 0
        self.record = record

    def write(self, text: str) -> None:
        """Store and tell ``text``. While the store is away text gathers; the ending holds all."""
        self._waiting += text
        while self._unsent is not None or self._waiting:
            if self._unsent is None:
                self._unsent, self._waiting = Piece(self.seq + 1, self._waiting), ""
            if not self._sent(self._unsent):
                return
            self.seq, self._unsent = self._unsent.seq, None
            self.record.reached("first_delta")

    def _sent(self, piece: Piece) -> bool:
        try:
            self._answers.append(self._answer, piece)
        except TransientError:
            return False
        with suppress(AutoSocialError):  # who cannot be told now resumes later from what is stored
            self._replies.piece(self._answer.ref, piece)
        return True


class Writer:
    """The chat model behind a breaker, read with patience that ends."""

    def __init__(
        self, model: ChatModel, breaker: Breaker, *, pump: Pump, monotonic: Monotonic, patience: Patience
    ) -> None:
        self._model = model
        self._breaker = breaker
        self._pump = pump
        self._monotonic = monotonic
        self._patience = patience

    def __call__(self, prompt: Prompt, shown: StreamFilter, out: PieceWriter) -> Written:
        """Write the answer.

        Raises:
            ModelAwayError: it cannot be written (to its end).
        """
        if not self._breaker.allows():
            raise ModelAwayError("The model is away for now.")
        pieces = self._pump(lambda: self._model.stream(prompt))
        try:
            self._read(pieces, shown, out)
        except (AutoSocialError, TimeoutError) as error:
            # A model that refuses us is there: it costs no time to ask it again.
            if not isinstance(error, PermanentError):
                self._breaker.failed()
            raise ModelAwayError("The model is away for now.") from error
        finally:
            pieces.abandon()
        self._breaker.succeeded()
        return Written(shown.text.strip(), pieces.model, is_refusal=shown.is_closed)

    def _read(self, pieces: Pieces, shown: StreamFilter, out: PieceWriter) -> None:
        gathered = Coalescer()
        now = self._monotonic()
        deadline = now + self._patience.total
        silent_until = now + self._patience.first_silence(now - out.record.began)
        while not shown.is_closed and len(shown.text) < MAX_ANSWER_CHARS:
            limit = min(deadline, silent_until)
            due = gathered.wait(now)
            try:
                piece = pieces.next(limit - now if due is None else min(due, limit - now))
            except TimeoutError:
                piece = ""
            now = self._monotonic()
            if piece is None:
                break
            if piece:
                out.record.reached("first_piece")
                self._breaker.answers()
                gathered.add(shown.feed(piece))
                silent_until = now + self._patience.silence
            elif now >= limit:
                raise TimeoutError
            if text := gathered.take(now):
                out.write(text)
        gathered.add(shown.finish())
        if text := gathered.flush(now):
            out.write(text)
