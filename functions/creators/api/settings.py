"""Settings of creators/api."""

from autosocial.runtime.settings import Settings


class CreatorsApiSettings(Settings):
    """``app_url``: the public origin that serves ``/widget/loader.js``."""

    creators_table: str
    tenant_role_arn: str = ""
    app_url: str
