"""Builds widget and dashboard when their sources changed."""

import os

from infra.local.config import REPO
from infra.local.console import LocalStackError
from infra.local.fingerprint import Stamp, fingerprint
from infra.local.processes import Children

_BUILD_SECONDS = 300
# What is built lies in the checkout, so what is known of it lies there too, whatever the state folder.
_STAMPS = REPO / ".local"


def build_frontends(children: Children) -> str:
    """Build what changed; return a few words about each part, also about one that is not there."""
    return ", ".join(f"{name} {_build(name, children)}" for name in ("widget", "web"))


def _build(name: str, children: Children) -> str:
    folder = REPO / name
    if not (folder / "package.json").exists():
        return "is not in this checkout"
    stamp = Stamp(_STAMPS / f"{name}.stamp")
    wanted = fingerprint([folder, REPO / "package-lock.json"])
    if stamp.matches(wanted) and (folder / "dist").is_dir():
        return "unchanged"
    stamp.clear()
    command = ["npm", "run", "--silent", "build", "--workspace", name]
    done = children.run(f"build-{name}", command, environment=os.environ, timeout_seconds=_BUILD_SECONDS)
    if done.process.returncode:
        raise LocalStackError(
            f"The build of {name} failed:\n{done.last_lines(30)}",
            f"Fix the error ('npm run build --workspace {name}'); changed dependencies need 'npm ci'.",
        )
    stamp.set(wanted)
    return "built"
