"""Settings of a function: its environment, read and checked once. The only reader of the environment."""

import os
from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from autosocial.kernel.errors import PermanentError


def trace_id(environment: Mapping[str, str] | None = None) -> str:
    """Return the id of the trace that this invocation belongs to, "" without tracing.

    Lambda sets the variable anew for every invocation.
    """
    source = os.environ if environment is None else environment
    fields = dict(field.partition("=")[::2] for field in source.get("_X_AMZN_TRACE_ID", "").split(";"))
    return fields.get("Root", "")


class SettingsError(PermanentError):
    """The environment of the function is incomplete or wrong: a fault of the deployment."""

    code = "settings_invalid"


class Settings(BaseModel):
    """Base of every function's settings: field ``documents_table`` is variable ``DOCUMENTS_TABLE``."""

    model_config = ConfigDict(frozen=True)

    service_name: str = "autosocial"
    log_level: str = "INFO"
    # How many of our own proxies (CloudFront: 1) stand before the gateway and add to X-Forwarded-For.
    trusted_proxies: int = 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the fields from ``environment`` (the process's own by default).

        Raises:
            SettingsError: a variable is missing or wrong; names all of them, shows no value.
        """
        source = os.environ if environment is None else environment
        values = {name: source[name.upper()] for name in cls.model_fields if name.upper() in source}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            names = ", ".join(sorted({str(problem["loc"][0]).upper() for problem in error.errors()}))
            raise SettingsError(f"Missing or invalid settings: {names}") from None
