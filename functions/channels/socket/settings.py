"""Environment of the socket function."""

from autosocial.runtime.settings import Settings


class SocketSettings(Settings):
    """One field a variable."""

    conversations_table: str
    connections_table: str
    answer_queue_url: str
    socket_endpoint_url: str
    tenant_role_arn: str = ""
    aws_region: str = ""
