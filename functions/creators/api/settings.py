"""Settings of creators/api."""

from autosocial.wiring.creators import UsesCreators


class CreatorsApiSettings(UsesCreators):
    """``app_url``: the public origin that serves ``/widget/loader.js``."""

    app_url: str
