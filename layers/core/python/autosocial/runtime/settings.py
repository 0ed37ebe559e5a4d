"""Settings of a function: its environment, read and checked once. The only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Self, cast, dataclass_transform, get_type_hints

import msgspec

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


def is_cold_start(environment: Mapping[str, str] | None = None) -> bool:
    """Return whether Lambda is starting this process: work done now is not done while somebody waits."""
    source = os.environ if environment is None else environment
    return bool(source.get("AWS_LAMBDA_INITIALIZATION_TYPE"))


@dataclass_transform(frozen_default=True, kw_only_default=True)
@dataclass(frozen=True, kw_only=True)
class Settings:
    """Base of every function's settings: field ``documents_table`` is variable ``DOCUMENTS_TABLE``.

    Every subclass is a frozen dataclass without saying so, and several can be mixed into one. A field is a
    ``str``, ``int``, ``float``, ``bool`` or ``Literal``; one without a default must be in the environment.
    """

    service_name: str = "autosocial"
    log_level: str = "INFO"
    # Where the secrets are, separated by commas, that prove a request came through CloudFront; empty: the
    # stage has none, and whoever calls the gateway is the client.
    edge_secret_arns: str = ""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)

    @classmethod
    def variables(cls) -> dict[str, bool]:
        """Return the variables of these settings, and of each whether it must be there."""
        return {field.name.upper(): field.default is MISSING for field in fields(cast("Any", cls))}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the fields from ``environment`` (the process's own by default).

        Raises:
            SettingsError: a variable is missing or wrong; names all of them, shows no value.
        """
        source = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        faults = [name for name, needed in cls.variables().items() if needed and name not in source]
        for name, kind in get_type_hints(cls).items():
            if name.upper() in source:
                try:
                    values[name] = msgspec.convert(source[name.upper()], kind, strict=False)
                except msgspec.ValidationError:
                    faults.append(name.upper())
        if faults:
            raise SettingsError(f"Missing or invalid settings: {', '.join(sorted(faults))}")
        return cls(**values)
