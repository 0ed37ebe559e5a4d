"""Environment of the function that reads the answer queue's dead letters."""

from autosocial.wiring.conversations import UsesConversations
from autosocial.wiring.queue import ReadsDeadLetters
from autosocial.wiring.replies import TellsVisitors


class FailAnswerSettings(UsesConversations, TellsVisitors, ReadsDeadLetters):
    """Nothing besides."""
