"""Every adapter of AWS and every call of each, found in the folders and made of their annotations."""

import builtins
import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from pynamodb.indexes import Index
from pynamodb.models import Model

from autosocial.adapters.aws.session import client
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.kernel.clock import utc_now

ADAPTERS = Path(__file__).parents[3] / "layers/core/python/autosocial/adapters"
# Not OpenSearch: its client is not botocore's.
FOLDERS = sorted(
    {
        path.parent.name
        for path in ADAPTERS.glob("*/*.py")
        if "autosocial.adapters.aws" in path.read_text() and path.parent.name not in {"aws", "opensearch"}
    }
)
# What adapters are made of, and what they return.
_PARTS = {"Bucket", "SharedConnection", "TenantClient", "ActingCredentials", "Tables", "BedrockModelStream"}
_NO_ADAPTERS = (Model, Index, Exception)
_CLIENTS = {"bedrock": "bedrock-runtime", "s3": "s3", "secretsmanager": "secretsmanager"}
_TEXTS = {
    "occurred_at": "2026-03-01T12:00:00.000Z",
    "cursor": "",
    "endpoint_url": "https://example.com",
    "language": "en",
    "key_id": "x",
}
ID = "01TEST000000000000000000AA"


def adapters() -> Iterator[type]:
    """Yield the classes that call AWS."""
    for folder in FOLDERS:
        for path in sorted((ADAPTERS / folder).glob("[a-z]*.py")):
            module = importlib.import_module(f"autosocial.adapters.{folder}.{path.stem}")
            for name, value in vars(module).items():
                is_own = inspect.isclass(value) and value.__module__ == module.__name__
                if is_own and name[0] != "_" and name not in _PARTS and not issubclass(value, _NO_ADAPTERS):
                    yield value


def calls(adapter: type) -> list[str]:
    """Return the names of an adapter's public methods."""
    return [name for name, value in vars(adapter).items() if inspect.isfunction(value) and name[0] != "_"]


def made_adapter(adapter: type, tmp_path: Path) -> Any:
    """Return an adapter, with arguments that fit its annotations."""
    init = vars(adapter).get("__init__")
    return adapter(**_arguments(init, _Maker(adapter, tmp_path))) if init else adapter()


def made_call(adapter: Any, name: str, tmp_path: Path) -> Callable[[], Any]:
    """Return one call of an adapter, with arguments that fit its annotations."""
    method = getattr(adapter, name)
    arguments = _arguments(method, _Maker(type(adapter), tmp_path))
    return lambda: method(**arguments)


class _Names(dict):
    """Gives names that only type checkers know, as ``Any``."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        super().__init__()
        self._known = known

    def __missing__(self, name: str) -> Any:
        return self._known.get(name, getattr(builtins, name, Any))


def _arguments(function: Any, make: "_Maker") -> dict[str, Any]:
    hints = get_type_hints(function, localns=_Names(function.__globals__))
    parameters = inspect.signature(function).parameters.values()
    kinds = {parameter.name: parameter for parameter in parameters if parameter.name != "self"}
    return {
        name: make(hints.get(name, Any), name)
        for name, parameter in kinds.items()
        if parameter.default is inspect.Parameter.empty
    }


class _Maker:
    """Makes a value of a type; its name tells which of many texts it is."""

    def __init__(self, adapter: type, tmp_path: Path) -> None:
        self._technology = adapter.__module__.split(".")[2]
        self._tmp_path = tmp_path

    def __call__(self, hint: Any, name: str) -> Any:
        origin = get_origin(hint)
        if name == "client":
            return client(_CLIENTS[self._technology])
        if name == "clock":
            return utc_now
        if origin in {Union, UnionType}:
            return self(next(kind for kind in get_args(hint) if kind is not type(None)), name)
        if origin is Literal:
            return get_args(hint)[0]
        if origin in {list, tuple, set, frozenset} or (origin and issubclass(origin, Sequence)):
            return [self(get_args(hint)[0], name.removesuffix("s"))]
        if origin and issubclass(origin, Mapping):
            return {}
        return self._single(hint, name)

    def _single(self, hint: Any, name: str) -> Any:
        simple = {int: 1, float: 1.0, bool: False, bytes: b"x", datetime: datetime.now(UTC)}
        if hint is str:
            return _text(name)
        if hint in simple:
            return simple[hint]
        if hint is timedelta:
            return timedelta(seconds=1)
        if hint is Path:
            self._tmp_path.joinpath(name).write_bytes(b"x")
            return self._tmp_path / name
        if hint is Tables:
            return Tables()
        if inspect.isclass(hint) and issubclass(hint, Enum):
            return next(iter(hint))
        return self._record(hint)

    def _record(self, hint: Any) -> Any:
        hints = get_type_hints(hint) if inspect.isclass(hint) else {}
        if is_dataclass(hint):
            needed = [f.name for f in fields(hint) if f.default is f.default_factory is MISSING and f.init]
        elif inspect.isclass(hint) and issubclass(hint, msgspec.Struct):
            needed = [f.name for f in msgspec.structs.fields(hint) if f.required]
        else:
            raise TypeError(f"cannot make {hint}")
        return hint(**{name: self(hints[name], name) for name in needed})


def _text(name: str) -> str:
    if name.endswith("_at"):
        return datetime.now(UTC).isoformat()
    if name in _TEXTS:
        return _TEXTS[name]
    return ID if name.endswith("_id") else "https://example.com/q" if "url" in name else "x"
