"""An HTTP function in one line: where the stage has an edge, its secrets are read and asked for."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import FastAPI

from autosocial.adapters.secretsmanager.secrets import SecretCache, secrets_client
from autosocial.runtime.function import LambdaHandler
from autosocial.runtime.http import asgi_function
from autosocial.runtime.settings import Settings

S = TypeVar("S", bound=Settings)


def http_function(settings_type: type[S], build: Callable[[S], FastAPI]) -> LambdaHandler:
    """Return the Lambda handler that serves ``build(settings)``."""
    return asgi_function(settings_type, build, open_secrets=lambda: SecretCache(secrets_client()).get)
