"""The model server as a local process, and the token that it and the functions share."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.local.config import HOST, REPO, LocalConfig
from infra.local.processes import Child, Children, clean_environment

_PASSED_ON = ("UPSTREAM_MODEL", "UPSTREAM_API_KEY", "EMBEDDING_ENGINE", "EMBEDDING_PRECISION", "WORD_PACE_MS")
_GRACE_SECONDS = 5.0


def start(config: LocalConfig, children: Children) -> Child:
    """Start the model server; the caller waits for its health when everything else is up."""
    return children.start(
        "model-server",
        [
            sys.executable,
            "-m",
            "uvicorn",
            "functions.model_server.app:create_app",
            "--factory",
            "--host",
            HOST,
            "--port",
            str(config.ports.model),
            "--log-level",
            "warning",
            "--timeout-graceful-shutdown",
            "3",
        ],
        environment=clean_environment(os.environ, settings(config, os.environ)),
        folder=REPO,
        grace_seconds=_GRACE_SECONDS,
    )


def settings(config: LocalConfig, environment: Mapping[str, str]) -> dict[str, str]:
    """Return its variables (``functions/model_server/settings.py`` says what each means)."""
    kind, _, url = config.model.partition(":")
    variables = {
        "MODEL_SERVER_TOKEN_FILE": str(token_file(config.state)),
        "MODEL_UPSTREAM": kind,
    }
    if kind == "openai":
        variables["UPSTREAM_URL"] = url
    return variables | {name: environment[name] for name in _PASSED_ON if environment.get(name)}


def token_file(state: Path) -> Path:
    """Return the file of the shared token; it is made on first use and readable by its owner only."""
    file = state / "model-server.token"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as output:
            output.write(secrets.token_urlsafe(32))
    return file
