"""Environment of the function that reads the answer queue's dead letters."""

from autosocial.wiring.queue import ReadsDeadLetters


class FailAnswerSettings(ReadsDeadLetters):
    """One field a variable."""

    conversations_table: str
    connections_table: str
    socket_endpoint_url: str
    tenant_role_arn: str = ""
