"""The environment of the function that ends a run that gave up."""

from autosocial.runtime.settings import Settings


class FailSettings(Settings):
    """One field a variable."""

    documents_table: str
    connections_table: str
    socket_endpoint_url: str
    tenant_role_arn: str = ""
