"""Profile, widget configuration and embed code over HTTP."""

from fastapi import FastAPI

from autosocial.runtime.http import build_app
from autosocial.wiring.http import http_function
from functions.creators.api.routes import creator_routes
from functions.creators.api.settings import CreatorsApiSettings


def build(settings: CreatorsApiSettings) -> FastAPI:
    """Put the application together."""
    return build_app("AutoSocial creators", [creator_routes(settings.creators(), app_url=settings.app_url)])


handler = http_function(CreatorsApiSettings, build)
