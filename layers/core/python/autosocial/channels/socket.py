"""What happens when a socket opens, says something, and closes."""

from contextlib import suppress
from typing import Any

from autosocial.channels.dashboards import Dashboards
from autosocial.channels.frame_meter import FrameMeter
from autosocial.channels.frames import client_id_of, error_frame, parse
from autosocial.channels.model import CREATOR_AUDIENCE, Connection
from autosocial.channels.ports import ConnectionStore, RateAnswer, ResumeAnswer
from autosocial.channels.push import Push
from autosocial.channels.receive import Receipt, Receive
from autosocial.channels.web import Sender, SentMessage, WebChannel, ack_frame, echo_frame, missed_frames
from autosocial.contracts.socket import (
    AnswerResume,
    FeedbackSend,
    MessageSend,
    Ping,
    Pong,
    SocketError,
    Typing,
)
from autosocial.kernel import budget
from autosocial.kernel.errors import AutoSocialError, InvalidError, RateLimitedError, TransientError
from autosocial.kernel.limits import Limit, Limiter
from autosocial.kernel.tenancy import Caller, Role

# What reads or writes, besides messages: far above what the widget does when its line drops all the time.
_COSTLY = frozenset({"answer.resume", "feedback.send"})
_COSTLY_FRAMES = Limit("frames", 60, seconds=60)
# To say that something took too long.
_LAST_WORDS_SECONDS = 2.0


def connection_of(caller: Caller, connection_id: str) -> Connection:
    """Return the connection of a verified caller."""
    audience = CREATOR_AUDIENCE if caller.role is Role.CREATOR else caller.subject
    return Connection(caller.creator_id, audience, connection_id)


class HandleSocket:
    """Opens and closes connections and answers every frame with what it is due.

    Nothing a client says closes the socket or goes unanswered: what cannot be done comes back as a typed
    ``error`` frame. Only one that floods us is closed, after such a frame.
    """

    def __init__(
        self,
        connections: ConnectionStore,
        push: Push,
        *,
        web: WebChannel,
        receive: Receive,
        resume: ResumeAnswer,
        rate: RateAnswer,
        dashboards: Dashboards,
        limiter: Limiter,
    ) -> None:
        self._connections = connections
        self._push = push
        self._meter = FrameMeter(limiter)
        self._web = web
        self._receive = receive
        self._resume = resume
        self._rate = rate
        self._dashboards = dashboards
        self._limiter = limiter
        self._handlers: dict[str, Any] = {
            "message.send": self._message,
            "answer.resume": self._replay,
            "feedback.send": self._feedback,
            "ping": self._pong,
            "typing": self._nothing,
        }

    def connect(self, caller: Caller, connection_id: str) -> None:
        """Remember a new connection."""
        self._connections.add(connection_of(caller, connection_id))

    def disconnect(self, caller: Caller, connection_id: str) -> None:
        """Forget a connection."""
        self._connections.remove(connection_of(caller, connection_id))

    def receive(self, caller: Caller, connection_id: str, *, text: str, request_id: str) -> None:
        """Handle one text message of a client."""
        connection = connection_of(caller, connection_id)
        if self._meter.is_shut(connection):
            return
        try:
            self._meter.count(connection)
        except RateLimitedError as error:
            self._shut(connection, error)
            return
        self._answer(Sender(caller, connection, request_id), text)

    def _shut(self, connection: Connection, error: RateLimitedError) -> None:
        self._push.reply(connection, _refusal(error, ""))
        if self._push.close(connection):
            self._meter.shut(connection)

    def _answer(self, sender: Sender, text: str) -> None:
        connection = sender.connection
        try:
            frame = parse(text)
        except InvalidError as error:
            self._push.reply(connection, error_frame(error, text))
            return
        try:
            with budget.keeping(_LAST_WORDS_SECONDS):
                self._do(sender, frame)
        except AutoSocialError as error:
            self._push.reply(connection, _refusal(error, client_id_of(text)))
        except Exception:
            fault = AutoSocialError("Something went wrong on our side. Try again.")
            self._push.reply(connection, _refusal(fault, client_id_of(text)))
            raise

    def _do(self, sender: Sender, frame: Any) -> None:
        if frame.type in _COSTLY:
            connection = sender.connection
            key = f"connection#{connection.connection_id}"
            self._limiter.take(key, (_COSTLY_FRAMES,), creator_id=connection.creator_id, away="open")
        self._handlers[frame.type](sender, frame)

    def _message(self, sender: Sender, frame: MessageSend) -> None:
        receipt = self._receive(self._web, SentMessage(sender, frame))
        self._push.reply(sender.connection, ack_frame(receipt.inbound, receipt.accepted))
        if receipt.accepted.is_duplicate:
            return
        # The message is stored and acknowledged: what the others miss now, they read later.
        with suppress(AutoSocialError):
            self._announce(sender.connection, receipt)

    def _announce(self, connection: Connection, receipt: Receipt) -> None:
        echo = echo_frame(receipt.inbound, receipt.accepted)
        self._push.push(connection.creator_id, receipt.visitor_id, echo, skip=connection.connection_id)
        self._dashboards.arrived(receipt.inbound, receipt.accepted)

    def _replay(self, sender: Sender, frame: AnswerResume) -> None:
        missed = self._resume(sender.caller, frame.answer_id, after=frame.last_seq)
        for down in missed_frames(missed):
            if not self._push.reply(sender.connection, down):
                return

    def _feedback(self, sender: Sender, frame: FeedbackSend) -> None:
        self._rate(
            sender.caller, frame.answer_id, rating=frame.rating, reason=frame.reason, comment=frame.comment
        )

    def _pong(self, sender: Sender, frame: Ping) -> None:
        self._push.reply(sender.connection, Pong(id=frame.id))

    def _nothing(self, _: Sender, __: Typing) -> None:
        """Nobody is shown that a visitor types, until a person can take a conversation over."""


def _refusal(error: AutoSocialError, client_id: str) -> SocketError:
    return SocketError(
        code=error.code, detail=error.detail, retry_after=_retry_after(error), client_id=client_id
    )


def _retry_after(error: AutoSocialError) -> int:
    # Also of a message that may be stored by now: its client id makes sending it again safe.
    return error.retry_after if isinstance(error, RateLimitedError | TransientError) else 0
