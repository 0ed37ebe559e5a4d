"""Environment of the conversations API."""

from autosocial.runtime.settings import Settings


class ConversationsApiSettings(Settings):
    """One field a variable."""

    conversations_table: str
    tenant_role_arn: str = ""
    aws_region: str = ""
