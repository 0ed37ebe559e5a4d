"""The environment of the function that serves the knowledge base over HTTP."""

from autosocial.runtime.settings import Settings


class ApiSettings(Settings):
    """One field a variable."""

    documents_table: str
    connections_table: str
    socket_endpoint_url: str
    tenant_role_arn: str = ""
    uploads_bucket: str
    # Where a browser reaches the uploads, if not where this function does.
    uploads_endpoint_url: str = ""
    state_machine_arn: str
    erasure_queue_url: str
