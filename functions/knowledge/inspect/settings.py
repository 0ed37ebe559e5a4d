"""The environment of the function that checks an upload."""

from typing import Literal

from autosocial.runtime.settings import Settings


class InspectSettings(Settings):
    """One field a variable."""

    documents_table: str
    connections_table: str
    socket_endpoint_url: str
    tenant_role_arn: str = ""
    uploads_bucket: str
    # "guardduty": wait for the tag of Malware Protection for S3; "none": nothing scans here.
    malware_scan: Literal["guardduty", "none"] = "none"
