"""Creators: profile, widget configuration and embed code over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from infra.constructs.python_function import PythonFunction

if TYPE_CHECKING:
    from infra.platform import Platform

_PATHS = (
    "/api/v1/creators/profile",
    "/api/v1/creators/widget/config",
    "/api/v1/creators/widget/embed-code",
)


class CreatorsService(Construct):
    """One function behind the creator's own settings."""

    def __init__(self, scope: Construct, construct_id: str, *, platform: Platform) -> None:
        super().__init__(scope, construct_id)
        self.api = PythonFunction(
            self,
            "Api",
            platform=platform,
            context="creators",
            name="api",
            layers=("base", "http"),
            environment={
                "CREATORS_TABLE": platform.data.creators_table.name,
                "APP_URL": platform.app_url,
            },
        )
        self.api.grant_tenant_data(platform.data.creators_table, "GetItem", "PutItem")
        for path in _PATHS:
            platform.http.route(path, self.api)
